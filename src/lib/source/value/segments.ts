/** Which characters of a text come from which literal. Pure. */
import type { Handle } from '../names/module.js'

/**
 * A literal that can be rewritten. `quasi` is one stretch of text of a template with interpolations,
 * `raw` one under `String.raw`, `uncooked` one under a tag that knows only the escaped backtick, `text` a whole file.
 */
export interface Leaf {
  at: Handle
  /** The range that a rewrite replaces, delimiters included (a quasi has none). */
  start: number
  end: number
  style: 'quoted' | 'template' | 'quasi' | 'raw' | 'uncooked' | 'json' | 'text'
  value: string
}

/** A run of characters: from `leaf`, beginning at `from` in its value; without a leaf it cannot be rewritten. */
export interface Segment {
  text: string
  leaf?: Leaf
  from: number
}

/** `[start, end)` of a text. */
export type Span = [start: number, end: number]

export function fixed(text: string): Segment {
  return { text, from: 0 }
}

export function whole(leaf: Leaf): Segment[] {
  return [{ text: leaf.value, leaf, from: 0 }]
}

/** No real text is longer, in characters, or joined from more parts: code that gets there doubles a text again and again. */
export const LONGEST = 16 * 2 ** 20
export const MOST_SEGMENTS = 100_000

/** Not `push(...segments)`: a hundred thousand arguments do not fit on the stack. */
export function append(to: Segment[], segments: readonly Segment[]): void {
  for (const segment of segments) to.push(segment)
}

export function textOf(segments: readonly Segment[]): string {
  return segments.length === 1
    ? (segments[0] as Segment).text
    : segments.map(segment => segment.text).join('')
}

/** The segments of `[start, end)` of the text. */
export function slice(segments: readonly Segment[], start: number, end: number): Segment[] {
  const cut: Segment[] = []
  let offset = 0
  for (const segment of segments) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, segment.text.length)
    if (from < to) cut.push({ ...segment, text: segment.text.slice(from, to), from: segment.from + from })
    offset += segment.text.length
  }
  return cut.length === 0 ? emptied(segments) : cut
}

/** An empty text keeps its place, so that it can still be written into its literal. */
function emptied(segments: readonly Segment[]): Segment[] {
  const first = segments.find(segment => segment.leaf)
  return first === undefined ? [] : [{ ...first, text: '' }]
}
