/** Pieces of a text replaced, by offsets. */

/** Replace `[start, end)` of a text; `start === end` inserts. */
export interface Hunk {
  start: number
  end: number
  text: string
}

/** The text with hunks applied that do not overlap; of several at one place, the first comes first. */
export function splice(text: string, hunks: readonly Hunk[]): string {
  let result = ''
  let from = 0
  for (const { start, end, text: replacement } of inOrder(hunks)) {
    result += text.slice(from, start) + replacement
    from = end
  }
  return result + text.slice(from)
}

export function inOrder<T extends Hunk>(hunks: readonly T[]): T[] {
  return [...hunks].sort((a, b) => a.start - b.start || a.end - b.end)
}
