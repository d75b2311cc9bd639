/**
 * The words of sync as types. Everything here is plain data: the report room knows these types and nothing else of sync.
 */

import type { LuaError, SourceLocation } from '../errors.js'
import type { Persona } from '../persona.js'
import type { Json } from '../source/index.js'

/** What a component says: a text, texts of channels, or any JSON. */
export type Value = Persona | Json

/** Which synced thing: `COMPONENTS` has them all. */
export type ComponentKey = string

/**
 * Where a component stands, seen from its base (the newest server text that the code descends from): only the server
 * changed (behind), only local changed, or holds all that the server changed (ahead), both did (diverged), or no base
 * is known (differs). Cosmetic: the two differ in line endings and outer white space alone. Unmanaged: the code declares
 * none, or none that is a value, and leaves it to the server.
 */
export type State = 'in-sync' | 'cosmetic' | 'behind' | 'ahead' | 'diverged' | 'differs' | 'unmanaged'

/** What the code says. `value` is undefined where the code does not declare the component. */
export interface LocalSide {
  value: Value | undefined
  /** The same as a person sees it. */
  shown?: Persona
  /** Where a pull would write: the literal that holds the value. */
  location: SourceLocation
  /** Where the code had to be run to know the value: the files (absolute) that it came from. */
  computed?: readonly string[]
  /** Why what the code declares is no value that could be compared: it is a function, say. */
  unmanaged?: string
}

/** What the server says. `value` is undefined where the server has none. */
export interface ServerSide {
  value: Value | undefined
  /** The same as a person sees it. */
  shown?: Persona
  version?: number
  /** Epoch milliseconds. */
  createdAt?: number
}

/** A published version of a component that has versions. */
export interface PublishedVersion {
  version: number
  value: Value
  /** Epoch milliseconds. */
  createdAt?: number
}

/** The newest server text that the code descends from, and how that is known. */
export interface Base {
  value: Value
  /** The same as a person sees it. */
  shown?: Persona
  version?: number
  /** A commit had it; this checkout saw both sides agree on it; or the code has a published version's text. */
  from: 'git' | 'record' | 'history'
  /** The oldest commit known to have it. */
  commit?: string
}

export interface ComponentDrift {
  component: ComponentKey
  state: State
  /** Does a check fail on it? */
  drift: boolean
  local: LocalSide
  server: ServerSide
  base?: Base
  /** Published versions on the server that are newer than the base, oldest first. */
  newer?: { version: number; createdAt?: number }[]
  /** It is taken whole or not at all: half of a setting is no setting. */
  whole?: boolean
  /** A check looks at it; it is written to neither side. */
  checkOnly?: boolean
  /** The server's side is a version that was asked for, which need not be the latest. */
  chosen?: boolean
}

/** `deploy`: push, and put into production what was pushed. */
export type Action = 'push' | 'deploy' | 'pull' | 'merge' | 'choose' | 'edit' | 'skip'

export interface Push {
  kind: 'push'
  component: ComponentKey
  /** The version that now holds the local text, where the server keeps versions. */
  version?: number
  /** False if the newest version had exactly this text already, so that none was created. */
  created: boolean
  /** A draft is not seen by sync until it is deployed. */
  status: 'published' | 'draft'
  deployed: boolean
  /** The version that production serves, where that is another one. */
  production?: number
  /** The server's state that this push replaced, where there was one and it was not the base. */
  superseded?: { version?: number; text?: string }
  /** Of a dry run: which version the new one would come after, and which production serves. */
  planned?: { over?: number; serving?: number }
}

export interface Pull {
  kind: 'pull' | 'merge' | 'edit'
  component: ComponentKey
  /** Each place that was written; empty if only a base was recorded. */
  written: { file: string; line: number }[]
  notes: string[]
  /** Of a dry run: which version would be taken, and how many lines would change of how many. */
  planned?: { version?: number; lines: { changed: number; of: number } }
}

/** A file that a dry run would write: its texts, undefined where there is none. */
export interface PlannedFile {
  /** Absolute. */
  path: string
  before?: string
  after?: string
}

export interface Skip {
  kind: 'skip'
  component: ComponentKey
  reason: string
}

export type Outcome = Push | Pull | Skip

/** How a run ended, for programs. The same words as in the JSON schema. */
export type Status = 'in-sync' | 'drift' | 'unverified' | 'conflict' | 'done' | 'partial' | 'error'

export interface ComponentResult extends ComponentDrift {
  outcome?: Outcome
}

/** What the server's snapshot of the sources is to this checkout. */
export interface SnapshotState {
  /** Is it another than the one that this checkout last pushed or pulled? */
  newer: boolean
  /** Only when the run was limited to the sources and files here differ from it; else a newer one is a note. */
  drift: boolean
  /** Paths that a restore would change; undefined where the files were not compared. */
  differing?: string[]
  createdAt?: number
  createdBy?: string
  fileCount: number
  /** Paths that were restored, from the project's root; undefined if none was asked for. */
  restored?: string[]
}

export interface SyncResult {
  agentId: string
  serverUrl: string
  /** Absolute folder of the project, to which reports relate paths. */
  root: string
  status: Status
  /** What the run was limited to. */
  only?: readonly (ComponentKey | 'sources')[]
  components: ComponentResult[]
  /** Undefined where the server has none, or this run did not look. */
  snapshot?: SnapshotState
  /** Things worth knowing that are no failure, in the order in which they came up. */
  notes: string[]
  /** True where files were overwritten that `lua sync --undo` puts back. */
  undoable?: boolean
  /** True for a dry run: nothing was written, and outcomes say what would be. */
  dryRun?: boolean
  /** Of a dry run: the files that would change. */
  planned?: PlannedFile[]
  /** Why the server could not be compared with (status `unverified`), or what failed after a part was done (`partial`). */
  failure?: LuaError
}
