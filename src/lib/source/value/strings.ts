/** Literals, templates, concatenation, and the methods of strings and arrays that keep a text known. */
import type {
  BinaryExpression,
  CallExpression,
  MemberExpression,
  Node,
  StringLiteral,
  TemplateLiteral,
} from '@babel/types'
import type { Handle } from '../names/module.js'
import { range, unwrap } from '../names/nodes.js'
import { replaceIn } from './replace.js'
import {
  append,
  fixed,
  type Leaf,
  LONGEST,
  MOST_SEGMENTS,
  type Segment,
  type Span,
  slice,
  textOf,
  whole,
} from './segments.js'
import {
  type Context,
  decidedBy,
  type Known,
  notText,
  plain,
  type Static,
  type StaticArray,
  type StaticString,
  type StaticUnknown,
  unknown,
  type Wrapper,
} from './values.js'

export function stringLiteral(at: Handle<StringLiteral>): StaticString {
  const { module, node } = at
  const style = module.form === 'code' ? 'quoted' : module.form
  const leaf: Leaf = { at, ...range(node), style, value: node.value }
  return textFrom(at, whole(leaf))
}

/** A text of these segments; `parts` are the values that they were taken from. */
function textFrom(at: Handle, segments: Segment[], parts: Known[] = []): StaticString {
  // A text that is joined with itself again and again has the same trail each time.
  const trail = [...new Set([at, ...parts.flatMap(part => part.trail)])]
  const text: StaticString = { kind: 'string', at, trail, value: textOf(segments), segments, wrappers: [] }
  return decidedBy(text, ...parts)
}

/** A template without a tag. `cook` is the text of one quasi. */
export function templateLiteral(context: Context, at: Handle<TemplateLiteral>): Static {
  const { module, node } = at
  const cooked = node.quasis.map(quasi => quasi.value.cooked as string)
  if (node.expressions.length === 0) {
    return textFrom(at, whole({ at, ...range(node), style: 'template', value: cooked[0] as string }))
  }
  return interpolate(context, at, cooked, 'quasi', { module, node })
}

/** The text of a template from the texts of its quasis and the values of its expressions. */
export function interpolate(
  context: Context,
  at: Handle<TemplateLiteral>,
  texts: string[],
  style: 'quasi' | 'raw' | 'uncooked',
  outer: Handle,
): StaticString | StaticUnknown {
  const { module, node } = at
  const joined = new Joined()
  const parts: Known[] = []
  for (const [index, quasi] of node.quasis.entries()) {
    const leaf: Leaf = { at: { module, node: quasi }, ...range(quasi), style, value: texts[index] as string }
    joined.add(whole(leaf))
    const expression = node.expressions[index]
    if (expression === undefined) break
    const part = context.evaluate({ module, node: expression })
    const piece = pieceOf(part)
    if (!Array.isArray(piece)) return { ...piece, interpolated: true, isUnset: false }
    if (!joined.add(piece)) return unknown(outer, TOO_LONG)
    parts.push(part)
  }
  return textFrom(outer, joined.segments, parts)
}

/** A value as it is joined to a text: numbers and the like become text, objects are refused. */
function pieceOf(value: Static): Segment[] | StaticUnknown {
  if (value.kind === 'string') return value.segments
  return value.kind === 'plain' ? [fixed(String(value.value))] : notText(value)
}

const TOO_LONG = 'gives too long a text'

/** Segments one after the other, up to the length of any real text. */
class Joined {
  readonly segments: Segment[] = []
  #length = 0

  /** @returns whether it is still short enough */
  add(piece: readonly Segment[]): boolean {
    append(this.segments, piece)
    for (const { text } of piece) this.#length += text.length
    return this.segments.length <= MOST_SEGMENTS && this.#length <= LONGEST
  }
}

/** `a + b + c`, however long; numbers alone are added. */
export function concatenation(context: Context, at: Handle<BinaryExpression>): Static {
  const { module, node } = at
  if (node.operator !== '+') return unknown(at, 'is computed')
  return concatenated(
    at,
    operands(node).map(operand => context.evaluate({ module, node: operand })),
  )
}

/** Left to right, without recursion: long texts are often built of hundreds of parts. */
export function operands(node: BinaryExpression): Node[] {
  const found: Node[] = []
  let left: Node = node
  while (left.type === 'BinaryExpression' && left.operator === '+') {
    found.push(left.right)
    left = unwrap(left.left)
  }
  return [...found, left].reverse()
}

/** Values joined from left to right, as `+` does it: a text only from the first text on. */
function concatenated(at: Handle, values: Static[]): Static {
  const firstText = values.findIndex(value => value.kind !== 'plain')
  const numbers = sum(at, firstText === -1 ? values : values.slice(0, firstText))
  if (numbers?.kind === 'unknown' || firstText === -1) return numbers ?? unknown(at, 'is computed')
  const joined = new Joined()
  const parts = [...(numbers ? [numbers] : []), ...values.slice(firstText)]
  for (const part of parts) {
    const piece = pieceOf(part)
    if (!Array.isArray(piece)) return { ...piece, interpolated: true, isUnset: false }
    if (!joined.add(piece)) return unknown(at, TOO_LONG)
  }
  return textFrom(at, joined.segments, parts)
}

function sum(at: Handle, values: Static[]): Static | undefined {
  const [first, ...rest] = values
  if (rest.length === 0) return first
  let total = 0
  for (const value of values) {
    if (value.kind !== 'plain' || typeof value.value !== 'number') return unknown(at, 'is computed')
    total += value.value
  }
  return plain(at, total)
}

/** `[…].join(separator)`. */
export function joinArray(context: Context, at: Handle<CallExpression>, array: StaticArray): Static {
  const separator = argumentText(context, at, 0) ?? ','
  if (typeof separator !== 'string') return separator
  if (array.unknown) return array.unknown
  const joined = new Joined()
  const parts: Known[] = [array]
  for (const [index, item] of array.items.entries()) {
    if (index > 0 && !joined.add([fixed(separator)])) return unknown(at, TOO_LONG)
    const value = item && context.evaluate(item)
    if (value === undefined || (value.kind === 'plain' && value.value == null)) continue
    const piece = pieceOf(value)
    if (!Array.isArray(piece)) return { ...piece, interpolated: true, isUnset: false }
    if (!joined.add(piece)) return unknown(at, TOO_LONG)
    parts.push(value)
  }
  return textFrom(at, joined.segments, parts)
}

/** An argument that must be a known text; `undefined`: there is none. */
function argumentText(
  context: Context,
  at: Handle<CallExpression>,
  index: number,
): string | StaticUnknown | undefined {
  const argument = at.node.arguments[index]
  if (argument === undefined) return undefined
  const value = context.evaluate({ module: at.module, node: argument })
  if (value.kind === 'plain') return value.value === undefined ? undefined : String(value.value)
  return value.kind === 'string' ? value.value : notText(value)
}

const TRIMS = {
  trim: (text: string) => text.trim(),
  trimStart: (text: string) => text.trimStart(),
  trimEnd: (text: string) => text.trimEnd(),
  trimLeft: (text: string) => text.trimStart(),
  trimRight: (text: string) => text.trimEnd(),
}

/** A method called on a known text; `undefined`: not one that is followed. */
export function stringMethod(
  context: Context,
  at: Handle<CallExpression>,
  text: StaticString,
  method: string,
): Static | undefined {
  switch (method) {
    case 'trim':
    case 'trimStart':
    case 'trimEnd':
    case 'trimLeft':
    case 'trimRight':
      return trimmed(at, text, method)
    case 'replace':
    case 'replaceAll':
      return replaced(context, at, text, method)
    case 'concat':
      return concatMethod(context, at, text)
    case 'toString':
    case 'valueOf':
      return text
    default:
      return undefined
  }
}

function trimmed(at: Handle<CallExpression>, text: StaticString, method: keyof typeof TRIMS): StaticString {
  const value = TRIMS[method](text.value)
  const isEnd = method === 'trimEnd' || method === 'trimRight'
  const start = isEnd ? 0 : text.value.length - text.value.trimStart().length
  const segments = slice(text.segments, start, start + value.length)
  return throughCall(at, text, { segments, label: `.${method}()`, inner: objectOf(at) })
}

/** The text seen through one more call; the call may have to go when another text is written. */
export function throughCall(
  at: Handle,
  text: StaticString,
  made: { segments: Segment[]; label: string; inner: Handle; indent?: string },
): StaticString {
  const wrapper: Wrapper = { label: made.label, outer: at, inner: made.inner, indent: made.indent }
  return {
    ...text,
    at,
    value: textOf(made.segments),
    segments: made.segments,
    trail: [at, ...text.trail],
    wrappers: [wrapper, ...text.wrappers],
  }
}

/** What a method is called on. */
function objectOf({ module, node }: Handle<CallExpression>): Handle {
  return { module, node: (unwrap(node.callee) as MemberExpression).object }
}

function replaced(
  context: Context,
  at: Handle<CallExpression>,
  text: StaticString,
  method: 'replace' | 'replaceAll',
): Static {
  const { module, node } = at
  const [first, second] = node.arguments
  if (first === undefined || second === undefined) return unknown(at, 'replaces nothing')
  const pattern = context.evaluate({ module, node: first })
  const replacement = context.evaluate({ module, node: second })
  if (replacement.kind !== 'string') return unknown(replacement.at, 'is no literal replacement')
  if (pattern.kind !== 'string' && pattern.kind !== 'regexp') return notText(pattern)
  if (pattern.kind === 'regexp' && pattern.flags.includes('y'))
    return unknown(pattern.at, 'depends on where it was left')
  const search = pattern.kind === 'string' ? pattern.value : pattern
  const made = replaceIn(text.value, search, replacement.value, method === 'replaceAll')
  if (typeof made === 'string') return unknown(at, made)
  const segments = cut(text, made.spans, replacement.value, made.value)
  return throughCall(at, text, { segments, label: `.${method}(…)`, inner: objectOf(at) })
}

/** The old segments with each match given a fixed text; should that not be the value, all of it is fixed. */
function cut(text: StaticString, matches: Span[], replacement: string, value: string): Segment[] {
  // Each match is looked for among all segments.
  if (matches.length * text.segments.length > MOST_SEGMENTS) return [fixed(value)]
  const segments: Segment[] = []
  let from = 0
  for (const [start, end] of matches) {
    if (start > from) append(segments, slice(text.segments, from, start))
    segments.push(fixed(replacement))
    from = end
  }
  if (from < text.value.length || segments.length === 0) {
    append(segments, slice(text.segments, from, text.value.length))
  }
  return textOf(segments) === value ? segments : [fixed(value)]
}

function concatMethod(context: Context, at: Handle<CallExpression>, text: StaticString): Static {
  const { module, node } = at
  return concatenated(at, [
    text,
    ...node.arguments.map(argument => context.evaluate({ module, node: argument })),
  ])
}
