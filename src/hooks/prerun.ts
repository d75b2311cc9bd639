import type { Hook } from '@oclif/core'

/** Serves any command, of this plugin or of its host, that declares a boolean `--sync` flag and was given it. */
const prerun: Hook.Prerun = async function (options) {
  const flag = options.Command.flags?.sync
  if (flag?.type !== 'boolean' || !options.argv.some(isSyncFlag)) return
  const { checkBeforeCommand } = await import('../cli/before-command.js')
  await checkBeforeCommand(options.argv, options.Command.flags, this)
}

function isSyncFlag(argument: string, index: number, argv: string[]): boolean {
  const end = argv.indexOf('--')
  return argument === '--sync' && (end === -1 || index < end)
}

export default prerun
