/**
 * A push: the server takes what the code says. The server is read again just before, and once more after.
 */

import { discardUndo } from '../disk/index.js'
import { LuaError } from '../errors.js'
import { asOneText } from '../persona.js'
import { componentOf, sameOrNone } from './components/index.js'
import { plannedPush } from './dry-run.js'
import { refusePoison } from './guards.js'
import { keep } from './keep.js'
import type { ComponentDrift, ServerSide, Value } from './model.js'
import { fetchServerState } from './observe.js'
import { type Run, remember, settleOutcome } from './run.js'
import { step } from './stop.js'

/**
 * Pushes components, one after the other. What cannot be pushed is refused before the first one is.
 * @throws LuaError CONFLICT if the server moved since it was looked at or a text is not fit to push;
 *   else as the server room does
 */
export async function push(
  run: Run,
  drifts: ComponentDrift[],
  { deploy = run.request.deploy ?? false } = {},
): Promise<void> {
  for (const drift of drifts.filter(({ local }) => local.value === undefined)) {
    const { unmanaged } = drift.local
    const reason = unmanaged
      ? `what the code declares cannot be pushed: ${unmanaged}`
      : `the code declares no ${drift.component}, so there is nothing to push`
    await settleOutcome(run, drift, { kind: 'skip', component: drift.component, reason })
  }
  const pushable = drifts.filter(({ local }) => local.value !== undefined)
  if (pushable.length === 0) return
  if (!run.request.force) {
    for (const { component, local, server } of pushable)
      refusePoison(component, local.shown!, server.shown, 'push')
  }
  const now = await fetchServerState(run.server)
  for (const drift of pushable) refuseIfMoved(drift, componentOf(drift.component).server(now))
  for (const { component, local } of pushable) await componentOf(component).refuse?.(run.server, local.value!)
  if (run.request.dryRun) {
    for (const drift of pushable) {
      await settleOutcome(run, drift, { ...(await plannedPush(run, drift)), superseded: superseded(drift) })
    }
    return
  }
  const pushing = { drifts: pushable, state: now, deploy }
  // A merge that pushes has kept both sides before it wrote into the code.
  const kept = run.keptForPush ? undefined : await keep({ ...run, reason: 'push', push: pushing })
  try {
    for (const drift of pushable)
      await step(run, () => pushOne(run, drift, { value: drift.local.value!, deploy }))
  } catch (error) {
    const nothingDone = !pushable.some(({ component }) => run.outcomes.get(component)?.kind === 'push')
    if (kept && nothingDone && leftServerAlone(error)) discardUndo(run.project.stateDir, kept)
    throw error
  }
}

/** Is it certain that the push that failed changed nothing? */
function leftServerAlone(error: unknown): boolean {
  return error instanceof LuaError && !error.unclear && !['PARTIAL', 'SERVER_INVALID'].includes(error.code)
}

async function pushOne(
  run: Run,
  drift: ComponentDrift,
  { value, deploy }: { value: Value; deploy: boolean },
): Promise<void> {
  const { component } = drift
  const receipt = await componentOf(component).push(run.server, value, { deploy })
  // A draft is not agreed on: sync compares with what is published.
  if (receipt.status === 'published') {
    await remember(run, [{ component, value, version: receipt.version }])
  }
  await settleOutcome(run, drift, { kind: 'push', component, ...receipt, superseded: superseded(drift) })
}

function refuseIfMoved({ component, server: shown }: ComponentDrift, now: ServerSide): void {
  const values = componentOf(component)
  if (shown.version === now.version && sameOrNone(values, shown.value, now.value)) return
  throw new LuaError(
    'CONFLICT',
    `The ${component} on the server changed since it was compared; nothing was pushed.`,
    {
      hint: 'Run lua sync again to see what it says now.',
    },
  )
}

/** What this push replaces on the server, unless the code descends from it. */
function superseded({
  component,
  state,
  server,
}: ComponentDrift): { version?: number; text?: string } | undefined {
  if (server.shown === undefined) return undefined
  if (!componentOf(component).history) return { text: asOneText(server.shown) }
  return state === 'behind' || state === 'diverged' || state === 'differs'
    ? { version: server.version }
    : undefined
}
