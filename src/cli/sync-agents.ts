/**
 * `lua sync` in one project or in all of a repository. Whatever happens in a project ends in its part of the report.
 */

import { asLuaError } from '../lib/errors.js'
import type { AgentRun, Report } from '../lib/report/findings.js'
import { renderAgentLine, renderAllSummary } from '../lib/report/many.js'
import { renderDrift } from '../lib/report/text.js'
import { eachProject } from './each-project.js'
import { exitCodeOf } from './exit-code.js'
import type { Shard } from './flags.js'
import { openSession, PROCESS_START } from './session.js'
import { runSync, type SyncOptions } from './sync-session.js'
import { colors } from './terminal.js'
import { traceError } from './trace.js'

export interface AgentOptions extends SyncOptions {
  requireServer?: boolean
}

/** Runs sync in the project that `folder` belongs to. */
export async function syncOne(folder: string, options: AgentOptions): Promise<Report> {
  const run = await runAgent('.', folder, options, PROCESS_START)
  return { mode: options.request.mode, root: run.root, many: false, runs: [run], now: Date.now() }
}

/**
 * Runs sync in every project in `folder` and below; as text, one line each in the order of their paths, and a summary.
 * @throws LuaError NO_PROJECT if there is none
 */
export async function syncAll(folder: string, options: AgentOptions & { shard?: Shard }): Promise<Report> {
  const { request, output, verbose, shard } = options
  const report: Report = { mode: request.mode, root: folder, many: true, runs: [], now: Date.now() }
  const look = { colors: colors(), now: report.now, root: folder }
  // One line an agent is all that is printed, so each runs without a word of its own.
  const silent = { ...options, output: { ...output, print: undefined } }
  report.runs = await eachProject(folder, {
    shard,
    work: (project, root) => runAgent(project, root, silent, Date.now()),
    done: async run => {
      output.print?.(renderAgentLine(run, report, look))
      const drifts = verbose ? (run.result?.components ?? []).filter(({ drift }) => drift) : []
      for (const drift of drifts) output.print?.(await renderDrift(drift, { ...look, root: run.root }))
    },
  })
  output.print?.(renderAllSummary(report, look))
  return report
}

async function runAgent(
  project: string,
  folder: string,
  options: AgentOptions,
  start: number,
): Promise<AgentRun> {
  const { mode } = options.request
  let root = folder
  try {
    const session = await openSession(folder, mode, start)
    root = session.project.root
    const result = await runSync(session, options)
    return { project, root, result, exitCode: exitCodeOf(result, mode, options.requireServer) }
  } catch (thrown) {
    const error = asLuaError(thrown)
    traceError(error)
    return { project, root, error, exitCode: error.exitCode }
  }
}
