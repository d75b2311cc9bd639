/** A text as a literal, in each of the ways a literal can be written. Pure. */

import { lineEnding } from '../files/text.js'
import type { Leaf } from '../value/segments.js'
import { cook, units } from './cook.js'

/** Zero-width and direction marks, line and paragraph separators, byte order mark: seen only when escaped. */
const HIDDEN = /[\u061C\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/
const LONE_SURROGATE = /\p{Surrogate}/u
const NEEDS_ESCAPE = new RegExp(
  `[\\0-\\x08\\x0B-\\x1F\\x7F-\\x9F]|${HIDDEN.source}|${LONE_SURROGATE.source}`,
  'gu',
)

function escapeCharacter(char: string, offset: number, text: string): string {
  const code = char.charCodeAt(0)
  if (char === '\r') return '\\r'
  if (code === 0) return /[0-9]/.test(text[offset + 1] ?? '') ? '\\x00' : '\\0'
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Does a text hold characters that no source file should show as they are (or that it cannot hold)? */
function hasHidden(text: string): boolean {
  return text.search(NEEDS_ESCAPE) !== -1
}

export type Quote = "'" | '"'

function quotedBody(text: string, quote: Quote): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replace(NEEDS_ESCAPE, escapeCharacter)
}

/** The text between the backticks; line breaks in it are those of the file, and cook to LF. */
export function templateBody(text: string, eol: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${')
    .replace(NEEDS_ESCAPE, escapeCharacter)
    .replaceAll('\n', eol)
}

/** A quoted literal: with the wanted quotes, unless the others need fewer escapes. */
export function quoted(text: string, wanted: Quote): string {
  const other: Quote = wanted === "'" ? '"' : "'"
  const count = (quote: string) => text.split(quote).length
  const quote = count(other) < count(wanted) ? other : wanted
  return quote + quotedBody(text, quote) + quote
}

/** A quoted literal in the quotes of another one. */
export function quotedAs(spelled: string, text: string): string {
  return quoted(text, spelled[0] as Quote)
}

/** A new literal: a template if the text has several lines, else quoted. */
export function freshLiteral(text: string, quote: Quote, eol: string): string {
  return text.includes('\n') ? `\`${templateBody(text, eol)}\`` : quoted(text, quote)
}

/** A JSON string; what is hidden is escaped there, too. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    NEEDS_ESCAPE,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * The source of a leaf with another value; `undefined`: in this style it cannot be written. Where the author
 * spelled something in another way than this module would, what stays of the value stays as it is spelled.
 * `keepsQuotes`: a quoted literal stays quoted, although the value has line breaks.
 */
export function renderLeaf(leaf: Leaf, value: string, keepsQuotes = false): string | undefined {
  const old = leaf.at.module.text.slice(leaf.start, leaf.end)
  const eol = templateEol(leaf, old)
  switch (leaf.style) {
    case 'quoted': {
      const quote = old[0] as Quote
      if (value.includes('\n') && !keepsQuotes) return `\`${templateBody(value, eol)}\``
      const body = (text: string) => quotedBody(text, quote)
      return (
        respelled(old.slice(1, -1), leaf.value, value, body, inner => quote + inner + quote) ??
        quoted(value, quote)
      )
    }
    case 'template': {
      const body = (text: string) => templateBody(text, eol)
      return `\`${respelled(old.slice(1, -1), leaf.value, value, body, inner => inner) ?? body(value)}\``
    }
    case 'quasi': {
      const body = (text: string) => templateBody(text, eol)
      return respelled(old, leaf.value, value, body, inner => inner) ?? body(value)
    }
    case 'raw':
      return rawBody(value, eol)
    case 'uncooked':
      return uncookedBody(value, eol)
    case 'json':
      return jsonString(value)
    case 'text':
      return fileText(leaf, value)
  }
}

/** Templates keep their own line ending; one without any takes that of its file. */
function templateEol(leaf: Leaf, old: string): string {
  return lineEnding(old.includes('\n') ? old : leaf.at.module.text)
}

/** `undefined` where the author's spelling is ours anyway, or where keeping parts of it would not read back. */
function respelled(
  old: string,
  oldValue: string,
  value: string,
  body: (text: string) => string,
  finish: (body: string) => string,
): string | undefined {
  if (body(oldValue) === old) return undefined
  const start = commonStart(oldValue, value)
  const end = commonEnd(oldValue, value, start)
  const spelling = units(old)
  const head = spelling.rawBefore(start)
  const tail = spelling.rawAfter(oldValue.length - end)
  const middle = value.slice(head.cooked, value.length - (oldValue.length - tail.cooked))
  const made = old.slice(0, head.raw) + body(middle) + old.slice(tail.raw)
  // At a seam, what was plain may become an interpolation, or `\\0` an octal escape.
  const isSound = cook(made) === value && !/(?:^|[^\\])(?:\\\\)*\$\{|\\0[0-9]/.test(made)
  return isSound ? finish(made) : undefined
}

/** The length of the common start; it does not end inside a surrogate pair. */
export function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length > 0 && isHighSurrogate(a.charCodeAt(length - 1)) ? length - 1 : length
}

/** The length of the common end that does not reach into the first `start` characters, nor into a pair. */
export function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start
  let length = 0
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++
  return length > 0 && isLowSurrogate(a.charCodeAt(a.length - length)) ? length - 1 : length
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000
}

/** Under `String.raw` nothing can be escaped: a text that would need it cannot be written there. */
function rawBody(value: string, eol: string): string | undefined {
  const unescaped = value.replace(/\\[\s\S]/g, '')
  const isPlain = !/[\\`]|\$\{/.test(unescaped) && !hasHidden(value)
  return isPlain ? value.replaceAll('\n', eol) : undefined
}

/** Under a tag that sees the template uncooked, only a backtick has an escape that all versions know. */
function uncookedBody(value: string, eol: string): string | undefined {
  if (value.includes('\\') || value.includes('${') || hasHidden(value)) return undefined
  return value.replaceAll('`', '\\`').replaceAll('\n', eol)
}

/** A whole file, without its byte order mark, which stays: the line endings are those it has throughout. */
function fileText(leaf: Leaf, value: string): string | undefined {
  if (LONE_SURROGATE.test(value)) return undefined
  const old = leaf.at.module.text
  const isCrlf = old.includes('\r\n') && !/(?:^|[^\r])\n/.test(old)
  const text = value.replace(/^\uFEFF/, '')
  return isCrlf ? text.replace(/\r\n|\n/g, '\r\n') : text
}
