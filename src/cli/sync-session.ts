/**
 * One run of sync at a terminal or in a pipeline: the same for `lua sync` and for the `--sync` hook of any command.
 */

import {
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
import type { Output } from './output.js'
import { type Progress, startProgress } from './progress.js'
import type { Session } from './session.js'
import { stopSignal } from './signals.js'
import { canAsk } from './terminal.js'
import { trace } from './trace.js'

export interface SyncOptions {
  request: SyncRequest
  /** Without its `print` nothing is shown and nobody is asked: a document follows. */
  output: Pick<Output, 'print' | 'note' | 'quiet'>
  verbose?: boolean
}

/**
 * Runs sync and shows what happens, as it happens.
 * @throws LuaError as `sync` does
 */
export async function runSync(session: Session, options: SyncOptions): Promise<SyncResult> {
  const started = performance.now()
  const result = options.output.print
    ? await runShown(session, options, options.output.print)
    : await sync(session.project, session.server, options.request, { stop: stopSignal(), report: () => {} })
  traceResult(result, performance.now() - started)
  return result
}

async function runShown(
  { project, server, look }: Session,
  { request, output, verbose }: SyncOptions,
  print: (text: string) => void,
): Promise<SyncResult> {
  const progress = startProgress('Comparing with the server…', output.quiet)
  const ask = canAsk()
    ? terminalAsker(print, async drift => print(await renderDrift(drift, look)))
    : undefined
  const eachWithItsQuestion = request.mode === 'interactive' && ask !== undefined
  const say = (text: string) => {
    progress.clear()
    print(text)
  }
  const report = async (event: SyncEvent) => {
    if (event.type === 'progress') return showProgress(progress, event)
    if (event.type === 'note') {
      progress.clear()
      return output.note(`${look.colors.dim(visibleLine(event.text))}\n`)
    }
    for (const text of await told(event, eachWithItsQuestion, look)) say(text)
  }
  try {
    const result = await sync(project, server, request, { stop: stopSignal(), ask, report })
    if (verbose) say(renderCosmetic(result, look))
    return result
  } finally {
    progress.clear()
  }
}

/** A few files need no word. */
const MANY_FILES = 20

function showProgress(progress: Progress, { done, total }: Extract<SyncEvent, { type: 'progress' }>): void {
  if (total <= MANY_FILES) return
  if (done % Math.ceil(total / 100) === 0) progress.say(`Fetching files: ${done} of ${total}`)
}

/** An event as results. While a person is asked about each component, its diff comes with its question instead. */
async function told(
  event: Exclude<SyncEvent, { type: 'progress' | 'note' }>,
  eachWithItsQuestion: boolean,
  look: Session['look'],
): Promise<string[]> {
  switch (event.type) {
    case 'drift': {
      const blocks: string[] = []
      if (!eachWithItsQuestion) for (const drift of event.drifts) blocks.push(await renderDrift(drift, look))
      return [renderDriftFound(look), ...blocks]
    }
    case 'outcome':
      return [renderOutcome(event.outcome, look)]
    case 'verified':
      return [renderVerified(event.components, look)]
    case 'restored':
      return [renderRestored(event.files)]
  }
}

function traceResult({ components, status }: SyncResult, ms: number): void {
  for (const { component, local, outcome } of components) {
    trace('file', `${component} is in ${local.location.file}:${local.location.line}`)
    if (outcome && 'written' in outcome) {
      for (const { file, line } of outcome.written) trace('file', `wrote ${component} to ${file}:${line}`)
    }
  }
  trace('time', `${status} after ${Math.round(ms)} ms`)
}
