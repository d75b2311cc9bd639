/**
 * `.lua/sync.json`: what code and server were last seen to agree on in this checkout, and at which commit.
 * Written for every component that agrees, whenever that is seen. Only a memory: it can be lost.
 */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { formerFolder, hasState, privateWrite, readState, seal, unseal } from '../../disk/index.js'
import { personaHash } from '../../persona.js'
import type { Project } from '../../project/project.js'
import type { LuaServer } from '../../server/index.js'
import { componentOf, type Values } from '../components/index.js'
import type { ComponentKey, Value } from '../model.js'

interface RecordedComponent {
  /** The server's value. */
  text: Value
  hash: string
  version?: number
  /** What the code was then, where that is not the server's value: a merge of it, say. */
  code?: Value
  /** HEAD at that time; absent without git. */
  commit?: string
}

export interface SyncRecord {
  components: { [component: ComponentKey]: RecordedComponent }
  /** Versions that an undo of this checkout has taken back: they are no base any more. */
  takenBack: { [component: ComponentKey]: readonly number[] }
}

export const NO_RECORD: SyncRecord = { components: {}, takenBack: {} }

const SCHEMA_VERSION = 2

const FILE = 'sync.json'
const UNSEALED = '.lua/sync.json was not written by a run of yours here, or is damaged, and was ignored.'
const moved = (former: string) =>
  `.lua/sync.json was written while this project’s folder was ${former}: after a copy or a move it does not count, and was ignored.`

/** Which agent, on which server. */
export type AgentOnServer = Pick<LuaServer, 'agentId' | 'url'>

/** The record, empty if there is none. One of another agent or server, or a damaged one, is ignored with a note. */
export function readRecord(project: Project, agent: AgentOnServer): { record: SyncRecord; note?: string } {
  const content = readState(project.stateDir, FILE)
  if (content === undefined) return { record: NO_RECORD }
  const json = unseal(project.stateDir, 'record', content)
  if (json === undefined) {
    const former = formerFolder(project.stateDir, 'record', content)
    return { record: NO_RECORD, note: former === undefined ? UNSEALED : moved(former) }
  }
  try {
    return parseRecord(json, agent)
  } catch {
    return { record: NO_RECORD, note: '.lua/sync.json is damaged and was ignored.' }
  }
}

function parseRecord(json: unknown, { agentId, url }: AgentOnServer): { record: SyncRecord; note?: string } {
  const { schemaVersion, agentId: recorded, serverUrl, ...record } = json as Record<string, unknown>
  if (schemaVersion !== SCHEMA_VERSION) throw new Error()
  if (recorded !== agentId) {
    return { record: NO_RECORD, note: '.lua/sync.json belongs to another agent and was ignored.' }
  }
  if (serverUrl !== url) {
    return { record: NO_RECORD, note: '.lua/sync.json belongs to another server and was ignored.' }
  }
  return { record: soundRecord(record) }
}

/** @throws if it is damaged */
export function soundRecord(record: unknown): SyncRecord {
  const { components, takenBack = {} } = record as SyncRecord
  const known = (key: string) => componentOf(key) !== undefined
  const entries = Object.entries(components).filter(([key]) => known(key))
  const taken = Object.entries(takenBack).filter(([key]) => known(key))
  return {
    components: Object.fromEntries(
      entries.map(([key, entry]) => [key, parseComponent(componentOf(key), entry)]),
    ),
    takenBack: Object.fromEntries(
      taken.map(([key, all]) => [key, all.filter(each => Number.isInteger(each))]),
    ),
  }
}

function parseComponent(values: Values, entry: unknown): RecordedComponent {
  const { text, hash, version, code, commit } = entry as Record<string, unknown>
  if (!values.is(text) || hash !== hashOf(values, text as Value)) throw new Error()
  return {
    text: text as Value,
    hash: hash as string,
    ...(Number.isInteger(version) ? { version: version as number } : {}),
    ...(values.is(code) ? { code: code as Value } : {}),
    ...(typeof commit === 'string' && /^[0-9a-f]{40,64}$/.test(commit) ? { commit } : {}),
  }
}

function hashOf(values: Values, value: Value): string {
  return personaHash(values.shown(value))
}

/** A server's value that the code now holds, or descends from. */
export interface Agreed {
  component: ComponentKey
  value: Value
  version?: number
  /** What the code is, where that is another value. */
  code?: Value
}

/**
 * Replaces what is recorded of some components. Nothing is written if nothing would change.
 * @param commit what HEAD names now
 * @throws LuaError FILE_REFUSED if `.lua` cannot be written
 */
export function updateRecord(
  project: Project,
  agent: AgentOnServer,
  agreed: readonly Agreed[],
  commit: string | undefined,
): void {
  const { record } = readRecord(project, agent)
  const components = { ...record.components }
  for (const { component, value, version, code } of agreed) {
    components[component] = {
      text: value,
      hash: hashOf(componentOf(component), value),
      ...(version === undefined ? {} : { version }),
      ...(code === undefined ? {} : { code }),
      ...(commit === undefined ? {} : { commit }),
    }
  }
  const next = { ...record, components }
  if (JSON.stringify(next) !== JSON.stringify(record)) replaceRecord(project, agent, next)
}

/** Writes a whole record, or removes the file if nothing is left to record. */
export function replaceRecord(project: Project, { agentId, url }: AgentOnServer, record: SyncRecord): void {
  if ([record.components, record.takenBack].every(each => Object.keys(each).length === 0)) {
    if (hasState(project.stateDir)) rmSync(join(project.stateDir, FILE), { force: true })
    return
  }
  const json = { schemaVersion: SCHEMA_VERSION, agentId, serverUrl: url, ...record }
  privateWrite(project.stateDir, FILE, seal(project.stateDir, 'record', json, 2))
}
