import { componentOf } from '../components/index.js'
import type { ComponentDrift } from '../model.js'
import { push } from '../push.js'
import { isNamed, type ModeResult, type Run, statusOf } from '../run.js'
import { refuseServerWork, refuseUnknown } from './refusals.js'

/** `--push`: the server takes every component that drifted, and what it does not have at all. */
export async function pushAll(run: Run): Promise<ModeResult> {
  const pushed = run.drifts.filter(drift => isToPush(run, drift))
  if (pushed.length === 0) {
    return { status: 'in-sync' }
  }
  if (!run.request.force) {
    refuseUnknown(run, pushed)
    refuseServerWork(pushed)
  }
  await push(run, pushed)
  return { status: statusOf(run) }
}

/** With `--deploy`, what has versions is looked at in sync, too: its version may not be current in production. */
function isToPush(run: Run, seen: ComponentDrift): boolean {
  const { component, drift, local, server, state } = seen
  const { deploy = false } = run.request
  // Nothing can be sent of it: who asks for it by name is told so.
  if (state === 'unmanaged') return isNamed(run, seen)
  const missingOnServer = local.value !== undefined && server.value === undefined
  return (
    drift ||
    missingOnServer ||
    (deploy && componentOf(component).history !== undefined && local.value !== undefined)
  )
}
