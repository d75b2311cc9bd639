/**
 * When are two values the same? Exactly, or apart from what no reader would call a change.
 */

import { type Persona, personaTexts } from '../persona.js'
import { normalizeText } from '../text.js'

/** Are both values the same persona, to the character? A plain text never equals a channel object. */
export function sameValue(a: Persona, b: Persona): boolean {
  return sameTexts(a, b, text => text)
}

/** Are both values the same, apart from line endings and outer white space? */
export function sameButForLayout(a: Persona, b: Persona): boolean {
  return sameTexts(a, b, normalizeText)
}

/** A key that is equal for two values that only differ in layout, to look one up among many. */
export function comparable(value: Persona): string {
  return JSON.stringify(personaTexts(value).map(({ channel, text }) => [channel, normalizeText(text)]))
}

function sameTexts(a: Persona, b: Persona, reading: (text: string) => string): boolean {
  const [left, right] = [personaTexts(a), personaTexts(b)]
  return (
    left.length === right.length &&
    left.every(({ channel, text }, index) => {
      const other = right[index]!
      return channel === other.channel && reading(text) === reading(other.text)
    })
  )
}
