/** What is deployed against what the project's file says, as a table and as a document. */

import type { PrimitiveDrift, Side } from '../sync/primitives.js'
import { visibleLine } from '../text.js'
import { SCHEMA_VERSION } from './json.js'
import type { Look } from './look.js'

export function primitivesDocument(
  { agentId, serverUrl }: { agentId: string; serverUrl: string },
  primitives: PrimitiveDrift[],
) {
  const status = primitives.some(({ state }) => state !== 'in-sync') ? 'drift' : 'in-sync'
  return { schemaVersion: SCHEMA_VERSION, status, agentId, serverUrl, primitives }
}

/** Ends with a line feed. */
export function renderPrimitives(primitives: PrimitiveDrift[], { colors }: Look): string {
  if (primitives.length === 0) return 'Neither side has any primitives.\n'
  const rows = primitives.map(each => [
    each.kind as string,
    visibleLine(each.name),
    shown(each.local),
    shown(each.server),
    each.state,
  ])
  const table = [['KIND', 'NAME', 'LOCAL', 'SERVER', 'STATE'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
  const lines = table.map((row, index) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
    if (index === 0) return colors.bold(line)
    return row[4] === 'in-sync' ? line : colors.yellow(line)
  })
  const drifted = rows.filter(row => row[4] !== 'in-sync').length
  const end = drifted === 0 ? '✅ No drift detected in primitives.' : `${drifted} of ${rows.length} drifted.`
  return `${lines.join('\n')}\n\n${end}\n`
}

function shown(side: Side | null): string {
  if (!side) return '—'
  return visibleLine(side.version ?? 'yes')
}
