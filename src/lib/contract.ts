/**
 * What a host CLI may build on: types only, also published as they are. The documents are those of `schemas/`.
 */

/**
 * A command that has the drift check run before it: it declares a boolean flag `sync`, and may declare `ci`, `all`,
 * `shard`, `cwd`, `json`, `quiet`, `fail-on-drift` and `require-server`, which then mean what they mean for `lua sync`.
 */
export interface SyncedCommand {
  flags: { sync: { type: 'boolean' } }
  /** False: this command's `--sync` means something else, and nothing is checked. */
  luaSync?: boolean
}

/** The exit codes of a check before a command: drift that was asked about, and what else can end it. */
export type ExitCode = 0 | 1 | 2 | 3 | 9 | 10 | 11 | 20 | 21 | 22 | 70 | 130

export type ComponentState =
  | 'in-sync'
  | 'cosmetic'
  | 'behind'
  | 'ahead'
  | 'diverged'
  | 'differs'
  | 'unmanaged'
export type RunStatus = 'in-sync' | 'drift' | 'unverified' | 'conflict' | 'done' | 'partial' | 'error'

export interface ErrorDocument {
  code: string
  exitCode: number
  message: string
  hint?: string
  location?: { file: string; line: number; column: number }
  problems?: ErrorDocument[]
}

/** What one side says; the text itself only with `--verbose`. */
export interface SideDocument {
  hash: string
  length: number
  /** A text, or one for each channel. */
  text?: string | { base?: string; voice?: string; text?: string }
}

export interface ComponentDocument {
  component: string
  state: ComponentState
  drift: boolean
  /** Path from the project's folder, with forward slashes. */
  file: string
  line: number
  /** The code's value had to be computed (`--compute`). */
  computed?: boolean
  local: SideDocument | null
  server: (SideDocument & { version: number | null; createdDate: string | null }) | null
  /** What both sides descend from, and what that is known from. */
  base: { version: number | null; from: string; commit?: string } | null
  versionsBehind: number | null
  /** What was done, or with a dry run would be: push, pull, merge, edit or skip. */
  action: string | null
  outcome: object | null
  /** With `--verbose`, as `diff -u` writes it. */
  diff?: string
}

/** What `lua sync --json` writes about one agent. */
export interface SyncDocument {
  schemaVersion: number
  status: RunStatus
  agentId: string
  serverUrl: string
  components: ComponentDocument[]
  /** What the server's snapshot of the sources is to this checkout; null where there is none, or nobody looked. */
  snapshot: object | null
  undoable: boolean
  notes: string[]
  /** True for a dry run: nothing was written. */
  dryRun?: boolean
  files?: { file: string; diff?: string }[]
  error?: ErrorDocument
}

/** What `--all --json` writes: a document for each agent, or the error that it ended with. */
export interface ManyDocument<Each> {
  schemaVersion: number
  status: RunStatus
  agents: ({ project: string } & (Each | FailedDocument))[]
}

/** A run that ended before there was a result. */
export interface FailedDocument {
  schemaVersion: number
  status: 'error'
  error: ErrorDocument
}

/** What `lua compile --json` writes about one agent. */
export interface CompileDocument {
  schemaVersion: number
  status: 'done'
  cached: boolean
  rebuilt: number
  compiledAt: string
  primitives: { kind: string; name: string; path: string; sourcePath: string; hash: string }[]
  counts: Record<string, number>
  projectFiles: number
  /** Paths from the project's folder. */
  written: string[]
  warnings: { message: string; hint?: string; location?: { file: string; line: number; column: number } }[]
  /** Milliseconds. */
  timings: Record<string, number>
}
