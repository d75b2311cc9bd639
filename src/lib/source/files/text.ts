/** Bytes as source text, offsets as places, places as code frames. Pure. */
import type { SourceLocation } from '../../errors.js'

/** A decoded file. `text` has no byte order mark; offsets everywhere in this room count in `text`. */
export interface SourceText {
  bytes: Uint8Array
  text: string
  bom: boolean
  /** False when the bytes are not valid UTF-8: such a file can be read, but never written. */
  valid: boolean
}

const BOM = '\uFEFF'
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lossyUtf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Decode as Node and esbuild do: what is not UTF-8 becomes U+FFFD, and `valid` says that it did. */
export function decode(bytes: Uint8Array): SourceText {
  const [raw, valid] = decodeRaw(bytes)
  const bom = raw.startsWith(BOM)
  return { bytes, text: bom ? raw.slice(1) : raw, bom, valid }
}

function decodeRaw(bytes: Uint8Array): [string, boolean] {
  try {
    return [strictUtf8.decode(bytes), true]
  } catch {
    return [lossyUtf8.decode(bytes), false]
  }
}

/** Does the file begin with a byte order mark of UTF-16? */
export function isUtf16({ bytes }: SourceText): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

/** The bytes of a changed text, with the byte order mark its file had. */
export function encode(text: string, bom: boolean): Uint8Array {
  return new TextEncoder().encode(bom ? BOM + text : text)
}

/** Where each line begins. Lines end at LF, CRLF or a lone CR, as editors count them. */
export function lineStarts(text: string): number[] {
  const starts = [0]
  const ends = /\r\n|\n|\r/g
  while (ends.exec(text) !== null) starts.push(ends.lastIndex)
  return starts
}

/** Line and column, both from 1, of an offset in a text with these lines. */
export function placeIn(file: string, starts: readonly number[], offset: number): SourceLocation {
  let low = 1
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] as number) <= offset) low = middle + 1
    else high = middle
  }
  return { file, line: low, column: offset - (starts[low - 1] as number) + 1 }
}

export function locate(file: string, text: string, offset: number): SourceLocation {
  return placeIn(file, lineStarts(text), offset)
}

/** Which line ending a text uses: the more frequent one, LF if it has none. */
export function lineEnding(text: string): '\n' | '\r\n' {
  const crlf = count(text, '\r\n')
  return crlf > count(text, '\n') - crlf ? '\r\n' : '\n'
}

function count(text: string, part: string): number {
  let found = 0
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found++
  return found
}

const CONTEXT_LINES = 2
const MAX_WIDTH = 100

/** The lines around a place, the line itself marked with `>` and its column with `^`. Long lines are cut. */
export function codeFrame(text: string, location: SourceLocation): string {
  const lines = text.split(/\r\n|\n|\r/)
  const first = Math.max(1, location.line - CONTEXT_LINES)
  const last = Math.min(lines.length, location.line + CONTEXT_LINES)
  const gutter = String(last).length
  const cut = Math.max(0, location.column - 1 - MAX_WIDTH * 0.7)
  const frame: string[] = []
  for (let number = first; number <= last; number++) {
    const marker = number === location.line ? '>' : ' '
    const shown = visible((lines[number - 1] ?? '').slice(cut, cut + MAX_WIDTH))
    frame.push(`${marker} ${String(number).padStart(gutter)} | ${shown}`.trimEnd())
    if (number === location.line) {
      frame.push(`  ${' '.repeat(gutter)} | ${' '.repeat(location.column - 1 - cut)}^`)
    }
  }
  return frame.join('\n')
}

/** Control characters never reach a terminal raw: each becomes a visible character of the same width. */
function visible(text: string): string {
  return text.replace(/[\0-\x1f\x7f-\x9f]/g, char => {
    const code = char.charCodeAt(0)
    if (char === '\t') return ' '
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\u2421'
  })
}
