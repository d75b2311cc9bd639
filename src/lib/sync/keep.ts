/**
 * What a run is about to overwrite, kept first: the files' exact bytes, what the server held, and what `lua sync --undo`
 * must know to put both back.
 */

import { type FileWrite, recordUndo, type UndoId } from '../disk/index.js'
import { isPersona, type Persona } from '../persona.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import { holds, type ServerState, serving } from './components/index.js'
import { sameValue } from './equality.js'
import type { ComponentDrift, ComponentKey } from './model.js'
import { parseComponents, readRecord, type SyncRecord } from './record.js'

/** Whose state was overwritten: a record of one agent must never be written to another. */
export interface Owner {
  agentId: string
  serverUrl: string
}

/** What the server held before it was overwritten. */
export interface ServerLoss {
  /** By component. */
  values: { [component: string]: Persona }
  /** Which version it was, where the server keeps them. */
  version?: number
}

/** What an undo must know besides the files. */
export interface Memo extends Partial<Owner> {
  /** What the push left on the server, so that an undo can tell whether it still stands. */
  left?: { [component in ComponentKey]?: Persona }
  /** The push deployed as well; what production served before, if anything. */
  deployed?: { before?: number }
  /** What both sides had agreed on before. */
  record: SyncRecord
  /** What an undo took away: kept for a person to find, but the next undo goes further back. */
  passed?: boolean
}

export interface Kept {
  project: Project
  server: Pick<LuaServer, 'agentId' | 'url'>
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
    ...(push?.deploy && left?.persona !== undefined
      ? { deployed: { before: serving(push.state)?.version } }
      : {}),
  }
  return recordUndo(project.stateDir, { reason, files, server: loss, memo, at: Date.now() })
}

export function ownerOf({ agentId, url }: Pick<LuaServer, 'agentId' | 'url'>): Owner {
  return { agentId, serverUrl: url }
}

/** A push that only deploys takes away what production served. */
function serverLoss({ drifts, state, deploy }: Pushing): { loss?: ServerLoss; left?: Memo['left'] } {
  const loss: ServerLoss = { values: {} }
  const left: Memo['left'] = {}
  const live = deploy ? serving(state) : undefined
  for (const { component, server: side, local } of drifts) {
    if (side.value === undefined || local.value === undefined) continue
    const replacesLive = component === 'persona' && live !== undefined && !holds(live, local.value)
    if (sameValue(side.value, local.value) && !replacesLive) continue
    left[component] = local.value
    loss.values[component] = side.value
    if (side.version !== undefined) loss.version = side.version
  }
  return Object.keys(left).length === 0 ? {} : { loss, left }
}

/** What a record says that the server held, as far as it is sound. */
export function lossOf(server: unknown): ServerLoss | undefined {
  if (typeof server !== 'object' || server === null) return undefined
  const { values, version } = server as Partial<ServerLoss>
  const sound = Object.entries(values ?? {}).filter(([, value]) => isPersona(value))
  return { values: Object.fromEntries(sound), ...(Number.isInteger(version) ? { version } : {}) }
}

/** What a record remembers besides the files. A record without a base leaves it to the server's history to tell it. */
export function memoOf(memo: unknown): Memo {
  const { agentId, serverUrl, left, deployed, passed } = (memo ?? {}) as Partial<Memo>
  const texts = Object.entries(left ?? {}).filter(([, value]) => isPersona(value))
  return { agentId, serverUrl, left: Object.fromEntries(texts), deployed, passed, record: recordOf(memo) }
}

function recordOf(memo: unknown): SyncRecord {
  try {
    return parseComponents((memo as Memo).record)
  } catch {
    return {}
  }
}
