/**
 * One run of sync at a terminal or in a pipeline: the same for `lua sync` and for the `--sync` hook of any command.
 */

import {
  type Look,
  renderCosmetic,
  renderDrift,
  renderDriftFound,
  renderOutcome,
  renderRestored,
  renderVerified,
} from '../lib/report/text.js'
import type { SyncResult } from '../lib/sync/model.js'
import { type SyncEvent, type SyncRequest, sync } from '../lib/sync/sync.js'
import { visibleLine } from '../lib/text.js'
import { terminalAsker } from './asker.js'
import { showProgress } from './progress.js'
import type { Session } from './session.js'
import { canAsk } from './terminal.js'

export interface SyncOptions {
  request: SyncRequest
  /** Where results go as text; without it nothing is shown and nobody is asked (for JSON). */
  print?: (text: string) => void
  verbose?: boolean
}

/**
 * Runs sync and shows what happens: results with `print`, notes on stderr.
 * @throws LuaError as `sync` does
 */
export async function runSync(
  { project, server, look }: Session,
  { request, print, verbose }: SyncOptions,
): Promise<SyncResult> {
  if (!print) return sync(project, server, request, { report: () => {} })
  const ask = canAsk()
    ? terminalAsker(print, async drift => print(await renderDrift(drift, look)))
    : undefined
  const eachWithItsQuestion = request.mode === 'interactive' && ask !== undefined
  const report = (event: SyncEvent) => show(event, look, print, eachWithItsQuestion)
  const result = await sync(project, server, request, { ask, report })
  if (verbose) print(renderCosmetic(result, look))
  return result
}

/** While a person is asked about each component, its diff comes with its question instead of at the start. */
async function show(
  event: SyncEvent,
  look: Look,
  print: (text: string) => void,
  eachWithItsQuestion: boolean,
): Promise<void> {
  switch (event.type) {
    case 'drift':
      print(renderDriftFound(look))
      if (!eachWithItsQuestion) for (const drift of event.drifts) print(await renderDrift(drift, look))
      return
    case 'outcome':
      return print(renderOutcome(event.outcome, look))
    case 'verified':
      return print(renderVerified(event.components, look))
    case 'restored':
      return print(renderRestored(event.files))
    case 'progress':
      return showProgress(event)
    case 'note':
      process.stderr.write(`${look.colors.dim(visibleLine(event.text))}\n`)
  }
}
