/**
 * Ctrl-C and its kin: the first one asks to stop, a second one ends the process at once.
 */

import { setMaxListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { LuaError } from '../lib/errors.js'
import type { Format } from '../lib/report/formats.js'
import { isDocumentWritten } from './output.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const EXIT = 130

let controller: AbortController | undefined
let ignoring = false

/** Aborted by the first signal of the process. What a second one interrupts is put right by the next run. */
export function stopSignal(): AbortSignal {
  if (controller) return controller.signal
  const created = new AbortController()
  // Every agent of a run listens.
  setMaxListeners(0, created.signal)
  controller = created
  const onSignal = () => {
    if (ignoring) return
    if (created.signal.aborted) process.exit(EXIT)
    created.abort()
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return created.signal
}

/** For work that needs no ending but that of the files that are being written. */
export function exitOnSignal(format: Format): void {
  const end = async () => {
    const { commitsDone } = await import('../lib/disk/index.js')
    const { showError } = await import('./errors.js')
    await commitsDone()
    if (format === 'text') process.stderr.write('Stopped.\n')
    else if (!isDocumentWritten()) await showError(new LuaError('INTERRUPTED', 'Stopped.'), format)
    process.exit(EXIT)
  }
  stopSignal().addEventListener('abort', end, { once: true })
}

/** A Ctrl-C in the person's editor or pager is meant for that program. */
export async function ignoringSignals<T>(work: () => Promise<T>): Promise<T> {
  ignoring = true
  try {
    return await work()
  } finally {
    // What came while another program had the terminal is delivered in the next turn, or the one after.
    for (let turns = 0; turns < 3; turns++) await turn()
    ignoring = false
  }
}

/** After an interruption, requests under way must not keep the process: ends it once all is said. */
export function endIfStopped(): void {
  if (process.exitCode !== EXIT) return
  setImmediate(() => process.stdout.write('', () => process.exit(EXIT)))
}
