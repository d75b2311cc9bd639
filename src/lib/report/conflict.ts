import type { Passage } from '../passages.js'
import type { Conflict } from '../sync/merge/merge.js'
import type { ComponentKey } from '../sync/model.js'
import { visible } from '../text.js'
import { type DiffLook, renderChanged } from './diff.js'
import { rowsOf, wrapped } from './layout.js'

/** One conflict of a merge with its three versions, for a person who is about to choose. */
export async function renderConflict(
  { ours, theirs, base, channel }: Conflict,
  { index, total, component }: { index: number; total: number; component: ComponentKey },
  { colors, width }: Pick<DiffLook, 'colors' | 'width'>,
): Promise<string> {
  const where = channel ? `${component} (${channel})` : component
  const block = async (title: string, lines: string[], color: (text: string) => string) => {
    const rows = (await Promise.all(lines.map(line => rowsOf(visible(line), width && width - 2)))).flat()
    const shown = rows.length > 0 ? rows.map(row => color(`  ${row}`)) : [colors.dim('  (nothing)')]
    return [colors.bold(title), ...shown]
  }
  return [
    '',
    colors.yellow(`Conflict ${index + 1} of ${total} in ${where}`),
    ...(await block('ours (local)', ours, colors.green)),
    ...(await block('theirs (server)', theirs, colors.red)),
    ...(base.length > 0 ? await block('base', base, colors.gray) : []),
    '',
  ].join('\n')
}

/** One passage with its number, its place on both sides and the words that changed, for a person who is about to choose. */
export async function renderPassage(
  passage: Passage,
  { index, total, component }: { index: number; total: number; component: ComponentKey },
  look: Pick<DiffLook, 'colors' | 'width'>,
): Promise<string> {
  const { channel, serverLine, localLine } = passage
  const lines = (text: string) => (text === '' ? [] : text.split('\n'))
  const change = { kind: 'changed', server: lines(passage.server), local: lines(passage.local) } as const
  const where = channel ? `${component} (${channel})` : component
  const places = `server line ${serverLine}, code line ${localLine}`
  const head = `${look.colors.bold(`${index + 1} of ${total}`)} in ${where} ${look.colors.dim(`(${places})`)}`
  return `\n${[wrapped(head, look.width), ...(await renderChanged(change, look))].join('\n')}\n`
}
