/** What a text is put together of in the code: the items of a joined list, the operands of a sum, a template's pieces. */
import type { ArrayExpression, BinaryExpression, CallExpression, Node, TemplateLiteral } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { unwrap } from '../names/nodes.js'
import type { Sources } from '../names/sources.js'
import { evaluate } from '../value/evaluate.js'
import { operands } from '../value/strings.js'
import type { Static, StaticString } from '../value/values.js'
import { skipTrivia } from './layout.js'

export type Holder = Handle<ArrayExpression | BinaryExpression | TemplateLiteral>

export interface Part {
  /** The expression, or the quasi of a template. */
  at: Handle
  /** The list, sum or template that it stands in: not always that of its neighbours, as lists are spread into lists. */
  holder: Holder
  text: string
  /** Where it is a text that comes from literals. */
  value?: StaticString
}

export interface Composition {
  separator: string
  parts: Part[]
  holder: Holder
  /** The code between two parts of the holder. */
  glue: string
}

/** The parts of a text, if that is how it is made; calls around it do not count. */
export function compositionOf(sources: Sources, { at }: StaticString): Composition | undefined {
  const { module, node } = at
  switch (node.type) {
    case 'CallExpression':
      return joinedList(sources, at as Handle<CallExpression>)
    case 'BinaryExpression': {
      const holder = { module, node }
      const parts = operands(node).map(operand => partAt(sources, { module, node: operand }, holder))
      return separated(module, parts, holder) ?? { separator: '', parts, holder, glue: '+' }
    }
    case 'TemplateLiteral':
      return node.expressions.length > 0 ? templatePieces(sources, { module, node }) : undefined
    default:
      return undefined
  }
}

/** `'…' + '\n' + '…' + '\n' + '…'`: a sum whose every second operand only breaks the line, always in the same code. */
function separated(module: Module, parts: Part[], holder: Holder): Composition | undefined {
  const breaks = parts.filter((_, index) => index % 2 === 1)
  const [first] = breaks
  if (!first || parts.length % 2 === 0 || !/^\n+$/.test(first.text)) return undefined
  if (breaks.some(({ at, text }) => at.node.type !== 'StringLiteral' || text !== first.text)) return undefined
  const lines = parts.filter((_, index) => index % 2 === 0)
  const between = module.text.slice(
    codeRange((parts[0] as Part).at).end,
    codeRange((lines[1] as Part).at).start,
  )
  const glue = between.slice(skipTrivia(between, 0), between.lastIndexOf('+') + 1)
  return { separator: first.text, parts: lines, holder, glue }
}

function joinedList(sources: Sources, { module, node }: Handle<CallExpression>): Composition | undefined {
  const callee = unwrap(node.callee)
  if (callee.type !== 'MemberExpression') return undefined
  const list = evaluate(sources, { module, node: callee.object })
  const holder = holderOf(sources, list)
  if (list.kind !== 'array' || holder === undefined) return undefined
  const parts = itemsOf(sources, holder).filter(({ at }) => list.items.some(item => item?.node === at.node))
  const given = node.arguments[0] && evaluate(sources, { module, node: node.arguments[0] })
  const separator = given?.kind === 'string' ? given.value : ','
  return { separator, parts, holder, glue: ',' }
}

/** The items of a list and of those that are spread into it. */
function itemsOf(sources: Sources, holder: Handle<ArrayExpression>): Part[] {
  const { module } = holder
  return holder.node.elements.flatMap(node => {
    if (node === null) return []
    if (node.type !== 'SpreadElement') return [partAt(sources, { module, node }, holder)]
    const inner = holderOf(sources, evaluate(sources, { module, node: node.argument }))
    return inner ? itemsOf(sources, inner) : []
  })
}

/** The literal that a list comes from: itself, or what `.filter(Boolean)` is called on. */
function holderOf(sources: Sources, list: Static): Handle<ArrayExpression> | undefined {
  const { module, node } = list.at
  if (list.kind !== 'array') return undefined
  if (node.type === 'ArrayExpression') return { module, node }
  const callee = node.type === 'CallExpression' ? unwrap(node.callee) : node
  if (callee.type !== 'MemberExpression') return undefined
  return holderOf(sources, evaluate(sources, { module, node: callee.object }))
}

function templatePieces(sources: Sources, holder: Handle<TemplateLiteral>): Composition {
  const { module, node } = holder
  const parts = node.quasis.flatMap((quasi, index): Part[] => {
    const text = quasi.value.cooked ?? ''
    const expression = node.expressions[index]
    const piece = { at: { module, node: quasi }, holder, text }
    return expression ? [piece, partAt(sources, { module, node: expression }, holder)] : [piece]
  })
  return { separator: '', parts, holder, glue: '' }
}

function partAt(sources: Sources, at: Handle, holder: Holder): Part {
  const value = evaluate(sources, at)
  return { at, holder, text: textOf(value), value: value.kind === 'string' ? value : undefined }
}

function textOf(value: Static): string {
  if (value.kind === 'string') return value.value
  return value.kind === 'plain' && value.value != null ? String(value.value) : ''
}

/** The code of a part, with the parentheses around it. */
export function codeRange({ module, node }: Handle<Node>): { start: number; end: number } {
  const start = node.start ?? 0
  const end = node.end ?? 0
  const open = node.extra?.parenStart
  if (typeof open !== 'number') return { start, end }
  const depth =
    module.text
      .slice(open, start)
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      .split('(').length - 1
  let close = end
  for (let level = 0; level < depth; level++) close = skipTrivia(module.text, close) + 1
  return { start: open, end: close }
}
