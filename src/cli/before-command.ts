/**
 * The drift check that a command asks for with `--sync`, before it runs.
 */

import { resolve } from 'node:path'
import type { Command, Hook } from '@oclif/core'
import { worstOf } from '../lib/report/exit-codes.js'
import type { Report } from '../lib/report/findings.js'
import { documentOf, tellEnd } from './deliver.js'
import { flagValue, hasFlag, parseShard } from './flags.js'
import { isOurs, speakAs } from './host.js'
import { formatOf, openOutput, writeDocument } from './output.js'
import { reportOf, syncAgent } from './sync-agent.js'
import { behaveAsInCi, canAsk } from './terminal.js'

/**
 * On a terminal shows the diff and asks, as `lua sync` does; elsewhere warns and lets the command go on.
 * Ends the process, before the command runs, if the person stopped, the check itself failed, or there is drift
 * and `--fail-on-drift` was given. All text goes to stderr: stdout belongs to the command, and with `--json` or `--format` it
 * gets the one document of a run that ends here.
 */
export async function checkBeforeCommand(
  argv: string[],
  command: Command.Class | Command.Loadable,
  context: Hook.Context,
): Promise<void> {
  const { baseFlags } = command as Partial<Command.Class>
  const flags: Record<string, unknown> = { ...baseFlags, ...command.flags }
  speakAs(context.config)
  // Only what the command declares means what it means here.
  const has = (name: string) => flags[name] !== undefined && hasFlag(argv, name)
  if (has('ci')) behaveAsInCi()
  const format = hasFlag(argv, 'json') ? 'json' : flags.format ? formatOf(argv) : 'text'
  const failOnDrift = hasFlag(argv, 'fail-on-drift')
  const all = has('all')
  const mode = canAsk() && format === 'text' && !failOnDrift && !all ? 'interactive' : 'check'
  const stderr = openOutput('text', has('quiet'))
  const output = { ...stderr, print: stderr.tell }
  const folder = resolve((flags.cwd ? flagValue(argv, 'cwd') : undefined) ?? '.')
  const options = {
    request: { mode, compute: command.id === 'compile' } as const,
    output,
    requireServer: has('require-server'),
  }
  const shard = all ? flagValue(argv, 'shard') : undefined
  const report = all
    ? await (await import('./all-projects.js')).syncAll(folder, {
        ...options,
        shard: shard ? parseShard(shard) : undefined,
      })
    : reportOf(await syncAgent(folder, options), options)
  // Outside a Lua project, a `--sync` of the host's own means something else.
  if (!isOurs(command) && report.runs[0]?.error?.code === 'NO_PROJECT') return
  const code = endingCode(report, failOnDrift)
  if (format !== 'text' && code !== 0) writeDocument(await documentOf(report, format))
  else if (!all) tellEnd(report.runs[0]!, report, output)
  if (code !== 0) context.exit(code)
}

/** Drift ends the run only where that was asked for; a failed check always does. */
function endingCode({ runs }: Report, failOnDrift: boolean): number {
  return worstOf(runs.map(({ exitCode }) => (exitCode === 1 && !failOnDrift ? 0 : exitCode)))
}
