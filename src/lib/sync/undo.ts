/**
 * Undo: what a run overwrites is kept first, in the code and on the server, and `lua sync --undo` puts it back.
 */

import {
  commitFiles,
  discardUndo,
  type FileWrite,
  planUndo,
  recordUndo,
  recoverFiles,
  type ServerLoss,
  type UndoId,
  type UndoPlan,
  withLock,
} from '../disk/index.js'
import { LuaError } from '../errors.js'
import { isPersona, type Persona } from '../persona.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import { diskHost } from '../source/index.js'
import { COMPONENTS, componentOf, type ServerState } from './components/index.js'
import { sameValue } from './equality.js'
import type { ComponentDrift, ComponentKey, ServerSide } from './model.js'
import { fetchServerState } from './observe.js'
import { parseComponents, readRecord, replaceRecord, type SyncRecord } from './record.js'

/** What an undo must know besides the files. */
interface Memo {
  /** What the push left on the server, so that an undo can tell whether it still stands. */
  left?: { [component in ComponentKey]?: Persona }
  /** What both sides had agreed on before. */
  record: SyncRecord
  /** What an undo took away: kept for a person to find, but the next undo goes further back. */
  passed?: boolean
}

/** Keeps the exact bytes of the files that are about to be written. */
export function keepFiles(project: Project, reason: string, files: FileWrite[]): Promise<UndoId> {
  const memo: Memo = { record: readRecord(project).record }
  return recordUndo(project.stateDir, { reason, files, memo, at: Date.now() })
}

/** Keeps what the server holds and a push is about to replace; undefined if nothing is lost by it. */
export async function keepServer(project: Project, drifts: ComponentDrift[]): Promise<UndoId | undefined> {
  const server: ServerLoss = {}
  const left: Memo['left'] = {}
  for (const { component, server: side, local, drift } of drifts) {
    if (!drift || side.value === undefined || local.value === undefined) continue
    left[component] = local.value
    Object.assign(server, lossOf(component, side))
  }
  if (Object.keys(left).length === 0) return undefined
  const memo: Memo = { left, record: readRecord(project).record }
  return recordUndo(project.stateDir, { reason: 'push', files: [], server, memo, at: Date.now() })
}

function lossOf(component: ComponentKey, { value, version }: ServerSide): ServerLoss {
  if (component === 'persona') return { persona: value, version }
  return typeof value === 'string' ? { name: value } : {}
}

export interface Undone {
  /** What was undone: `pull`, `push`, `merge` … */
  reason: string
  /** Epoch milliseconds of what was undone. */
  at: number
  /** Absolute paths that were put back. */
  files: string[]
  /** Components that were put back on the server. */
  components: ComponentKey[]
}

/**
 * Puts back what the last run overwrote. Returns undefined if there is nothing to undo.
 * @throws LuaError CONFLICT if a file or the server changed since, unless `force`
 */
export async function undo(
  project: Project,
  server: LuaServer,
  { force = false }: { force?: boolean },
): Promise<Undone | undefined> {
  return withLock(project.stateDir, () => undoLast(project, server, force), { command: 'lua sync --undo' })
}

async function undoLast(project: Project, server: LuaServer, force: boolean): Promise<Undone | undefined> {
  const allowedRoots = [diskHost(project.root).workspaceRoot]
  await recoverFiles(project.stateDir, allowedRoots)
  const plan = planUndo(project.stateDir, memo => (memo as Partial<Memo> | undefined)?.passed === true)
  if (!plan) return undefined
  const components = COMPONENTS.map(({ key }) => key).filter(key => plan.server?.[key] !== undefined)
  const state = components.length > 0 ? await fetchServerState(server) : undefined
  if (!force) {
    refuseChangedFiles(plan)
    if (state) refuseChangedServer(plan, components, state)
  }
  await keepUndone(project, plan, state)
  await commitFiles(plan.writes, { stateDir: project.stateDir, allowedRoots })
  const record = formerRecord(plan.memo)
  for (const key of components) {
    const value = plan.server![key]!
    const { version } = await componentOf(key).push(server, value, { deploy: false })
    // The old text has a new number now; with the former one, the pushed version would pass for newer.
    const recorded = record[key]
    if (recorded && sameValue(recorded.text, value)) record[key] = { ...recorded, version }
  }
  discardUndo(project.stateDir, plan.id)
  replaceRecord(project, record)
  return { reason: plan.reason, at: plan.at, files: plan.writes.map(({ path }) => path), components }
}

/** An undo overwrites, too. Where --force takes what nobody else has, the next undo brings it back. */
async function keepUndone(project: Project, plan: UndoPlan, state: ServerState | undefined): Promise<void> {
  const { writes, differing } = plan
  const name = plan.server?.name === undefined ? undefined : state?.agent.name
  if (writes.length === 0 && name === undefined) return
  const surprising = differing.length > 0 || (name !== undefined && name !== leftBehind(plan.memo, 'name'))
  const memo: Memo = {
    record: readRecord(project).record,
    left: { name: plan.server?.name },
    ...(surprising ? {} : { passed: true }),
  }
  // The versions of a persona stay on the server; a name is gone once it is overwritten.
  const server = name === undefined ? undefined : { name }
  await recordUndo(project.stateDir, { reason: 'undo', files: writes, server, memo, at: Date.now() })
}

function refuseChangedFiles({ differing, reason }: UndoPlan): void {
  if (differing.length === 0) return
  const problems = differing.map(file => new LuaError('CONFLICT', `${file} was changed since.`))
  throw new LuaError(
    'CONFLICT',
    `The last ${reason} cannot be undone: files were changed since. Nothing was modified.`,
    {
      hint: 'lua sync --undo --force overwrites those changes (and keeps them for another undo).',
      problems,
    },
  )
}

function refuseChangedServer(plan: UndoPlan, keys: ComponentKey[], state: ServerState): void {
  for (const key of keys) {
    const now = componentOf(key).server(state).value
    const left = leftBehind(plan.memo, key)
    if (now !== undefined && left !== undefined && sameValue(now, left)) continue
    // A draft that was never published left the published text as it was: putting that back changes nothing.
    if (now !== undefined && sameValue(now, plan.server![key]!)) continue
    throw new LuaError(
      'CONFLICT',
      `The last push cannot be undone: the ${key} on the server changed since.`,
      {
        hint: 'See what it says now with lua sync, or overwrite it with lua sync --undo --force.',
      },
    )
  }
}

function leftBehind(memo: unknown, key: ComponentKey): Persona | undefined {
  const left = (memo as Partial<Memo> | undefined)?.left?.[key]
  return isPersona(left) ? left : undefined
}

/** Without one that can be read, the server's history tells the base from now on. */
function formerRecord(memo: unknown): SyncRecord {
  try {
    return parseComponents((memo as Memo).record)
  } catch {
    return {}
  }
}
