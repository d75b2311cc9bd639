/**
 * The coloured diff block, to the character as the product's documentation shows it.
 */

import type { Colors } from 'picocolors/types.js'
import { changedWords, diffLines, type LineChange, splitLines, type WordPart } from '../line-diff.js'
import { countPassages } from '../passages.js'
import { invisibleNote, shownBlanks, visible } from '../text.js'
import { clipped } from './clipped.js'
import { asTyped } from './commands.js'
import { columns, rowsOf, shortened } from './layout.js'

const RULE = '='.repeat(60)
const CONTEXT = 3
/** In so many characters of changed lines the changed words are looked for; the rest is shown without. */
const MARKED = 200_000
const SIDES = { before: 'Server (deployed)', after: 'Local (code)' }

export interface DiffBlock {
  /** In capitals above the legend: `PERSONA`, `NAME`, or with a channel. */
  title: string
  server: string
  local: string
  /** What stands on either side; the server and the code unless said otherwise. */
  legend?: { before: string; after: string }
}

export interface DiffLook {
  colors: Colors
  /** Columns of the screen; undefined where lines are not wrapped. */
  width?: number
  /** Shows line numbers, and the number of each passage, from here on; none where it cannot be taken by itself. */
  numbering?: { next: number; isDivisible?: boolean }
}

/**
 * One block: rule, title, legend, rule, the changed lines with three lines of context, rule.
 * Ends with a line feed. The texts are data: control characters are spelled out.
 */
export async function renderDiffBlock(
  { title, legend = SIDES, ...texts }: DiffBlock,
  { colors, width, numbering }: DiffLook,
): Promise<string> {
  const { server, local, note } = clipped(texts.server, texts.local)
  const rule = RULE.slice(0, width)
  const { changes, coarse } = await diffLines(splitLines(server), splitLines(local))
  const sides = `${colors.red(`- ${legend.before}`)}  ${colors.green(`+ ${legend.after}`)}`
  const head = [rule, colors.bold(`${title} DIFF`), sides, rule, '']
  const hidden = invisibleNote(server, local)
  const notes = [
    ...(note ? [colors.yellow(`  (${asTyped(note)})`)] : []),
    ...(coarse ? [colors.dim('  (too different for an exact diff: shown coarsely)')] : []),
    ...(hidden ? [colors.yellow(`  (${hidden})`)] : []),
  ]
  return `${[...head, ...notes, ...(await renderChanges(changes, { colors, width, numbering }, coarse)), '', rule].join('\n')}\n`
}

async function renderChanges(changes: LineChange[], look: DiffLook, coarse: boolean): Promise<string[]> {
  const rendered: string[] = []
  const words = { left: coarse ? 0 : MARKED }
  let [before, after] = [1, 1]
  for (const [index, change] of changes.entries()) {
    if (change.kind === 'same') {
      const isLast = index === changes.length - 1
      for (const line of await renderUnchanged(change.lines, index === 0, isLast, look)) rendered.push(line)
      before += change.lines.length
      after += change.lines.length
      continue
    }
    if (look.numbering) rendered.push(await hunkHeader(change, before, after, look))
    for (const line of await renderChanged(change, look, words)) rendered.push(line)
    before += change.server.length
    after += change.local.length
  }
  return rendered
}

/** `@@ -3,1 +3,2 @@ passage 2`: lines as `diff -u` counts them. */
async function hunkHeader(
  { server, local }: Changed,
  before: number,
  after: number,
  { colors, numbering }: DiffLook,
): Promise<string> {
  const range = (line: number, lines: string[]) => `${lines.length === 0 ? line - 1 : line},${lines.length}`
  const lines = `@@ -${range(before, server)} +${range(after, local)} @@`
  if (numbering!.isDivisible === false) return colors.cyan(lines)
  const first = numbering!.next
  numbering!.next += await countPassages(server, local)
  const last = numbering!.next - 1
  const passages = last > first ? `passages ${first}-${last}` : `passage ${first}`
  return colors.cyan(`${lines} ${passages}`)
}

async function renderUnchanged(
  unchanged: string[],
  first: boolean,
  last: boolean,
  { colors, width }: DiffLook,
): Promise<string[]> {
  const before = first ? 0 : CONTEXT
  const after = last ? 0 : CONTEXT
  const hidden = unchanged.length - before - after
  const gray = async (lines: string[]) => {
    const rows: string[] = []
    for (const line of lines) rows.push(...(await contextRows(visible(line), width)))
    return rows.map(row => colors.gray(`  ${row}`))
  }
  // A run of one would only trade a line for a line.
  if (hidden <= 1) return gray(unchanged)
  return [
    ...(await gray(unchanged.slice(0, before))),
    colors.gray(`  ... (${hidden} unchanged lines) ...`),
    ...(await gray(unchanged.slice(unchanged.length - after))),
  ]
}

/** A long line that did not change only shows where the change is. */
async function contextRows(line: string, width: number | undefined): Promise<string[]> {
  const rows = await rowsOf(line, width && width - SIGN)
  return rows.length > CONTEXT ? [...rows.slice(0, CONTEXT - 1), '…'] : rows
}

type Changed = Extract<LineChange, { kind: 'changed' }>

/** A run of changed lines: the server's first, then the local ones; lines that pair up show which words changed. */
export async function renderChanged(
  { server, local }: { server: readonly string[]; local: readonly string[] },
  look: DiffLook,
  budget: { left: number } = { left: MARKED },
): Promise<string[]> {
  const { colors } = look
  const removed: string[] = []
  const added: string[] = []
  for (let row = 0; row < Math.max(server.length, local.length); row++) {
    const [old, now] = pairOf(server[row], local[row])
    const words =
      old !== undefined && now !== undefined && budget.left > 0 ? await changedWords(old, now) : undefined
    budget.left -= (old?.length ?? 0) + (now?.length ?? 0)
    if (old !== undefined)
      removed.push(...(await changedRows('-', words?.server ?? [{ text: old }], look, colors.red)))
    if (now !== undefined)
      added.push(...(await changedRows('+', words?.local ?? [{ text: now }], look, colors.green)))
  }
  return [...removed, ...added]
}

/** Two lines that differ in nothing but the blanks at their ends would look the same. */
function pairOf(old: string | undefined, now: string | undefined): [string | undefined, string | undefined] {
  if (old === undefined || now === undefined || old.trimEnd() !== now.trimEnd()) return [old, now]
  return [shownBlanks(old), shownBlanks(now)]
}

/** A sign and a blank. */
const SIGN = 2
/** Where there is no colour, changed words in lines longer than this get a row of `^` below them. */
const EASILY_SEEN = 60

async function changedRows(
  sign: '-' | '+',
  words: WordPart[],
  { colors, width }: DiffLook,
  paint: (text: string) => string,
): Promise<string[]> {
  const shown = words.map(({ text, changed }) => ({ text: visible(text), changed }))
  const parts = width === undefined ? shown : shortened(shown, width - SIGN)
  const line = parts
    .map(({ text, changed }) => (changed && colors.isColorSupported ? colors.inverse(text) : text))
    .join('')
  const rows = await rowsOf(line, width && width - SIGN)
  const marks = colors.isColorSupported || line.length <= EASILY_SEEN ? undefined : changesIn(parts)
  let at = 0
  return rows.flatMap((row, index) => {
    if (!line.startsWith(row, at)) at += 1
    const below = marks ? marksBelow(row, marks.slice(at)) : ''
    at += row.length
    const painted = paint(`${index === 0 ? sign : ' '} ${row}`)
    return below === '' ? [painted] : [painted, `  ${below}`]
  })
}

/** For each character of a line, did it change? */
function changesIn(parts: WordPart[]): boolean[] {
  return parts.flatMap(({ text, changed = false }) => Array.from({ length: text.length }, () => changed))
}

/** A `^` below each column of what changed in a row. */
function marksBelow(row: string, changes: boolean[]): string {
  let below = ''
  let at = 0
  for (const character of row) {
    below += (changes[at] ? '^' : ' ').repeat(columns(character))
    at += character.length
  }
  return below.trimEnd()
}
