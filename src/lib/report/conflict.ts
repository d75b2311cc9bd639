import type { Colors } from 'picocolors/types.js'
import type { Passage } from '../passages.js'
import type { Conflict } from '../sync/merge.js'
import type { ComponentKey } from '../sync/model.js'
import { visible } from '../text.js'
import { type DiffLook, renderChanged } from './diff.js'
import { wrapped } from './layout.js'

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
  return `\n${[await wrapped(head, look.width), ...(await renderChanged(change, look))].join('\n')}\n`
}
