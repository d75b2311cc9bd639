/**
 * The end of a run: its last words, and its exit code.
 */

import type { ExitCode } from '../lib/errors.js'
import { renderError } from '../lib/report/error.js'
import {
  type Look,
  NO_DRIFT,
  renderInterrupted,
  renderUndoHint,
  renderUnverified,
  renderWaysOn,
} from '../lib/report/text.js'
import type { SyncResult } from '../lib/sync/model.js'
import type { Mode } from '../lib/sync/sync.js'
import { colors } from './terminal.js'

/** Prints the last words of a run: results with `print`, what is no result on stderr. */
export function presentSync(result: SyncResult, mode: Mode, print: (text: string) => void): void {
  const look: Look = { colors: colors(), now: Date.now(), root: result.root }
  if (result.status === 'unverified') process.stderr.write(renderUnverified(result, look))
  else if (result.failure?.code === 'INTERRUPTED') process.stderr.write(renderInterrupted(result, look))
  else if (result.failure) process.stderr.write(renderError(result.failure, look.colors, result.root))
  else if (result.status === 'in-sync') print(`${NO_DRIFT}\n`)
  else if (result.status === 'drift' && mode === 'check') {
    print(`\n${renderWaysOn(driftedNames(result), look)}`)
  }
  if (result.undoable) print(renderUndoHint(look))
}

function driftedNames({ components, snapshot }: SyncResult): string[] {
  const names: string[] = components.filter(({ drift }) => drift).map(({ component }) => component)
  return snapshot?.drift ? [...names, 'sources'] : names
}

export function exitCodeOf({ status, failure }: SyncResult, mode: Mode): ExitCode {
  if (status === 'unverified') return 0
  if (status === 'partial') return failure?.code === 'INTERRUPTED' ? 130 : 22
  if (failure) return failure.exitCode
  return status === 'drift' && mode === 'check' ? 1 : 0
}
