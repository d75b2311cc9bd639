/**
 * Stopping on request: at once while nothing is being written, otherwise after the present step.
 */

import { LuaError } from '../errors.js'
import type { Run } from './run.js'

function interrupted(): LuaError {
  return new LuaError('INTERRUPTED', 'Stopped.')
}

/**
 * `work`, unless the person asks to stop: then INTERRUPTED, as soon as the step under way (if there is one) has ended.
 * What `work` goes on to do afterwards does not matter: it can begin no further step.
 */
export async function stoppable<T>(
  stop: AbortSignal | undefined,
  work: Promise<T>,
  underWay: () => Promise<unknown> | undefined = () => undefined,
): Promise<T> {
  if (!stop) return work
  work.catch(() => {}) // Nobody may be waiting for it any more.
  let onStop = () => {}
  const stopped = new Promise<never>((_resolve, reject) => {
    onStop = () => {
      const end = () => reject(interrupted())
      void (underWay() ?? Promise.resolve()).then(end)
    }
  })
  stop.addEventListener('abort', onStop, { once: true })
  if (stop.aborted) onStop()
  try {
    const value = await Promise.race([work, stopped])
    if (stop.aborted) throw interrupted()
    return value
  } finally {
    stop.removeEventListener('abort', onStop)
  }
}

/**
 * One step that writes, here or on the server: it is either not begun or brought to its end.
 * @throws LuaError INTERRUPTED if the person asked to stop before
 */
export async function step<T>(run: Run, work: () => Promise<T>): Promise<T> {
  if (run.ui.stop?.aborted) throw interrupted()
  const doing = work()
  run.underWay = doing.catch(() => {})
  try {
    return await doing
  } finally {
    run.underWay = undefined
  }
}
