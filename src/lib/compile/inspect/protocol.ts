/** What the compiler and the process that loads artifacts say to each other. */

/** The descriptor of the child over which both speak, in lines of JSON. */
export const CHANNEL = 3

/** How long an artifact may take to load. */
export const LOAD_LIMIT_MS = 5_000

/** How much memory the code that is loaded may take. */
export const LOAD_LIMIT_MB = 256

/** First message to the child. */
export interface Setup {
  type: 'setup'
  /** What every reply has to carry. */
  token: string
  /** Absolute folder: `zod` is resolved from here. */
  root: string
  /** Texts of files, by absolute path, which the code may read: all that it gets of the disk. */
  files?: Record<string, string>
}

/** Load one artifact and tell what is in it. */
export interface LoadRequest {
  type: 'load'
  id: string
  code: string
  values: readonly string[]
  callables: readonly string[]
  /** Schema fields, by the name that the manifest gives each. */
  schemas: Readonly<Record<string, string>>
  /** What environment variables may be, to see whether that makes a difference. */
  guesses?: readonly string[]
}

export interface LoadFailure {
  /**
   * `network`, `process`: it tried what is not allowed. `hangs`, `memory`: it exceeds a limit. `died`: the process
   * ended under it. `skipped`: it was not tried, after others had hung. `thrown`: everything else.
   */
  reason: 'thrown' | 'network' | 'process' | 'hangs' | 'memory' | 'died' | 'skipped'
  message: string
  /** Places in the artifact, innermost first; lines and columns from 1. */
  stack: { line: number; column: number }[]
  /** Environment variables that were read and not there. */
  environment: string[]
}

/** What was found on the primitive; only plain data. */
export interface Inspection {
  /** Values of the fields asked for, as JSON; a function or an undefined value is left out. */
  values: Record<string, unknown>
  /** Names of the tools that it holds, where these have one. */
  tools: string[]
  /** Which of the asked callables are functions. */
  callables: string[]
  /** JSON Schemas, by manifest name. */
  schemas: Record<string, unknown>
  /** Schema fields that are set but hold no schema. */
  notSchemas: string[]
  /** Every field that the primitive has, its own and its class's. */
  fields: string[]
  /** Environment variables that needed a placeholder for it to load at all. */
  environment: string[]
  /** Fields that depend on environment variables, of which these were asked for; on the clock or chance: none. */
  unstable: { field: string; environment: string[] }[]
  /** Absolute paths of the texts in `Setup.files` that it has read. */
  filesRead: string[]
}

export type ChildReply =
  | { type: 'ready'; token: string }
  | { type: 'loaded'; token: string; id: string; inspection: Inspection }
  | { type: 'failed'; token: string; id: string; failure: LoadFailure }
