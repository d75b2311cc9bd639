/** Three-way merge of JSON documents by their members; a list is one value. */

import { isDeepStrictEqual } from 'node:util'
import { canonical } from './canonical.js'

type Members = { [key: string]: unknown }

/** Without a base, every difference is a conflict: nobody knows who changed it. */
export function mergeJson(
  base: string | undefined,
  ours: string,
  theirs: string,
): { value: string } | { conflicts: string[] } {
  const conflicts: string[] = []
  const merged = merge(base && JSON.parse(base), [JSON.parse(ours), JSON.parse(theirs)], [], conflicts)
  return conflicts.length > 0 ? { conflicts } : { value: canonical(merged) }
}

function merge(
  base: unknown,
  [ours, theirs]: [unknown, unknown],
  path: string[],
  conflicts: string[],
): unknown {
  if (isDeepStrictEqual(ours, theirs) || isDeepStrictEqual(theirs, base)) return ours
  if (isDeepStrictEqual(ours, base)) return theirs
  if (!isMembers(ours) || !isMembers(theirs)) {
    conflicts.push(path.join('.'))
    return ours
  }
  const before = isMembers(base) ? base : {}
  const own = (members: Members, key: string) => (Object.hasOwn(members, key) ? members[key] : undefined)
  const entries = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].map(key => [
    key,
    merge(own(before, key), [own(ours, key), own(theirs, key)], [...path, key], conflicts),
  ])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
