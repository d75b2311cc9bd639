/** Changes of a text, by offsets. */
import type { Module } from '../names/module.js'

/** Replace `[start, end)` of a text. */
export interface Hunk {
  start: number
  end: number
  text: string
}

/** Replace a range of a module's text. */
export interface Edit extends Hunk {
  module: Module
}

/** The text with non-overlapping hunks applied; of several at one place, the first comes first. */
export function splice(text: string, edits: readonly Hunk[]): string {
  let result = ''
  let from = 0
  for (const { start, end, text: replacement } of inOrder(edits)) {
    result += text.slice(from, start) + replacement
    from = end
  }
  return result + text.slice(from)
}

export function inOrder<T extends Hunk>(edits: readonly T[]): T[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
}
