import type { Hook } from '@oclif/core'

/** Suggests a command for a typo, where this package is the CLI; a host CLI answers for itself. */
const commandNotFound: Hook.CommandNotFound = async function ({ id, config }) {
  if (config.pjson.name !== 'lua-plugin-sync') return
  const { unknownCommand } = await import('../cli/usage-errors.js')
  const { renderError } = await import('../lib/report/error.js')
  const { colors } = await import('../cli/terminal.js')
  const error = unknownCommand(id, config.commandIDs)
  process.stderr.write(renderError(error, colors()))
  this.exit(error.exitCode)
}

export default commandNotFound
