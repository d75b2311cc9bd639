/** Many compiles as text and as JSON. */

import type { Colors } from 'picocolors/types.js'
import type { CompileResult } from '../compile/index.js'
import type { CompileDocument, ManyDocument } from '../contract.js'
import type { LuaError } from '../errors.js'
import { visibleLine } from '../text.js'
import { compileDocument } from './compile.js'
import { errorDocument, SCHEMA_VERSION } from './json.js'
import { count } from './words.js'

/** How the compile of one project of many ended. */
export interface CompiledAgent {
  /** Folder of the project from the one that was searched, with `/`; `.` for that one. */
  project: string
  /** The same, absolute. */
  root: string
  result?: CompileResult
  error?: LuaError
  milliseconds: number
}

/** One line, however the compile ended. Ends with a line feed. */
export function renderCompiledAgent(run: CompiledAgent, colors: Colors): string {
  const { project, result, error, milliseconds } = run
  const name = colors.bold(visibleLine(project))
  const time = colors.dim(`(${Math.round(milliseconds)} ms)`)
  if (!result) return `❌ ${name}: ${colors.red(failure(error!))}\n`
  const what = count(result.manifest.primitives.length, 'primitive')
  const warned = result.warnings.length > 0 ? `, ${count(result.warnings.length, 'warning')}` : ''
  return `✅ ${name}: ${result.cached ? `nothing has changed, ${what}` : `compiled ${what}`}${warned} ${time}\n`
}

function failure({ message, problems = [] }: LuaError): string {
  const first = problems[0]
  if (!first) return visibleLine(message)
  const more = problems.length > 1 ? ` (and ${count(problems.length - 1, 'more problem')})` : ''
  return `${visibleLine(first.message)}${more}`
}

/**
 * How many ended how. Ends with a line feed.
 * @param isVerbose each failure has been shown in full already
 */
export function renderCompileSummary(runs: CompiledAgent[], colors: Colors, isVerbose = false): string {
  const failed = runs.filter(({ error }) => error).length
  const parts = [
    ...(runs.length > failed ? [`${runs.length - failed} compiled`] : []),
    ...(failed > 0 ? [`${failed} failed${isVerbose ? '' : ' (--verbose shows why)'}`] : []),
  ]
  const agents = count(runs.length, 'agent')
  return parts.length > 0 ? `${colors.bold(`${agents}:`)} ${parts.join(', ')}.\n` : `${agents}.\n`
}

/** The result of `lua compile --all --json`. */
export function compileAllDocument(runs: CompiledAgent[]): ManyDocument<CompileDocument> {
  const agents = runs.map(({ project, root, result, error, milliseconds }) => ({
    project,
    ...(result ? compileDocument(result, milliseconds, root) : errorDocument(error!, root)),
  }))
  const status = runs.some(({ error }) => error) ? 'error' : 'done'
  return { schemaVersion: SCHEMA_VERSION, status, agents }
}
