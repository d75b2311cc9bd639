/**
 * An error for a person: what happened, where, and what to do next.
 */

import type { Colors } from 'picocolors/types.js'
import type { LuaError } from '../errors.js'
import { visible, visibleLine } from '../text.js'
import { asTyped } from './commands.js'
import { wrapped } from './layout.js'
import { place } from './words.js'

/**
 * Renders an error and the problems in it. Ends with a line feed.
 * @param root relates paths; without it they stay absolute
 * @param width columns of the screen, at which sentences wrap; code frames stay as they are
 */
export function renderError(error: LuaError, colors: Colors, root = '', width?: number): string {
  const say = (text: string) => wrapped(text, width)
  const lines = [say(`${colors.red('❌')} ${told(error.message)}`), ...renderPlace(error, colors, root)]
  for (const problem of error.problems ?? []) {
    lines.push('', say(`${colors.red('•')} ${told(problem.message)}`), ...renderPlace(problem, colors, root))
    if (problem.hint) lines.push(say(`  ${colors.cyan('→')} ${told(asTyped(problem.hint))}`))
  }
  if (error.problems?.length) lines.push('')
  if (error.hint) lines.push(say(`${colors.cyan('→')} ${told(asTyped(error.hint))}`))
  return `${lines.join('\n')}\n`
}

/** Further lines are indented: whatever a message quotes, no line of it can be taken for one of ours. */
function told(text: string): string {
  return visible(text).replaceAll('\n', '\n  ')
}

function renderPlace({ location, frame }: LuaError, colors: Colors, root: string): string[] {
  if (!location) return []
  const where = `  at ${visibleLine(place(root, location))}:${location.column}`
  return [
    colors.dim(where),
    ...(frame
      ? visible(frame)
          .split('\n')
          .map(line => `  ${line}`)
      : []),
  ]
}
