/**
 * `.lua/sync.json`: what code and server were last seen to agree on in this checkout, and at which commit.
 * Written for every component that agrees, whenever that is seen. Only a memory: it can be lost.
 */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { formerFolder, hasState, privateWrite, readState, seal, unseal } from '../disk/index.js'
import { isPersona, type Persona, personaHash } from '../persona.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import type { ComponentKey } from './model.js'

export interface RecordedComponent {
  text: Persona
  hash: string
  version?: number
  /** What the code was then, where that is not the server's text: a merge of it, say. */
  code?: Persona
  /** HEAD at that time; absent without git. */
  commit?: string
}

export type SyncRecord = { [component in ComponentKey]?: RecordedComponent } & {
  /** Persona versions that an undo of this checkout has taken back: nobody's base. */
  takenBack?: readonly number[]
}

const SCHEMA_VERSION = 2

const FILE = 'sync.json'
const UNSEALED = '.lua/sync.json was not written by a run of yours here, or is damaged, and was ignored.'
const moved = (former: string) =>
  `.lua/sync.json was written while this project’s folder was ${former}: after a copy or a move it does not count, and was ignored.`

/** Whose record it is. */
export type Owner = Pick<LuaServer, 'agentId' | 'url'>

/** The record, empty if there is none. One of another agent or server, or a damaged one, is ignored with a note. */
export function readRecord(project: Project, owner: Owner): { record: SyncRecord; note?: string } {
  const content = readState(project.stateDir, FILE)
  if (content === undefined) return { record: {} }
  const json = unseal(project.stateDir, 'record', content)
  if (json === undefined) {
    const former = formerFolder(project.stateDir, 'record', content)
    return { record: {}, note: former === undefined ? UNSEALED : moved(former) }
  }
  try {
    return parseRecord(json, owner)
  } catch {
    return { record: {}, note: '.lua/sync.json is damaged and was ignored.' }
  }
}

function parseRecord(json: unknown, { agentId, url }: Owner): { record: SyncRecord; note?: string } {
  const {
    schemaVersion,
    agentId: recorded,
    serverUrl,
    components,
    takenBack,
  } = json as Record<string, unknown>
  if (schemaVersion !== SCHEMA_VERSION || typeof components !== 'object' || components === null)
    throw new Error()
  if (recorded !== agentId) {
    return { record: {}, note: '.lua/sync.json belongs to another agent and was ignored.' }
  }
  if (serverUrl !== url) {
    return { record: {}, note: '.lua/sync.json belongs to another server and was ignored.' }
  }
  const taken = Array.isArray(takenBack) ? takenBack.filter(each => Number.isInteger(each)) : []
  return { record: { ...parseComponents(components), ...(taken.length > 0 ? { takenBack: taken } : {}) } }
}

/** @throws if it is damaged */
export function parseComponents(components: object): SyncRecord {
  const record: SyncRecord = {}
  for (const [key, entry] of Object.entries(components)) {
    if (key !== 'takenBack') record[key as ComponentKey] = parseComponent(entry)
  }
  return record
}

function parseComponent(entry: unknown): RecordedComponent {
  const { text, hash, version, code, commit } = entry as Record<string, unknown>
  if (!isPersona(text) || hash !== personaHash(text)) throw new Error()
  return {
    text,
    hash,
    ...(Number.isInteger(version) ? { version: version as number } : {}),
    ...(isPersona(code) ? { code } : {}),
    ...(typeof commit === 'string' && /^[0-9a-f]{40,64}$/.test(commit) ? { commit } : {}),
  }
}

/** A server's value that the code holds, or descends from, as of now. */
export interface Agreed {
  component: ComponentKey
  value: Persona
  version?: number
  /** What the code is, where that is another value. */
  code?: Persona
}

/**
 * Replaces what is recorded of some components. Nothing is written if nothing would change.
 * @param commit what HEAD names now
 * @throws LuaError FILE_REFUSED if `.lua` cannot be written
 */
export function updateRecord(
  project: Project,
  owner: Owner,
  agreed: readonly Agreed[],
  commit: string | undefined,
): void {
  const { record } = readRecord(project, owner)
  const next: SyncRecord = { ...record }
  for (const { component, value, version, code } of agreed) {
    next[component] = {
      text: value,
      hash: personaHash(value),
      ...(version === undefined ? {} : { version }),
      ...(code === undefined ? {} : { code }),
      ...(commit === undefined ? {} : { commit }),
    }
  }
  if (JSON.stringify(next) !== JSON.stringify(record)) replaceRecord(project, owner, next)
}

/** Writes a whole record, or removes the file if nothing is left to record. */
export function replaceRecord(
  project: Project,
  { agentId, url }: Owner,
  { takenBack, ...components }: SyncRecord,
): void {
  if (Object.keys(components).length === 0 && !takenBack?.length) {
    if (hasState(project.stateDir)) rmSync(join(project.stateDir, FILE), { force: true })
    return
  }
  const json = { schemaVersion: SCHEMA_VERSION, agentId, serverUrl: url, components, takenBack }
  privateWrite(project.stateDir, FILE, seal(project.stateDir, 'record', json, 2))
}
