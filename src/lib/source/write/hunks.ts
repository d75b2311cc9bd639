/** From a text to another: which literals change, and how. The tree is not looked at; the proof comes later. */

import { type Hunk, splice } from '../../splice.js'
import { sameLeaf } from '../agent/read.js'
import type { Leaf, Segment } from '../value/segments.js'
import type { StaticString } from '../value/values.js'
import type { Edit } from './edits.js'
import { commonEnd, commonStart, renderLeaf } from './literal.js'

/** What turns the old text into the new, found in one way; `undefined`: not in this way. */
export type Comparer = (before: string, after: string) => Hunk[] | undefined

/** Everything between the common start and the common end. */
export const wholeMiddle: Comparer = (before, after) => {
  const start = commonStart(before, after)
  const end = commonEnd(before, after, start)
  return [{ start, end: before.length - end, text: after.slice(start, after.length - end) }]
}

/** What the comparison by lines and words may cost before it is given up. */
const MAX_EDITS = 2000

/** Comparisons from coarse to fine; the finer ones are for texts that are built of many literals. */
export async function comparisons(): Promise<Comparer[]> {
  const { diffChars, diffLines, diffWordsWithSpace } = await import('diff')
  const options = { maxEditLength: MAX_EDITS }
  return [
    (before, after) =>
      hunksOfLines(before, hunksOf(diffLines(`${before}\n`, `${after}\n`, options), pairedLines)),
    (before, after) => ifSimilar(before, after, hunksOf(diffWordsWithSpace(before, after, options))),
    (before, after) => ifSimilar(before, after, hunksOf(diffChars(before, after, options))),
  ]
}

/** In texts that have little in common, letters found in both are there by chance: their places mean nothing. */
function ifSimilar(before: string, after: string, hunks: Hunk[] | undefined): Hunk[] | undefined {
  const removed = hunks?.reduce((sum, { start, end }) => sum + end - start, 0) ?? 0
  const kept = before.length - removed
  return kept * 2 >= before.length && kept * 4 >= after.length ? hunks : undefined
}

/** The last line is compared as if it ended with a break, which is taken from what comes of it. */
function hunksOfLines(before: string, hunks: Hunk[] | undefined): Hunk[] | undefined {
  return hunks?.map(hunk =>
    hunk.end <= before.length ? hunk : (slideLeft(hunk, `${before}\n`) ?? { ...hunk, end: before.length }),
  )
}

interface Part {
  value: string
  added: boolean
  removed: boolean
}

interface Block {
  removed: string
  added: string
  start: number
}

function hunksOf(
  parts: Part[] | undefined,
  divide: (block: Block) => Block[] = block => [block],
): Hunk[] | undefined {
  if (parts === undefined) return undefined
  const hunks: Hunk[] = []
  let offset = 0
  let open: Block | undefined
  const close = () => {
    if (open) hunks.push(...divide(open).map(trimHunk))
    open = undefined
  }
  for (const part of parts) {
    if (!part.added && !part.removed) {
      close()
      offset += part.value.length
      continue
    }
    open ??= { removed: '', added: '', start: offset }
    if (part.added) open.added += part.value
    else {
      open.removed += part.value
      offset += part.value.length
    }
  }
  close()
  return hunks
}

/** As many lines as before: each line by itself. */
function pairedLines(block: Block): Block[] {
  const removed = block.removed.split(/(?<=\n)/)
  const added = block.added.split(/(?<=\n)/)
  if (removed.length !== added.length) return [block]
  let { start } = block
  return removed.map((line, index) => {
    const pair = { removed: line, added: added[index] as string, start }
    start += line.length
    return pair
  })
}

function trimHunk({ removed, added, start }: Block): Hunk {
  const left = commonStart(removed, added)
  const right = commonEnd(removed, added, left)
  return {
    start: start + left,
    end: start + removed.length - right,
    text: added.slice(left, added.length - right),
  }
}

/** A leaf, with the new value it gets. */
interface LeafValue {
  leaf: Leaf
  value: string
}

type LiteralEdits = { edits: Edit[] } | { conflict: string }

/**
 * The edits that bring hunks into the literals of a text. A hunk must fall within one literal, and a literal
 * that the text holds several times must change the same way everywhere.
 * `indent`: what a dedent tag takes from the start of each line, to be given to new lines.
 */
export function placeHunks(text: StaticString, hunks: Hunk[], indent = ''): LiteralEdits {
  const placed: { leaf: Leaf; occurrence: number; hunk: Hunk }[] = []
  const spans = occurrences(text.segments)
  for (const hunk of hunks) {
    const place = findPlace(spans, hunk, text.value)
    if (place === undefined) return { conflict: conflictOf(spans, hunk, text.value) }
    placed.push({ ...place, hunk: { ...place.hunk, text: indented(place.hunk.text, place, indent) } })
  }
  const values: LeafValue[] = []
  for (const leaf of distinct(placed.map(({ leaf }) => leaf))) {
    const value = agreedValue(spans, placed, leaf)
    if (value === undefined)
      return { conflict: `${shown(leaf.value)} stands in it several times, and only some of them change` }
    values.push({ leaf, value })
  }
  return render(text, values)
}

function render(text: StaticString, values: LeafValue[]): LiteralEdits {
  const edits: Edit[] = []
  const isPart = text.segments.filter(segment => segment.text !== '').length > 1
  for (const { leaf, value } of values) {
    const rendered = renderLeaf(leaf, value, isPart && leaf.value.includes('\n'))
    if (rendered === undefined) {
      return { conflict: `${shown(value)} cannot be written in a ${STYLE_WORDS[leaf.style]}` }
    }
    edits.push({ module: leaf.at.module, start: leaf.start, end: leaf.end, text: rendered })
  }
  return { edits }
}

const STYLE_WORDS = {
  quoted: 'string',
  template: 'template',
  quasi: 'template',
  raw: 'template under `String.raw`',
  uncooked: 'template under this tag',
  json: 'JSON string',
  text: 'text file',
} as const

/** A segment with its place in the text, and which use of its leaf it belongs to, counted from 0. */
interface Placed {
  segment: Segment
  start: number
  end: number
  occurrence: number
}

function occurrences(segments: readonly Segment[]): Placed[] {
  const placed: Placed[] = []
  let start = 0
  for (const segment of segments) {
    const last = placed.findLast(
      ({ segment: { leaf } }) => leaf && segment.leaf && sameLeaf(leaf, segment.leaf),
    )
    const isFurther =
      last && segment.from >= last.segment.from + last.segment.text.length && last.segment.text !== ''
    const occurrence = last === undefined ? 0 : isFurther ? last.occurrence : last.occurrence + 1
    placed.push({ segment, start, end: start + segment.text.length, occurrence })
    start += segment.text.length
  }
  return placed
}

interface Placement {
  leaf: Leaf
  occurrence: number
  hunk: Hunk
}

/** How far a hunk is moved in search of a literal that holds it. */
const MAX_SLIDE = 500

/** The same change can often be said at several places (`a[ba]ba` is `[ab]aba`): the first that fits is taken. */
function findPlace(spans: Placed[], hunk: Hunk, before: string): Placement | undefined {
  let slid: Hunk | undefined = hunk
  for (let tries = 0; slid !== undefined && tries < MAX_SLIDE; tries++) {
    const place = placeHunk(spans, slid, before)
    if (place !== undefined) return place
    slid = slideLeft(slid, before)
  }
  return undefined
}

function slideLeft({ start, end, text }: Hunk, before: string): Hunk | undefined {
  const char = before[start - 1]
  const canMove = (part: string) => part === '' || part.at(-1) === char
  if (char === undefined || !canMove(before.slice(start, end)) || !canMove(text)) return undefined
  return { start: start - 1, end: end - 1, text: text === '' ? '' : char + text.slice(0, -1) }
}

/** The hunk in terms of the one leaf that holds it. */
function placeHunk(spans: Placed[], hunk: Hunk, before: string): Placement | undefined {
  const isInsertion = hunk.start === hunk.end
  const first = isInsertion
    ? insertionSpan(spans, hunk.start, before)
    : spans.find(span => span.start <= hunk.start && hunk.start < span.end)
  const last = isInsertion ? first : spans.find(span => span.start < hunk.end && hunk.end <= span.end)
  const leaf = first?.segment.leaf
  if (!first || !last || leaf === undefined) return undefined
  const between = spans.slice(spans.indexOf(first), spans.indexOf(last) + 1)
  const isOne = between.every(
    span => span.segment.leaf && sameLeaf(span.segment.leaf, leaf) && span.occurrence === first.occurrence,
  )
  if (!isOne) return undefined
  const start = first.segment.from + hunk.start - first.start
  const end = last.segment.from + hunk.end - last.start
  return { leaf, occurrence: first.occurrence, hunk: { start, end, text: hunk.text } }
}

/** Between two literals, a new line goes with what follows it, anything else with what stands before it. */
function insertionSpan(spans: Placed[], offset: number, before: string): Placed | undefined {
  const near = spans.filter(span => span.segment.leaf && span.start <= offset && offset <= span.end)
  const startsLine = offset === 0 || before[offset - 1] === '\n'
  return startsLine ? near.at(-1) : near[0]
}

/** New lines under a dedent tag start where the old ones do. */
function indented(text: string, { leaf, hunk }: { leaf: Leaf; hunk: Hunk }, indent: string): string {
  if (indent === '') return text
  const isBeforeBreak = /^\r?\n/.test(leaf.value.slice(hunk.end))
  const whole = text.replace(/\n(?!\r?\n|$)/g, `\n${indent}`)
  return whole.endsWith('\n') && !isBeforeBreak ? whole + indent : whole
}

function distinct(leaves: Leaf[]): Leaf[] {
  return leaves.filter((leaf, index) => leaves.findIndex(other => sameLeaf(other, leaf)) === index)
}

/** The new value of a leaf, if all its uses in the text ask for the same. */
function agreedValue(
  spans: Placed[],
  placed: { leaf: Leaf; occurrence: number; hunk: Hunk }[],
  leaf: Leaf,
): string | undefined {
  const uses = new Set(
    spans.filter(span => span.segment.leaf && sameLeaf(span.segment.leaf, leaf)).map(span => span.occurrence),
  )
  const wanted = [...uses].map(use =>
    splice(
      leaf.value,
      placed.filter(item => sameLeaf(item.leaf, leaf) && item.occurrence === use).map(item => item.hunk),
    ),
  )
  return wanted.every(value => value === wanted[0]) ? wanted[0] : undefined
}

function conflictOf(spans: Placed[], hunk: Hunk, before: string): string {
  const old = shown(before.slice(hunk.start, hunk.end))
  const isInsertion = hunk.start === hunk.end
  const what = isInsertion ? `${shown(hunk.text)} would be added` : `${old} would become ${shown(hunk.text)}`
  const touched = spans.filter(span => span.start < hunk.end && hunk.start < span.end)
  const places = touched.flatMap(({ segment: { leaf } }) =>
    leaf ? [leaf.at.module.locate(leaf.start).line] : [],
  )
  const lines = [...new Set(places)]
  if (lines.length === 0) return `${what}, where no literal holds the text`
  const joint = touched.some(span => span.segment.leaf === undefined) ? ' and what joins them' : ''
  return `${what}, across the literals on ${lines.length > 1 ? 'lines' : 'line'} ${lines.join(', ')}${joint}`
}

const SHOWN = 40

/** A text on one line, short, in quotes. */
export function shown(text: string): string {
  const json = JSON.stringify(text)
  return json.length > SHOWN ? `${json.slice(0, SHOWN)}…"` : json
}
