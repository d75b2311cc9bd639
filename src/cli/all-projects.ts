/**
 * The same work in every project of a repository: what `--all` means. Whatever happens in a project ends in its part
 * of the result.
 */

import { join } from 'node:path'
import type { CompileResult } from '../lib/compile/index.js'
import { atOnce } from '../lib/disk/index.js'
import { asLuaError, LuaError } from '../lib/errors.js'
import { findProjects } from '../lib/project/find-projects.js'
import { CONFIG_FILE } from '../lib/project/project.js'
import { renderDetails } from '../lib/report/compile.js'
import { type CompiledAgent, renderCompiledAgent, renderCompileSummary } from '../lib/report/compile-many.js'
import { renderDrift } from '../lib/report/drift.js'
import { renderError } from '../lib/report/error.js'
import type { AgentRun, Report } from '../lib/report/findings.js'
import { renderAgentLine, renderAllSummary } from '../lib/report/many.js'
import { renderDryRun, renderFileDiffs } from '../lib/report/plan.js'
import { visibleLine } from '../lib/text.js'
import type { Shard } from './flags.js'
import type { Output } from './output.js'
import { type SyncOptions, syncAgent } from './sync-agent.js'
import { colors } from './terminal.js'
import { traceError } from './trace.js'

/** So many agents in a row without an answer, and the server is taken to be down for the others, too. */
const ENOUGH = 8

/** How often an agent tries again that shares files with others. */
const MOST_TURNS = 10

function lostRace({ result, error }: AgentRun): boolean {
  return (error ?? result?.failure)?.code === 'FILE_CHANGED'
}

/**
 * Runs sync in every project in `folder` and below; as text, one line each in the order of their paths, and a summary.
 * Where the server answered none of eight in a row, the rest is not tried: each would wait as long as those did, for
 * hours in a large repository.
 * @throws LuaError NO_PROJECT if there is none
 */
export async function syncAll(
  folder: string,
  options: SyncOptions & { output: Output; shard?: Shard },
): Promise<Report> {
  const { request, output, verbose, shard } = options
  const report: Report = { mode: request.mode, root: folder, many: true, runs: [], now: Date.now() }
  const look = { colors: colors(), now: report.now, root: folder }
  // One line an agent is all that is printed, so each runs without a word of its own.
  const silent = { ...options, output: { ...output, print: undefined } }
  let unanswered = 0
  let last: AgentRun | undefined
  let oneByOne = Promise.resolve()
  report.runs = await eachProject(folder, {
    shard,
    output,
    work: async (project, root) => {
      const place = { project, start: Date.now(), unanswered: unanswered >= ENOUGH ? last : undefined }
      let run = await syncAgent(root, silent, place)
      // Another agent that has the same file was quicker: these go one after the other, and see what is left to do.
      for (let turn = 0; turn < MOST_TURNS && lostRace(run); turn++) {
        const again = oneByOne.then(() => syncAgent(root, silent, { project, start: Date.now() }))
        oneByOne = again.then(() => {})
        run = await again
      }
      const failure = run.error ?? run.result?.failure
      unanswered = failure?.code === 'SERVER_UNREACHABLE' ? unanswered + 1 : 0
      last = run
      return run
    },
    done: async ended => {
      output.print?.(renderAgentLine(ended, report, look))
      if (output.print)
        for (const text of ended.ignored ?? []) output.note(`   ${look.colors.dim(visibleLine(text))}\n`)
      const drifts = verbose ? (ended.result?.components ?? []).filter(({ drift }) => drift) : []
      const here = { ...look, root: ended.root }
      for (const drift of drifts) output.print?.(await renderDrift(drift, here))
      if (verbose) output.print?.(await renderFileDiffs(ended.result?.planned, here))
      const failure = ended.error ?? ended.result?.failure
      if (verbose && failure && output.print) output.tell(renderError(failure, look.colors, ended.root))
    },
  })
  output.print?.(renderAllSummary(report, look))
  if (request.dryRun) output.print?.(await renderDryRun([], look))
  return report
}

interface CompileAllOptions {
  /** Compiles one project. */
  compile: (root: string) => Promise<CompileResult>
  verbose: boolean
  output: Output
  shard?: Shard
}

/**
 * Compiles every project in `folder` and below; as text, one line each in the order of their paths, and a summary.
 * @throws LuaError NO_PROJECT if there is none
 */
export async function compileAll(folder: string, options: CompileAllOptions): Promise<CompiledAgent[]> {
  const { compile, verbose, output, shard } = options
  const runs = await eachProject(folder, {
    shard,
    output,
    work: async (project, root): Promise<CompiledAgent> => {
      const started = performance.now()
      const end = () => ({ project, root, milliseconds: performance.now() - started })
      try {
        const result = await compile(root)
        return { ...end(), result }
      } catch (thrown) {
        const error = asLuaError(thrown)
        traceError(error)
        return { ...end(), error }
      }
    },
    done: run => {
      output.print?.(renderCompiledAgent(run, colors()))
      if (verbose && run.result) output.print?.(renderDetails(run.result, colors()))
      if (verbose && run.error) output.tell(renderError(run.error, colors(), run.root))
    },
  })
  output.print?.(renderCompileSummary(runs, colors(), verbose))
  return runs
}

/** Projects at a time: enough to hide the server's delays, few enough for a small machine. */
const AT_ONCE = 8

interface EachProject<T> {
  shard?: Shard
  output: Output
  /**
   * @param project folder from the root, with `/`; `.` for the root itself
   * @param folder the same, absolute
   */
  work(project: string, folder: string): Promise<T>
  /** Called for one project after the other, in the order of their paths, as soon as all before it are done. */
  done?(result: T): Promise<void> | void
}

/**
 * Runs `work` in every project in `root` and below, or in one shard of them, eight at a time.
 * @returns the results in the order of the projects' paths
 * @throws LuaError NO_PROJECT if there is none; what `work` throws ends the run
 */
async function eachProject<T>(root: string, { shard, output, work, done }: EachProject<T>): Promise<T[]> {
  const { projects: found, missing } = await findProjects(root)
  for (const path of missing) {
    const what = `${visibleLine(path)} is a submodule that is not checked out`
    output.note(`${what}, so its agents were not looked at (git submodule update --init).\n`)
  }
  if (found.length === 0) {
    throw new LuaError('NO_PROJECT', `No Lua project here: looked for ${CONFIG_FILE} in ${root} and below.`, {
      hint: 'Folders that git ignores are skipped, and so are node_modules, dist and folders whose names begin with a dot.',
    })
  }
  const projects = found.filter((_, index) => !shard || index % shard.of === shard.index - 1)
  const results: (T | undefined)[] = projects.map(() => undefined)
  let told = 0
  let telling = Promise.resolve()
  const tellAll = async () => {
    for (let next = results[told]; next !== undefined; next = results[told]) {
      told += 1
      await done?.(next)
    }
  }
  await atOnce(AT_ONCE, projects, async (project, index) => {
    results[index] = await work(project, join(root, project))
    telling = telling.then(tellAll)
    await telling
  })
  return results as T[]
}
