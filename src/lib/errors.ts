/**
 * The one kind of error of this project, and the one table that says what each kind means.
 * Exit codes 2 to 11 are those of the Lua CLI; 20 to 22, 70 and 130 are ours.
 */

/** Every exit code, with the words that `--help` and the README print for it. */
export const EXIT_CODES = {
  0: 'ok',
  1: 'drift was found by a check',
  2: 'usage: bad flags, no project, a prompt needed where nobody can answer',
  3: 'not found on the server',
  9: 'no API key, or the server did not accept it',
  10: 'forbidden, or otherwise refused by the server',
  11: 'server unavailable',
  20: 'compile failed',
  21: 'conflict: refused, nothing was changed',
  22: 'partly done: the report says which parts',
  70: 'internal error: a bug in this tool',
  130: 'interrupted',
} as const

export type ExitCode = keyof typeof EXIT_CODES

/**
 * What can go wrong, by code, and the exit code that it ends with, in text and in JSON mode alike. What each means and
 * what to do about it, for the README: `scripts/readme-tables.ts`.
 */
export const ERROR_CODES = {
  USAGE: 2,
  NO_PROJECT: 2,
  PROJECT_INVALID: 2,
  PROMPT_NEEDED: 2,
  INSECURE_URL: 2,
  LOCKED: 2,
  SERVER_NOT_FOUND: 3,
  NO_KEY: 9,
  KEY_REJECTED: 9,
  NOT_ADMIN: 9,
  FORBIDDEN: 10,
  SERVER_REFUSED: 10,
  SERVER_UNREACHABLE: 11,
  SERVER_INVALID: 11,
  NO_ENTRY: 20,
  MANY_AGENTS: 20,
  SYNTAX: 20,
  NOT_STATIC: 20,
  UNRESOLVED: 20,
  COMPILE_FAILED: 20,
  PROOF_FAILED: 20,
  CONFLICT: 21,
  FILE_CHANGED: 21,
  FILE_REFUSED: 21,
  PARTIAL: 22,
  INTERNAL: 70,
  INTERRUPTED: 130,
} as const satisfies Record<string, ExitCode>

export type ErrorCode = keyof typeof ERROR_CODES

/** A place in a source file. `line` and `column` count from 1; `file` is absolute until it is reported. */
export interface SourceLocation {
  file: string
  line: number
  column: number
}

export interface LuaErrorDetails {
  /** What to do next, for a person. */
  hint?: string
  location?: SourceLocation
  /** A few lines of source around `location`, with a marker; plain text without colour. */
  frame?: string
  /** Several problems found in one run; each is an error of its own. */
  problems?: LuaError[]
  /** A write was sent and may or may not have been done: read the server to find out. */
  unclear?: boolean
  cause?: unknown
}

/** The one error class: a code for programs, a message and a hint for people, a location where there is one. */
export class LuaError extends Error {
  override readonly name = 'LuaError'
  readonly code: ErrorCode
  readonly hint?: string
  readonly location?: SourceLocation
  readonly frame?: string
  readonly problems?: LuaError[]
  readonly unclear?: boolean

  constructor(code: ErrorCode, message: string, details: LuaErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint
    this.location = details.location
    this.frame = details.frame
    this.problems = details.problems
    this.unclear = details.unclear
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code]
  }
}

/** Anything thrown, as a `LuaError`: unknown exceptions become INTERNAL, so that they never read as drift. */
export function asLuaError(thrown: unknown): LuaError {
  if (thrown instanceof LuaError) return thrown
  if (thrown instanceof RangeError && /call stack|Invalid (?:string|array) length/.test(thrown.message)) {
    return new LuaError('SYNTAX', 'The code is nested too deeply, or grows too large, to be read.', {
      cause: thrown,
      hint: 'Declare the agent in a plain module of its own.',
    })
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new LuaError('INTERNAL', message, {
    cause: thrown,
    hint: 'This is a bug in lua-plugin-sync. Run again with DEBUG=lua* and report what it prints.',
  })
}
