import { updateRecord } from '../record.js'
import { drifted, type ModeResult, type Run } from '../run.js'

/** `--check`: compares and says so. Writes nothing but the checkout's own memory of what both sides agree on. */
export async function check(run: Run): Promise<ModeResult> {
  await rememberAgreement(run)
  return { status: drifted(run).length > 0 || run.snapshot?.drift ? 'drift' : 'in-sync' }
}

/** What is the same on both sides is the base of every later comparison. */
export async function rememberAgreement(run: Run): Promise<void> {
  if (drifted(run).length > 0) return
  const agreed = run.drifts.flatMap(({ component, local, server }) =>
    local.value !== undefined && server.value !== undefined
      ? [{ component, value: server.value, version: server.version }]
      : [],
  )
  try {
    updateRecord(run.project, agreed)
  } catch {
    // A check must work in a read-only checkout; without the record the server's history serves as base.
  }
}
