/**
 * The one kind of error of this project, and the one table that says what each kind means.
 * Classes 2 to 11 are the vendor's (platform contract, section 5); 20 to 22, 70 and 130 are ours.
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

/** What can go wrong, by code; `exit` decides the exit code, in text and in JSON mode alike. */
export const ERROR_CODES = {
  USAGE: {
    exit: 2,
    meaning: 'the command line is wrong',
  },
  NO_PROJECT: {
    exit: 2,
    meaning: 'no lua.skill.yaml here or in a folder above',
  },
  PROJECT_INVALID: {
    exit: 2,
    meaning: 'lua.skill.yaml cannot be read, or lacks what is needed',
  },
  PROMPT_NEEDED: {
    exit: 2,
    meaning: 'a decision is needed and nobody can be asked',
  },
  INSECURE_URL: {
    exit: 2,
    meaning: 'LUA_API_URL is not a URL that the key may be sent to',
  },
  LOCKED: {
    exit: 2,
    meaning: 'another run is working in this project',
  },
  SERVER_NOT_FOUND: {
    exit: 3,
    meaning: 'the server does not know this agent',
  },
  NO_KEY: {
    exit: 9,
    meaning: 'no API key was found',
  },
  KEY_REJECTED: {
    exit: 9,
    meaning: 'the server did not accept the API key',
  },
  FORBIDDEN: {
    exit: 10,
    meaning: 'the API key may not do this',
  },
  SERVER_REFUSED: {
    exit: 10,
    meaning: 'the server refused the request',
  },
  SERVER_UNREACHABLE: {
    exit: 11,
    meaning: 'the server could not be reached',
  },
  SERVER_INVALID: {
    exit: 11,
    meaning: 'the server answered something that cannot be understood',
  },
  NO_ENTRY: { exit: 20, meaning: 'no source file declares a LuaAgent' },
  MANY_AGENTS: {
    exit: 20,
    meaning: 'more than one LuaAgent is declared',
  },
  SYNTAX: {
    exit: 20,
    meaning: 'a source file cannot be parsed',
  },
  NOT_STATIC: {
    exit: 20,
    meaning: 'a value cannot be known without running the code',
  },
  UNRESOLVED: {
    exit: 20,
    meaning: 'an import or a name cannot be resolved',
  },
  COMPILE_FAILED: {
    exit: 20,
    meaning: 'the project does not compile',
  },
  PROOF_FAILED: {
    exit: 20,
    meaning: 'a rewritten source did not read back as intended, so it was not written',
  },
  CONFLICT: {
    exit: 21,
    meaning: 'going on would destroy work',
  },
  FILE_CHANGED: {
    exit: 21,
    meaning: 'a file changed while it was being worked on',
  },
  FILE_REFUSED: {
    exit: 21,
    meaning: 'a file may not or cannot be written',
  },
  PARTIAL: {
    exit: 22,
    meaning: 'some parts were done and some were not',
  },
  INTERNAL: {
    exit: 70,
    meaning: 'a bug in this tool',
  },
  INTERRUPTED: { exit: 130, meaning: 'stopped by the user' },
} as const satisfies Record<string, { exit: ExitCode; meaning: string }>

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
  /** A write was sent and nobody knows whether it was done: read the server to learn it. */
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
    return ERROR_CODES[this.code].exit
  }
}

/** Anything thrown, as a `LuaError`: unknown exceptions become INTERNAL, so that they never read as drift. */
export function asLuaError(thrown: unknown): LuaError {
  if (thrown instanceof LuaError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new LuaError('INTERNAL', message, {
    cause: thrown,
    hint: 'This is a bug in lua-plugin-sync. Run again with DEBUG=lua* and report what it prints.',
  })
}
