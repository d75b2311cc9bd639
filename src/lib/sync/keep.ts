/**
 * What a run is about to overwrite, kept first: the files' exact bytes, what the server held, and what `lua sync --undo`
 * must know to put both back.
 */

import { type FileWrite, recordUndo, type UndoId } from '../disk/index.js'
import type { Project } from '../project/project.js'
import { type AgentOnServer, NO_RECORD, readRecord, type SyncRecord, soundRecord } from './base/record.js'
import { componentOf, type ServerState, versioned } from './components/index.js'
import type { ComponentDrift, ComponentKey, Value } from './model.js'

/** Whose state was overwritten: a record of one agent must never be written to another. */
interface Owner {
  agentId: string
  serverUrl: string
}

/** What the server held before it was overwritten. */
export interface ServerLoss {
  /** By component; `null`: it had none. */
  values: { [component: ComponentKey]: Value | null }
  /** Which version it was, where the server keeps them. */
  versions: { [component: ComponentKey]: number }
}

/** What an undo must know besides the files. */
export interface Memo extends Partial<Owner> {
  /** What the push left on the server, so that an undo can tell whether it still stands. */
  left?: { [component: ComponentKey]: Value }
  /** The push deployed as well; what production served before, if anything. */
  deployed?: { before?: number }
  /** What both sides had agreed on before. */
  record: SyncRecord
  /** An undo took this away: it is kept for a person to find, but the next undo goes further back. */
  passed?: boolean
}

export interface Kept {
  project: Project
  server: AgentOnServer
  /** Which run it is: `pull`, `push`, `merge`, `edit`. */
  reason: string
  files?: FileWrite[]
  /** What will be pushed in the same run. */
  push?: Pushing
}

export interface Pushing {
  drifts: ComponentDrift[]
  /** The server just before. */
  state: ServerState
  deploy: boolean
}

/** Keeps what a run overwrites, in the code and on the server; undefined if nothing is lost by it. */
export async function keep({ project, server, reason, files = [], push }: Kept): Promise<UndoId | undefined> {
  const { loss, left } = push ? serverLoss(push) : {}
  if (files.length === 0 && !left) return undefined
  const memo: Memo = {
    ...ownerOf(server),
    record: readRecord(project, server).record,
    left,
    ...(push?.deploy && left?.[versioned.key] !== undefined
      ? { deployed: { before: versioned.history.standing(push.state).live } }
      : {}),
  }
  return recordUndo(project.stateDir, { reason, files, server: loss, memo, at: Date.now() })
}

export function ownerOf({ agentId, url }: AgentOnServer): Owner {
  return { agentId, serverUrl: url }
}

/** A push that only deploys takes away what production served. */
function serverLoss({ drifts, state, deploy }: Pushing): { loss?: ServerLoss; left?: Memo['left'] } {
  const loss: ServerLoss = { values: {}, versions: {} }
  const left: Memo['left'] = {}
  for (const { component, server: side, local } of drifts) {
    const { same, history } = componentOf(component)
    if (local.value === undefined) continue
    const isLive = history?.standing(state).live === undefined || history.serves(state, local.value)
    if (side.value !== undefined && same(side.value, local.value) && (!deploy || isLive)) continue
    left[component] = local.value
    loss.values[component] = side.value ?? null
    if (side.version !== undefined) loss.versions[component] = side.version
  }
  return Object.keys(left).length === 0 ? {} : { loss, left }
}

/** What the server held according to a record, as far as the record is sound. */
export function lossOf(server: unknown): ServerLoss | undefined {
  if (typeof server !== 'object' || server === null) return undefined
  const { values, versions } = server as Partial<ServerLoss>
  const known = Object.entries(versions ?? {}).filter(([, version]) => Number.isInteger(version))
  return { values: sound(values ?? {}, value => value === null), versions: Object.fromEntries(known) }
}

/** Values of components that there are. */
function sound<T>(
  values: { [component: ComponentKey]: T },
  also = (_: T) => false,
): { [component: ComponentKey]: T } {
  const fit = Object.entries(values).filter(([key, value]) => {
    const component = componentOf(key)
    return component !== undefined && (component.is(value) || also(value))
  })
  return Object.fromEntries(fit)
}

/** What a record remembers besides the files. Where it has no base, the server's history tells it. */
export function memoOf(memo: unknown): Memo {
  const { agentId, serverUrl, left, deployed, passed } = (memo ?? {}) as Partial<Memo>
  return { agentId, serverUrl, left: sound(left ?? {}), deployed, passed, record: recordOf(memo) }
}

function recordOf(memo: unknown): SyncRecord {
  try {
    return soundRecord((memo as Memo).record)
  } catch {
    return NO_RECORD
  }
}
