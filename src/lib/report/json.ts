/**
 * Results as JSON documents, as `schemas/` describes them. Paths are relative to the project, with forward slashes.
 */

import type { ErrorDocument, FailedDocument, SideDocument, SyncDocument } from '../contract.js'
import type { LuaError } from '../errors.js'
import { asOneText, type Persona, personaHash } from '../persona.js'
import type { History, VersionTexts } from '../sync/components/persona-history.js'
import type {
  ComponentResult,
  Outcome,
  PlannedFile,
  SnapshotState,
  Status,
  SyncResult,
} from '../sync/model.js'
import type { Undone } from '../sync/undo.js'
import { withoutUnsafe } from '../text.js'
import { asTyped } from './commands.js'
import { didSomething } from './exit-codes.js'
import type { AgentRun, Report } from './findings.js'
import { fileDiffs } from './plan.js'
import { unifiedDiff } from './unified.js'
import { place } from './words.js'

export const SCHEMA_VERSION = 1

interface DocumentOptions {
  /** Add the texts themselves and a unified diff. */
  verbose?: boolean
}

/** @param root folder to which paths relate; the current one unless given */
export function errorDocument(error: LuaError, root = ''): FailedDocument {
  return { schemaVersion: SCHEMA_VERSION, status: 'error', error: errorJson(error, root) }
}

export function errorJson(error: LuaError, root: string): ErrorDocument {
  const { code, exitCode, message, hint, location, problems } = error
  return {
    code,
    exitCode,
    message,
    hint: hint && asTyped(hint),
    location: location && { ...location, file: place(root, { file: location.file }) },
    problems: problems?.map(problem => errorJson(problem, root)),
  }
}

/** The result of `lua sync`: of one agent, or with `--all` of each. */
export async function reportDocument({ runs, many }: Report, options: DocumentOptions = {}) {
  if (!many) return runDocument(runs[0]!, options)
  const agents: object[] = []
  for (const run of runs) agents.push({ project: run.project, ...(await runDocument(run, options)) })
  return { schemaVersion: SCHEMA_VERSION, status: worstStatus(runs), agents }
}

async function runDocument({ result, error, root }: AgentRun, options: DocumentOptions) {
  return result ? syncDocument(result, options) : errorDocument(error!, root)
}

/** The worst first. One that failed beside another that was changed makes the whole partly done. */
const WORST: readonly Status[] = ['error', 'partial', 'conflict', 'drift', 'unverified', 'done', 'in-sync']

function worstStatus(runs: AgentRun[]): Status {
  const seen = runs.map(({ result }) => result?.status ?? 'error')
  const worst = WORST.find(status => seen.includes(status)) ?? 'in-sync'
  const isFailure = worst === 'error' || worst === 'conflict'
  return isFailure && runs.some(didSomething) ? 'partial' : worst
}

async function syncDocument(result: SyncResult, options: DocumentOptions) {
  const {
    agentId,
    serverUrl,
    root,
    status,
    components,
    snapshot,
    notes,
    undoable,
    dryRun,
    planned,
    failure,
  } = result
  return {
    schemaVersion: SCHEMA_VERSION,
    status,
    agentId,
    serverUrl,
    components: await Promise.all(components.map(component => componentJson(component, root, options))),
    snapshot: snapshot ? snapshotJson(snapshot) : null,
    undoable: undoable ?? false,
    ...(dryRun ? await plannedJson(planned, root, options) : {}),
    notes: notes.map(asTyped),
    error: failure && errorJson(failure, root),
  } satisfies SyncDocument
}

/** What a dry run adds. */
async function plannedJson(files: readonly PlannedFile[] = [], root: string, { verbose }: DocumentOptions) {
  const diffs = await fileDiffs(files, root)
  return { dryRun: true, files: diffs.map(({ file, diff }) => (verbose ? { file, diff } : { file })) }
}

async function componentJson(component: ComponentResult, root: string, { verbose }: DocumentOptions) {
  const { local, server, base, outcome } = component
  return {
    component: component.component,
    state: component.state,
    drift: component.drift,
    file: place(root, { file: local.location.file }),
    line: local.location.line,
    ...(local.computed ? { computed: true } : {}),
    ...(local.unmanaged === undefined ? {} : { unmanaged: local.unmanaged }),
    local: local.shown === undefined ? null : side(local.shown, verbose),
    server: server.shown === undefined ? null : { ...side(server.shown, verbose), ...versionOf(server) },
    base: base ? { version: base.version ?? null, from: base.from, commit: base.commit } : null,
    versionsBehind: component.newer?.length ?? null,
    action: outcome?.kind ?? null,
    outcome: outcome ? outcomeJson(outcome, root) : null,
    ...(verbose ? { diff: await unifiedDiff(component) } : {}),
  }
}

function side(value: Persona, verbose?: boolean): SideDocument {
  return {
    hash: personaHash(value),
    length: asOneText(value).length,
    ...(verbose ? { text: value } : {}),
  }
}

function versionOf({ version, createdAt }: { version?: number; createdAt?: number }) {
  return { version: version ?? null, createdDate: isoDate(createdAt) }
}

/** Servers are known to send times that no calendar holds. */
function isoDate(milliseconds: number | undefined): string | null {
  const date = new Date(milliseconds ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

function snapshotJson({ newer, drift, differing, createdAt, createdBy, fileCount, restored }: SnapshotState) {
  return {
    newer,
    drift,
    differing: differing ?? null,
    createdDate: isoDate(createdAt),
    createdBy: createdBy ?? null,
    fileCount,
    restored: restored ?? null,
  }
}

function outcomeJson(outcome: Outcome, root: string) {
  if (outcome.kind === 'push') {
    const { version, created, status, deployed, production, superseded, planned } = outcome
    const serving = planned?.serving
    return { version, created, status, deployed, production: production ?? null, superseded, serving }
  }
  if (outcome.kind === 'skip') return { reason: outcome.reason }
  return {
    written: outcome.written.map(({ file, line }) => ({ file: place(root, { file }), line })),
    notes: outcome.notes.map(asTyped),
    lines: outcome.planned?.lines,
  }
}

/** The result of `lua sync --history`: the published persona versions, newest first. */
export function historyDocument(agentId: string, { entries, total, computed }: History) {
  const versions = entries.map(({ version, createdAt, changes, isCurrent, isLocal }) => ({
    version,
    createdDate: isoDate(createdAt),
    changes: changes ?? null,
    isCurrent,
    isLocal,
  }))
  return {
    schemaVersion: SCHEMA_VERSION,
    status: 'done',
    agentId,
    total,
    versions,
    ...(computed && { computed }),
  }
}

/** The result of `lua sync --diff`: two texts of the persona; `from` is null before the first version. */
export function diffDocument(agentId: string, { from, to, before, after, computed }: VersionTexts) {
  const texts = { from: from ?? null, to, before, after }
  return { schemaVersion: SCHEMA_VERSION, status: 'done', agentId, ...texts, ...(computed && { computed }) }
}

/** The result of `lua sync --undo`; `undone` is null where there was nothing to undo. */
export async function undoDocument(
  agentId: string,
  root: string,
  undone: Undone | undefined,
  { dryRun, verbose }: DocumentOptions & { dryRun?: boolean } = {},
) {
  return {
    schemaVersion: SCHEMA_VERSION,
    status: 'done',
    ...(dryRun ? await plannedJson(undone?.planned, root, { verbose }) : {}),
    agentId,
    undone: undone
      ? {
          reason: undone.reason,
          createdDate: isoDate(undone.at),
          files: undone.files.map(file => place(root, { file })),
          components: undone.components,
          production: undone.production ?? null,
          notes: undone.notes.map(asTyped),
        }
      : null,
  }
}

/** A document as text that ends with a line feed. Escapes keep it the same document and steer nothing. */
export function jsonText(document: unknown): string {
  const escaped = (character: string) =>
    [...Array(character.length).keys()]
      .map(at => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('')
  const text = withoutUnsafe(JSON.stringify(document, null, 2), escaped)
  return `${text.replaceAll('##[', '##\\u005b')}\n`
}
