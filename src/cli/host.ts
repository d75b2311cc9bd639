/**
 * The CLI that we run in: our own executable, or a host that took us in.
 */

import type { Config } from '@oclif/core/interfaces'
import { type CommandName, nameCommands } from '../lib/report/commands.js'

/** As in package.json. */
const PLUGIN = 'lua-plugin-sync'

type Host = Pick<Config, 'bin' | 'topicSeparator'> & { commands: { id: string; pluginName?: string }[] }

/**
 * From here on hints name our commands as this host has them.
 * @param own id of the command of ours that runs, if it is one
 */
export function speakAs(host: Host, own?: string): void {
  const name = (command: CommandName) =>
    `${host.bin} ${idOf(command, host, own).replaceAll(':', host.topicSeparator)}`
  nameCommands({ sync: name('sync'), compile: name('compile') })
}

function idOf(command: CommandName, { commands }: Host, own?: string): string {
  const topic = own?.includes(':') ? own.slice(0, own.lastIndexOf(':') + 1) : ''
  const beside = topic + command
  if (own === beside || (topic && commands.some(({ id }) => id === beside))) return beside
  const ours = commands.find(
    ({ id, pluginName }) => pluginName === PLUGIN && id.split(':').at(-1) === command,
  )
  return ours?.id ?? command
}

/** Is this command ours? */
export function isOurs(command: { pluginName?: string }): boolean {
  return command.pluginName === PLUGIN
}
