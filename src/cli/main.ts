/**
 * The standalone `lua`: oclif's run, with our words for a command that does not exist.
 *
 * A `command_not_found` hook is no place for them: where a plugin registers one, oclif takes every unknown command of
 * the host for handled and exits 0, whatever the hook does.
 */

import { Errors, flush, run } from '@oclif/core'

/** What oclif says of an unknown command, and what its help says. */
const NOT_FOUND = /^command (.+) not found\.?$/i

/**
 * @param dir URL of a file in the package
 * @param commands ids of the commands there are, for suggestions
 */
export async function main(dir: string, commands: readonly string[]): Promise<void> {
  try {
    await run(commandFirst(process.argv.slice(2)), dir)
    await flush()
  } catch (error) {
    const id = error instanceof Error && NOT_FOUND.exec(error.message)?.[1]
    if (id) await sayUnknown(id, commands)
    else await Errors.handle(error as Error)
  }
}

/** Flags that take a value as their next argument. */
export const VALUED = ['cwd', 'format', 'only', 'from', 'diff', 'shard', 'limit', 'take', 'keep'].map(
  name => `--${name}`,
)

/** Flags of the program may stand before the command (`lua --ci sync`); oclif wants the command first. */
export function commandFirst(argv: readonly string[]): string[] {
  let at = 0
  while (argv[at]?.startsWith('-') && argv[at] !== '--') at += VALUED.includes(argv[at]!) ? 2 : 1
  const before = argv.slice(0, at)
  if (argv[0] === '-v' || before.includes('--version')) return ['--version']
  const command = argv[at]
  if (command === undefined || command === '--') return [...argv]
  // Help knows none of them.
  return [command, ...(command === 'help' ? [] : before), ...argv.slice(at + 1)]
}

async function sayUnknown(id: string, commands: readonly string[]): Promise<void> {
  const { showError, unknownCommand } = await import('./errors.js')
  const { formatOf } = await import('./output.js')
  const error = unknownCommand(id, commands)
  await showError(error, formatOf(process.argv))
  process.exitCode = error.exitCode
}
