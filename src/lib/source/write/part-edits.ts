/**
 * Parts of lists, sums and templates that come and go, as edits of their code. What stays is not printed anew (recast
 * puts a list of lines on one line and moves its comments), so all its bytes stay, too.
 */
import type { Node } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Edit } from './edits.js'
import { literalFor } from './insert.js'
import { endOfLineTail, eolOf, indentBefore, skipTrivia } from './layout.js'
import { codeRange, type Holder, type Part } from './parts.js'
import { quotedAs, templateBody } from './render.js'

/** What goes from a list or sum, and what comes: before all its parts, or after one of them. */
export interface Shape {
  gone: Set<Node>
  before: string[]
  after: Map<Node, string[]>
}

export function editsOf(holder: Holder, parts: readonly Part[], shape: Shape): Edit[] {
  switch (holder.node.type) {
    case 'ArrayExpression':
      return listEdits(holder as Handle<Node & { type: 'ArrayExpression' }>, parts, shape)
    case 'BinaryExpression':
      return sumEdits(holder, parts, shape)
    case 'TemplateLiteral':
      // `${` and `}` stand outside the expression, whatever blanks are inside them.
      return parts.flatMap(({ at }, index) => {
        if (!shape.gone.has(at.node) || at.node.type === 'TemplateElement') return []
        const [before, after] = [parts[index - 1] as Part, parts[index + 1] as Part]
        return [
          {
            module: holder.module,
            start: range(before.at.node).end,
            end: range(after.at.node).start,
            text: '',
          },
        ]
      })
  }
}

interface Span {
  start: number
  end: number
}

function listEdits(
  { module, node }: Handle<Node & { type: 'ArrayExpression' }>,
  parts: readonly Part[],
  { gone, before, after }: Shape,
): Edit[] {
  const { text } = module
  const members = node.elements.flatMap(element => (element ? [element as Node] : []))
  const spans = members.map(member => codeRange({ module, node: member }))
  const commas = spans.map(({ end }) => {
    const at = skipTrivia(text, end)
    return text[at] === ',' ? at : undefined
  })
  const code = (value: string, near?: Node) => literalLike(module, value, parts, near)
  const last = members.findLastIndex(member => !gone.has(member))
  if (last === -1 && after.size === 0) {
    const open = range(node).start + 1
    if (members.length === 0) {
      return [{ module, start: open, end: open, text: before.map(value => code(value)).join(', ') }]
    }
  }
  const hasTrailing = commas.at(-1) !== undefined
  const edits: Edit[] = []
  for (const [index, member] of members.entries()) {
    const span = spans[index] as Span
    const comma = commas[index]
    const added = after.get(member) ?? []
    if (gone.has(member)) {
      const isTail = last !== -1 && index > last && !hasTrailing
      edits.push(...(isTail ? tailRemoval(module, spans, commas, index) : removal(module, span, comma)))
    } else if (added.length > 0) {
      const lines = added.map(value => code(value, member))
      const next = spans[index + 1]?.start ?? range(node).end - 1
      edits.push(...additions(module, span, comma, next, lines))
    }
  }
  const [first] = spans
  if (before.length > 0 && first) {
    const lines = before.map(value => code(value, members[0]))
    edits.push(...additionsBefore(module, range(node).start + 1, first, lines))
  }
  return edits
}

/** A string, or a template without interpolations. */
export function isPlainLiteral(node: Node): boolean {
  return node.type === 'StringLiteral' || (node.type === 'TemplateLiteral' && node.expressions.length === 0)
}

/** New code in the style of the literal it comes beside, or of another one of the list. */
function literalLike(module: Module, value: string, parts: readonly Part[], near?: Node): string {
  if (module.form === 'json') return literalFor(module, value)
  const nodes = parts.map(({ at }) => at.node)
  const own = nodes.find(node => node === near && isPlainLiteral(node))
  const model = own ?? nodes.find(node => isPlainLiteral(node))
  if (model?.type === 'TemplateLiteral') return `\`${templateBody(value, eolOf(module))}\``
  if (model?.type !== 'StringLiteral') return literalFor(module, value)
  const spelled = module.text.slice(range(model).start, range(model).end)
  const isQuoted = !value.includes('\n') || model.value.includes('\n')
  return isQuoted ? quotedAs(spelled, value) : `\`${templateBody(value, eolOf(module))}\``
}

/** An item with its comma, and with its line if nothing else is on it. Comments stay. */
function removal(module: Module, { start, end }: Span, comma: number | undefined): Edit[] {
  if (comma === undefined) return [lineOf(module, start, end)]
  if (module.text.slice(end, comma).trim() === '') return [lineOf(module, start, comma + 1)]
  return [lineOf(module, start, end), { module, start: comma, end: comma + 1, text: '' }]
}

/** An item at the end of a list that ends without a comma: the comma before it goes. */
function tailRemoval(
  module: Module,
  spans: readonly Span[],
  commas: readonly (number | undefined)[],
  index: number,
): Edit[] {
  const { start, end } = spans[index] as Span
  const [before, comma] = [spans[index - 1], commas[index - 1]]
  if (before === undefined || comma === undefined) return removal(module, { start, end }, commas[index])
  const isBare = /^\s*,\s*$/.test(module.text.slice(before.end, start))
  if (isBare) return [{ module, start: before.end, end, text: '' }]
  return [{ module, start: comma, end: comma + 1, text: '' }, lineOf(module, start, end)]
}

/** A range to be removed: the whole line, if nothing else is on it; else with the blanks behind it. */
function lineOf(module: Module, start: number, end: number): Edit {
  const { text } = module
  const indent = indentBefore(text, start)
  const rest = /^[ \t]*(\r\n|\n|\r)/.exec(text.slice(end, end + 200))
  if (indent !== undefined && rest) {
    return { module, start: start - indent.length, end: end + rest[0].length, text: '' }
  }
  const blanks = /^[ \t]*/.exec(text.slice(end, end + 200))?.[0].length ?? 0
  return { module, start, end: end + blanks, text: '' }
}

/** New items behind one: on lines of their own if that ends its line, else on the same. */
function additions(
  module: Module,
  { start, end }: Span,
  comma: number | undefined,
  next: number,
  lines: readonly string[],
): Edit[] {
  const { text } = module
  const at = comma === undefined ? end : comma + 1
  const indent = indentBefore(text, start)
  const isOwnLine = indent !== undefined && indentBefore(text, next) !== undefined
  if (!isOwnLine) {
    const added = comma === undefined ? lines.map(line => `, ${line}`) : lines.map(line => ` ${line},`)
    return [{ module, start: at, end: at, text: added.join('') }]
  }
  const tail = endOfLineTail(text, at)
  const added = lines.map(line => `${eolOf(module)}${indent}${line}`).join(',')
  if (comma !== undefined) return [{ module, start: tail, end: tail, text: `${added},` }]
  if (tail === at) return [{ module, start: at, end: at, text: `,${added}` }]
  return [
    { module, start: at, end: at, text: ',' },
    { module, start: tail, end: tail, text: added },
  ]
}

/** New items before the first one. */
function additionsBefore(module: Module, open: number, first: Span, lines: readonly string[]): Edit[] {
  const indent = indentBefore(module.text, first.start)
  if (indent === undefined) {
    return [{ module, start: first.start, end: first.start, text: lines.map(line => `${line}, `).join('') }]
  }
  const at = endOfLineTail(module.text, open)
  const text = lines.map(line => `${eolOf(module)}${indent}${line},`).join('')
  return [{ module, start: at, end: at, text }]
}

/** Operands of `+` that come and go, each with the `+` before it, or behind it where none is left before. */
function sumEdits({ module }: Holder, parts: readonly Part[], { gone, before, after }: Shape): Edit[] {
  const { text } = module
  const spans = parts.map(({ at }) => codeRange(at))
  const firstKept = parts.findIndex(({ at }) => !gone.has(at.node))
  const edits: Edit[] = []
  const remove = (start: number, end: number) => {
    const between = text.slice(start, end)
    const isBare = /^\s*\+\s*$/.test(between)
    if (isBare) return true
    const plus = skipTrivia(text, start)
    edits.push({ module, start: plus, end: plus + 1, text: '' })
    return false
  }
  for (const [index, { at }] of parts.entries()) {
    const { start, end } = spans[index] as Span
    if (gone.has(at.node)) {
      if (index > firstKept && index > 0) {
        const from = (spans[index - 1] as Span).end
        edits.push({ module, start: remove(from, start) ? from : start, end, text: '' })
      } else {
        const to = (spans[index + 1] as Span).start
        edits.push({ module, start, end: remove(end, to) ? to : end, text: '' })
      }
    }
    const added = after.get(at.node) ?? []
    const plus = plusBetween(text, spans, index)
    for (const value of added) {
      edits.push({ module, start: end, end, text: plus + literalLike(module, value, parts, at.node) })
    }
  }
  const [first] = spans
  if (first) {
    const plus = plusBetween(text, spans, 0)
    const lines = before.map(value => literalLike(module, value, parts, parts[0]?.at.node) + plus)
    if (lines.length > 0) edits.push({ module, start: first.start, end: first.start, text: lines.join('') })
  }
  return edits
}

/** What stands between two operands, without comments. */
function plusBetween(text: string, spans: readonly Span[], index: number): string {
  const at = Math.min(index, spans.length - 2)
  const between = text.slice(spans[at]?.end, spans[at + 1]?.start)
  const plain = between.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n\r]*/g, '')
  return /^\s*\+\s*$/.test(plain) ? plain.replace(/[ \t]+(?=[\r\n])/g, '') : ' + '
}
