/** Three-way merge of JSON documents by their members; a list is one value. */

import { isDeepStrictEqual } from 'node:util'

type Members = { [key: string]: unknown }

/** Without a base, every difference is a conflict: nobody knows who changed it. Conflicts are paths of keys. */
export function mergeJson(
  base: unknown,
  ours: unknown,
  theirs: unknown,
): { value: unknown; conflicts: string[][] } {
  const conflicts: string[][] = []
  return { value: merge(base, [ours, theirs], [], conflicts), conflicts }
}

function merge(
  base: unknown,
  [ours, theirs]: [unknown, unknown],
  path: string[],
  conflicts: string[][],
): unknown {
  if (isDeepStrictEqual(ours, theirs) || isDeepStrictEqual(theirs, base)) return ours
  if (isDeepStrictEqual(ours, base)) return theirs
  if (!isMembers(ours) || !isMembers(theirs)) {
    conflicts.push(path)
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

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
