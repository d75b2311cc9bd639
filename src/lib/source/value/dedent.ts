/**
 * What the well-known indentation-removing tags keep of a template, as ranges of its text. The behaviour is
 * that of the published packages (dedent 1, outdent 0.8, common-tags 1, ts-dedent 2), which tests run beside.
 */

import type { Span } from './segments.js'

export interface Dedenter {
  /** Does the tag see the raw template, so that its version decides what escapes mean? */
  raw: boolean
  /** The ranges of the joined text that stay; `undefined`: that depends on more than is known. */
  kept(quasis: readonly string[], values: readonly string[]): Span[] | undefined
}

const dedent: Dedenter = {
  raw: true,
  kept(quasis, values) {
    const text = joined(quasis, values)
    const indents = text.split('\n').flatMap(line => /^(\s+)\S/.exec(line)?.[1]?.length ?? [])
    const indent = indents.length === 0 ? 0 : Math.min(...indents)
    return trimmedSpans(text, without(text, indentRanges(text, indent)))
  },
}

function indentRanges(text: string, indent: number): Span[] {
  const ranges: Span[] = []
  for (let start = 0; start <= text.length && indent > 0; ) {
    const end = endOfLine(text, start)
    if (text[start] === ' ' || text[start] === '\t') ranges.push([start, Math.min(start + indent, end)])
    start = end + 1
  }
  return ranges
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end === -1 ? text.length : end
}

const stripIndent: Dedenter = {
  raw: false,
  kept(quasis, values) {
    const text = joined(quasis, values)
    const indents = text.match(/^[^\S\n]*(?=\S)/gm)?.map(found => found.length) ?? []
    const indent = indents.length === 0 ? 0 : Math.min(...indents)
    const removed = indent === 0 ? [] : matches(text, new RegExp(`^.{${indent}}`, 'gm'))
    return trimmedSpans(text, without(text, removed))
  },
}

const stripIndents: Dedenter = {
  raw: false,
  kept(quasis, values) {
    const text = joined(quasis, values)
    return trimmedSpans(text, without(text, matches(text, /^[^\S\n]+/gm)))
  },
}

const outdent: Dedenter = {
  raw: false,
  kept(quasis, values) {
    const found = /(?:\r\n|\r|\n)([ \t]*)(?:[^ \t\r\n]|$)/.exec(quasis[0] ?? '')
    const indent = new RegExp(`(?<=\\r\\n|\\r|\\n).{0,${found?.[1]?.length ?? 0}}`, 'g')
    return perQuasi(quasis, values, (text, isFirst, isLast) => {
      const kept = without(text, matches(text, indent))
      const left = kept.map(span => text.slice(...span)).join('')
      const start = isFirst ? (/^[ \t]*(?:\r\n|\r|\n)/.exec(left)?.[0].length ?? 0) : 0
      const end = isLast ? (/(?:\r\n|\r|\n)[ \t]*$/.exec(left.slice(start))?.[0].length ?? 0) : 0
      return spansBetween(kept, start, left.length - end)
    })
  },
}

/** The ranges cut down to their characters from the `start`th to the `end`th. */
function spansBetween(spans: Span[], start: number, end: number): Span[] {
  let offset = 0
  return spans.flatMap(([from, to]): Span[] => {
    const first = from + Math.max(0, start - offset)
    const last = Math.min(to, from + end - offset)
    offset += to - from
    return first < last ? [[first, last]] : []
  })
}

const tsDedent: Dedenter = {
  raw: false,
  kept(quasis, values) {
    // It indents the further lines of a value like the line that the value is in: not followed.
    if (values.some(value => value.includes('\n'))) return undefined
    const tails = quasis.map((text, index) =>
      index === quasis.length - 1 ? text.replace(/\r?\n[\t ]*$/, '') : text,
    )
    const indents = tails.flatMap(text => text.match(/\n([\t ]+|(?!\s).)/g) ?? [])
    const widths = indents.map(found => found.match(/[\t ]/g)?.length ?? 0)
    const indent = new RegExp(`(?<=\\n)[\\t ]{${widths.length === 0 ? 0 : Math.min(...widths)}}`, 'g')
    return perQuasi(quasis, values, (text, isFirst, isLast) =>
      without(text, [
        ...(isFirst ? matches(text, /^\r?\n/g) : []),
        ...matches(text, indent),
        ...(isLast ? matches(text, /\r?\n[\t ]*$/g) : []),
      ]),
    )
  },
}

const DEDENTERS: Record<string, Record<string, Dedenter>> = {
  dedent: { default: dedent, '*': dedent, dedent },
  outdent: { default: outdent, outdent },
  'common-tags': { stripIndent, stripIndents },
  'ts-dedent': { default: tsDedent, dedent: tsDedent },
}

/** The tag that a package exports under a name, if it is one of those that are known. */
export function dedenterOf(specifier: string, name: string): Dedenter | undefined {
  const table = DEDENTERS[specifier]
  if (table === undefined || !Object.hasOwn(DEDENTERS, specifier)) return undefined
  return table[name] ?? table[name.replace(/^default\./, '')]
}

function joined(quasis: readonly string[], values: readonly string[]): string {
  return quasis.map((quasi, index) => quasi + (values[index] ?? '')).join('')
}

function matches(text: string, expression: RegExp): Span[] {
  return [...text.matchAll(expression)].map(match => [match.index, match.index + match[0].length])
}

/** What is left of `[0, length)` when ranges, which may overlap, are taken out. */
function without(text: string, removed: Span[]): Span[] {
  const kept: Span[] = []
  let from = 0
  for (const [start, end] of [...removed].sort((a, b) => a[0] - b[0])) {
    if (start > from) kept.push([from, start])
    from = Math.max(from, end)
  }
  if (from < text.length) kept.push([from, text.length])
  return kept
}

/** The ranges with white space at both ends of the whole gone, as `trim()` does it. */
function trimmedSpans(text: string, spans: Span[]): Span[] {
  const kept = [...spans]
  for (let first = kept[0]; first; first = kept[0]) {
    const part = text.slice(...first)
    const left = part.trimStart().length
    if (left > 0) {
      kept[0] = [first[1] - left, first[1]]
      break
    }
    kept.shift()
  }
  for (let last = kept.at(-1); last; last = kept.at(-1)) {
    const left = text.slice(...last).trimEnd().length
    if (left > 0) {
      kept[kept.length - 1] = [last[0], last[0] + left]
      break
    }
    kept.pop()
  }
  return kept
}

/** What is kept of each quasi by itself; values stay whole. */
function perQuasi(
  quasis: readonly string[],
  values: readonly string[],
  keptOf: (text: string, isFirst: boolean, isLast: boolean) => Span[],
): Span[] {
  const kept: Span[] = []
  let offset = 0
  for (const [index, text] of quasis.entries()) {
    for (const [start, end] of keptOf(text, index === 0, index === quasis.length - 1)) {
      kept.push([offset + start, offset + end])
    }
    offset += text.length
    const value = values[index] ?? ''
    if (value.length > 0) kept.push([offset, offset + value.length])
    offset += value.length
  }
  return kept
}
