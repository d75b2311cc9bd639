/** The names that a piece of code may refer to: rather too many than too few, and cheap enough for every statement. */

import type { Node } from '@babel/types'
import { isTypeOnly } from '../../source/index.js'

const SKIPPED_KEYS = new Set(['type', 'start', 'end', 'loc', 'extra', 'comments', 'errors'])
const NOTHING: ReadonlySet<Node> = new Set()

/**
 * Adds every name that `node` mentions as a value to `names`, whether or not an inner scope shadows it.
 * Nodes in `omit` are not looked into.
 */
export function collectReferences(node: Node, names: Set<string>, omit = NOTHING): void {
  const pending: Node[] = [node]
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.type === 'Identifier' || next.type === 'JSXIdentifier') names.add(next.name)
    else if (!omit.has(next) && !isTypeOnly(next)) pushChildren(next, pending)
  }
}

function pushChildren(node: Node, pending: Node[]): void {
  const record = node as unknown as Record<string, unknown>
  const plainKey = plainKeyOf(record)
  for (const key in record) {
    const value = record[key]
    if (typeof value !== 'object' || value === null || value === plainKey || SKIPPED_KEYS.has(key)) continue
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) pending.push(item)
    } else if (isNode(value)) pending.push(value)
  }
}

/** The name in a node that is no reference: `a.name`, `{ name: … }`, `name() {}`, `name = …`. */
function plainKeyOf(record: Record<string, unknown>): unknown {
  if (record.computed !== false || record.shorthand) return undefined
  return record.property ?? record.key
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}
