import { drifted, type ModeResult, type Run } from '../run.js'

/** `--check`: compares and says so. Writes nothing but the checkout's own memory of what both sides agree on. */
export async function check(run: Run): Promise<ModeResult> {
  return { status: drifted(run).length > 0 || run.snapshot?.drift ? 'drift' : 'in-sync' }
}
