/** Parts of lists, sums and templates that come and go, as edits of their code. */
import type { Node } from '@babel/types'
import type { Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Edit } from './edits.js'
import { literalFor } from './insert.js'
import { arrange, type Entry } from './items.js'
import { eolOf } from './layout.js'
import { quotedAs, templateBody } from './literal.js'
import { type Composition, codeRange, type Holder, type Part } from './parts.js'

/** What goes from a list or sum, and what comes: before all its parts, or after one of them. */
export interface Shape {
  gone: Set<Node>
  before: string[]
  after: Map<Node, string[]>
}

/** @param whole the text that the holder is a part of: new parts look like the others */
export function editsOf(
  holder: Holder,
  parts: readonly Part[],
  shape: Shape,
  whole: Composition,
): Edit[] | undefined {
  return holder.node.type === 'TemplateLiteral'
    ? pieceEdits(holder.module, parts, shape)
    : itemEdits(holder, parts, shape, whole)
}

/** Text between interpolations stays, if only as nothing; `${` and `}` stand outside the expressions. */
function pieceEdits(module: Module, parts: readonly Part[], { gone }: Shape): Edit[] {
  return parts.flatMap(({ at }, index) => {
    if (!gone.has(at.node)) return []
    if (at.node.type === 'TemplateElement') return [{ module, ...range(at.node), text: '' }]
    const [before, after] = [parts[index - 1] as Part, parts[index + 1] as Part]
    return [{ module, start: range(before.at.node).end, end: range(after.at.node).start, text: '' }]
  })
}

function itemEdits(
  { module, node }: Holder,
  parts: readonly Part[],
  { gone, before, after }: Shape,
  { parts: all, glue }: Composition,
): Edit[] | undefined {
  const isList = node.type === 'ArrayExpression'
  const members = isList
    ? node.elements.flatMap(element => (element ? [element as Node] : []))
    : parts.map(({ at }) => at.node)
  const items = members.map(member => codeRange({ module, node: member }))
  const left = new Set(gone)
  const entry = (text: string, near?: Node): Entry => {
    // What comes may be what goes: a line that was moved.
    const index = members.findIndex(
      member => left.has(member) && parts.some(part => part.at.node === member && part.text === text),
    )
    const moved = members[index]
    if (moved === undefined) return { code: literalLike(module, text, all, near) }
    left.delete(moved)
    return { code: module.text.slice(items[index]?.start, items[index]?.end), moved: index }
  }
  if (members.length === 0) {
    const open = range(node).start + 1
    return [
      { module, start: open, end: open, text: before.map(text => literalLike(module, text, all)).join(', ') },
    ]
  }
  const order = [
    ...before.map(text => entry(text, members[0])),
    ...members.flatMap((member, kept): Entry[] => [
      ...(gone.has(member) ? [] : [{ kept }]),
      ...(after.get(member) ?? []).map(text => entry(text, member)),
    ]),
  ]
  const [start, end] = isList
    ? [range(node).start + 1, range(node).end - 1]
    : [items[0]?.start as number, items.at(-1)?.end as number]
  return arrange({ module, start, end, items, separator: isList ? ',' : glue }, order)
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
  // Where another spells its line breaks, this does.
  const isQuoted =
    !value.includes('\n') || nodes.some(node => node.type === 'StringLiteral' && node.value.includes('\n'))
  return isQuoted ? quotedAs(spelled, value) : `\`${templateBody(value, eolOf(module))}\``
}
