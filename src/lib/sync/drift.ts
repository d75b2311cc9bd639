/**
 * Drift as a function of three values: what the code says, what the server says, what both last agreed on.
 */

import { sameButForLayout, sameValue } from './equality.js'
import type { Base, LocalSide, ServerSide, State } from './model.js'

export interface Comparison {
  state: State
  drift: boolean
}

/**
 * Compares the two sides of one component. A server without the component is no drift (the product's documentation);
 * `strict` counts a cosmetic difference as drift.
 */
export function compare(
  local: LocalSide['value'],
  server: ServerSide['value'],
  base: Base['value'] | undefined,
  { strict = false } = {},
): Comparison {
  if (server === undefined) return { state: local === undefined ? 'in-sync' : 'ahead', drift: false }
  if (local === undefined) return { state: base === undefined ? 'differs' : 'behind', drift: true }
  if (sameValue(local, server)) return { state: 'in-sync', drift: false }
  if (sameButForLayout(local, server)) return { state: 'cosmetic', drift: strict }
  return { state: movement(local, server, base), drift: true }
}

function movement(local: Base['value'], server: Base['value'], base: Base['value'] | undefined): State {
  if (base === undefined) return 'differs'
  if (sameButForLayout(local, base)) return 'behind'
  return sameButForLayout(server, base) ? 'ahead' : 'diverged'
}
