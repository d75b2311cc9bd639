/**
 * What our commands are called where they run: a host CLI has its own name, and may have them under a topic.
 */

export type CommandName = 'sync' | 'compile'

let typed: Record<CommandName, string> = { sync: 'lua sync', compile: 'lua compile' }

/** From here on hints say the commands as a person would type them here. */
export function nameCommands(names: Record<CommandName, string>): void {
  typed = names
}

/** A text of ours with the commands in it as they are typed here. */
export function asTyped(text: string): string {
  return text.replace(/\blua (sync|compile)\b/g, (_, name: CommandName) => typed[name])
}
