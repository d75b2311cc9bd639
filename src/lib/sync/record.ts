/**
 * `.lua/sync.json`: what local and server last agreed on, as this checkout saw it.
 * Written after every push, pull and merge and after every check that found no drift. Only a memory: it can be lost.
 */

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureStateDir, privateWrite } from '../disk/index.js'
import { isPersona, type Persona, personaHash } from '../persona.js'
import type { Project } from '../project/project.js'
import type { ComponentKey } from './model.js'

export interface RecordedComponent {
  text: Persona
  hash: string
  version?: number
}

export type SyncRecord = { [component in ComponentKey]?: RecordedComponent } & {
  /** Persona versions that an undo of this checkout has taken back: nobody's base. */
  takenBack?: readonly number[]
}

const SCHEMA_VERSION = 1
const KEYS: readonly ComponentKey[] = ['name', 'persona']

function recordPath(project: Project): string {
  return join(project.stateDir, 'sync.json')
}

/** The record, empty if there is none. One of another agent, or a damaged one, is ignored with a note. */
export function readRecord(project: Project): { record: SyncRecord; note?: string } {
  let text: string
  try {
    text = readFileSync(recordPath(project), 'utf8')
  } catch {
    return { record: {} }
  }
  try {
    return parseRecord(JSON.parse(text), project.agentId)
  } catch {
    return { record: {}, note: '.lua/sync.json is damaged and was ignored.' }
  }
}

function parseRecord(json: unknown, agentId: string): { record: SyncRecord; note?: string } {
  const { schemaVersion, agentId: recorded, components, takenBack } = json as Record<string, unknown>
  if (schemaVersion !== SCHEMA_VERSION || typeof components !== 'object' || components === null)
    throw new Error()
  if (recorded !== agentId) {
    return { record: {}, note: '.lua/sync.json belongs to another agent and was ignored.' }
  }
  const taken = Array.isArray(takenBack) ? takenBack.filter(each => Number.isInteger(each)) : []
  return { record: { ...parseComponents(components), ...(taken.length > 0 ? { takenBack: taken } : {}) } }
}

/** @throws if it is damaged */
export function parseComponents(components: object): SyncRecord {
  const record: SyncRecord = {}
  for (const key of KEYS) {
    const entry = (components as Record<string, unknown>)[key]
    if (entry !== undefined) record[key] = parseComponent(entry)
  }
  return record
}

function parseComponent(entry: unknown): RecordedComponent {
  const { text, hash, version } = entry as Record<string, unknown>
  if (!isPersona(text) || hash !== personaHash(text)) throw new Error()
  return { text, hash, ...(Number.isInteger(version) ? { version: version as number } : {}) }
}

/**
 * Replaces what is recorded of some components. Nothing is written if nothing would change.
 * @throws LuaError FILE_REFUSED if `.lua` cannot be written
 */
export function updateRecord(
  project: Project,
  agreed: { component: ComponentKey; value: Persona; version?: number }[],
): void {
  const { record } = readRecord(project)
  const next: SyncRecord = { ...record }
  for (const { component, value, version } of agreed) {
    next[component] = { text: value, hash: personaHash(value), ...(version === undefined ? {} : { version }) }
  }
  if (JSON.stringify(next) !== JSON.stringify(record)) replaceRecord(project, next)
}

/** Writes a whole record, or removes the file if nothing is left to record. */
export function replaceRecord(project: Project, { takenBack, ...components }: SyncRecord): void {
  if (Object.keys(components).length === 0 && !takenBack?.length) {
    rmSync(recordPath(project), { force: true })
    return
  }
  const json = { schemaVersion: SCHEMA_VERSION, agentId: project.agentId, components, takenBack }
  ensureStateDir(project.stateDir)
  privateWrite(project.stateDir, 'sync.json', `${JSON.stringify(json, null, 2)}\n`)
}
