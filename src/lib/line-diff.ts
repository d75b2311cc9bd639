/**
 * Which lines differ, and inside a pair of lines which words: the `diff` package, kept within bounds.
 */

import { anchorsOf, shareLines } from './anchors.js'

export type LineChange =
  | { kind: 'same'; lines: string[] }
  | { kind: 'changed'; server: string[]; local: string[] }

export interface LineDiff {
  changes: LineChange[]
  /** True where the exact answer would have taken too long and runs of lines were taken as changed whole. */
  coarse: boolean
}

/** How long an exact diff may take before the coarse one is shown instead, in milliseconds. */
const EXACT_MS = 1000
/** Up to so many lines the shortest diff is found quickly; longer texts are cut at their unique lines first. */
const SHORT = 2000
/** The words of lines longer than this are not compared. */
const LONG_LINE = 20_000
/** How long the words of one pair of lines may be compared, in milliseconds. */
const WORDS_MS = 100

/** Compares two lists of lines. Runs of changed lines hold both sides; neighbours are never of one kind. */
export async function diffLines(server: string[], local: string[]): Promise<LineDiff> {
  const { diffArrays } = await import('diff')
  const result: LineDiff = { changes: [], coarse: false }
  compare({ diffArrays, deadline: performance.now() + EXACT_MS, result }, server, local, true)
  return result
}

interface Comparison {
  diffArrays: typeof import('diff').diffArrays
  /** On the clock of `performance.now()`. */
  deadline: number
  result: LineDiff
}

/** Adds the changes between two stretches to the result. */
function compare(comparison: Comparison, server: string[], local: string[], cut: boolean): void {
  const { changes } = comparison.result
  const start = commonStart(server, local)
  const end = commonEnd(server, local, start)
  addSame(changes, local.slice(0, start))
  compareMiddle(
    comparison,
    server.slice(start, server.length - end),
    local.slice(start, local.length - end),
    cut,
  )
  addSame(changes, local.slice(local.length - end))
}

function compareMiddle(comparison: Comparison, server: string[], local: string[], cut: boolean): void {
  if (server.length === 0 || local.length === 0) addChanged(comparison.result.changes, server, local)
  else if (!cut || server.length + local.length <= SHORT) compareExactly(comparison, server, local)
  else if (shareLines(server, local)) compareBetweenAnchors(comparison, server, local)
  else addChanged(comparison.result.changes, server, local)
}

/** The shortest diff; if it cannot be found in time, both stretches are taken as changed whole. */
function compareExactly(
  { diffArrays, deadline, result }: Comparison,
  server: string[],
  local: string[],
): void {
  const parts = diffArrays(server, local, { timeout: Math.max(1, deadline - performance.now()) })
  if (!parts) {
    result.coarse = true
    addChanged(result.changes, server, local)
    return
  }
  for (const { added, removed, value } of parts) {
    if (!added && !removed) addSame(result.changes, value)
    else addChanged(result.changes, removed ? value : [], added ? value : [])
  }
}

function compareBetweenAnchors(comparison: Comparison, server: string[], local: string[]): void {
  let [there, here] = [0, 0]
  for (const [nextThere, nextHere] of anchorsOf(server, local)) {
    compare(comparison, server.slice(there, nextThere), local.slice(here, nextHere), false)
    addSame(comparison.result.changes, [local[nextHere]!])
    there = nextThere + 1
    here = nextHere + 1
  }
  compare(comparison, server.slice(there), local.slice(here), false)
}

function addSame(changes: LineChange[], lines: string[]): void {
  if (lines.length === 0) return
  const last = changes.at(-1)
  if (last?.kind === 'same') append(last.lines, lines)
  else changes.push({ kind: 'same', lines: [...lines] })
}

function addChanged(changes: LineChange[], server: string[], local: string[]): void {
  if (server.length + local.length === 0) return
  const last = changes.at(-1)
  if (last?.kind === 'changed') {
    append(last.server, server)
    append(last.local, local)
  } else changes.push({ kind: 'changed', server: [...server], local: [...local] })
}

/** Not `push(...lines)`: a hundred thousand arguments do not fit on the stack. */
function append(to: string[], lines: string[]): void {
  for (const line of lines) to.push(line)
}

function commonStart(a: string[], b: string[]): number {
  const most = Math.min(a.length, b.length)
  let count = 0
  while (count < most && a[count] === b[count]) count++
  return count
}

function commonEnd(a: string[], b: string[], start: number): number {
  const most = Math.min(a.length, b.length) - start
  let count = 0
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count++
  return count
}

export interface WordPart {
  text: string
  changed?: boolean
}

/**
 * The words that differ between two lines, or undefined where marking them would help nobody:
 * the lines are very long, or share less than a third of their text.
 */
export async function changedWords(
  server: string,
  local: string,
): Promise<{ server: WordPart[]; local: WordPart[] } | undefined> {
  if (server.length > LONG_LINE || local.length > LONG_LINE) return undefined
  const parts = await diffWords(server, local)
  if (!parts) return undefined
  const shared = parts.reduce(
    (sum, part) => sum + (part.added || part.removed ? 0 : part.value.trim().length),
    0,
  )
  if (shared * 3 < Math.min(server.trim().length, local.trim().length)) return undefined
  const side = (skip: 'added' | 'removed'): WordPart[] =>
    parts
      .filter(part => !part[skip])
      .map(part => ({ text: part.value, changed: Boolean(part.added || part.removed) }))
  return { server: side('added'), local: side('removed') }
}

/** What `diff` takes for words breaks an emoji, or a letter with its marks, in pieces. */
const COMPOSED = /[\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}\u200c\u200d]/u

async function diffWords(server: string, local: string) {
  const { diffArrays, diffWordsWithSpace } = await import('diff')
  if (!COMPOSED.test(server) && !COMPOSED.test(local))
    return diffWordsWithSpace(server, local, { timeout: WORDS_MS })
  const segmenter = new Intl.Segmenter('und', { granularity: 'word' })
  const words = (line: string) => Array.from(segmenter.segment(line), ({ segment }) => segment)
  const parts = diffArrays(words(server), words(local), { timeout: WORDS_MS })
  return parts?.map(part => ({ ...part, value: part.value.join('') }))
}

/** How many lines `local` adds to and removes from `server`. */
export async function countChanges(
  server: string,
  local: string,
): Promise<{ added: number; removed: number }> {
  const { changes } = await diffLines(splitLines(server), splitLines(local))
  const changed = changes.filter(change => change.kind === 'changed')
  return {
    added: changed.reduce((sum, { local }) => sum + local.length, 0),
    removed: changed.reduce((sum, { server }) => sum + server.length, 0),
  }
}

/** The lines of a text; an empty text has none. */
export function splitLines(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}
