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
import type { Persona } from '../persona.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import {
  after,
  COMPONENTS,
  componentOf,
  deployVersion,
  holds,
  type ServerState,
  serving,
} from './components/index.js'
import { plannedFiles } from './dry-run.js'
import { sameValue } from './equality.js'
import { lossOf, type Memo, memoOf, ownerOf, type ServerLoss } from './keep.js'
import type { ComponentKey, PlannedFile } from './model.js'
import { fetchServerState } from './observe.js'
import { readRecord, replaceRecord } from './record.js'

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
  if (!force) {
    refuseChangedFiles(plan)
    if (state) refuseChangedServer(plan, memo, keys, state)
  }
  const undone: Undone = {
    reason: plan.reason,
    at: plan.at,
    files: plan.writes.map(({ path }) => path),
    components: [],
    notes: [],
  }
  if (dryRun) return plannedUndo(project, { plan, memo, keys, state, undone })
  const kept = await keepUndone({ project, server, plan, memo, state })
  try {
    // The server first: it is likelier to refuse, and then nothing has changed here either.
    for (const key of state ? keys : []) {
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
  return undone
}

/** What would be put back; on the server, what differs there now. */
function plannedUndo(
  project: Project,
  work: Pick<PuttingBack, 'plan' | 'memo' | 'undone'> & { keys: ComponentKey[]; state?: ServerState },
): Undone {
  const { plan, memo, keys, state, undone } = work
  const components = keys.filter(key => {
    const now = componentOf(key).server(state!).value
    return now === undefined || !sameValue(now, plan.server!.values[key]!)
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
  if (key === 'persona') return putBackPersona(work)
  const { server, plan, state, undone } = work
  const value = plan.server!.values[key]!
  const component = componentOf(key)
  const now = component.server(state).value
  if (now !== undefined && sameValue(now, value)) return
  await component.push(server, value, { deploy: false })
  undone.components.push(key)
}

/** The former text becomes the latest published one again, and where the push had deployed, production's again. */
async function putBackPersona({ server, plan, memo, state, undone }: PuttingBack): Promise<void> {
  const value = plan.server!.values.persona!
  const persona = componentOf('persona')
  const now = persona.server(state).value
  const pushed = memo.left?.persona
  const redeploy = isLive(memo, state)
  if (now !== undefined && sameValue(now, value) && !redeploy) {
    const drafts = pushed === undefined ? [] : await server.listPersonaVersions('draft')
    const draft = drafts.find(each => holds(each, pushed!))
    if (draft)
      undone.notes.push(`Version ${draft.version} stays a draft, which neither sync nor production sees.`)
    return
  }
  const { version, status } = await persona.push(server, value, { deploy: false })
  const created = `Persona version ${version} has the former text`
  if (status === 'draft') {
    if (!redeploy) throw onlyDraft(created, version!)
    await after(created, () => deployVersion(server, version!))
  }
  if (redeploy)
    undone.production = await after(created, () => putLiveBack(server, { memo, state, value, version }))
  if (now === undefined || !sameValue(now, value)) undone.components.push('persona')
}

/** Does production serve what the push deployed, still? */
function isLive({ left, deployed }: Memo, state: ServerState): boolean {
  const live = serving(state)
  return (
    deployed !== undefined && live !== undefined && left?.persona !== undefined && holds(live, left.persona)
  )
}

/** Production serves what it served before the push: the same version, or the former text under its new number. */
async function putLiveBack(
  server: LuaServer,
  { memo, state, value, version }: { memo: Memo; state: ServerState; value: Persona; version?: number },
): Promise<number> {
  const before = state.published.find(each => each.version === memo.deployed!.before)
  const former = before && !holds(before, value) ? before.version : version!
  await deployVersion(server, former)
  return former
}

function onlyDraft(created: string, version: number): LuaError {
  return new LuaError(
    'PARTIAL',
    `${created}, but it is a draft: until it is deployed, sync and production keep what was pushed.`,
    {
      hint: `Deploy version ${version} in the dashboard. This undo deploys nothing, because the push did not.`,
    },
  )
}

/** The memory of what both sides agree on goes back, too; what was pushed is passed over from now on. */
function forget(
  project: Project,
  { server, plan, memo, state, undone }: Omit<PuttingBack, 'state'> & { state?: ServerState },
): void {
  const { takenBack = [] } = readRecord(project, server).record
  const left = memo.left?.persona
  const taken = (state?.published ?? []).filter(
    each => left !== undefined && each.version > (plan.server?.version ?? 0) && holds(each, left),
  )
  const all = [...new Set([...takenBack, ...taken.map(({ version }) => version)])]
  try {
    replaceRecord(project, server, { ...memo.record, ...(all.length > 0 ? { takenBack: all } : {}) })
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
  for (const { key, versions, server: side } of state ? COMPONENTS : []) {
    const now = side(state!).value
    if (!versions && plan.server?.values[key] !== undefined && now !== undefined) values[key] = now
  }
  const overwritten = Object.entries(values)
  if (writes.length === 0 && overwritten.length === 0) return undefined
  const foreign = overwritten.some(([key, now]) => {
    const left = memo.left?.[key as ComponentKey]
    return left === undefined || !sameValue(now, left)
  })
  const own: Memo = {
    ...ownerOf(server),
    record: readRecord(project, server).record,
    left: Object.fromEntries(overwritten.map(([key]) => [key, plan.server!.values[key]])),
    ...(differing.length > 0 || foreign ? {} : { passed: true }),
  }
  const loss = overwritten.length === 0 ? undefined : { values }
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
    if (now !== undefined && left?.[key] !== undefined && sameValue(now, left[key])) continue
    // A draft that was never published left the published text as it was: putting that back changes nothing.
    if (now !== undefined && sameValue(now, plan.server!.values[key]!)) continue
    throw new LuaError(
      'CONFLICT',
      `The last ${plan.reason} cannot be undone: the ${key} on the server changed since. Nothing was modified.`,
      {
        hint: 'See what it says now with lua sync, or overwrite it with lua sync --undo --force.',
      },
    )
  }
}
