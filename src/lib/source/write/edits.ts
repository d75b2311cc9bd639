/** Changes of a text, by offsets. */
import type { Module } from '../names/module.js'

/** Replace `[start, end)` of a module's text. */
export interface Edit {
  module: Module
  start: number
  end: number
  text: string
}

/** The text with non-overlapping edits applied. */
export function splice(text: string, edits: readonly Edit[]): string {
  let result = ''
  let from = 0
  for (const { start, end, text: replacement } of inOrder(edits)) {
    result += text.slice(from, start) + replacement
    from = end
  }
  return result + text.slice(from)
}

export function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
}
