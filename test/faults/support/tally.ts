/**
 * Counts what the fault tests try and what survives, for the table that `npm run test:faults` prints.
 */

export interface Tally {
  tried: number
  survived: number
  /** Milliseconds of the slowest survivor. */
  slowest: number
}

/**
 * By area, in the order in which they were first tried. Kept at the process, because mocha loads what is required
 * and what is tested as different modules.
 */
const KEPT = Symbol.for('lua-plugin-sync.fault-tallies')
const kept = globalThis as { [KEPT]?: Map<string, Tally> }
kept[KEPT] ??= new Map()
export const tallies: Map<string, Tally> = kept[KEPT]

/** Runs one fault and counts it as survived if `body` does not throw. `body` may answer how long it took, in ms. */
export async function tried<T>(area: string, body: () => Promise<T> | T, times = 1): Promise<T> {
  const tally = tallies.get(area) ?? { tried: 0, survived: 0, slowest: 0 }
  tallies.set(area, tally)
  tally.tried += times
  const started = performance.now()
  const value = await body()
  tally.survived += times
  tally.slowest = Math.max(tally.slowest, typeof value === 'number' ? value : performance.now() - started)
  return value
}
