import type { Undone } from '../sync/undo.js'
import { visibleLine } from '../text.js'
import { asTyped } from './commands.js'
import type { Look } from './look.js'
import { renderUndoPlan } from './plan.js'
import { ago, listed, place } from './words.js'

/** What an undo put back. Ends with a line feed. */
export function renderUndone(undone: Undone | undefined, { colors, root, now }: Look): string {
  if (!undone) return 'There is nothing to undo.\n'
  if (undone.planned) return renderUndoPlan(undone, { colors, root, now })
  const files = undone.files.map(file => visibleLine(place(root, { file })))
  const parts = [
    ...(files.length > 0 ? [`put back ${listed(files)}`] : []),
    ...(undone.components.length > 0 ? [`put back the ${listed(undone.components)} on the server`] : []),
  ]
  const before =
    undone.production === undefined ? 'everything was as before already' : 'took the deployment back'
  const what = parts.length > 0 ? listed(parts) : before
  return `✅ Undone: the ${visibleLine(undone.reason)}, ${ago(undone.at, now)} (${what}).\n${afterwards(undone)}`
}

function afterwards({ production, notes }: Undone): string {
  const live =
    production === undefined ? [] : [`Production serves its former text again (version ${production}).`]
  const lines = [...live, ...notes].map(asTyped)
  return lines.map(line => `   ${visibleLine(line)}\n`).join('')
}
