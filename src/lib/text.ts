/**
 * Text from outside (the server, a file): in the form in which it is compared, and in one that is safe to show.
 */

/** CRLF and lone CR become LF, and white space at both ends goes: what is compared, never what is written. */
export function normalizeText(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim()
}

/**
 * C0 and C1 controls but tab and line feed; bidi marks, embeddings, overrides and isolates; line and paragraph
 * separators; zero-width space, word joiner and BOM; lone surrogates. ZWJ and ZWNJ stay: emoji and scripts need them.
 */
const UNSAFE =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Spells out every character that could steer a terminal or hide text, as `\x1b` or `\u202e`. Line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(UNSAFE, character => {
    const code = character.charCodeAt(0)
    if (code === 0x0d) return '\\r'
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** As `visible`, on one line: for names, versions and messages inside a sentence. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\n/g, '\\n').replace(/\t/g, '\\t')
}
