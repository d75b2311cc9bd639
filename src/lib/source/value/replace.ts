/** `.replace(…)` of a known text, kept within bounds: somebody may have written a pattern that never ends. */

import { LONGEST, type Span } from './segments.js'
import { Thread } from './thread.js'

interface Replaced {
  value: string
  /** What was replaced. */
  spans: Span[]
}

/** How long a regular expression may run that is not known to be quick, in milliseconds. */
const LIMIT_MS = 1_000
/** Up to so many characters the length of a pattern that is known to be quick does not matter. */
const SHORT = 100_000
/** More matches than there are in any real text; each is kept while the others are found. */
const MOST_MATCHES = 100_000

/** Why the result is not known, as the end of a sentence; or the result. */
export function replaceIn(
  text: string,
  pattern: string | { pattern: string; flags: string },
  replacement: string,
  all: boolean,
): Replaced | string {
  if (typeof pattern === 'string') {
    const replace = () => (all ? text.replaceAll(pattern, replacement) : text.replace(pattern, replacement))
    return within(text, plainMatches(text, pattern, all), replacement, replace)
  }
  let expression: RegExp
  try {
    expression = new RegExp(pattern.pattern, pattern.flags)
  } catch {
    return 'is no valid regular expression'
  }
  if (all && !expression.global) return 'lacks the flag `g`'
  const { pattern: source, flags } = pattern
  if (text.length <= SHORT && isQuick(source))
    return within(text, matches(text, expression), replacement, () => text.replace(expression, replacement))
  const run = (given?: string) => elsewhere.run(LIMIT_MS, text, source, flags, MOST_MATCHES, given)
  const spans = run() as Span[] | undefined
  return spans === undefined
    ? ENDLESS
    : within(text, spans, replacement, () => run(replacement) as string | undefined)
}

const ENDLESS = 'is a regular expression that does not end in time'

/** What is not known to be quick never runs on this thread. Gives the places, or with a replacement the new text. */
const elsewhere = new Thread<
  [text: string, source: string, flags: string, most: number, replacement?: string],
  Span[] | string
>(`
  (text, source, flags, most, replacement) => {
    if (replacement !== undefined) return text.replace(new RegExp(source, flags), replacement)
    const spans = []
    const isGlobal = flags.includes('g')
    for (const match of text.matchAll(new RegExp(source, isGlobal ? flags : flags + 'g'))) {
      spans.push([match.index, match.index + match[0].length])
      if (!isGlobal || spans.length > most) break
    }
    return spans
  }`)

/** Nothing is replaced that would give more than the longest text: each `$` may stand for all of the old one. */
function within(
  text: string,
  spans: Span[],
  replacement: string,
  replace: () => string | undefined,
): Replaced | string {
  const references = replacement.split('$').length - 1
  const most = text.length + spans.length * (replacement.length + references * text.length)
  if (spans.length > MOST_MATCHES || most > LONGEST) return 'gives too long a text'
  const value = replace()
  return value === undefined ? ENDLESS : { value, spans }
}

function plainMatches(text: string, search: string, all: boolean): Span[] {
  const spans: Span[] = []
  for (let at = text.indexOf(search); at !== -1; at = text.indexOf(search, at + Math.max(1, search.length))) {
    spans.push([at, at + search.length])
    if (!all || at >= text.length || spans.length > MOST_MATCHES) break
  }
  return spans
}

function matches(text: string, { source, flags, global }: RegExp): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(new RegExp(source, global ? flags : `${flags}g`))) {
    spans.push([match.index, match.index + match[0].length])
    if (!global || spans.length > MOST_MATCHES) break
  }
  return spans
}

/** One character, class or edge; a class holds no escape that could reach beyond it. */
const ATOM = String.raw`(?:[^\\()[\]{}*+?|.^$/]|\.|\^|\$|\\[nrtfvsSdDwWbB.*+?()[\]{}|^$/\\-]|\[\^?(?:[^\\\]]|\\[nrtfvsSdDwW.*+?()[\]{}|^$/\\-])+\])`
const ALTERNATIVE = `${ATOM}*(?:${ATOM}(?:[*+]|\\{\\d{1,2},?\\})\\??)?`
const QUICK = new RegExp(`^${ALTERNATIVE}(?:\\|${ALTERNATIVE})*$`)

/**
 * Is it certain that a pattern never looks at a character more often than the pattern is long? It is where only the
 * last part of an alternative is repeated: nothing after it can fail, so nothing is tried again.
 */
export function isQuick(pattern: string): boolean {
  return pattern.length <= 200 && QUICK.test(pattern)
}
