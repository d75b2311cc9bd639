/**
 * Three-way merge of lists: of lines, and inside lines that conflict of the sentences in them. It never invents: what
 * both sides changed inside one sentence is a conflict, since two edits can each be right and be wrong together.
 */

import { anchorsOf } from '../../anchors.js'
import type { Channel } from '../../persona.js'
import { sentences, withWrapped } from './sentences.js'

/** A passage that both sides changed, each in its own way; lines without line feeds. */
export interface Conflict {
  ours: string[]
  theirs: string[]
  /** Empty where no base is known. */
  base: string[]
  channel?: Channel
}

export type MergePart = string[] | Conflict

/** Steps that one comparison may take, a tenth of a second's worth; what would take more is a conflict. */
const MAX_STEPS = 20_000_000
/** A passage of more lines on its three sides together is not cut into sentences: that alone would take too long. */
const MAX_LINES = 10_000
/** How long to work, in milliseconds, before anything else has a turn: a person may want to stop. */
const SLICE_MS = 50

interface Three {
  ours: string[]
  base: string[]
  theirs: string[]
}

type Merger = typeof import('node-diff3').diff3Merge

/** Merges by lines, then by sentences. */
export async function mergeLines(base: string[], ours: string[], theirs: string[]): Promise<MergePart[]> {
  const { diff3Merge } = await import('node-diff3')
  const parts: MergePart[] = []
  let started = performance.now()
  const passages = { ours: withWrapped(ours), base: withWrapped(base), theirs: withWrapped(theirs) }
  for (const stretch of betweenAnchors(passages)) {
    for (const passage of mergeStretch(diff3Merge, stretch)) {
      const part = linesIn(passage)
      add(parts, isConflict(part) ? (mergeSentences(diff3Merge, part) ?? part) : part)
    }
    if (performance.now() - started < SLICE_MS) continue
    await new Promise(setImmediate)
    started = performance.now()
  }
  return parts
}

function linesIn(part: MergePart): MergePart {
  const split = (passages: string[]) => passages.flatMap(passage => passage.split('\n'))
  if (!isConflict(part)) return split(part)
  return { ours: split(part.ours), base: split(part.base), theirs: split(part.theirs) }
}

/** Lines join those before them. Not by `push(...lines)`: a hundred thousand arguments do not fit on the stack. */
function add(parts: MergePart[], part: MergePart): void {
  const last = parts.at(-1)
  if (last === undefined || isConflict(last) || isConflict(part))
    parts.push(isConflict(part) ? part : [...part])
  else for (const line of part) last.push(line)
}

export function isConflict(part: MergePart): part is Conflict {
  return !Array.isArray(part)
}

/**
 * The texts cut at the lines that occur once in each of them, in the same order: so long texts become many small
 * comparisons. A stretch ends with the line at which the text is cut.
 */
function betweenAnchors({ ours, base, theirs }: Three): Three[] {
  const inTheirs = new Map(anchorsOf(base, theirs))
  const stretches: Three[] = []
  let [atOurs, atBase, atTheirs] = [0, 0, 0]
  for (const [here, mine] of anchorsOf(base, ours)) {
    const other = inTheirs.get(here)
    if (other === undefined) continue
    stretches.push({
      ours: ours.slice(atOurs, mine + 1),
      base: base.slice(atBase, here + 1),
      theirs: theirs.slice(atTheirs, other + 1),
    })
    ;[atOurs, atBase, atTheirs] = [mine + 1, here + 1, other + 1]
  }
  return [
    ...stretches,
    { ours: ours.slice(atOurs), base: base.slice(atBase), theirs: theirs.slice(atTheirs) },
  ]
}

/**
 * Where a passage comes or goes beside one like it (a blank line), it is not certain which of them it was, and only
 * some of the answers touch what the other side changed. So where there is a conflict, the lists are also compared
 * whole and from their ends, and the result with the fewest conflicts is taken.
 */
function mergeStretch(merge: Merger, stretch: Three): MergePart[] {
  const { ours, base, theirs } = stretch
  if (same(ours, base)) return [theirs]
  if (same(theirs, base) || same(ours, theirs)) return [ours]
  let best = mergeInner(merge, stretch)
  for (const other of [mergeWhole, mergeTurned]) {
    if (best.every(part => !isConflict(part))) break
    const parts = other(merge, stretch)
    if (conflictsIn(parts) < conflictsIn(best)) best = parts
  }
  return best
}

function conflictsIn(parts: readonly MergePart[]): number {
  return parts.filter(isConflict).length
}

/** Without what all three have in common at their ends, which makes most comparisons small. */
function mergeInner(merge: Merger, { ours, base, theirs }: Three): MergePart[] {
  const { start, end } = commonEnds({ ours, base, theirs })
  const inner = (side: string[]) => side.slice(start, side.length - end)
  const middle = mergeWhole(merge, { ours: inner(ours), base: inner(base), theirs: inner(theirs) })
  return [base.slice(0, start), ...middle, base.slice(base.length - end)].filter(
    part => isConflict(part) || part.length > 0,
  )
}

function mergeWhole(merge: Merger, { ours, base, theirs }: Three): MergePart[] {
  if (steps(base, ours) + steps(base, theirs) > MAX_STEPS) return [{ ours, base, theirs }]
  return merge(ours, base, theirs, { excludeFalseConflicts: true }).map(
    ({ ok, conflict }) => ok ?? { ours: conflict!.a, base: conflict!.o, theirs: conflict!.b },
  )
}

function mergeTurned(merge: Merger, stretch: Three): MergePart[] {
  return mergeWhole(merge, turned(stretch))
    .toReversed()
    .map(part => (isConflict(part) ? turned(part) : part.toReversed()))
}

function turned({ ours, base, theirs }: Three): Three {
  return { ours: ours.toReversed(), base: base.toReversed(), theirs: theirs.toReversed() }
}

/** The resulting lines, if no sentence was changed by both sides. */
function mergeSentences(merge: Merger, { ours, base, theirs }: Conflict): string[] | undefined {
  // Where a side has nothing left of the passage, or the base had none, there is no sentence to tell apart.
  if (ours.length === 0 || base.length === 0 || theirs.length === 0) return undefined
  if (ours.length + base.length + theirs.length > MAX_LINES) return undefined
  const pieces = { ours: sentences(ours), base: sentences(base), theirs: sentences(theirs) }
  const merged = mergeStretch(merge, pieces)
  if (merged.some(isConflict)) return undefined
  return (merged as string[][]).flat().join('').split('\n')
}

/** How many items all three have in common at their ends. */
function commonEnds({ ours, base, theirs }: Three): { start: number; end: number } {
  const most = Math.min(ours.length, base.length, theirs.length)
  let start = 0
  while (start < most && ours[start] === base[start] && theirs[start] === base[start]) start++
  let end = 0
  const fromEnd = (side: string[]) => side[side.length - 1 - end]
  while (end < most - start && fromEnd(ours) === fromEnd(base) && fromEnd(theirs) === fromEnd(base)) {
    end++
  }
  return { start, end }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index])
}

/** About how many steps the library takes to compare two lists. */
function steps(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const item of b) counts.set(item, (counts.get(item) ?? 0) + 1)
  const pairs = a.reduce((sum, item) => sum + (counts.get(item) ?? 0), 0)
  return pairs * Math.min(a.length, b.length)
}
