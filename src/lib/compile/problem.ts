/** Problems and warnings of a compile, each at its place in the source. */

import { type ErrorCode, LuaError, type SourceLocation } from '../errors.js'
import type { Handle } from '../source/index.js'

/** Something worth saying that does not stop the compile. */
export interface Warning {
  message: string
  hint?: string
  location?: SourceLocation
  frame?: string
}

/** A problem with an expression or declaration. */
export function problemAt(
  at: Handle,
  message: string,
  hint: string,
  code: ErrorCode = 'COMPILE_FAILED',
): LuaError {
  return new LuaError(code, message, { hint, ...placeOf(at) })
}

export function warningAt(at: Handle, message: string, hint: string): Warning {
  return { message, hint, ...placeOf(at) }
}

/** What a value depends on that is not the same wherever and whenever a project is compiled. */
export function causeOf(environment: readonly string[]): string {
  return environment.length === 0
    ? 'on the clock, chance or the machine'
    : `on the environment (${environment.join(', ')})`
}

/** The warning that `what` depends on something of the kind, and that the manifest has its default. */
export function hasDefault(at: Handle, what: string, environment: readonly string[]): Warning {
  return warningAt(
    at,
    `${what} depends ${causeOf(environment)}; the manifest has its default.`,
    'What the platform reads from the manifest is the same everywhere: make it a constant, or a function.',
  )
}

function placeOf({ module, node }: Handle): { location: SourceLocation; frame: string } {
  const location = module.locationOf(node)
  return { location, frame: module.frame(location) }
}

/** One error for all problems of a run, in the order of files and lines. */
export function compileFailed(problems: readonly LuaError[]): LuaError {
  const sorted = distinct(problems).sort(byPlace)
  const count = sorted.length === 1 ? '1 problem' : `${sorted.length} problems`
  return new LuaError('COMPILE_FAILED', `The project does not compile: ${count}.`, {
    problems: sorted,
    hint: 'Nothing was written; the last output is as it was.',
  })
}

function distinct(problems: readonly LuaError[]): LuaError[] {
  const seen = new Map(problems.map(problem => [`${place(problem)} ${problem.message}`, problem]))
  return [...seen.values()]
}

/** The same file is in many artifacts, and what is odd about it is said for each. */
export function distinctWarnings(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map(warning => [JSON.stringify(warning), warning])).values()]
}

const place = ({ location }: LuaError) =>
  location ? `${location.file}:${location.line}:${location.column}` : ''

function byPlace({ location: a }: LuaError, { location: b }: LuaError): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}
