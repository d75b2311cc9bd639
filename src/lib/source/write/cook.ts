/** Between the characters of a literal as written and those of its value. Pure. */

const UNIT = /\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|\r\n|[\s\S])|\r\n?|[\s\S]/g
const SIMPLE: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
  '\r': '',
  '\r\n': '',
  '\u2028': '',
  '\u2029': '',
}

/** The value of one escape, line break or character as written between the delimiters. */
function cookUnit(match: RegExpMatchArray): string {
  const [text, braced, four, two] = match
  const hex = braced ?? four ?? two
  if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
  if (text.startsWith('\\')) return SIMPLE[text.slice(1)] ?? text.slice(1)
  return text.startsWith('\r') ? '\n' : text
}

/** The value of what stands between the delimiters of a string or template. */
export function cook(raw: string): string {
  if (!/[\\\r]/.test(raw)) return raw
  let value = ''
  for (const match of raw.matchAll(UNIT)) value += cookUnit(match)
  return value
}

/** A place in both: an offset in the literal as written, and the one in its value that it means. */
interface Boundary {
  raw: number
  cooked: number
}

/** Finds the places between whole units of a literal: no escape is cut in two. */
export function units(raw: string): {
  rawBefore(cooked: number): Boundary
  rawAfter(cooked: number): Boundary
} {
  const places: Boundary[] = [{ raw: 0, cooked: 0 }]
  let at: Boundary = { raw: 0, cooked: 0 }
  for (const match of raw.matchAll(UNIT)) {
    at = { raw: at.raw + match[0].length, cooked: at.cooked + cookUnit(match).length }
    places.push(at)
  }
  return {
    /** The place of an offset of the value, or the last one before it. */
    rawBefore(cooked) {
      const index = lowerBound(places, cooked)
      const place = places[index]
      return place?.cooked === cooked ? place : (places[index - 1] as Boundary)
    },
    /** The first place at or after an offset of the value. */
    rawAfter(cooked) {
      return places[lowerBound(places, cooked)] ?? at
    },
  }
}

/** The first index whose value offset is at least `cooked`. */
function lowerBound(places: Boundary[], cooked: number): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle] as Boundary).cooked < cooked) low = middle + 1
    else high = middle
  }
  return low
}
