/**
 * Lines of a diff on a screen of a certain width: wrapped at words, and long ones cut down to what changed.
 */

import type { WordPart } from '../line-diff.js'

/** A changed line takes no more rows than this. */
const MOST_ROWS = 6
/** How much of what did not change is shown around a change, in columns. */
const AROUND = 60

/**
 * Shortens a line that would not fit: of every long stretch that did not change, what is beside a change stays.
 * @param width columns for the text
 */
export function shortened(parts: readonly WordPart[], width: number): WordPart[] {
  const length = parts.reduce((sum, { text }) => sum + columns(text), 0)
  if (length <= width * MOST_ROWS || !parts.some(({ changed }) => changed)) return [...parts]
  return parts.map((part, index) => {
    const { text, changed } = part
    const around = Math.round((AROUND * text.length) / columns(text))
    if (changed || text.length <= 2 * around + 1) return part
    const start = index === 0 ? '' : text.slice(0, lastSpace(text, around))
    const end = index === parts.length - 1 ? '' : text.slice(nextSpace(text, text.length - around))
    return { text: `${start}…${end}` }
  })
}

/** The place before `at` where a word ends, or `at`. */
function lastSpace(text: string, at: number): number {
  const space = text.lastIndexOf(' ', at)
  return space > at / 2 ? space + 1 : whole(text, at)
}

function nextSpace(text: string, at: number): number {
  const space = text.indexOf(' ', at)
  return space === -1 || space > at + AROUND / 2 ? whole(text, at) : space
}

/** Not between the halves of one character. */
function whole(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? '') ? at + 1 : at
}

/**
 * Breaks a line at words into rows of at most `width` columns; colours go on in the next row. The blank at which a full
 * row ends would stand at the start of the next: it is dropped.
 */
export async function rowsOf(line: string, width: number | undefined): Promise<string[]> {
  if (width === undefined || line.length <= width / 2) return [line]
  const { default: wrapAnsi } = await import('wrap-ansi')
  const [first, ...rest] = wrapAnsi(line, Math.max(10, width), { hard: true, trim: false }).split('\n')
  return [first!, ...rest.map(row => row.replace(/^((?:\x1b\[\d+m)*) (?=\S)/, '$1'))]
}

/**
 * Sentences of ours, each line wrapped at words and indented as it begins. A word that is wider than the screen, a path
 * or so, stays whole.
 */
export function wrapped(text: string, width: number | undefined): string {
  if (width === undefined) return text
  return text
    .split('\n')
    .map(line => wrapLine(line, width))
    .join('\n')
}

function wrapLine(line: string, width: number): string {
  const indent = /^(?:\x1b\[\d+m)*( *)/.exec(line)![1]!
  const [first, ...words] = line.split(/(?<=\S) /) as [string, ...string[]]
  let shown = first
  let used = columns(first)
  for (const word of words) {
    const fits = used + 1 + columns(word) <= width
    shown += `${fits ? ' ' : `\n${indent}`}${word}`
    used = (fits ? used + 1 : indent.length) + columns(word)
  }
  return shown
}

/** Takes no column of its own: a colour, a mark on a letter, what is joined to an emoji. */
const WITHOUT_WIDTH = /\x1b\[\d+m|\u200d\p{Extended_Pictographic}|[\p{M}\p{Emoji_Modifier}\u200c\u200d]/gu

/** Columns that a text takes, roughly: pictures and Asian letters are wide. */
export function columns(text: string): number {
  const shown = text.replace(WITHOUT_WIDTH, '')
  return [...shown].reduce((sum, character) => sum + (character.codePointAt(0)! >= 0x2600 ? 2 : 1), 0)
}
