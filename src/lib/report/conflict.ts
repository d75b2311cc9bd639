import type { Colors } from 'picocolors/types.js'
import type { Conflict } from '../sync/merge.js'
import type { ComponentKey } from '../sync/model.js'
import { visible } from '../text.js'

/** One conflict of a merge with its three versions, for a person who is about to choose. */
export function renderConflict(
  { ours, theirs, base, channel }: Conflict,
  { index, total, component }: { index: number; total: number; component: ComponentKey },
  colors: Colors,
): string {
  const where = channel ? `${component} (${channel})` : component
  const block = (title: string, lines: string[], color: (text: string) => string) => [
    colors.bold(title),
    ...(lines.length > 0 ? lines.map(line => color(`  ${visible(line)}`)) : [colors.dim('  (nothing)')]),
  ]
  return [
    '',
    colors.yellow(`Conflict ${index + 1} of ${total} in ${where}`),
    ...block('ours (local)', ours, colors.green),
    ...block('theirs (server)', theirs, colors.red),
    ...(base.length > 0 ? block('base', base, colors.gray) : []),
    '',
  ].join('\n')
}
