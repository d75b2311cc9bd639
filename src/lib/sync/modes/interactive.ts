import { withLock } from '../../disk/index.js'
import { LuaError } from '../../errors.js'
import type { Action, ComponentDrift } from '../model.js'
import { fromServer, type Incoming, writeLocal } from '../pull.js'
import { push } from '../push.js'
import { drifted, type ModeResult, type Run, settleOutcome } from '../run.js'
import { rememberAgreement } from './check.js'
import { mergeComponent } from './merge.js'

/** Without a mode flag: each component that drifted is shown, asked about, and what was chosen is done at once. */
export async function interactive(run: Run): Promise<ModeResult> {
  const pending = drifted(run)
  if (pending.length === 0) {
    await rememberAgreement(run)
    return { status: 'in-sync' }
  }
  const { ask } = run.ui
  if (!ask) {
    throw new LuaError(
      'PROMPT_NEEDED',
      'Drift was found, and there is no terminal on which to ask what to do.',
      {
        hint: 'Say it with a flag: lua sync --check (report only), --pull (take the server’s), or --push (send yours).',
      },
    )
  }
  for (const drift of pending) {
    const action = await ask.choose(drift, choices(drift), preselected(drift))
    await withLock(run.project.stateDir, () => carryOut(run, drift, action), { command: 'lua sync' })
  }
  return { status: [...run.outcomes.values()].some(({ kind }) => kind === 'skip') ? 'drift' : 'done' }
}

/** The three choices of the product's documentation; a merge where both sides moved, and the editor. */
function choices({ state, local, server }: ComponentDrift): Action[] {
  const push: Action[] = local.value === undefined ? [] : ['push']
  const merge: Action[] = state === 'diverged' ? ['merge'] : []
  const edit: Action[] = typeof server.value === 'string' ? ['edit'] : []
  return [...push, 'pull', ...merge, ...edit, 'skip']
}

/** The safe way, given who moved. */
function preselected({ state, local }: ComponentDrift): Action {
  if (state === 'behind' || local.value === undefined) return 'pull'
  return state === 'diverged' ? 'merge' : 'push'
}

async function carryOut(run: Run, drift: ComponentDrift, action: Action): Promise<void> {
  switch (action) {
    case 'push':
      return push(run, [drift])
    case 'pull':
      return write(run, drift, fromServer(drift))
    case 'merge':
      return write(run, drift, await mergeComponent(run, drift))
    case 'edit':
      return write(run, drift, await editServerText(run, drift))
    case 'skip':
      return settleOutcome(run, drift, { kind: 'skip', component: drift.component, reason: 'skipped' })
  }
}

async function write(run: Run, drift: ComponentDrift, incoming: Incoming | undefined): Promise<void> {
  if (!incoming) return
  await writeLocal(run, [incoming])
  if (incoming.kind === 'pull') await run.ui.report({ type: 'verified', components: [drift.component] })
}

/** The person saw the server's text, so what they saved is built on it. */
async function editServerText(run: Run, drift: ComponentDrift): Promise<Incoming> {
  const { value, version } = drift.server
  const edited = await run.ui.ask!.edit(value as string)
  // Editors end a file with a line feed; the text had none, so neither has what comes back.
  const text = (value as string).endsWith('\n') ? edited : edited.replace(/\r?\n$/, '')
  return { drift, value: text, kind: 'edit', agreed: { value: value!, version } }
}
