/** Synchronous work that might never end, on a text that somebody else has made. */

import { Script } from 'node:vm'

const WORK = Symbol.for('lua.within-time')
const START = new Script("globalThis[Symbol.for('lua.within-time')]()")

/**
 * What `work` returns; undefined once it has taken so many milliseconds, wherever it then is: in a loop, or in the midst
 * of a regular expression. Only work that is started as a script can be stopped from within the process.
 */
export function withinTime<T>(milliseconds: number, work: () => T): { value: T } | undefined {
  const holder = globalThis as Record<symbol, unknown>
  const outer = holder[WORK]
  let value: T
  holder[WORK] = () => {
    value = work()
  }
  try {
    START.runInThisContext({ timeout: milliseconds })
    return { value: value! }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  } finally {
    holder[WORK] = outer
  }
}
