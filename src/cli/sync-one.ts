/**
 * `lua sync` in one project. Whatever happens there ends in the report.
 */

import { asLuaError } from '../lib/errors.js'
import type { AgentRun, Report } from '../lib/report/findings.js'
import { exitCodeOf } from './exit-code.js'
import { openSession, PROCESS_START } from './session.js'
import { runSync, type SyncOptions } from './sync-session.js'
import { traceError } from './trace.js'

export interface AgentOptions extends SyncOptions {
  requireServer?: boolean
}

/** Runs sync in the project that `folder` belongs to. */
export async function syncOne(folder: string, options: AgentOptions): Promise<Report> {
  const run = await runAgent('.', folder, options, { start: PROCESS_START, perform: runSync })
  return { mode: options.request.mode, root: run.root, many: false, runs: [run], now: Date.now() }
}

export interface AgentWork {
  /** Epoch milliseconds from which the time limit counts. */
  start: number
  perform: typeof runSync
}

/** @param project what the report calls it */
export async function runAgent(
  project: string,
  folder: string,
  options: AgentOptions,
  { start, perform }: AgentWork,
): Promise<AgentRun> {
  const { mode } = options.request
  let root = folder
  try {
    const session = await openSession(folder, mode, start)
    root = session.project.root
    const result = await perform(session, options)
    return { project, root, result, exitCode: exitCodeOf(result, mode, options.requireServer) }
  } catch (thrown) {
    const error = asLuaError(thrown)
    traceError(error)
    return { project, root, error, exitCode: error.exitCode }
  }
}
