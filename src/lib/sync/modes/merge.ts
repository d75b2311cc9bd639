import { LuaError } from '../../errors.js'
import { componentOf, withShown } from '../components/index.js'
import { fromServer, type Incoming } from '../incoming.js'
import { type Conflict, withMarkers } from '../merge/merge.js'
import type { ComponentDrift, ComponentKey, Value } from '../model.js'
import { writeLocal } from '../pull.js'
import { push } from '../push.js'
import { keepInMind, type ModeResult, note, pullable, type Run, settleOutcome, statusOf } from '../run.js'
import { refuseUnmanaged } from './refusals.js'

/** `--merge`: both sides' changes come together in the code; with `--push` the server then takes them, too. */
export async function mergeAll(run: Run): Promise<ModeResult> {
  const pending = [...pullable(run), ...onlyLocal(run)]
  if (pending.length === 0) return { status: 'in-sync' }
  if (!run.request.force) refuseUnmanaged(pending)
  const incoming: Incoming[] = []
  for (const drift of pending) {
    const merged = await mergeComponent(run, drift)
    if (merged) incoming.push(merged)
    else if (drift.state !== 'ahead') await leave(run, drift)
    else if (!run.request.push) await skipMerge(run, drift)
  }
  const merged = run.request.push ? afterMerge(pending, incoming) : undefined
  if (incoming.length > 0) await writeLocal(run, incoming, { push: merged })
  if (merged) await push(run, merged)
  // Where only the code changed there is nothing to merge, which is what was asked for.
  return { status: run.request.push ? statusOf(run) : 'done' }
}

/** What only the code has is sent like every other change of it. */
function onlyLocal({ drifts, request }: Run): ComponentDrift[] {
  return drifts.filter(
    ({ drift, state, server }) =>
      state === 'ahead' && server.value === undefined && (drift || request.push === true),
  )
}

function leave(run: Run, drift: ComponentDrift): Promise<void> {
  const { component } = drift
  return settleOutcome(run, drift, { kind: 'skip', component, reason: 'left as it is' })
}

function skipMerge(run: Run, drift: ComponentDrift): Promise<void> {
  const reason = 'only your code changed, so there is nothing to merge; lua sync --push sends it'
  return settleOutcome(run, drift, { kind: 'skip', component: drift.component, reason })
}

/**
 * What is to stand in the code after the merge; undefined if it stands there already (only local changed), or a person
 * leaves it as it is. On a terminal the result is shown.
 */
export async function mergeComponent(run: Run, drift: ComponentDrift): Promise<Incoming | undefined> {
  if (drift.state === 'ahead') return undefined
  // White space alone is nothing that could be merged.
  const takesWhole = drift.state === 'behind' || drift.state === 'cosmetic'
  if (takesWhole || drift.local.value === undefined) return fromServer(drift)
  const { value: theirs, version } = drift.server
  const merged = await mergeBoth(run, drift, drift.local.value, theirs!)
  if (!merged) return undefined
  const { value, settled = value } = merged
  await run.ui.ask?.compare(drift, componentOf(drift.component).shown(value))
  // The code now holds the server's changes as well, so it descends from the server's value.
  return { drift, value, kind: 'merge', agreed: { value: theirs!, version, code: settled } }
}

interface MergeResult {
  value: Value
  /** The same with the base's lines where conflicts are left for somebody to edit. */
  settled?: Value
}

async function mergeBoth(
  run: Run,
  drift: ComponentDrift,
  ours: Value,
  theirs: Value,
): Promise<MergeResult | undefined> {
  const { component } = drift
  const merged = await componentOf(component).merge(drift.base?.value, ours, theirs)
  if ('unmergeable' in merged) {
    // At the prompt there is more to be asked about.
    if (run.request.mode === 'interactive') {
      await note(run, `${merged.unmergeable(component)}: push it, or pull it.`)
      return undefined
    }
    throw new LuaError('CONFLICT', `${merged.unmergeable(component)}; nothing was written.`, {
      hint: TAKE_ONE,
      location: drift.local.location,
    })
  }
  const { conflicts, resolve } = merged
  if (conflicts.length === 0) return { value: resolve(() => []) }
  if (run.request.markers && !isWhole(component)) {
    await note(run, markersNote(component, conflicts.length))
    return { value: resolve(withMarkers), settled: resolve(({ base }) => base) }
  }
  const answers = await askAll(run, drift, conflicts)
  if (!answers) return undefined
  return { value: resolve((_conflict, index) => answers[index]!) }
}

/** Is it one side's value or the other's, with nothing between? */
function isWhole(component: ComponentKey): boolean {
  return componentOf(component).parts === 'none'
}

function markersNote(component: string, count: number): string {
  const what =
    count === 1 ? `1 conflict of the ${component} was` : `${count} conflicts of the ${component} were`
  return `${what} written with markers: choose between the two versions of each, then push. Until then a push is refused.`
}

const TAKE_ONE = 'Take one side whole: lua sync --pull --force, or lua sync --push --force.'

/** Without a base nobody knows which side changed a passage. */
function conflictWords({ base, component }: ComponentDrift, count: number): string {
  if (isWhole(component))
    return base
      ? `Both sides changed the ${component}`
      : `It is not known which side changed the ${component}`
  const passages = count === 1 ? 'one passage' : `${count} passages`
  return base === undefined
    ? `Your code and the server differ in ${passages} of the ${component}, and it is not known which of them changed`
    : `Both sides changed the same ${count === 1 ? 'passage' : passages} of the ${component}`
}

/** @returns undefined if the person leaves the component as it is */
async function askAll(
  run: Run,
  drift: ComponentDrift,
  conflicts: Conflict[],
): Promise<string[][] | undefined> {
  const { ask } = run.ui
  if (!ask) {
    throw new LuaError('CONFLICT', `${conflictWords(drift, conflicts.length)}; nothing was written.`, {
      hint: isWhole(drift.component)
        ? TAKE_ONE
        : 'Run lua sync --merge on a terminal to decide each one, or add --markers to get both versions into the code.',
      location: drift.local.location,
    })
  }
  const answers: string[][] = []
  for (const [index, conflict] of conflicts.entries()) {
    const { component } = drift
    const answer = await ask.resolve(conflict, {
      index,
      total: conflicts.length,
      component,
      whole: isWhole(component),
    })
    if (!answer) return undefined
    if (isOwn(answer, conflict)) keepInMind(run, component, answer.join('\n'))
    answers.push(answer)
  }
  return answers
}

/** Lines that stand on neither side: somebody wrote them. */
function isOwn(answer: string[], { ours, theirs }: Conflict): boolean {
  const lines = new Set([...ours, ...theirs])
  return answer.some(line => !lines.has(line))
}

/** Each component as it is after the merge; one that took the server's side whole has nothing to push. */
function afterMerge(pending: ComponentDrift[], incoming: Incoming[]): ComponentDrift[] {
  return pending.flatMap(drift => {
    const merged = incoming.find(candidate => candidate.drift === drift)
    if (merged?.kind === 'pull' || (!merged && drift.state !== 'ahead')) return []
    const value = merged?.value ?? drift.local.value
    const local = withShown(componentOf(drift.component), { ...drift.local, value })
    return [{ ...drift, state: 'ahead', local }]
  })
}
