/**
 * `lua compile` in all projects of a repository. Whatever happens in a project ends in its part of the result.
 */

import { compileProject } from '../lib/compile/index.js'
import { asLuaError } from '../lib/errors.js'
import { findProject } from '../lib/project/project.js'
import { renderDetails } from '../lib/report/compile.js'
import { type CompiledAgent, renderCompiledAgent, renderCompileSummary } from '../lib/report/compile-many.js'
import { renderError } from '../lib/report/error.js'
import { eachProject } from './each-project.js'
import type { Shard } from './flags.js'
import type { Output } from './output.js'
import { colors } from './terminal.js'
import { traceError } from './trace.js'

export interface CompileAllOptions {
  cache: boolean
  verbose: boolean
  output: Output
  shard?: Shard
}

/**
 * Compiles every project in `folder` and below; as text, one line each in the order of their paths, and a summary.
 * @throws LuaError NO_PROJECT if there is none
 */
export async function compileAll(folder: string, options: CompileAllOptions): Promise<CompiledAgent[]> {
  const { cache, verbose, output, shard } = options
  const runs = await eachProject(folder, {
    shard,
    work: (project, root) => compileAgent(project, root, cache),
    done: run => {
      output.print?.(renderCompiledAgent(run, colors()))
      if (verbose && run.result) output.print?.(renderDetails(run.result, colors()))
      if (verbose && run.error) output.tell(renderError(run.error, colors(), run.root))
    },
  })
  output.print?.(renderCompileSummary(runs, colors()))
  return runs
}

async function compileAgent(project: string, root: string, cache: boolean): Promise<CompiledAgent> {
  const started = performance.now()
  const elapsed = () => performance.now() - started
  try {
    const result = await compileProject(await findProject(root), { cache })
    return { project, root, result, milliseconds: elapsed() }
  } catch (thrown) {
    const error = asLuaError(thrown)
    traceError(error)
    return { project, root, error, milliseconds: elapsed() }
  }
}
