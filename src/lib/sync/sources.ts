/**
 * The sources as a third thing to pull: the server's snapshot, restored together with name and persona.
 */

import type { FileWrite } from '../disk/index.js'
import {
  fetchRestore,
  guardRestore,
  newerSnapshot,
  prepareRestore,
  type RestorePlan,
  readSnapshotBase,
} from '../snapshot/index.js'
import type { SnapshotState } from './model.js'
import type { Run, SyncRequest } from './run.js'

/** Does this run look at the sources at all? */
export function wantsSources({ sources = true, only }: SyncRequest): boolean {
  return sources && (!only || only.includes('sources'))
}

/**
 * What the server's snapshot is to this checkout; undefined where there is none.
 * @throws LuaError as the server room does
 */
export async function snapshotState({ project, server, request }: Run): Promise<SnapshotState | undefined> {
  const meta = await server.getSnapshot()
  if (!meta) return undefined
  const newer = newerSnapshot(meta, readSnapshotBase(project.stateDir))
  const { createdAt, createdBy, fileCount } = meta
  return {
    newer,
    drift: newer && (request.only?.includes('sources') ?? false),
    createdAt,
    createdBy,
    fileCount,
  }
}

/**
 * What restoring the newer snapshot would do to the files here; undefined if there is none that is newer.
 * Fetches no content.
 * @throws LuaError CONFLICT if it would destroy local work, unless forced
 */
export async function planSources(run: Run): Promise<RestorePlan | undefined> {
  if (!wantsSources(run.request)) return undefined
  run.snapshot = await snapshotState(run)
  if (!run.snapshot?.newer) return undefined
  const plan = await prepareRestore(run.project, await run.server.getSnapshotManifest())
  if (!run.request.force) guardRestore(plan)
  return plan
}

export interface IncomingSources {
  /** Every file that changes and, last, the record of what this checkout has seen. */
  writes: FileWrite[]
  /** Paths that change, from the project's root. */
  changed: string[]
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
  for (const text of notes) {
    run.notes.push(text)
    await run.ui.report({ type: 'note', text })
  }
  return { writes, changed }
}
