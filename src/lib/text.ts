/**
 * Text from outside (the server, a file): in the form in which it is compared, and in one that is safe to show.
 */

/** CRLF and lone CR become LF, and white space at both ends goes: what is compared, never what is written. */
export function normalizeText(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim()
}

/** White space that no reader sees, spelled out: `␍` for CR, and in outer white space `·`, `→` and `␊`. */
export function shownWhitespace(text: string): string {
  const body = text.trim()
  const start = text.indexOf(body)
  const outer = (part: string) =>
    lineEnds(part).replaceAll(' ', '·').replaceAll('\t', '→').replaceAll('\n', '␊\n')
  const shown = outer(text.slice(0, start)) + lineEnds(body) + outer(text.slice(start + body.length))
  return shown.replace(/\n$/, '')
}

function lineEnds(text: string): string {
  return text.replace(/\r\n?/g, '␍\n')
}

/** Two texts for a diff: as they are compared, or with their white space where nothing else differs. */
export function shownPair(one: string, other: string): [string, string] {
  const [before, after] = [normalizeText(one), normalizeText(other)]
  return before === after && one !== other ? [shownWhitespace(one), shownWhitespace(other)] : [before, after]
}

/** A line with the blanks at its end spelled out. */
export function shownBlanks(line: string): string {
  const end = line.trimEnd().length
  return line.slice(0, end) + line.slice(end).replaceAll(' ', '·').replaceAll('\t', '→').replaceAll('\r', '␍')
}

/** The three flags that are spelled with tags: England, Scotland, Wales. Any other run of tags hides a text. */
const FLAG =
  '\\u{1f3f4}\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f}'
/** A variation selector right after an emoji, or within a keycap. */
const EMOJI_STYLE = '(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]|(?<=[0-9#*])\\ufe0f(?=\\u20e3)'
/** ZWJ and ZWNJ where emoji and scripts need them: after an emoji, or a letter or mark of a script that joins. */
const JOINER =
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f]|(?![\\p{Script=Latin}\\p{Script=Inherited}])[\\p{L}\\p{M}])[\\u200c\\u200d]'
/**
 * C0 and C1 controls except tab and line feed; line and paragraph separators; all that Unicode calls invisible
 * (bidi marks, zero-width characters, soft hyphens, fillers, variation selectors, tags …); lone surrogates.
 */
const UNSAFE =
  '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ufff9-\\ufffb\\p{Default_Ignorable_Code_Point}\\p{Cs}]'
const SAFE_OR_NOT = new RegExp(`(${FLAG}|${EMOJI_STYLE}|${JOINER})|${UNSAFE}`, 'gu')

/** Replaces every character that could steer a terminal or hide text. Line feeds and tabs stay. */
export function withoutUnsafe(text: string, replacement: (character: string) => string): string {
  return text.replace(SAFE_OR_NOT, (found, safe?: string) => safe ?? replacement(found))
}

/** Spells out every character that could steer a terminal or hide text, as `\x1b`, `\u202e` or `\u{e0041}`. */
export function visible(text: string): string {
  return withoutUnsafe(text, escapeOf)
}

/** As `visible`, on one line: for names, versions and messages inside a sentence. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\n/g, '\\n').replace(/\t/g, '\\t')
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!
  if (code === 0x0d) return '\\r'
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

const SHOWN_KINDS = 3

/**
 * A note for a reviewer on what `visible` spells out in these texts, undefined where that is nothing: `3 invisible
 * characters are shown as escapes: \u200b, \u{e0041}.`
 */
export function invisibleNote(...texts: readonly string[]): string | undefined {
  const kinds = new Set<string>()
  let number = 0
  for (const text of texts) {
    withoutUnsafe(text, character => {
      if (character === '\r') return ''
      number += 1
      kinds.add(character)
      return ''
    })
  }
  if (number === 0) return undefined
  const shown = [...kinds].slice(0, SHOWN_KINDS).map(escapeOf).join(', ')
  const what =
    number === 1
      ? '1 invisible character is shown as an escape'
      : `${number} invisible characters are shown as escapes`
  return `${what}: ${shown}${kinds.size > SHOWN_KINDS ? ' …' : ''}.`
}
