/**
 * Undo: what the last run overwrote, in the code and on the server, is put back.
 */

import {
  commitFiles,
  discardUndo,
  needsRecovery,
  planUndo,
  recordUndo,
  recoverFiles,
  removeFolders,
  type UndoId,
  withLock,
} from '../disk/index.js'
import { asLuaError } from '../errors.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import { readRecord, replaceRecord, type SyncRecord } from './base/record.js'
import {
  COMPONENTS,
  componentOf,
  havingDone,
  type Pushed,
  type ServerState,
  sameOrNone,
  versioned,
} from './components/index.js'
import { plannedFiles } from './dry-run.js'
import { lossOf, type Memo, memoOf, ownerOf, type ServerLoss } from './keep.js'
import type { ComponentKey } from './model.js'
import { fetchServerState } from './observe.js'
import {
  nothingBack,
  onlyPartly,
  type Plan,
  refuseChangedFiles,
  refuseChangedServer,
  refuseForeign,
  type Undone,
} from './undo-plan.js'

export type { Undone }

interface UndoOptions {
  force?: boolean
  /** Only say what would be put back. */
  dryRun?: boolean
}

/**
 * Puts back what the last run overwrote. Returns undefined if there is nothing to undo.
 * @throws LuaError CONFLICT if the record belongs to another agent or server, or a file or the server changed since
 *   (that passes with `force`); PARTIAL if not all of it could be put back
 */
export async function undo(
  project: Project,
  server: LuaServer,
  { force = false, dryRun = false }: UndoOptions,
): Promise<Undone | undefined> {
  const { stateDir } = project
  const work = () => undoLast(project, server, { force, dryRun })
  if (dryRun && !needsRecovery(stateDir)) return work()
  return withLock(stateDir, work, { command: 'lua sync --undo' })
}

async function undoLast(
  project: Project,
  server: LuaServer,
  { force, dryRun }: Required<UndoOptions>,
): Promise<Undone | undefined> {
  if (!dryRun || needsRecovery(project.stateDir)) await recoverFiles(project.stateDir)
  const found = planUndo(project.stateDir, memo => memoOf(memo).passed === true)
  if (!found) return undefined
  const plan: Plan = { ...found, server: lossOf(found.server) }
  const memo = memoOf(plan.memo)
  refuseForeign(plan, memo, server)
  const keys = COMPONENTS.map(({ key }) => key).filter(key => plan.server?.values[key] !== undefined)
  const state = keys.length > 0 ? await fetchServerState(server) : undefined
  const lasting = state ? lastingOf({ plan, memo, state }, keys) : new Map<ComponentKey, string>()
  if (!force) {
    refuseChangedFiles(plan)
    if (state) refuseChangedServer(plan, memo, keys, state)
    if (lasting.size > 0 && lasting.size === keys.length && plan.writes.length === 0)
      throw nothingBack(plan, lasting)
  }
  const undone: Undone = {
    reason: plan.reason,
    at: plan.at,
    files: plan.writes.map(({ path }) => path),
    components: [],
    notes: [...lasting.values()],
  }
  if (dryRun) return plannedUndo(project, { plan, memo, keys, state, undone })
  const kept = await keepUndone({ project, server, plan, memo, state })
  try {
    // The server first: it is likelier to refuse, and then nothing has changed here either.
    for (const key of state ? keys.filter(key => !lasting.has(key)) : []) {
      await havingDone(sentenceOf(undone), () => putBack({ server, plan, memo, state: state!, undone }, key))
    }
    await havingDone(sentenceOf(undone), () => commitFiles(plan.writes, { stateDir: project.stateDir }))
  } catch (error) {
    if (kept && undone.components.length === 0) discardUndo(project.stateDir, kept)
    throw error
  }
  removeFolders(plan)
  discardUndo(project.stateDir, plan.id)
  forget(project, { server, plan, memo, state, undone })
  if (lasting.size > 0 && !force) throw onlyPartly(undone, lasting)
  return undone
}

/** What a push made that cannot be taken back, each with a sentence that says why. */
function lastingOf(
  work: Pick<PuttingBack, 'plan' | 'memo' | 'state'>,
  keys: ComponentKey[],
): Map<ComponentKey, string> {
  return new Map(
    keys.flatMap(key => {
      const why = componentOf(key).lasting?.(pushedOf(work, key))
      return why === undefined ? [] : [[key, `The ${key} on the server stays: ${why}.`] as const]
    }),
  )
}

/** What would be put back; on the server, what differs there now. */
function plannedUndo(
  project: Project,
  work: Pick<PuttingBack, 'plan' | 'memo' | 'undone'> & { keys: ComponentKey[]; state?: ServerState },
): Undone {
  const { plan, memo, keys, state, undone } = work
  const components = keys.filter(key => {
    const { server, lasting } = componentOf(key)
    const pushed = pushedOf({ plan, memo, state: state! }, key)
    return !lasting?.(pushed) && !sameOrNone(componentOf(key), server(state!).value, pushed.before)
  })
  const production = state && isLive(memo, state) ? memo.deployed?.before : undefined
  return { ...undone, components, production, planned: plannedFiles(project, plan.writes) }
}

/** What is done already, should a later step fail. */
function sentenceOf({ components }: Undone): string | undefined {
  return components.length > 0 ? `The ${components.join(' and ')} on the server was put back` : undefined
}

interface PuttingBack {
  server: LuaServer
  plan: Plan
  memo: Memo
  /** The server as it was before the undo. */
  state: ServerState
  undone: Undone
}

async function putBack(work: PuttingBack, key: ComponentKey): Promise<void> {
  const { done, production, notes = [] } = await componentOf(key).restore(work.server, pushedOf(work, key))
  const { undone } = work
  if (done) undone.components.push(key)
  if (production !== undefined) undone.production = production
  undone.notes.push(...notes)
}

function pushedOf(
  { plan, memo, state }: Pick<PuttingBack, 'plan' | 'memo' | 'state'>,
  key: ComponentKey,
): Pushed {
  return {
    state,
    before: plan.server?.values[key] ?? undefined,
    left: memo.left?.[key],
    deployed: componentOf(key).history && memo.deployed,
  }
}

/** Does production still serve what the push deployed? */
function isLive({ left, deployed }: Memo, state: ServerState): boolean {
  const value = left?.[versioned.key]
  return deployed !== undefined && value !== undefined && versioned.history.serves(state, value)
}

/** The record becomes what it was before the run, and versions that were pushed are no base from now on. */
function forget(
  project: Project,
  { server, plan, memo, state, undone }: Omit<PuttingBack, 'state'> & { state?: ServerState },
): void {
  const takenBack: SyncRecord['takenBack'] = { ...readRecord(project, server).record.takenBack }
  for (const { key, history } of COMPONENTS) {
    const left = memo.left?.[key]
    // What had no version before has nothing to go back to.
    if (!history || !state || left === undefined || plan.server?.values[key] == null) continue
    const taken = history.holding(state, left, plan.server.versions[key] ?? 0)
    if (taken.length > 0) takenBack[key] = [...new Set([...(takenBack[key] ?? []), ...taken])]
  }
  try {
    replaceRecord(project, server, { ...memo.record, takenBack })
  } catch (error) {
    undone.notes.push(`What code and server agree on could not be remembered: ${asLuaError(error).message}`)
  }
}

/** An undo overwrites, too. What --force overwrites and is nowhere else, the next undo brings back. */
async function keepUndone({
  project,
  server,
  plan,
  memo,
  state,
}: Omit<PuttingBack, 'state' | 'undone'> & {
  project: Project
  state?: ServerState
}): Promise<UndoId | undefined> {
  const { writes, differing } = plan
  // The versions of a component stay on the server; one that has none is gone once it is overwritten.
  const values: ServerLoss['values'] = {}
  for (const { key, history, server: side } of state ? COMPONENTS : []) {
    if (!history && plan.server?.values[key] !== undefined) values[key] = side(state!).value ?? null
  }
  const overwritten = Object.entries(values)
  if (writes.length === 0 && overwritten.length === 0) return undefined
  const foreign = overwritten.some(
    ([key, now]) => !sameOrNone(componentOf(key), now ?? undefined, memo.left?.[key]),
  )
  const own: Memo = {
    ...ownerOf(server),
    record: readRecord(project, server).record,
    left: Object.fromEntries(
      overwritten
        .flatMap(([key]) => [[key, plan.server!.values[key]]] as const)
        .filter(([, value]) => value !== null),
    ) as Memo['left'],
    ...(differing.length > 0 || foreign ? {} : { passed: true }),
  }
  const loss = overwritten.length === 0 ? undefined : { values, versions: {} }
  return recordUndo(project.stateDir, {
    reason: 'undo',
    files: writes,
    server: loss,
    memo: own,
    at: Date.now(),
  })
}
