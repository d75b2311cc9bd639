/** Where new code goes between old, so that it looks like its neighbours and comments stay where they are. */
import type { Node } from '@babel/types'
import { lineEnding } from '../files/text.js'
import type { Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Quote } from './literal.js'

const TRIVIA = /(?:\s+|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)*/y
const SAME_LINE = /(?:[ \t]+|\/\*[^\n\r]*?\*\/|\/\/[^\n\r]*)*/y

/** The first offset at or after `from` that is neither white space nor comment. */
export function skipTrivia(text: string, from: number): number {
  TRIVIA.lastIndex = from
  return from + (TRIVIA.exec(text)?.[0].length ?? 0)
}

/** The end of the line's blanks and comments after `from`, if nothing else follows on the line; else `from`. */
export function endOfLineTail(text: string, from: number): number {
  SAME_LINE.lastIndex = from
  const end = from + (SAME_LINE.exec(text)?.[0].length ?? 0)
  return end === text.length || text[end] === '\n' || text[end] === '\r' ? end : from
}

/** The length of the blanks and comments that a text begins with, if its first line has nothing else. */
export function tailOfLine(text: string): number {
  const end = endOfLineTail(text, 0)
  return end < text.length ? end : 0
}

/** The blanks before an offset, if nothing else stands before it on its line. */
export function indentBefore(text: string, offset: number): string | undefined {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  const before = text.slice(start, offset)
  return /^[ \t]*$/.test(before) ? before : undefined
}

/** The blanks at the start of the line that an offset is on. */
export function lineIndent(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? ''
}

/** One step of indentation, as the file does it. */
export function indentUnit(text: string): string {
  const found = /^(\t| {2,8})(?=\S)/m.exec(text)?.[1]
  return found ?? '  '
}

/** The quotes that a file prefers: those of most of its import and property strings. */
export function preferredQuote(module: Module): Quote {
  const single = module.text.match(/(?:from|:|=|\() *'/g)?.length ?? 0
  const double = module.text.match(/(?:from|:|=|\() *"/g)?.length ?? 0
  return double > single ? '"' : "'"
}

export function eolOf(module: Module): string {
  return lineEnding(module.text)
}

/** The comments inside a range but outside the ranges that stay, as they are written. */
export function commentsIn(module: Module, span: Node, kept: Node[] = []): string[] {
  const { start, end } = range(span)
  const comments =
    (module.root as { comments?: { type: string; start?: number; end?: number }[] }).comments ?? []
  return comments
    .filter(comment => {
      const from = comment.start ?? 0
      const isIn = start <= from && from < end
      return isIn && !kept.some(node => range(node).start <= from && from < range(node).end)
    })
    .map(comment => module.text.slice(comment.start, comment.end))
}

/** Comments in front of an expression that takes the place of code that held them. */
export function withComments(module: Module, offset: number, comments: string[], code: string): string {
  const eol = eolOf(module)
  const indent = lineIndent(module.text, offset)
  const lead = comments.map(comment => comment + (comment.startsWith('//') ? eol + indent : ' '))
  return lead.join('') + code
}
