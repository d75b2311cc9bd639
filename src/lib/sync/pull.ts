/**
 * A pull: the code takes what the server says, and is read again to show that no drift is left.
 */

import { canSeal, commitFiles, discardUndo, type FileWrite } from '../disk/index.js'
import { LuaError } from '../errors.js'
import { relativePath } from '../files.js'
import { personaTexts } from '../persona.js'
import { baseFile } from '../snapshot/index.js'
import type { WritePlan } from '../source/index.js'
import { componentOf } from './components/index.js'
import { withComputed } from './compute.js'
import { plannedFiles, plannedPull } from './dry-run.js'
import { hasConflictMarkers, refusePoison } from './guards.js'
import type { Incoming, IncomingSources } from './incoming.js'
import { keep } from './keep.js'
import { readLocal } from './local.js'
import type { ComponentDrift, ComponentKey, Pull, Value } from './model.js'
import { note, type Run, remember, settleOutcome } from './run.js'
import { step } from './stop.js'
import { planChange, withRestored } from './write-plan.js'

/**
 * Writes values into the sources, all or none, and proves by a fresh compile that they read back. Restored source
 * files, if there are any, are written in the same step, with the values in them.
 * @returns the files (absolute) that were written
 * @throws LuaError CONFLICT, FILE_REFUSED, FILE_CHANGED, PROOF_FAILED: nothing was written
 */
export async function writeLocal(
  run: Run,
  incoming: Incoming[],
  { restored, push }: Along = {},
): Promise<string[]> {
  if (!run.request.force) for (const each of incoming) guard(run, each)
  const plan = await planChange(run, incoming, restored)
  if (run.request.dryRun) return planOnly(run, incoming, plan, restored)
  await askAboutShared(run, incoming, plan)
  return step(run, () => writePlanned(run, incoming, plan, { restored, push }))
}

/** What goes with the values: restored source files, and what the same run is to push, for one undo of both. */
interface Along {
  restored?: IncomingSources
  push?: ComponentDrift[]
}

/** A dry run ends here: all is planned and proved. @returns as `writeLocal` */
async function planOnly(
  run: Run,
  incoming: Incoming[],
  plan: WritePlan,
  restored?: IncomingSources,
): Promise<string[]> {
  const writes = withRestored(run.project, plan, restored)
  run.planned = plannedFiles(run.project, writes)
  for (const each of incoming) {
    const { drift, kind } = each
    if ((!drift.drift && drift.state !== 'unmanaged') || kind === 'keep') continue
    await settleOutcome(run, drift, await plannedPull(outcomeOf(drift, kind, plan), each))
  }
  return writes.map(({ path }) => path)
}

async function writePlanned(
  run: Run,
  incoming: Incoming[],
  plan: WritePlan,
  { restored, push }: Along,
): Promise<string[]> {
  const reason = incoming.find(({ kind }) => kind !== 'keep')?.kind ?? 'pull'
  const writes = withRestored(run.project, plan, restored)
  await commit(run, reason, writes, push)
  // Later questions of this run must see what is in the files now, and so must the proof.
  run.local = await readAgain(run)
  for (const { drift, value } of incoming) proveWritten(run, drift.component, value)
  await remember(
    run,
    incoming.flatMap(({ drift, agreed }) => (agreed ? [{ component: drift.component, ...agreed }] : [])),
  )
  for (const { drift, kind } of incoming) {
    if ((drift.drift || drift.state === 'unmanaged') && kind !== 'keep')
      await settleOutcome(run, drift, outcomeOf(drift, kind, plan))
  }
  return writes.map(({ path }) => path)
}

/** What had to be computed is computed again. */
async function readAgain({ project, drifts }: Run): Promise<Run['local']> {
  const computed = drifts.filter(({ local }) => local.computed !== undefined)
  const keys = computed.map(({ component }) => component)
  return withComputed(project, await readLocal(project), keys, { compute: true })
}

/** Markers that were asked for are no accident, and neither is what the code says already. */
function guard({ request, local }: Run, { drift, value, kind }: Incoming): void {
  const { component } = drift
  const { same, shown, local: localOf } = componentOf(component)
  const now = localOf(local).value
  if (now !== undefined && same(now, value)) return
  const text = shown(value)
  if (kind === 'merge' && request.markers && personaTexts(text).some(each => hasConflictMarkers(each.text)))
    return
  refusePoison(component, text, now === undefined ? undefined : shown(now), 'pull')
}

const NO_UNDO =
  'This cannot be undone with lua sync --undo: no key for such records can be kept in ~/.lua-cli.'

/** What is overwritten is kept first; if nothing was written after all, so is nothing kept. */
async function commit(run: Run, reason: string, writes: FileWrite[], push?: ComponentDrift[]): Promise<void> {
  if (writes.length === 0) return
  const { stateDir } = run.project
  // Bringing the checkout's own memory up to date needs no undo.
  if (writes.every(({ path }) => path === baseFile(run.project.root)))
    return commitFiles(writes, { stateDir })
  const pushing = push && { drifts: push, state: run.serverState, deploy: run.request.deploy ?? false }
  const kept = await keep({ ...run, reason, files: writes, push: pushing })
  try {
    await commitFiles(writes, { stateDir })
    run.undoable = canSeal()
    if (!run.undoable) await note(run, NO_UNDO)
    run.keptForPush = push !== undefined
  } catch (error) {
    if (kept) discardUndo(stateDir, kept)
    throw error
  }
}

/** A constant that others use too changes for all of them: on a terminal that is the person's decision. */
async function askAboutShared(run: Run, incoming: Incoming[], plan: WritePlan): Promise<void> {
  const kept = incoming.filter(({ kind }) => kind === 'keep').map(({ drift }) => drift.component)
  const asked = new Set<string>()
  for (const place of plan.places) {
    if (place.sharedWith.length === 0 || kept.includes(place.component as ComponentKey)) continue
    const placeOf = ({ file, line }: { file: string; line: number }) =>
      `${relativePath(run.project.root, file)}:${line}`
    const places = place.sharedWith.map(placeOf).join(', ')
    const shared = `The constant in ${placeOf(place)} is also used in ${places}.`
    if (asked.has(shared)) continue
    asked.add(shared)
    await note(run, shared)
    if (run.ui.ask && !(await run.ui.ask.confirm('Change it for all of them?'))) {
      throw new LuaError(
        'CONFLICT',
        `The ${place.component} was not written: its constant is used elsewhere too.`,
        {
          hint: 'Give the agent a constant of its own and run lua sync again.',
        },
      )
    }
  }
}

function proveWritten(run: Run, component: ComponentKey, value: Value): void {
  const now = componentOf(component).local(run.local).value
  if (now !== undefined && componentOf(component).alike(now, value)) return
  throw new LuaError(
    'PROOF_FAILED',
    `The ${component} was written, but the code does not read back as intended.`,
    {
      hint: 'lua sync --undo puts the files back. Please report this with the file.',
    },
  )
}

function outcomeOf({ component }: ComponentDrift, kind: Pull['kind'], plan: WritePlan): Pull {
  const written = plan.places.filter(place => place.component === component)
  return {
    kind,
    component,
    written: written.map(({ file, line }) => ({ file, line })),
    notes: written.flatMap(({ notes }) => notes),
  }
}
