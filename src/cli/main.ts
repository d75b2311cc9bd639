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
    await run(process.argv.slice(2), dir)
    await flush()
  } catch (error) {
    const id = error instanceof Error && NOT_FOUND.exec(error.message)?.[1]
    if (id) await sayUnknown(id, commands)
    else await Errors.handle(error as Error)
  }
}

async function sayUnknown(id: string, commands: readonly string[]): Promise<void> {
  const { unknownCommand } = await import('./errors.js')
  const { showError } = await import('./errors.js')
  const { formatOf } = await import('./output.js')
  const error = unknownCommand(id, commands)
  await showError(error, formatOf(process.argv))
  process.exitCode = error.exitCode
}
