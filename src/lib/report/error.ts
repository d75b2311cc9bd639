/**
 * An error for a person: what happened, where, and what to do next.
 */

import type { Colors } from 'picocolors/types.js'
import type { LuaError } from '../errors.js'
import { visible, visibleLine } from '../text.js'
import { place } from './words.js'

/** Renders an error and the problems in it. Ends with a line feed. `root` relates paths; without it they stay absolute. */
export function renderError(error: LuaError, colors: Colors, root = ''): string {
  const lines = [`${colors.red('❌')} ${visible(error.message)}`, ...renderPlace(error, colors, root)]
  for (const problem of error.problems ?? []) {
    lines.push('', `${colors.red('•')} ${visible(problem.message)}`, ...renderPlace(problem, colors, root))
    if (problem.hint) lines.push(`  ${colors.cyan('→')} ${visible(problem.hint)}`)
  }
  if (error.problems?.length) lines.push('')
  if (error.hint) lines.push(`${colors.cyan('→')} ${visible(error.hint)}`)
  return `${lines.join('\n')}\n`
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
