/**
 * Which lines differ, and inside a pair of lines which words: the `diff` package, kept within bounds.
 */

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
/** Lines longer than this are shown whole, without a look at their words. */
const LONG_LINE = 2000

/** Compares two lists of lines. Runs of changed lines hold both sides; neighbours are never of one kind. */
export async function diffLines(server: string[], local: string[]): Promise<LineDiff> {
  const start = commonStart(server, local)
  const end = commonEnd(server, local, start)
  const middle = await diffMiddle(
    server.slice(start, server.length - end),
    local.slice(start, local.length - end),
  )
  const same = (lines: string[]): LineChange[] => (lines.length > 0 ? [{ kind: 'same', lines }] : [])
  return {
    changes: [...same(local.slice(0, start)), ...middle.changes, ...same(local.slice(local.length - end))],
    coarse: middle.coarse,
  }
}

async function diffMiddle(server: string[], local: string[]): Promise<LineDiff> {
  if (server.length === 0 && local.length === 0) return { changes: [], coarse: false }
  if (server.length === 0 || local.length === 0) {
    return { changes: [{ kind: 'changed', server, local }], coarse: false }
  }
  const { diffArrays } = await import('diff')
  const parts = diffArrays(server, local, { timeout: EXACT_MS })
  if (!parts) return { changes: [{ kind: 'changed', server, local }], coarse: true }
  const changes: LineChange[] = []
  for (const { added, removed, value } of parts) {
    const last = changes.at(-1)
    if (!added && !removed) changes.push({ kind: 'same', lines: value })
    else if (last?.kind === 'changed') last[added ? 'local' : 'server'].push(...value)
    else changes.push({ kind: 'changed', server: removed ? value : [], local: added ? value : [] })
  }
  return { changes, coarse: false }
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
  const { diffWordsWithSpace } = await import('diff')
  const parts = diffWordsWithSpace(server, local)
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
