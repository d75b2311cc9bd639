/**
 * The drift check that a command asks for with `--sync`, before it runs.
 */

import type { Hook } from '@oclif/core'
import { asLuaError } from '../lib/errors.js'
import { renderError } from '../lib/report/error.js'
import { errorDocument } from '../lib/report/json.js'
import { exitCodeOf, presentSync } from './present-sync.js'
import { openSession } from './session.js'
import { runSync } from './sync-session.js'
import { canAsk, colors } from './terminal.js'

/**
 * On a terminal shows the diff and asks, as `lua sync` does; elsewhere warns and lets the command go on.
 * Ends the process, before the command runs, if the person stopped, the check itself failed, or there is drift
 * and `--fail-on-drift` was given. All text goes to stderr: stdout belongs to the command.
 */
export async function checkBeforeCommand(argv: string[], context: Hook.Context): Promise<void> {
  const failOnDrift = argv.includes('--fail-on-drift')
  const json = argv.includes('--json')
  const mode = canAsk() && !json && !failOnDrift ? 'interactive' : 'check'
  let code: number
  try {
    const session = await openSession(process.cwd(), mode)
    const result = await runSync(session, { request: { mode }, print: toStderr })
    presentSync(result, mode, toStderr)
    code = exitCodeOf(result, mode)
  } catch (thrown) {
    const error = asLuaError(thrown)
    if (json) process.stdout.write(`${JSON.stringify(errorDocument(error), null, 2)}\n`)
    else toStderr(renderError(error, colors()))
    code = error.exitCode
  }
  if (code > 1 || (code === 1 && failOnDrift)) context.exit(code)
}

function toStderr(text: string): void {
  process.stderr.write(text)
}
