/**
 * Looks at both sides: the code is compiled while the server answers, and both meet in the comparison.
 */

import { LuaError } from '../errors.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import { findBase } from './base.js'
import { COMPONENTS, type Component, type ServerState } from './components/index.js'
import { compare } from './drift.js'
import { type LocalAgent, readLocal } from './local.js'
import type { ComponentDrift, ComponentKey } from './model.js'
import { readRecord, type SyncRecord } from './record.js'

export interface Observation {
  local: LocalAgent
  serverState: ServerState
  record: SyncRecord
  drifts: ComponentDrift[]
  notes: string[]
}

export interface ObserveOptions {
  only?: readonly (ComponentKey | 'sources')[]
  strict?: boolean
}

/**
 * Reads local and server at the same time and compares every component.
 * @throws LuaError of the source room (local is looked at first: without it there is nothing to compare), then of the server room
 */
export async function observe(
  project: Project,
  server: LuaServer,
  { only, strict }: ObserveOptions = {},
): Promise<Observation> {
  const fetching = settle(fetchServerState(server))
  const local = await readLocal(project)
  const fetched = await fetching
  if ('error' in fetched) throw fetched.error
  const { record, note } = readRecord(project)
  const drifts: ComponentDrift[] = []
  for (const component of COMPONENTS) {
    if (only && !only.includes(component.key)) continue
    drifts.push(await observeComponent(component, { project, local, server: fetched.value, record, strict }))
  }
  return { local, serverState: fetched.value, record, drifts, notes: note ? [note] : [] }
}

/** The two requests of a check, in parallel. */
export async function fetchServerState(server: LuaServer): Promise<ServerState> {
  const [agent, published] = await Promise.all([server.getAgent(), server.listPersonaVersions('published')])
  return { agent, published }
}

interface Sides {
  project: Project
  local: LocalAgent
  server: ServerState
  record: SyncRecord
  strict?: boolean
}

async function observeComponent(component: Component, sides: Sides): Promise<ComponentDrift> {
  const local = component.local(sides.local)
  const server = component.server(sides.server)
  const compared = compare(local.value, server.value, undefined, sides)
  const seen = { component: component.key, local, server }
  if (compared.state !== 'differs') return { ...seen, ...compared }
  const base = await findBase(component, sides)
  return { ...seen, ...compare(local.value, server.value, base?.value, sides), ...behindness(base, sides) }
}

function behindness(base: ComponentDrift['base'], { server }: Sides): Partial<ComponentDrift> {
  if (!base) return {}
  const { version } = base
  if (version === undefined) return { base }
  return { base, versionsBehind: server.published.filter(candidate => candidate.version > version).length }
}

/** Keeps a rejection for later, so that it is neither lost nor reported as unhandled while the code is compiled. */
async function settle<T>(promise: Promise<T>): Promise<{ value: T } | { error: LuaError }> {
  try {
    return { value: await promise }
  } catch (error) {
    if (error instanceof LuaError) return { error }
    throw error
  }
}
