/**
 * `lua sync` in every project of a repository.
 */

import type { AgentRun, Report } from '../lib/report/findings.js'
import { renderAgentLine, renderAllSummary } from '../lib/report/many.js'
import { renderDrift } from '../lib/report/text.js'
import type { SyncResult } from '../lib/sync/model.js'
import { eachProject } from './each-project.js'
import type { Shard } from './flags.js'
import type { Session } from './session.js'
import { type AgentOptions, runAgent } from './sync-one.js'
import { runSync } from './sync-session.js'
import { colors } from './terminal.js'

/**
 * Runs sync in every project in `folder` and below; as text, one line each in the order of their paths, and a summary.
 * @throws LuaError NO_PROJECT if there is none
 */
export async function syncAll(folder: string, options: AgentOptions & { shard?: Shard }): Promise<Report> {
  const { request, output, verbose, shard } = options
  const report: Report = { mode: request.mode, root: folder, many: true, runs: [], now: Date.now() }
  const look = { colors: colors(), now: report.now, root: folder }
  // One line an agent is all that is printed, so each runs without a word of its own.
  const run = givingUp({ ...options, output: { ...output, print: undefined } })
  report.runs = await eachProject(folder, {
    shard,
    work: run,
    done: async ended => {
      output.print?.(renderAgentLine(ended, report, look))
      const drifts = verbose ? (ended.result?.components ?? []).filter(({ drift }) => drift) : []
      for (const drift of drifts) output.print?.(await renderDrift(drift, { ...look, root: ended.root }))
    },
  })
  output.print?.(renderAllSummary(report, look))
  return report
}

/** So many agents in a row without an answer, and the server is taken to be down for the others, too. */
const ENOUGH = 8

/**
 * Runs an agent. Where the server answered none of eight in a row, the rest is not tried: each would wait as long as
 * those did, for hours in a large repository.
 */
function givingUp(options: AgentOptions): (project: string, folder: string) => Promise<AgentRun> {
  let unanswered = 0
  let last: AgentRun | undefined
  return async (project, folder) => {
    const perform = last && unanswered >= ENOUGH ? endingAs(last) : runSync
    const run = await runAgent(project, folder, options, { start: Date.now(), perform })
    const failure = run.error ?? run.result?.failure
    unanswered = failure?.code === 'SERVER_UNREACHABLE' ? unanswered + 1 : 0
    last = run
    return run
  }
}

/** What an agent ends with if the server answers it as little as it did the last one. */
function endingAs({ result, error }: AgentRun) {
  return async ({ project, server }: Session): Promise<SyncResult> => {
    if (!result) throw error
    return { ...result, agentId: project.agentId, serverUrl: server.url, root: project.root }
  }
}
