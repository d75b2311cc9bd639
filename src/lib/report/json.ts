/**
 * Results as JSON documents, as `schemas/` describes them. Paths are relative to the project, with forward slashes.
 */

import type { LuaError } from '../errors.js'
import { asOneText, type Persona, personaHash } from '../persona.js'
import type { ComponentResult, Outcome, SyncResult } from '../sync/model.js'
import { place } from './words.js'

export const SCHEMA_VERSION = 1

export interface DocumentOptions {
  /** Add the texts themselves and a unified diff. */
  verbose?: boolean
}

export function errorDocument(error: LuaError, root = '') {
  return { schemaVersion: SCHEMA_VERSION, status: 'error', error: errorJson(error, root) }
}

export type ErrorJson = {
  code: string
  exitCode: number
  message: string
  hint?: string
  location?: { file: string; line: number; column: number }
  problems?: ErrorJson[]
}

export function errorJson(error: LuaError, root: string): ErrorJson {
  const { code, exitCode, message, hint, location, problems } = error
  return {
    code,
    exitCode,
    message,
    hint,
    location: location && { ...location, file: place(root, { file: location.file }) },
    problems: problems?.map(problem => errorJson(problem, root)),
  }
}

/** The result of `lua sync`, of one agent. */
export async function syncDocument(result: SyncResult, options: DocumentOptions = {}) {
  const { agentId, serverUrl, root, status, components, notes, failure } = result
  return {
    schemaVersion: SCHEMA_VERSION,
    status,
    agentId,
    serverUrl,
    components: await Promise.all(components.map(component => componentJson(component, root, options))),
    notes,
    error: failure && errorJson(failure, root),
  }
}

async function componentJson(component: ComponentResult, root: string, { verbose }: DocumentOptions) {
  const { local, server, base, outcome } = component
  return {
    component: component.component,
    state: component.state,
    drift: component.drift,
    file: place(root, { file: local.location.file }),
    line: local.location.line,
    local: side(local.value, verbose),
    server: server.value === undefined ? null : { ...side(server.value, verbose)!, ...versionOf(server) },
    base: base ? { version: base.version, from: base.from } : null,
    versionsBehind: component.versionsBehind,
    ...(outcome ? { action: outcome.kind, outcome: outcomeJson(outcome, root) } : {}),
    ...(verbose ? { diff: await unifiedDiff(component) } : {}),
  }
}

function side(value: Persona | undefined, verbose?: boolean) {
  if (value === undefined) return null
  return {
    hash: personaHash(value),
    length: asOneText(value).length,
    ...(verbose ? { text: value } : {}),
  }
}

function versionOf({ version, createdAt }: { version?: number; createdAt?: number }) {
  return { version, createdDate: createdAt === undefined ? undefined : new Date(createdAt).toISOString() }
}

function outcomeJson(outcome: Outcome, root: string) {
  if (outcome.kind === 'push') {
    const { version, created, status, deployed, superseded } = outcome
    return { version, created, status, deployed, superseded }
  }
  if (outcome.kind === 'skip') return { reason: outcome.reason }
  return {
    written: outcome.written.map(({ file, line }) => ({ file: place(root, { file }), line })),
    notes: outcome.notes,
  }
}

async function unifiedDiff({ component, server, local }: ComponentResult): Promise<string> {
  const { createTwoFilesPatch } = await import('diff')
  const [before, after] = [server.value, local.value].map(value =>
    value === undefined ? '' : asOneText(value),
  )
  return createTwoFilesPatch(`server/${component}`, `local/${component}`, before!, after!)
}
