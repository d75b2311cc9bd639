/**
 * The sources as a third thing to pull: the server's snapshot, restored together with name and persona.
 */

import { join } from 'node:path'
import { LuaError } from '../errors.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import {
  fetchRestore,
  guardRestore,
  isRenamed,
  newerSnapshot,
  type RestorePlan,
  readSnapshotBase,
} from '../snapshot/index.js'
import { planWithTexts } from './compare-sources.js'
import type { IncomingSources } from './incoming.js'
import type { SnapshotState } from './model.js'
import { type Asker, note, type Run, type SyncRequest } from './run.js'

/** Does this run look at the sources at all? */
function wantsSources({ sources = true, only }: SyncRequest): boolean {
  return sources && (!only || only.includes('sources'))
}

/**
 * What the server's snapshot is to this checkout, for a run that only compares. The server is asked where the run is
 * about the sources, or this checkout has seen a snapshot before; a fresh one makes no request for it.
 * @returns undefined where nothing was asked or there is none; where asking failed, the error
 */
export async function lookAtSources(
  project: Project,
  server: LuaServer,
  request: SyncRequest,
): Promise<SnapshotState | LuaError | undefined> {
  const seen = readSnapshotBase(project.root) !== undefined
  if (!wantsSources(request) || !(seen || request.only?.includes('sources'))) return undefined
  try {
    return await snapshotState(project, server)
  } catch (error) {
    if (error instanceof LuaError) return error
    throw error
  }
}

/** @throws LuaError as the server room does */
async function snapshotState({ root }: Project, server: LuaServer): Promise<SnapshotState | undefined> {
  const meta = await server.getSnapshot()
  if (!meta) return undefined
  const base = readSnapshotBase(root)
  const newer = newerSnapshot(meta, base)
  const { createdAt, createdBy, fileCount } = meta
  const renamed = newer === 'unknown' && isRenamed((await server.getSnapshotManifest()).files, base!)
  return { newer: newer === true || renamed, drift: false, createdAt, createdBy, fileCount }
}

export const NO_SNAPSHOT = 'The server has no snapshot of the sources: lua push backup makes one.'

/** The newer snapshot in words, for a note or a question. */
export function describeSnapshot({ fileCount, createdAt, createdBy }: SnapshotState): string {
  const date = new Date(createdAt ?? Number.NaN)
  const facts = [
    fileCount === 1 ? '1 file' : `${fileCount} files`,
    ...(Number.isNaN(date.getTime()) ? [] : [date.toISOString().slice(0, 10)]),
    ...(createdBy ? [`by ${createdBy}`] : []),
  ]
  return `The server has a newer snapshot of the sources (${facts.join(', ')})`
}

/**
 * What restoring the newer snapshot would do to the files here; undefined if there is none that is newer.
 * Fetches no content, but perhaps that of the few files that hold the agent's texts.
 * @throws LuaError CONFLICT if it would destroy local work, unless forced
 */
export async function planSources(run: Run): Promise<RestorePlan | undefined> {
  if (!wantsSources(run.request)) return undefined
  const plan = await planRestore(run)
  if (plan && !run.request.force) guardRestore(plan)
  return plan
}

async function planRestore(run: Run): Promise<RestorePlan | undefined> {
  const state = await snapshotState(run.project, run.server)
  run.snapshot = state
  const base = readSnapshotBase(run.project.root)
  if (!state) {
    if (run.request.only?.includes('sources')) await note(run, NO_SNAPSHOT)
    return undefined
  }
  const { plan, differs } = await planWithTexts(run)
  // The project hash knows no names: a file that was renamed leaves it as it was.
  state.newer ||= base !== undefined && isRenamed(plan.files, base)
  const wanted = state.newer || (run.request.only?.includes('sources') && differs)
  return wanted ? plan : undefined
}

/**
 * As `planSources`, but asks first. Where local work is in the way nothing is asked: it stays, and a note says so.
 * @throws LuaError as the server room does, INTERRUPTED
 */
export async function offerSources(run: Run, ask: Asker): Promise<RestorePlan | undefined> {
  if (!wantsSources(run.request)) return undefined
  const plan = await planRestore(run)
  if (!plan) return undefined
  const what = run.snapshot!.newer
    ? describeSnapshot(run.snapshot!)
    : 'Files here differ from the server’s snapshot of the sources'
  if (plan.locallyChanged.length > 0) {
    const changed = plan.locallyChanged.join(', ')
    await note(
      run,
      `${what}. It was left alone, because it would overwrite what was changed here: ${changed}.`,
    )
    return undefined
  }
  await note(run, `${what}.`)
  const files =
    plan.items.length === 1 ? 'the file that differs' : `the ${plan.items.length} files that differ`
  return (await ask.confirm(`Restore ${files} here?`)) ? plan : undefined
}

/** Says what was restored: of the files that differed those that were written, with the texts that the code has. */
export async function reportRestored(
  run: Run,
  { changed }: IncomingSources,
  written: readonly string[],
): Promise<void> {
  const files = changed.filter(path => written.includes(join(run.project.root, path)))
  run.snapshot = { ...run.snapshot!, newer: false, drift: false, differing: [], restored: files }
  await run.ui.report({ type: 'restored', files, planned: run.request.dryRun })
}

/**
 * Fetches the contents that differ.
 * @throws LuaError FILE_CHANGED, FILE_REFUSED, SERVER_INVALID, and as the server room does
 */
export async function fetchSources(run: Run, plan: RestorePlan): Promise<IncomingSources> {
  const { writes, changed, notes } = await fetchRestore(run.server, run.project, plan, {
    onProgress: ({ done, total }) => run.ui.report({ type: 'progress', what: 'files', done, total }),
  })
  for (const { relativePath, reason } of plan.refused) {
    notes.push(`${relativePath} of the snapshot was left out: ${reason}.`)
  }
  for (const path of plan.gone) {
    notes.push(`${path} is not in the snapshot any more (renamed or deleted there); it stays here.`)
  }
  for (const text of notes) await note(run, text)
  return { writes, changed }
}
