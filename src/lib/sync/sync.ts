/**
 * The service behind `lua sync` and the `--sync` hook: observe both sides, let the mode decide and act, and hand
 * back one result.
 */

import { describeRecovery, needsRecovery, recoverFiles, withLock } from '../disk/index.js'
import { ERROR_CODES, LuaError } from '../errors.js'
import type { Project } from '../project/project.js'
import type { LuaServer } from '../server/index.js'
import { differingFiles } from './compare-sources.js'
import { versioned } from './components/index.js'
import { keepEdited } from './edited.js'
import type { SnapshotState, SyncResult } from './model.js'
import { check } from './modes/check.js'
import { interactive } from './modes/interactive.js'
import { mergeAll } from './modes/merge.js'
import { pullAll, versionAsDrift } from './modes/pull.js'
import { pushAll } from './modes/push.js'
import { observe } from './observe.js'
import {
  drifted,
  type Mode,
  type ModeResult,
  type Run,
  rememberAgreement,
  type SyncRequest,
  type SyncUi,
} from './run.js'
import { describeSnapshot, lookAtSources, NO_SNAPSHOT } from './sources.js'
import { stoppable } from './stop.js'

export type { Asker, Mode, PassageAnswer, SyncEvent, SyncRequest, SyncUi } from './run.js'

const MODES: Record<Mode, (run: Run) => Promise<ModeResult>> = {
  check,
  interactive,
  pull: pullAll,
  push: pushAll,
  merge: mergeAll,
}

/** Every error that says "refused, nothing was changed". */
const CONFLICT_EXIT = ERROR_CODES.CONFLICT

/** Modes that may go on without the server, because they were not told to change anything. */
const TOLERANT: readonly Mode[] = ['check', 'interactive']
/** Modes that write from start to end; the interactive one locks the project only while it carries out an answer. */
const WRITING: readonly Mode[] = ['pull', 'push', 'merge']

/**
 * Runs one mode. What fails after both sides were read is in the result (`failure`, with status `conflict`,
 * `partial` or `error`); what fails before that is thrown.
 * @throws LuaError USAGE for a limit that leaves nothing to do; as `observe` does, except for an unreachable server in a tolerant mode: that is status `unverified`
 */
export async function sync(
  project: Project,
  server: LuaServer,
  request: SyncRequest,
  ui: SyncUi,
): Promise<SyncResult> {
  refuseSources(request)
  const once = () => runOnce(project, server, request, ui)
  const { stateDir } = project
  // What writes nothing takes no lock of its own, but what a crash left must be finished before anything is read.
  if (!WRITING.includes(request.mode) || request.dryRun) {
    if (needsRecovery(stateDir))
      await withLock(stateDir, () => recover(project, ui), { command: commandOf(request), stop: ui.stop })
    return once()
  }
  const locked = async () => {
    await recover(project, ui)
    return once()
  }
  return withLock(stateDir, locked, { command: commandOf(request), stop: ui.stop })
}

/** The sources can be pulled and compared; to send them is the work of another command. */
function refuseSources({ mode, only }: SyncRequest): void {
  if ((mode !== 'push' && mode !== 'merge') || !only?.includes('sources')) return
  throw new LuaError('USAGE', `--${mode} does nothing to the sources: they can only be pulled.`, {
    hint: 'lua push backup sends the sources to the server.',
  })
}

/** Finishes or undoes what a killed run left, and says so. */
async function recover({ stateDir }: Project, ui: SyncUi): Promise<void> {
  const recovery = await recoverFiles(stateDir)
  if (recovery) await ui.report({ type: 'note', text: describeRecovery(recovery) })
}

/** For the message to a run that has to wait. */
function commandOf({ mode }: SyncRequest): string {
  return mode === 'interactive' ? 'lua sync' : `lua sync --${mode}`
}

async function runOnce(
  project: Project,
  server: LuaServer,
  request: SyncRequest,
  ui: SyncUi,
): Promise<SyncResult> {
  const { only } = request
  const identity = { agentId: project.agentId, serverUrl: server.url, root: project.root, only }
  const looking = TOLERANT.includes(request.mode) ? lookAtSources(project, server, request) : undefined
  let run: Run
  try {
    const seen = await stoppable(ui.stop, observe(project, server, request, ui.ask?.confirm))
    run = {
      ...seen,
      project,
      server,
      request,
      ui,
      outcomes: new Map(),
      edited: new Map(),
    }
    if (looking) await useSnapshot(run, await looking)
    rememberAgreement(run)
    run.notes.push(...productionNote(run))
    if (request.from !== undefined) run.drifts = [await versionAsDrift(run, request.from)]
  } catch (error) {
    if (!isUnreachable(error) || !TOLERANT.includes(request.mode)) throw error
    return { ...identity, status: 'unverified', components: [], notes: [], failure: error }
  }
  for (const text of run.notes) await ui.report({ type: 'note', text })
  if (drifted(run).length > 0) await ui.report({ type: 'drift', drifts: drifted(run) })
  const { status, failure } = await runMode(run)
  const components = run.drifts.map(drift => ({ ...drift, outcome: run.outcomes.get(drift.component) }))
  const { snapshot, notes, undoable, planned } = run
  const { dryRun } = request
  return { ...identity, status, components, snapshot, notes, undoable, dryRun, planned, failure }
}

/** What a look at the snapshot found; that it failed matters only to a run that is about the sources. */
async function useSnapshot(run: Run, found: SnapshotState | LuaError | undefined): Promise<void> {
  const asked = run.request.only?.includes('sources')
  if (found instanceof LuaError) {
    if (asked) throw found
    run.notes.push(`It is not known whether the server has a newer snapshot of the sources: ${found.message}`)
    return
  }
  run.snapshot = found
  if (!found) {
    if (asked) run.notes.push(NO_SNAPSHOT)
    return
  }
  if (asked) {
    found.differing = await stoppable(run.ui.stop, differingFiles(run))
    found.drift = found.differing.length > 0
  } else if (found.newer) run.notes.push(`${describeSnapshot(found)}; lua sync --pull restores it.`)
}

/** A run that sends nothing says so where production serves another version than the one that sync compares with. */
function productionNote({ request, drifts, serverState }: Run): string[] {
  const { key, history } = versioned
  const drift = drifts.find(({ component }) => component === key)
  const { latest, live } = history.standing(serverState)
  const sends = request.mode === 'pull' || request.mode === 'merge' || request.deploy || drift?.drift
  if (!drift || latest === undefined || live === undefined || live === latest) return []
  if (sends && !TOLERANT.includes(request.mode)) return []
  const how = drift.drift
    ? `Deploy version ${latest} in the dashboard, or what your code says with lua sync --push --deploy.`
    : `lua sync --push --deploy puts version ${latest} there.`
  return [`Production serves ${key} version ${live}, not ${latest}, the latest published. ${how}`]
}

async function runMode(run: Run): Promise<ModeResult> {
  try {
    const result = await stoppable(run.ui.stop, MODES[run.request.mode](run), () => run.underWay)
    // What the mode does not handle (because it is not managed, say) is still different.
    return result.status === 'in-sync' && drifted(run).length > 0 ? { ...result, status: 'drift' } : result
  } catch (error) {
    await keepEdited(run)
    if (!(error instanceof LuaError)) throw error
    const done = [...run.outcomes.values()].some(({ kind }) => kind !== 'skip') || run.snapshot?.restored
    if (done || error.code === 'PARTIAL') return { status: 'partial', failure: error }
    return { status: error.exitCode === CONFLICT_EXIT ? 'conflict' : 'error', failure: error }
  }
}

function isUnreachable(error: unknown): error is LuaError {
  return error instanceof LuaError && error.code === 'SERVER_UNREACHABLE'
}
