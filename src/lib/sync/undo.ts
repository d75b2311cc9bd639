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
  type UndoPlan,
  withLock,
} from '../disk/index.js'
import { asLuaError, LuaError } from '../errors.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import {
  after,
  COMPONENTS,
  componentOf,
  type Pushed,
  type ServerState,
  versioned,
} from './components/index.js'
import { plannedFiles } from './dry-run.js'
import { lossOf, type Memo, memoOf, ownerOf, type ServerLoss } from './keep.js'
import type { ComponentKey, PlannedFile, Value } from './model.js'
import { fetchServerState } from './observe.js'
import { readRecord, replaceRecord, type SyncRecord } from './record.js'

export interface Undone {
  /** What was undone: `pull`, `push`, `merge` … */
  reason: string
  /** Epoch milliseconds of what was undone. */
  at: number
  /** Absolute paths that were put back. */
  files: string[]
  /** Components that were put back on the server. */
  components: ComponentKey[]
  /** The version that production serves again, where the run had deployed another. */
  production?: number
  /** Things worth knowing. */
  notes: string[]
  /** Of a dry run: the files that would change. */
  planned?: PlannedFile[]
}

/** What a record holds, as sync wrote it. */
interface Plan extends UndoPlan {
  server?: ServerLoss
}

export interface UndoOptions {
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
      await after(sentenceOf(undone), () => putBack({ server, plan, memo, state: state!, undone }, key))
    }
    await after(sentenceOf(undone), () => commitFiles(plan.writes, { stateDir: project.stateDir }))
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

/** What cannot be as it was before the push, each with a sentence that says why. */
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

function nothingBack({ reason }: Plan, lasting: Map<ComponentKey, string>): LuaError {
  return new LuaError(
    'CONFLICT',
    `The last ${reason} cannot be undone. ${[...lasting.values()].join(' ')} Nothing was modified.`,
    {
      hint: 'lua sync --undo --force leaves it there and forgets this run: the next undo takes back the one before.',
    },
  )
}

function onlyPartly({ reason, files, components }: Undone, lasting: Map<ComponentKey, string>): LuaError {
  const parts = [...(files.length > 0 ? ['the files'] : []), ...components.map(key => `the ${key}`)].join(
    ' and ',
  )
  return new LuaError(
    'PARTIAL',
    `The last ${reason} was undone in part (${parts || 'nothing'} put back). ${[...lasting.values()].join(' ')}`,
    { hint: 'Change it in the code or in the dashboard, and push.' },
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
    return !lasting?.(pushed) && !isSame(key, server(state!).value, pushed.before)
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

/** Does production serve what the push deployed, still? */
function isLive({ left, deployed }: Memo, state: ServerState): boolean {
  const value = left?.[versioned.key]
  return deployed !== undefined && value !== undefined && versioned.history.serves(state, value)
}

/** Are both the same, or both none? */
function isSame(key: ComponentKey, a: Value | undefined, b: Value | undefined): boolean {
  return a === undefined || b === undefined ? a === b : componentOf(key).same(a, b)
}

/** The memory of what both sides agree on goes back, too; what was pushed is passed over from now on. */
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

/** An undo overwrites, too. Where --force takes what nobody else has, the next undo brings it back. */
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
  const foreign = overwritten.some(([key, now]) => !isSame(key, now ?? undefined, memo.left?.[key]))
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

/** What was overwritten for one agent is never written to another, not even by force. */
function refuseForeign({ reason }: UndoPlan, { agentId, serverUrl }: Memo, server: LuaServer): void {
  if (agentId === server.agentId && serverUrl === server.url) return
  const other =
    agentId !== server.agentId ? `the agent ${agentId ?? '(not recorded)'}` : `the server ${serverUrl}`
  const here = agentId !== server.agentId ? server.agentId : server.url
  throw new LuaError(
    'CONFLICT',
    `The last ${reason} cannot be undone here: it was of ${other}, and this is ${here}. Nothing was modified.`,
    {
      hint: 'Set agent.agentId in lua.skill.yaml and LUA_API_URL back to what they were, then undo it there.',
    },
  )
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

function refuseChangedServer(plan: Plan, { left }: Memo, keys: ComponentKey[], state: ServerState): void {
  for (const key of keys) {
    const now = componentOf(key).server(state).value
    if (now !== undefined && isSame(key, now, left?.[key])) continue
    // A draft that was never published left the published text as it was: putting that back changes nothing.
    if (isSame(key, now, plan.server?.values[key] ?? undefined)) continue
    throw new LuaError(
      'CONFLICT',
      `The last ${plan.reason} cannot be undone: the ${key} on the server changed since. Nothing was modified.`,
      {
        hint: 'See what it says now with lua sync, or overwrite it with lua sync --undo --force.',
      },
    )
  }
}
