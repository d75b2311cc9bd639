import type { Hook } from '@oclif/core'

/**
 * Serves any command, of this plugin or of its host, that declares a boolean `--sync` flag and was given it, in a Lua
 * project. One whose `--sync` means something else says so with `static luaSync = false`.
 */
const prerun: Hook.Prerun = async function (options) {
  const flag = options.Command.flags?.sync
  const { luaSync } = options.Command as { luaSync?: boolean }
  if (flag?.type !== 'boolean' || luaSync === false || !options.argv.some(isSyncFlag)) return
  const { checkBeforeCommand } = await import('../cli/before-command.js')
  await checkBeforeCommand(options.argv, options.Command, this)
}

function isSyncFlag(argument: string, index: number, argv: string[]): boolean {
  const end = argv.indexOf('--')
  return argument === '--sync' && (end === -1 || index < end)
}

export default prerun
