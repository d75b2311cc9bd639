/**
 * Looks at both sides: the code is compiled while the server answers, and both meet in the comparison.
 */

import { LuaError } from '../errors.js'
import { headCommit, isPartial, isShallow } from '../project/git-history.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import { findBase } from './base/base.js'
import { type Lineage, placeOf, readLineage, valuesOf } from './base/lineage.js'
import { type Agreed, readRecord, type SyncRecord } from './base/record.js'
import { COMPONENTS, type Component, type ServerState, settings, withShown } from './components/index.js'
import { type ComputeOptions, withComputed } from './compute.js'
import { compare, movement } from './drift.js'
import { type LocalAgent, readLocal, valueNotes } from './local.js'
import type { Base, ComponentDrift, ComponentKey, PublishedVersion, Value } from './model.js'

export interface Observation {
  local: LocalAgent
  serverState: ServerState
  record: SyncRecord
  /** The commit that HEAD names; undefined without git. */
  head: string | undefined
  /** Git was asked for the history and took too long. */
  late: boolean
  /** What both sides have, also of components that the run leaves out. */
  agreed: Agreed[]
  drifts: ComponentDrift[]
  notes: string[]
}

interface ObserveOptions {
  /** A `check` looks at more. */
  mode?: string
  only?: readonly (ComponentKey | 'sources')[]
  strict?: boolean
  /** Run the code of the project to learn what cannot be read. */
  compute?: boolean
}

/**
 * Reads local and server at the same time and compares every component.
 * @throws LuaError of the source room (local is looked at first: without it there is nothing to compare), then of the server room
 */
export async function observe(
  project: Project,
  server: LuaServer,
  { only, strict, compute, mode }: ObserveOptions = {},
  confirm?: ComputeOptions['confirm'],
): Promise<Observation> {
  const fetching = settle(fetchServerState(server))
  const naming = headCommit(project.root)
  const components = COMPONENTS.filter(({ key }) => !only || only.includes(key))
  const keys = components.filter(({ computable }) => computable).map(({ key }) => key)
  const local = await withComputed(project, await readLocal(project), keys, { compute, confirm })
  const notes = components.flatMap(component => valueNotes(project, component.key, component.local(local)))
  const fetched = await fetching
  if ('error' in fetched) throw fetched.error
  const head = await naming
  const { record, note } = readRecord(project, server)
  notes.push(...(project.notes ?? []), ...(note ? [note] : []))
  let lineage: Promise<Lineage> | undefined
  const sides: Sides = {
    project,
    local,
    server: fetched.value,
    record,
    head,
    strict,
    lineage: () => {
      lineage ??= readLineage(project, local, recordedCommits(record))
      return lineage
    },
  }
  const drifts: ComponentDrift[] = []
  for (const component of components) {
    const drift = await observeComponent(component, sides)
    if (drift) drifts.push(drift)
  }
  if (mode === 'check' && !only) drifts.push(...observeSettings(local, fetched.value, strict))
  const unknown = drifts.some(
    ({ state, local, checkOnly }) => state === 'differs' && local.value !== undefined && !checkOnly,
  )
  if (unknown) notes.push(...(await whyUnknown(project, head, await sides.lineage())))
  const late = (await lineage)?.late ?? false
  const others = COMPONENTS.filter(component => !components.includes(component))
  const agreed = [...drifts.flatMap(agreementIn), ...agreementsOn(others, local, fetched.value)]
  return { local, serverState: fetched.value, record, head, late, agreed, drifts, notes }
}

function agreementIn({ component, checkOnly, state, local, server }: ComponentDrift): Agreed[] {
  const { value, version } = server
  const same = (state === 'in-sync' || state === 'cosmetic') && !checkOnly
  return same && local.value !== undefined && value !== undefined ? [{ component, value, version }] : []
}

/** A component that cannot be read stops no run that is limited to others. */
function agreementsOn(components: readonly Component[], agent: LocalAgent, state: ServerState): Agreed[] {
  return components.flatMap(({ key, local, server, alike }) => {
    try {
      const [mine, { value, version }] = [local(agent).value, server(state)]
      const same = mine !== undefined && value !== undefined && alike(mine, value)
      return same ? [{ component: key, value, version }] : []
    } catch {
      return []
    }
  })
}

/** Why the history does not tell who changed. */
async function whyUnknown(
  { root }: Project,
  head: string | undefined,
  { unread, states }: Lineage,
): Promise<string[]> {
  const gaps = states.some(({ values }) => Object.values(values).every(value => value === undefined))
  if ((gaps || unread) && (await isPartial(root))) return [LEFT_OUT]
  if (head !== undefined && unread) return [NOT_TOLD]
  return (await isShallow(root)) ? [CUT_OFF] : []
}

const NOT_TOLD =
  'Git did not tell the history of this checkout (it is not installed, took more than 2 seconds, or tells this user nothing; see safe.directory in git help config), so it could not be asked who changed.'
const CUT_OFF =
  'The history of this checkout is cut off (a shallow clone) before any text that the server had. To know who changed, fetch more of it: git fetch --deepen 50, or fetch-depth: 50 in the checkout step of the pipeline.'
const LEFT_OUT =
  'Older texts were left out of this checkout (a partial clone). To know who changed, fetch them: git fetch --refetch --no-filter, or no filter in the checkout step of the pipeline.'

function recordedCommits({ components }: SyncRecord): string[] {
  return [...new Set(COMPONENTS.flatMap(({ key }) => components[key]?.commit ?? []))]
}

/** The two requests of a check, in parallel. */
export async function fetchServerState(server: LuaServer): Promise<ServerState> {
  const [agent, published] = await Promise.all([server.getAgent(), server.listPersonaVersions('published')])
  return { agent, published }
}

interface Sides extends Pick<Observation, 'local' | 'record' | 'head'> {
  project: Project
  server: ServerState
  strict?: boolean
  /** Git is asked when a component differs, and only once. */
  lineage: () => Promise<Lineage>
}

/** What a check looks at as well, where the server tells it. Which side moved does not matter here. */
function observeSettings(agent: LocalAgent, state: ServerState, strict = false): ComponentDrift[] {
  return settings
    .filter(each => each.isTold(state))
    .flatMap(each => {
      const [local, server] = [withShown(each, each.local(agent)), withShown(each, each.server(state))]
      const seen = { component: each.key, whole: true, checkOnly: true, local, server }
      if (local.value !== undefined)
        return { ...seen, ...compare(each, local.value, server.value, { optional: true }) }
      const isNone = server.value === undefined && local.unmanaged === undefined
      return isNone ? [] : { ...seen, state: 'unmanaged' as const, drift: strict }
    })
}

/** Undefined for an optional component that neither side has. */
async function observeComponent(component: Component, sides: Sides): Promise<ComponentDrift | undefined> {
  const local = withShown(component, component.local(sides.local))
  const server = withShown(component, component.server(sides.server))
  if (component.optional && local.value === undefined) {
    if (server.value === undefined && local.unmanaged === undefined) return undefined
    return { component: component.key, local, server, state: 'unmanaged', drift: sides.strict ?? false }
  }
  const compared = compare(component, local.value, server.value, { ...sides, optional: component.optional })
  const whole = component.parts === 'members' ? { whole: true } : {}
  const seen = { component: component.key, ...whole, local, server, ...compared }
  if (compared.state !== 'differs') return seen
  const versions = component.history?.versions(sides.server)
  const base = await baseOf(component, sides, server.value!, versions)
  const state = await movement(component, local.value, server.value!, base?.value)
  if (!base) return { ...seen, state }
  const newer = versions && newerThan(component, base, versions, sides.record.takenBack[component.key])
  return { ...seen, state, base: withShown(component, base), newer }
}

async function baseOf(
  component: Component,
  { project, local: agent, record, head, lineage: ask }: Sides,
  server: Value,
  versions: PublishedVersion[] | undefined,
): Promise<Base | undefined> {
  const { key, local } = component
  const { states, also, late } = await ask()
  const lineage = valuesOf(states, key)
  const agreed = record.components[key]
  const committed = valuesOf(also, key).find(({ commit }) => commit === agreed?.commit)?.value
  const isUnchecked = late && agreed?.commit !== undefined && committed === undefined
  const after = agreed && !isUnchecked ? await placeOf(agreed.commit, { project, head, lineage }) : undefined
  return findBase({
    values: component,
    versions,
    server,
    takenBack: record.takenBack[key],
    lineage,
    record: agreed && { ...agreed, value: agreed.text, after, committed },
    code: local(agent).value,
  })
}

/** Leaves out versions that an undo took back, and those in which it put back the base's text. */
function newerThan(
  { comparable }: Component,
  { version, value }: Base,
  versions: PublishedVersion[],
  takenBack: readonly number[] = [],
): ComponentDrift['newer'] {
  const at = versions.findIndex(each => each.version === version)
  const standing = versions.slice(at + 1).filter(each => !takenBack.includes(each.version))
  const moved = standing.findIndex(each => comparable(each.value) !== comparable(value))
  return (moved < 0 ? [] : standing.slice(moved)).map(({ version, createdAt }) => ({ version, createdAt }))
}

/** Keeps a rejection for later, so that it is not reported as unhandled while the code is read. */
async function settle<T>(promise: Promise<T>): Promise<{ value: T } | { error: LuaError }> {
  try {
    return { value: await promise }
  } catch (error) {
    if (error instanceof LuaError) return { error }
    throw error
  }
}
