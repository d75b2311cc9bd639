/** What is deployed against what the project's file says, as a table and as a document. */

import type { LuaError } from '../errors.js'
import type { PrimitiveDrift } from '../sync/primitives.js'
import { visibleLine } from '../text.js'
import { errorJson, SCHEMA_VERSION } from './json.js'
import { columns } from './layout.js'
import type { Look } from './look.js'

/** @param failure why nothing could be compared */
export function primitivesDocument(
  { agentId, url }: { agentId: string; url: string },
  primitives: PrimitiveDrift[],
  failure?: LuaError,
) {
  const compared = primitives.some(({ state }) => state !== 'in-sync') ? 'drift' : 'in-sync'
  const status = failure ? 'unverified' : compared
  const error = failure && errorJson(failure, '')
  return { schemaVersion: SCHEMA_VERSION, status, agentId, serverUrl: url, primitives, error }
}

/** Ends with a line feed. */
export function renderPrimitives(primitives: PrimitiveDrift[], { colors }: Look): string {
  if (primitives.length === 0) return 'Neither side has any primitives.\n'
  const rows = primitives.map(each => [
    each.kind,
    visibleLine(each.name),
    shown(each, 'local'),
    shown(each, 'server'),
    each.state,
  ])
  const table = [['KIND', 'NAME', 'LOCAL', 'SERVER', 'STATE'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map(row => columns(row[column]!))))
  const lines = table.map((row, index) => {
    const cells = row.map((cell, column) => cell + ' '.repeat(widths[column]! - columns(cell)))
    const line = cells.join('  ').trimEnd()
    if (index === 0) return colors.bold(line)
    return row[4] === 'in-sync' ? line : colors.yellow(line)
  })
  const drifted = rows.filter(row => row[4] !== 'in-sync').length
  const end = drifted === 0 ? '✅ No drift detected in primitives.' : `${drifted} of ${rows.length} drifted.`
  return `${lines.join('\n')}\n\n${end}\n`
}

/** The version; where there is none, what is there. */
function shown({ kind, ...sides }: PrimitiveDrift, side: 'local' | 'server'): string {
  const there = sides[side]
  if (!there) return '—'
  return visibleLine(there.version ?? (kind === 'mcpServers' ? 'yes' : 'no version'))
}
