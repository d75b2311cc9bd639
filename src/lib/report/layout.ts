/**
 * Lines of a diff on a screen of a certain width: wrapped at words, and long ones cut down to what changed.
 */

import type { WordPart } from '../line-diff.js'

/** A changed line takes no more rows than this. */
const MOST_ROWS = 6
/** So much of what did not change is shown around a change, in characters. */
const AROUND = 60

/**
 * Shortens a line that would not fit: of every long stretch that did not change, what is beside a change stays.
 * @param width columns for the text
 */
export function shortened(parts: readonly WordPart[], width: number): WordPart[] {
  const length = parts.reduce((sum, { text }) => sum + text.length, 0)
  if (length <= width * MOST_ROWS || !parts.some(({ changed }) => changed)) return [...parts]
  return parts.map((part, index) => {
    if (part.changed || part.text.length <= 2 * AROUND + 1) return part
    const start = index === 0 ? '' : part.text.slice(0, lastSpace(part.text, AROUND))
    const end =
      index === parts.length - 1 ? '' : part.text.slice(nextSpace(part.text, part.text.length - AROUND))
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

/** Columns that a text takes, roughly: pictures and Asian letters are wide. */
function columns(text: string): number {
  const shown = text.replace(/\x1b\[\d+m|\ufe0f/g, '')
  return [...shown].reduce((sum, character) => sum + (character.codePointAt(0)! >= 0x2600 ? 2 : 1), 0)
}
