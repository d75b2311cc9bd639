/**
 * One run of sync as the modes see it: what was observed, whom to tell, and what has been done so far.
 */

import { asLuaError, type LuaError } from '../errors.js'
import type { Passage } from '../passages.js'
import type { Persona } from '../persona.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import { type Agreed, updateRecord } from './base/record.js'
import type { Conflict } from './merge/merge.js'
import type {
  Action,
  ComponentDrift,
  ComponentKey,
  Outcome,
  PlannedFile,
  SnapshotState,
  Status,
} from './model.js'
import type { Observation } from './observe.js'

export type Mode = 'interactive' | 'check' | 'pull' | 'push' | 'merge'

export interface SyncRequest {
  mode: Mode
  /** Pass the guards; with a pull, also fold a value built of several literals into one. */
  force?: boolean
  /** After a merge, push what was merged. */
  push?: boolean
  /** Write conflicts of a merge into the value, as git does, instead of asking. */
  markers?: boolean
  /** After a push, make the pushed persona version current in production. */
  deploy?: boolean
  /** Count cosmetic differences as drift. */
  strict?: boolean
  /** Limit the run to these. */
  only?: readonly (ComponentKey | 'sources')[]
  /** False: leave the source files alone in a pull. */
  sources?: boolean
  /** Of a pull, the passages that are taken from the server or kept as they are, by number: `1,3-5`. */
  passages?: { take?: string; keep?: string }
  /** Only say what would be done. */
  dryRun?: boolean
  /** Run the code of the project to learn what cannot be read. */
  compute?: boolean
  /** Pull this published persona version instead of the latest. */
  from?: number
}

/** What happens, as it happens. The texts in it are data from outside. */
export type SyncEvent =
  | { type: 'drift'; drifts: ComponentDrift[] }
  | { type: 'outcome'; drift: ComponentDrift; outcome: Outcome }
  | { type: 'verified'; components: ComponentKey[] }
  | { type: 'restored'; files: string[]; planned?: boolean }
  | { type: 'progress'; what: 'files'; done: number; total: number }
  | { type: 'note'; text: string }

/** Take the server's, keep the code's, edit; the same for all that follow; one back, or change nothing at all. */
export type PassageAnswer = 'take' | 'keep' | 'edit' | 'take-rest' | 'keep-rest' | 'back' | 'quit'

/** Questions to a person. Every function may throw LuaError INTERRUPTED. */
export interface Asker {
  /** Shows one component's drift and asks what to do with it. */
  choose(drift: ComponentDrift, choices: Action[], preselected: Action): Promise<Action>
  confirm(question: string): Promise<boolean>
  /**
   * Shows one conflict of a merge and returns the lines that are to stand in its place; undefined to leave the
   * whole component as it is. `whole`: they are one side's or the other's.
   */
  resolve(
    conflict: Conflict,
    which: { index: number; total: number; component: ComponentKey; whole: boolean },
  ): Promise<string[] | undefined>
  /** Shows one passage and asks what is to stand in its place. */
  passage(
    passage: Passage,
    which: { index: number; total: number; component: ComponentKey },
  ): Promise<PassageAnswer>
  /** Shows what a component would be in the code, against what it is there. */
  compare(drift: ComponentDrift, result: Persona): Promise<void>
  /**
   * Opens a text in the person's editor and returns what was saved.
   * @param name of the file
   */
  edit(text: string, name?: string): Promise<string>
}

export interface SyncUi {
  report(event: SyncEvent): Promise<void> | void
  /** Absent where nobody can answer. */
  ask?: Asker
  /** Aborted when the person wants to stop (Ctrl-C): what is being written is finished, nothing more is begun. */
  stop?: AbortSignal
}

export interface Run extends Observation {
  project: Project
  server: LuaServer
  request: SyncRequest
  ui: SyncUi
  outcomes: Map<ComponentKey, Outcome>
  /** The step that is being written, while one is; it never fails. */
  underWay?: Promise<unknown>
  snapshot?: SnapshotState
  /** Were files overwritten that an undo puts back? */
  undoable?: boolean
  /** Of a dry run: the files that would change. */
  planned?: PlannedFile[]
  /** What the push overwrites was kept together with the files, so that one undo takes back both. */
  keptForPush?: boolean
  /** What a person saved in the editor, until it stands in the code. */
  edited: Map<ComponentKey, string[]>
}

export interface ModeResult {
  status: Status
  failure?: LuaError
}

/** The components that a check would fail on. */
export function drifted(run: Run): ComponentDrift[] {
  return run.drifts.filter(({ drift }) => drift)
}

/** Was this component asked for by its name? */
export function isNamed({ request }: Pick<Run, 'request'>, { component }: ComponentDrift): boolean {
  return request.only?.includes(component) ?? false
}

/** What a pull or a merge can take: what is not managed only if it is asked for by name. */
export function pullable(run: Run): ComponentDrift[] {
  return run.drifts.filter(drift => {
    if (drift.server.value === undefined) return false
    return drift.state === 'unmanaged' ? isNamed(run, drift) : drift.drift
  })
}

/** How a run that did what was decided has ended: where everything was skipped, the drift is still there. */
export function statusOf({ outcomes, snapshot }: Run): Status {
  const done = [...outcomes.values()].some(({ kind }) => kind !== 'skip') || snapshot?.restored !== undefined
  return done || outcomes.size === 0 ? 'done' : 'drift'
}

export async function settleOutcome(run: Run, drift: ComponentDrift, outcome: Outcome): Promise<void> {
  run.outcomes.set(drift.component, outcome)
  run.edited.delete(drift.component)
  await run.ui.report({ type: 'outcome', drift, outcome })
}

/** Remembers what a person saved in the editor, which nobody has but this run. */
export function keepInMind({ edited }: Run, component: ComponentKey, text: string): void {
  edited.set(component, [...(edited.get(component) ?? []), text])
}

export async function note(run: Run, text: string): Promise<void> {
  run.notes.push(text)
  await run.ui.report({ type: 'note', text })
}

/**
 * What is the same on both sides is remembered whenever it is seen, whatever else the run is about. A check must work
 * in a read-only checkout, too: without the record, git and the server's history tell the base.
 */
export function rememberAgreement({ project, server, head, agreed, request }: Run): void {
  if (request.dryRun) return
  try {
    updateRecord(project, server, agreed, head)
  } catch {
    // See above.
  }
}

/**
 * Records what both sides hold from now on. What was done stays done where the memory of it cannot be kept: then a
 * note says so, and the server's history serves as base.
 */
export async function remember(run: Run, agreed: Agreed[]): Promise<void> {
  try {
    updateRecord(run.project, run.server, agreed, run.head)
  } catch (error) {
    const { message } = asLuaError(error)
    await note(run, `What code and server now agree on could not be remembered: ${message}`)
  }
}
