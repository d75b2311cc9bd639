/**
 * One run of sync at a terminal or in a pipeline: the same for `lua sync` and for the `--sync` hook of any command.
 */

import { asLuaError } from '../lib/errors.js'
import { exitCodeOf } from '../lib/report/exit-codes.js'
import type { AgentRun, Report } from '../lib/report/findings.js'
import { wrapped } from '../lib/report/layout.js'
import { renderCosmetic, renderEvent } from '../lib/report/text.js'
import type { SyncResult } from '../lib/sync/model.js'
import { type SyncEvent, type SyncRequest, type SyncUi, sync } from '../lib/sync/sync.js'
import { terminalAsker } from './ask/asker.js'
import type { Output } from './output.js'
import { openSession, type Session } from './session.js'
import { stopSignal } from './signals.js'
import { canAsk, type Progress, startProgress } from './terminal.js'
import { trace, traceError } from './trace.js'

export interface SyncOptions {
  request: SyncRequest
  /** Without its `print` nothing is shown and nobody is asked: a document follows. */
  output: Pick<Output, 'print' | 'note' | 'quiet'>
  verbose?: boolean
  /** An unreachable server fails a run that could go on without it. */
  requireServer?: boolean
}

/** Where an agent stands among those of a run. */
interface AgentPlace {
  /** What the report calls its project. */
  project: string
  /** Epoch milliseconds from which the time limit counts. */
  start: number
  /** How an agent ended whose server did not answer: this one is taken to end likewise, and nothing is asked. */
  unanswered?: AgentRun
}

/**
 * Runs sync in the project that `folder` belongs to, and shows what happens as it happens. Whatever it ends with is in
 * what it returns.
 */
export async function syncAgent(
  folder: string,
  options: SyncOptions,
  { project, start, unanswered }: AgentPlace = { project: '.', start: Date.now() },
): Promise<AgentRun> {
  const { request, requireServer } = options
  const started = performance.now()
  let root = folder
  try {
    const session = await openSession(folder, request.mode, start)
    root = session.project.root
    if (unanswered) return likewise(unanswered, project, session)
    const { ui, end } = openUi(session, options)
    const result = await sync(session.project, session.server, request, ui).finally(end)
    if (options.verbose)
      options.output.print?.(wrapped(renderCosmetic(result, session.look), session.look.width))
    traceResult(result, performance.now() - started)
    const exitCode = exitCodeOf(result, request.mode, requireServer)
    return { project, root, result, ignored: session.ignored, exitCode }
  } catch (thrown) {
    const error = asLuaError(thrown)
    traceError(error)
    return { project, root, error, exitCode: error.exitCode }
  }
}

/** The report of a run in one project. */
export function reportOf(run: AgentRun, { request }: SyncOptions): Report {
  return { mode: request.mode, root: run.root, many: false, runs: [run], now: Date.now() }
}

function likewise(run: AgentRun, project: string, { project: { agentId, root }, server }: Session): AgentRun {
  const result = run.result && { ...run.result, agentId, serverUrl: server.url, root }
  return { ...run, project, root, result }
}

/** How a run speaks with a person; `end` leaves no trace of progress. */
function openUi(
  { look }: Session,
  { request, output, verbose }: SyncOptions,
): { ui: SyncUi; end: () => void } {
  const { print } = output
  const stop = stopSignal()
  if (!print) return { ui: { stop, report: () => {} }, end: () => {} }
  const progress = startProgress('Comparing with the server…', output.quiet)
  const ask = canAsk() ? terminalAsker(print, look) : undefined
  const eachWithItsQuestion = request.mode === 'interactive' && ask !== undefined
  const report = async (event: SyncEvent) => {
    if (event.type === 'progress') return showProgress(progress, event)
    const text = await renderEvent(event, look, {
      withDiffs: !eachWithItsQuestion,
      numbered: verbose,
    })
    progress.clear()
    if (event.type === 'note') output.note(text)
    else print(text)
  }
  const confirm = (question: string) => {
    progress.clear()
    return ask!.confirm(question)
  }
  return { ui: { stop, ask: ask && { ...ask, confirm }, report }, end: progress.clear }
}

/** A few files need no word. */
const MANY_FILES = 20

function showProgress(progress: Progress, { done, total }: Extract<SyncEvent, { type: 'progress' }>): void {
  if (total <= MANY_FILES) return
  if (done % Math.ceil(total / 100) === 0) progress.say(`Fetching files: ${done} of ${total}`)
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
