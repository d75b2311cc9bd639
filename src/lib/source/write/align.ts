/** Which parts of a composed text stay, change, come and go to turn it into another. Pure. */
import { type Hunk, splice } from '../../splice.js'
import { commonEnd, commonStart } from './literal.js'

export interface PartPlan {
  /** The new text of each part; `undefined`: it goes. */
  texts: (string | undefined)[]
  /** New parts: those at `i` stand before part `i`, the last ones behind all. */
  inserted: string[][]
}

/** What the comparison of lines may cost before it is given up. */
const MAX_EDITS = 4000

/**
 * Parts that are joined by a separator, aligned with the pieces that it cuts the target into. A part may hold several.
 */
export async function alignJoined(
  parts: readonly string[],
  separator: string,
  target: string,
): Promise<PartPlan | undefined> {
  const { diffArrays } = await import('diff')
  const all = parts.flatMap((text, part) => text.split(separator).map(piece => ({ text: piece, part })))
  const wanted = target.split(separator)
  // Of equal pieces, those at both ends are surely the same ones.
  const most = Math.min(all.length, wanted.length)
  let start = 0
  while (start < most && all[start]?.text === wanted[start]) start++
  let end = 0
  while (end < most - start && all.at(-1 - end)?.text === wanted.at(-1 - end)) end++
  const old = all.slice(start, all.length - end)
  const changes = diffArrays(
    old.map(({ text }) => text),
    wanted.slice(start, wanted.length - end),
    { maxEditLength: MAX_EDITS },
  )
  if (changes === undefined) return undefined
  const pieces: Piece[] = all.slice(0, start)
  let at = 0
  let removed: Piece[] = []
  let added: string[] = []
  const close = () => {
    pieces.push(...settle(removed, added))
    removed = []
    added = []
  }
  for (const change of changes) {
    if (change.added) added.push(...change.value)
    else {
      if (!change.removed) close()
      const next = old.slice(at, at + change.value.length)
      at += next.length
      if (change.removed) removed.push(...next)
      else pieces.push(...next)
    }
  }
  close()
  pieces.push(...all.slice(all.length - end))
  return planOf(parts.length, insideOne(pieces), separator)
}

/** A piece of the new text, and the part that has it; none: it needs one of its own. */
interface Piece {
  text: string
  part?: number
}

/** What comes where something goes takes its place: they are paired by likeness. */
function settle(removed: readonly Piece[], added: readonly string[]): Piece[] {
  const places = new Map(
    pairs(
      removed.map(({ text }) => text),
      added,
    ),
  )
  return added.map((text, index) => {
    const place = places.get(index)
    return place === undefined ? { text } : { text, part: removed[place]?.part }
  })
}

/** Beyond so many comparisons, pairs are made by position. */
const MAX_PAIRS = 20_000

/** Pairs in order, [index of an added, index of a removed], as many as there can be, and as alike as they can be. */
function pairs(removed: readonly string[], added: readonly string[]): [number, number][] {
  const isFewer = removed.length <= added.length
  const [few, many] = isFewer ? [removed, added] : [added, removed]
  const found: [few: number, many: number][] =
    few.length * many.length > MAX_PAIRS ? few.map((_, index) => [index, index]) : bestPairs(few, many)
  return found.map(([a, b]) => (isFewer ? [b, a] : [a, b]))
}

function bestPairs(few: readonly string[], many: readonly string[]): [number, number][] {
  const best = [new Array<number>(many.length + 1).fill(0)]
  for (const [i, text] of few.entries()) {
    const row = new Array<number>(many.length + 1).fill(Number.NEGATIVE_INFINITY)
    for (const [j, other] of many.entries()) {
      row[j + 1] = Math.max(row[j] as number, (best[i]?.[j] as number) + likeness(text, other))
    }
    best.push(row)
  }
  const found: [number, number][] = []
  for (let i = few.length, j = many.length; i > 0; j--) {
    if (best[i]?.[j] === best[i]?.[j - 1]) continue
    found.push([--i, j - 1])
  }
  return found
}

/** The share of two texts that they begin and end with in common. */
export function likeness(a: string, b: string): number {
  const start = commonStart(a, b)
  return (start + commonEnd(a, b, start)) / Math.max(a.length, b.length, 1)
}

/** A new piece between two of one part belongs to it. */
function insideOne(pieces: readonly Piece[]): Piece[] {
  const following: (number | undefined)[] = []
  for (let index = pieces.length - 1; index >= 0; index--) {
    following[index] = pieces[index]?.part ?? following[index + 1]
  }
  let before: number | undefined
  return pieces.map((piece, index) => {
    before = piece.part ?? before
    return before === following[index] ? { ...piece, part: before } : piece
  })
}

function planOf(count: number, pieces: readonly Piece[], separator: string): PartPlan {
  const texts = new Array<string | undefined>(count).fill(undefined)
  const inserted: string[][] = Array.from({ length: count + 1 }, () => [])
  let next = 0
  for (const { text, part } of pieces) {
    if (part === undefined) inserted[next]?.push(text)
    else {
      texts[part] = texts[part] === undefined ? text : texts[part] + separator + text
      next = part + 1
    }
  }
  return { texts, inserted }
}

/**
 * Parts that follow each other directly. Where each holds whole lines they are aligned by lines; else by what the
 * hunks of a comparison touch, which brings no new parts.
 */
export async function alignAdjacent(parts: readonly string[], target: string): Promise<PartPlan | undefined> {
  if (parts.length < 2) return undefined
  if (parts.slice(0, -1).every(part => part.endsWith('\n'))) return alignLines(parts, target)
  if (!parts.slice(1).every(part => part.startsWith('\n'))) return undefined
  const plan = await alignJoined(
    parts.map((part, index) => (index === 0 ? part : part.slice(1))),
    '\n',
    target,
  )
  return plan && withBreaks(plan, (text, isFirst) => (isFirst ? text : `\n${text}`))
}

async function alignLines(parts: readonly string[], target: string): Promise<PartPlan | undefined> {
  const withoutEnd = (text: string) => (text.endsWith('\n') ? text.slice(0, -1) : text)
  const plan = await alignJoined(parts.map(withoutEnd), '\n', withoutEnd(target))
  const end = target.endsWith('\n') ? '\n' : ''
  return plan && withBreaks(plan, (text, _, isLast) => text + (isLast ? end : '\n'))
}

/** The plan with the line breaks that belong to the parts. */
function withBreaks(
  { texts, inserted }: PartPlan,
  broken: (text: string, isFirst: boolean, isLast: boolean) => string,
): PartPlan {
  const count = texts.filter(text => text !== undefined).length + inserted.flat().length
  let index = 0
  const next = (text: string) => {
    index++
    return broken(text, index === 1, index === count)
  }
  const planned: PartPlan = { texts: [], inserted: [] }
  for (const [at, before] of inserted.entries()) {
    planned.inserted.push(before.map(next))
    const text = texts[at]
    if (at < texts.length) planned.texts.push(text === undefined ? undefined : next(text))
  }
  return planned
}

/**
 * What hunks leave of each part: one that is removed whole goes, and none comes. What is added must fall within one
 * part that `canChange`, so that no expression is replaced by what it happens to be.
 */
export function cutByHunks(
  parts: readonly string[],
  hunks: readonly Hunk[],
  canChange: (index: number) => boolean,
): PartPlan | undefined {
  const ends: number[] = []
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + part.length)
  const startOf = (index: number) => ends[index - 1] ?? 0
  const takers = hunks.map(({ start, end, text }) => {
    if (text === '') return undefined
    const touched = parts.flatMap((_, index) => {
      const isTouched = start === end ? startOf(index) <= start : startOf(index) < end
      return isTouched && (start === end ? start <= ends[index]! : start < ends[index]!) ? [index] : []
    })
    const able = touched.filter(canChange)
    return start === end || touched.length === 1 ? able[0] : undefined
  })
  if (hunks.some(({ text }, index) => text !== '' && takers[index] === undefined)) return undefined
  const texts = parts.map((part, index) => {
    const offset = startOf(index)
    const own = hunks.map(({ start, end, text }, which) => ({
      start: Math.max(start - offset, 0),
      end: Math.min(end - offset, part.length),
      text: takers[which] === index ? text : '',
    }))
    const text = splice(
      part,
      own.filter(({ start, end }) => start <= end),
    )
    return text === '' && part !== '' ? undefined : text
  })
  return { texts, inserted: Array.from({ length: parts.length + 1 }, () => []) }
}
