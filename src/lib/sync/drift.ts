/**
 * Drift as a function of three values: what the code says, what the server says, and the base.
 */

import { holdsChanges, type Values } from './components/values.js'
import type { Base, LocalSide, ServerSide, State } from './model.js'

export interface Comparison {
  state: State
  drift: boolean
}

/**
 * Compares the two sides of one component, of which no base is known (yet). A server without the component is no drift
 * (the product's documentation), unless the agent need not have it and the code declares it (`optional`): then it runs
 * without what the code says. `strict` counts a cosmetic difference as drift.
 */
export function compare(
  { same, alike }: Pick<Values, 'same' | 'alike'>,
  local: LocalSide['value'],
  server: ServerSide['value'],
  { strict = false, optional = false }: { strict?: boolean; optional?: boolean } = {},
): Comparison {
  if (server === undefined) {
    return { state: local === undefined ? 'in-sync' : 'ahead', drift: optional && local !== undefined }
  }
  if (local === undefined) return { state: 'differs', drift: true }
  if (same(local, server)) return { state: 'in-sync', drift: false }
  if (alike(local, server)) return { state: 'cosmetic', drift: strict }
  return { state: 'differs', drift: true }
}

/** Who moved, where both sides differ: seen from the base, the newest server text that the code descends from. */
export async function movement(
  values: Values,
  local: LocalSide['value'],
  server: Base['value'],
  base: Base['value'] | undefined,
): Promise<State> {
  if (base === undefined) return 'differs'
  if (local === undefined || values.alike(local, base)) return 'behind'
  // What the server has changed since may have reached the code in another way.
  if (values.alike(server, base) || (await holdsChanges(values, base, local, server))) return 'ahead'
  return 'diverged'
}
