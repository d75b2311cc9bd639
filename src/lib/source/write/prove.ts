/** The tree of a file before and after: the same, except for what is inside the edits. */

import type { Node } from '@babel/types'
import { inOrder } from '../../splice.js'
import type { Module } from '../names/module.js'
import { eachChild, isNode, range } from '../names/nodes.js'
import type { Edit } from './edits.js'

type Span = { start: number; end: number }

/** What differs outside the edits, for a person; `undefined`: nothing. */
export function sameOutside(before: Module, after: Module, edits: readonly Edit[]): string | undefined {
  const old = inOrder(edits).map(({ start, end }) => ({ start, end }))
  const now = movedSpans(edits)
  const stack: [unknown, unknown][] = [[before.root, after.root]]
  const statements = before.root.type === 'Program' ? before.root.body : undefined
  const isSameStatement = (a: Node, b: Node) =>
    a.type === b.type && sourceOf(before, a) === sourceOf(after, b)
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const [a, b] = pair
    if (isNode(a) && isNode(b)) {
      if (isInside(a, old) && isInside(b, now)) continue
      if (a.type !== b.type) return differs(before, a)
      if (!pushFields(stack, a, b)) return differs(before, a)
    } else if (Array.isArray(a) && Array.isArray(b)) {
      const left = a.filter(item => !isInside(item, old))
      const right = b.filter(item => !isInside(item, now))
      if (left.length !== right.length) return 'the code around the value would change'
      for (const [index, item] of left.entries()) {
        const other = right[index]
        // Two statements of a program that are spelled the same are the same: nothing around them can matter.
        const isStatement = a === statements && isNode(item) && isNode(other)
        if (!(isStatement && isSameStatement(item, other))) stack.push([item, other])
      }
    } else if (isPlainObject(a) && isPlainObject(b)) {
      if (!pushFields(stack, a, b)) return 'the code around the value would change'
    } else if (a !== b) return 'the code around the value would change'
  }
  return undefined
}

/**
 * Is what the edits bring only text? Each may take the place of one node at most, and bring one at most: a
 * literal, or an object or list of literals, or code that stood there before. So even a wrong rendering cannot bring
 * code that runs.
 */
export function onlyText(before: Module, after: Module, edits: readonly Edit[]): boolean {
  const ordered = inOrder(edits)
  const removed = outermost(before, ordered)
  const brought = outermost(after, movedSpans(edits))
  return ordered.every((edit, index) => {
    const [gone, come] = [removed[index] as Node[], brought[index] as Node[]]
    const old = before.text.slice(edit.start, edit.end)
    return gone.length <= 1 && come.length <= 1 && come.every(node => isText(after, node, old))
  })
}

/** For each range, the nodes that lie in it but in no other node that does. */
function outermost(module: Module, spans: readonly Span[]): Node[][] {
  const found: Node[][] = spans.map(() => [])
  const stack: Node[] = [module.root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const at = range(node)
    const index = spans.findIndex(span => contains(span, at))
    if (index !== -1) found[index]?.push(node)
    else if (spans.some(span => at.start <= span.end && span.start <= at.end)) {
      eachChild(node, child => stack.push(child))
    }
  }
  return found
}

function isText(module: Module, node: Node, old: string): boolean {
  const inside = (child: Node | null | undefined) => child != null && isText(module, child, old)
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'TemplateElement':
      return true
    case 'UnaryExpression':
      return (node.operator === '-' && inside(node.argument)) || isKept(module, node, old)
    case 'TemplateLiteral':
      return node.expressions.every(inside) || isKept(module, node, old)
    case 'ArrayExpression':
      return node.elements.every(inside) || isKept(module, node, old)
    case 'CallExpression':
      return (isTextMethod(node.callee, inside) && node.arguments.every(inside)) || isKept(module, node, old)
    case 'SpreadElement':
      return inside(node.argument) || isKept(module, node, old)
    case 'BinaryExpression':
      return (node.operator === '+' && inside(node.left) && inside(node.right)) || isKept(module, node, old)
    case 'ConditionalExpression':
      return (
        (isKept(module, node.test, old) && inside(node.consequent) && inside(node.alternate)) ||
        isKept(module, node, old)
      )
    case 'LogicalExpression':
      return (isKept(module, node.left, old) && inside(node.right)) || isKept(module, node, old)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return (
        (inside(node.expression) && isKept(module, node.typeAnnotation, old)) || isKept(module, node, old)
      )
    case 'ObjectExpression':
      return node.properties.every(inside) || isKept(module, node, old)
    case 'ObjectProperty':
    case 'ClassProperty': {
      const isPlain = !node.computed || node.key.type === 'StringLiteral'
      return (isPlain && inside(node.value)) || isKept(module, node, old)
    }
    case 'MemberExpression':
      return (!node.computed && isKept(module, node.object, old)) || isKept(module, node, old)
    default:
      return isKept(module, node, old)
  }
}

/** `.join` and `.trim` of what is text: what a list of lines in a list of paragraphs has. */
function isTextMethod(callee: Node, isInside: (node: Node) => boolean): boolean {
  if (callee.type !== 'MemberExpression' || callee.computed || !isInside(callee.object)) return false
  return (
    callee.property.type === 'Identifier' && /^(?:join|trim|trimStart|trimEnd)$/.test(callee.property.name)
  )
}

function isKept(module: Module, node: Node, old: string): boolean {
  return old.includes(sourceOf(module, node))
}

function sourceOf(module: Module, node: Node): string {
  const { start, end } = range(node)
  return module.text.slice(start, end)
}

function differs(module: Module, node: Node): string {
  return `the code around the value would change (line ${module.locationOf(node).line})`
}

/** The ranges that the edits have in the new text. */
function movedSpans(edits: readonly Edit[]): Span[] {
  let shift = 0
  return inOrder(edits).map(({ start, end, text }) => {
    const span = { start: start + shift, end: start + shift + text.length }
    shift += text.length - (end - start)
    return span
  })
}

function isInside(value: unknown, spans: readonly Span[]): boolean {
  if (!isNode(value)) return isComment(value) && spans.some(span => contains(span, value))
  const { start, end } = range(value)
  return spans.some(span => contains(span, { start, end }))
}

function contains(span: Span, { start, end }: Span): boolean {
  return span.start <= start && end <= span.end
}

function isComment(value: unknown): value is Span {
  return isPlainObject(value) && typeof value.start === 'number' && typeof value.end === 'number'
}

/** The place of a node, and how the parser keeps its source, are no part of what it means. */
const PLACE = new Set(['start', 'end', 'loc', 'extra', 'range'])

function pushFields(stack: [unknown, unknown][], a: object, b: object): boolean {
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  for (const key of Object.keys(left)) {
    if (PLACE.has(key)) continue
    if (!(key in right)) return left[key] === undefined
    const [x, y] = [left[key], right[key]]
    if (x !== y) stack.push([x, y])
  }
  return Object.keys(right).every(key => PLACE.has(key) || key in left)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
