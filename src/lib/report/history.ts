import type { History } from '../sync/components/persona-history.js'
import { wrapped } from './layout.js'
import type { Look } from './look.js'
import { ago } from './words.js'

/** The published versions as a table, newest first. Ends with a line feed. */
export function renderHistory(
  { component, entries, total }: History,
  { colors, now, width: screen }: Look,
): string {
  if (entries.length === 0) return `No ${component} has been published yet.\n`
  const rows = entries.map(entry => ({
    version: `v${entry.version}`,
    age: entry.createdAt === undefined ? 'at an unknown time' : ago(entry.createdAt, now),
    changes: entry.changes ? `+${entry.changes.added} −${entry.changes.removed}` : '',
    marks: [...(entry.isCurrent ? ['current in production'] : []), ...(entry.isLocal ? ['your code'] : [])],
  }))
  const width = (column: 'version' | 'age' | 'changes') => Math.max(...rows.map(row => row[column].length))
  const [version, age, changes] = [width('version'), width('age'), width('changes')]
  const older = total > entries.length ? colors.dim(`… and ${total - entries.length} older\n`) : ''
  const shown = rows
    .map(row => {
      const cells = [row.version.padEnd(version), row.age.padEnd(age), row.changes.padEnd(changes)]
      return `${cells.join('  ')}  ${colors.cyan(row.marks.join(', '))}`.trimEnd()
    })
    .map(row => `${wrapped(row, screen)}\n`)
    .join('')
  return `${shown}${older}`
}
