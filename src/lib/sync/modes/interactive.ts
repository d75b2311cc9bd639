import { withLock } from '../../disk/index.js'
import { LuaError } from '../../errors.js'
import { isDivisible } from '../../passages.js'
import type { RestorePlan } from '../../snapshot/index.js'
import { componentOf, withShown } from '../components/index.js'
import { asTheyAre, fromServer, type Incoming } from '../incoming.js'
import type { Action, ComponentDrift } from '../model.js'
import { writeLocal } from '../pull.js'
import { push } from '../push.js'
import { type Asker, isNamed, type ModeResult, note, type Run, settleOutcome } from '../run.js'
import { fetchSources, offerSources, reportRestored } from '../sources.js'
import { editServerText } from './edit.js'
import { mergeComponent } from './merge.js'
import { askOneByOne } from './one-by-one.js'

/** Without a mode flag: each component that drifted is shown, asked about, and what was chosen is done at once. */
export async function interactive(run: Run): Promise<ModeResult> {
  const pending = run.drifts.filter(drift => isAsked(run, drift))
  const sourcesDrifted = run.snapshot?.drift ?? false
  if (pending.length === 0 && !sourcesDrifted) {
    return { status: 'in-sync' }
  }
  const ask = someoneToAsk(run)
  let sourcesOffered = false
  for (const drift of pending) {
    const offered = choices(run, drift)
    const action = await ask.choose(drift, offered, preselected(drift, offered))
    const restore = action === 'pull' && !sourcesOffered ? await offerSources(run, ask) : undefined
    sourcesOffered ||= action === 'pull'
    const { carryOut, offersPush } = await workOf(run, drift, action, restore)
    await locked(run, carryOut)
    if (offersPush) await offerPush(run, drift)
  }
  if (sourcesDrifted && !sourcesOffered) {
    const restore = await offerSources(run, ask)
    if (restore) await locked(run, () => restoreSources(run, [], restore))
  }
  const skipped = [...run.outcomes.values()].some(({ kind }) => kind === 'skip')
  return { status: skipped || run.snapshot?.drift ? 'drift' : 'done' }
}

/** What is not managed is asked about only if it is asked for by its name. */
function isAsked(run: Run, drift: ComponentDrift): boolean {
  return drift.state === 'unmanaged' ? isNamed(run, drift) && drift.server.value !== undefined : drift.drift
}

function someoneToAsk({ ui }: Run): Asker {
  if (ui.ask) return ui.ask
  throw new LuaError(
    'PROMPT_NEEDED',
    'Drift was found, and there is no terminal on which to ask what to do.',
    {
      hint: 'Say it with a flag: lua sync --check (report only), --pull (take the server’s), or --push (send yours).',
    },
  )
}

/** Nobody else may wait while a person thinks, so the lock is held only while an answer is carried out. */
function locked(run: Run, work: () => Promise<void>): Promise<void> {
  return withLock(run.project.stateDir, work, { command: 'lua sync' })
}

/**
 * The three choices of the product's documentation; a merge where both sides moved, the editor, and where what is
 * published is not what production serves, a push that changes production as well.
 */
function choices(run: Run, drift: ComponentDrift): Action[] {
  const { component, state, local, server } = drift
  const push: Action[] = local.value === undefined ? [] : ['push']
  const { history, parts } = componentOf(component)
  const { latest, live } = history?.standing(run.serverState) ?? {}
  const isLive = latest === undefined || live === undefined || live === latest
  const deploy: Action[] = push.length > 0 && !isLive ? ['deploy'] : []
  const merge: Action[] = state === 'diverged' && parts !== 'none' ? ['merge'] : []
  const pull: Action[] = server.value === undefined ? [] : ['pull']
  const edit: Action[] = server.value !== undefined && parts === 'passages' ? ['edit'] : []
  const choose: Action[] = isDivisible(drift) ? ['choose'] : []
  return [...push, ...deploy, ...pull, ...merge, ...edit, ...choose, 'skip']
}

/** The safe way, given who moved. */
function preselected({ state, local }: ComponentDrift, offered: Action[]): Action {
  if (state === 'behind' || local.value === undefined) return 'pull'
  if (state !== 'diverged') return 'push'
  return offered.includes('merge') ? 'merge' : 'skip'
}

interface Work {
  carryOut: () => Promise<void>
  /** May what then stands in the code be sent in the same step? */
  offersPush?: boolean
}

/** Asks whatever else must be known, and returns what is then to be done. */
async function workOf(
  run: Run,
  drift: ComponentDrift,
  action: Action,
  restore: RestorePlan | undefined,
): Promise<Work> {
  const { component } = drift
  const skip = (reason: string): Work => ({
    carryOut: () => settleOutcome(run, drift, { kind: 'skip', component, reason }),
  })
  switch (action) {
    case 'push':
      return { carryOut: () => push(run, [drift]) }
    case 'deploy':
      return { carryOut: () => push(run, [drift], { deploy: true }) }
    case 'pull':
      return { carryOut: () => pull(run, drift, restore) }
    case 'merge': {
      const merged = await mergeComponent(run, drift)
      return merged ? { carryOut: () => write(run, merged) } : skip('left as it is')
    }
    case 'choose': {
      const chosen = await askOneByOne(run, drift, run.ui.ask!)
      return chosen ? { carryOut: () => write(run, chosen), offersPush: true } : skip('left as it is')
    }
    case 'edit': {
      const edited = await editServerText(run, drift)
      if (!edited) return skip('nothing was changed in the editor, so nothing was applied')
      return { carryOut: () => write(run, edited), offersPush: true }
    }
    case 'skip':
      return skip('skipped')
  }
}

async function write(run: Run, incoming: Incoming): Promise<void> {
  const { drift, value } = incoming
  const { component, local } = drift
  const isThere = local.value !== undefined && componentOf(component).same(value, local.value)
  if (incoming.kind !== 'merge' && isThere) {
    await settleOutcome(run, drift, { kind: 'skip', component, reason: 'your code stays as it is' })
  } else await writeLocal(run, [incoming])
}

/** What stands in the code now and not on the server can be sent in the same step. */
async function offerPush(run: Run, drift: ComponentDrift): Promise<void> {
  const { component } = drift
  const local = withShown(componentOf(component), componentOf(component).local(run.local))
  const { value } = drift.server
  if (local.value === undefined) return
  if (value !== undefined && componentOf(component).alike(local.value, value)) return
  await note(
    run,
    `This ${component} is in your code, and not on the server yet. Later, lua sync --push sends it.`,
  )
  if (!(await run.ui.ask!.confirm('Push it now?'))) return
  const ahead: ComponentDrift = { ...drift, state: 'ahead', local }
  await locked(run, () => push(run, [ahead]))
}

async function pull(run: Run, drift: ComponentDrift, restore: RestorePlan | undefined): Promise<void> {
  if (restore) await restoreSources(run, [fromServer(drift)], restore)
  else await writeLocal(run, [fromServer(drift)])
  await run.ui.report({ type: 'verified', components: [drift.component] })
}

/** What is not pulled with the files stays as the code has it. */
async function restoreSources(run: Run, pulled: Incoming[], plan: RestorePlan): Promise<void> {
  const sources = await fetchSources(run, plan)
  const kept = asTheyAre(
    run,
    pulled.map(({ drift }) => drift.component),
  )
  const written = await writeLocal(run, [...pulled, ...kept], { restored: sources })
  await reportRestored(run, sources, written)
}
