import { withLock } from '../../disk/index.js'
import { LuaError } from '../../errors.js'
import { type Persona, personaTexts } from '../../persona.js'
import type { RestorePlan } from '../../snapshot/index.js'
import { notLive } from '../components/index.js'
import { sameValue } from '../equality.js'
import { asTheyAre, fromServer, type Incoming } from '../incoming.js'
import type { Action, ComponentDrift } from '../model.js'
import { writeLocal } from '../pull.js'
import { push } from '../push.js'
import { type Asker, drifted, keepInMind, type ModeResult, type Run, settleOutcome } from '../run.js'
import { fetchSources, offerSources, reportRestored } from '../sources.js'
import { mergeComponent } from './merge.js'

/** Without a mode flag: each component that drifted is shown, asked about, and what was chosen is done at once. */
export async function interactive(run: Run): Promise<ModeResult> {
  const pending = drifted(run)
  const sourcesDrifted = run.snapshot?.drift ?? false
  if (pending.length === 0 && !sourcesDrifted) {
    return { status: 'in-sync' }
  }
  const ask = someoneToAsk(run)
  let offered = false
  for (const drift of pending) {
    const action = await ask.choose(drift, choices(run, drift), preselected(drift))
    const restore = action === 'pull' && !offered ? await offerSources(run, ask) : undefined
    offered ||= action === 'pull'
    await locked(run, await workOf(run, drift, action, restore))
  }
  if (sourcesDrifted && !offered) {
    const restore = await offerSources(run, ask)
    if (restore) await locked(run, () => restoreSources(run, [], restore))
  }
  const skipped = [...run.outcomes.values()].some(({ kind }) => kind === 'skip')
  return { status: skipped || run.snapshot?.drift ? 'drift' : 'done' }
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
function choices(run: Run, { component, state, local, server }: ComponentDrift): Action[] {
  const push: Action[] = local.value === undefined ? [] : ['push']
  const deploy: Action[] =
    push.length > 0 && component === 'persona' && notLive(run.serverState) ? ['deploy'] : []
  const merge: Action[] = state === 'diverged' ? ['merge'] : []
  const edit: Action[] = server.value === undefined ? [] : ['edit']
  return [...push, ...deploy, 'pull', ...merge, ...edit, 'skip']
}

/** The safe way, given who moved. */
function preselected({ state, local }: ComponentDrift): Action {
  if (state === 'behind' || local.value === undefined) return 'pull'
  return state === 'diverged' ? 'merge' : 'push'
}

/** Asks whatever else must be known, and returns what is then to be done. */
async function workOf(
  run: Run,
  drift: ComponentDrift,
  action: Action,
  restore: RestorePlan | undefined,
): Promise<() => Promise<void>> {
  switch (action) {
    case 'push':
      return () => push(run, [drift])
    case 'deploy':
      return () => push(run, [drift], { deploy: true })
    case 'pull':
      return () => pull(run, drift, restore)
    case 'merge': {
      const merged = await mergeComponent(run, drift)
      return async () => void (await writeLocal(run, merged ? [merged] : []))
    }
    case 'edit': {
      const edited = await editServerText(run, drift)
      if (!edited) return () => skip(run, drift, 'nothing was changed in the editor, so nothing was applied')
      return async () => void (await writeLocal(run, [edited]))
    }
    case 'skip':
      return () => skip(run, drift, 'skipped')
  }
}

function skip(run: Run, drift: ComponentDrift, reason: string): Promise<void> {
  return settleOutcome(run, drift, { kind: 'skip', component: drift.component, reason })
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

/** The person saw the server's text, so what they saved is built on it. Undefined where they changed nothing. */
async function editServerText(run: Run, drift: ComponentDrift): Promise<Incoming | undefined> {
  const { component } = drift
  const { value, version } = drift.server
  const edited: [channel: string, text: string][] = []
  for (const { channel, text } of personaTexts(value!)) {
    const saved = await editText(run, text)
    if (saved !== text) keepInMind(run, component, saved)
    edited.push([channel ?? '', saved])
  }
  const result: Persona = typeof value === 'string' ? edited[0]![1] : Object.fromEntries(edited)
  if (sameValue(result, value!)) return undefined
  return { drift, value: result, kind: 'edit', agreed: { value: value!, version, code: result } }
}

/** Editors end a file with a line feed; where the text had none, what comes back has none either. */
async function editText(run: Run, text: string): Promise<string> {
  const edited = await run.ui.ask!.edit(text)
  return text.endsWith('\n') ? edited : edited.replace(/\r?\n$/, '')
}
