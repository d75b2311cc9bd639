/** Writing a property that is data: only the members that differ, each in the style of its neighbours. */
import { isDeepStrictEqual } from 'node:util'
import type { ArrayExpression, Node, ObjectExpression } from '@babel/types'
import { LuaError } from '../../errors.js'
import type { Handle } from '../names/module.js'
import { literalKey, range } from '../names/nodes.js'
import { evaluate, valueOfProperty } from '../value/evaluate.js'
import { type Json, staticJson } from '../value/json.js'
import type { Static, StaticArray, StaticObject } from '../value/values.js'
import { dataCode } from './data-code.js'
import type { Draft } from './draft.js'
import { type Edit, splice } from './edits.js'
import { insertProperty, removeProperty } from './insert.js'
import { eolOf, indentBefore, lineIndent } from './layout.js'
import { componentSlot, type Slot } from './texts.js'
import { insertCode } from './write-persona.js'
import { replaceExpression } from './write-text.js'

export interface DataOptions {
  /** Properties that are left as they are, however deep. */
  without: readonly string[]
  /** Write over what is no literal: a call, a function. */
  force: boolean
}

/** A value, and the property that has it. */
interface Spot extends Pick<Slot, 'node' | 'expression' | 'form'> {
  value: Static
  /** For messages: `governance.rules`. */
  path: string
}

/** @throws LuaError CONFLICT where something else than a literal would have to be written over */
export function writeData(draft: Draft, component: string, wanted: Json, options: DataOptions): Draft {
  if (componentSlot(draft, component) === undefined) {
    return insertCode(draft, component, (module, offset, among) =>
      dataCode(module, wanted, { margin: lineIndent(module.text, offset), among }),
    )
  }
  for (let now = draft; ; ) {
    const slot = componentSlot(now, component) as Slot
    const edits = new Difference(now, options).edits({ ...slot, path: component }, wanted)
    if (edits === undefined) return now
    now = now.apply(edits)
  }
}

/** The first thing that is not as it is wanted. */
class Difference {
  readonly #draft: Draft
  readonly #options: DataOptions

  constructor(draft: Draft, options: DataOptions) {
    this.#draft = draft
    this.#options = options
  }

  /** `undefined`: everything is as wanted. */
  edits(spot: Spot, wanted: Json): Edit[] | undefined {
    const { value } = spot
    if (isDeepStrictEqual(this.#json(value), wanted)) return undefined
    if (value.kind === 'object' && isObject(wanted) && value.at.node.type === 'ObjectExpression') {
      return this.#members(value, value.at as Handle<ObjectExpression>, { spot, wanted })
    }
    if (value.kind === 'array' && Array.isArray(wanted)) {
      const edit = this.#items(value, wanted)
      if (edit) return [edit]
    }
    return [this.#replacement(spot, wanted)]
  }

  #json(value: Static): Json | undefined {
    const json = staticJson(this.#draft.sources, value, this.#options.without)
    return json.kind === 'json' ? json.value : undefined
  }

  #members(
    { properties }: StaticObject,
    object: Handle<ObjectExpression>,
    { spot, wanted }: { spot: Spot; wanted: { [key: string]: Json } },
  ): Edit[] | undefined {
    for (const [key, property] of properties) {
      if (key in wanted || this.#options.without.includes(key)) continue
      if (this.#json(valueOfProperty(this.#draft.sources, property)) === undefined) continue
      const own = ownProperty(object.node, key)
      if (own === undefined) throw this.#conflict(`${spot.path}.${key} comes from a spread`, spot.expression)
      return removeProperty(object, own)
    }
    for (const [key, member] of Object.entries(wanted)) {
      const property = properties.get(key)
      if (property === undefined) return this.#insertion(object, key, member)
      const value = valueOfProperty(this.#draft.sources, property)
      const node = { module: property.value.module, node: property.node }
      const inner = {
        node,
        expression: property.value,
        form: property.form,
        value,
        path: `${spot.path}.${key}`,
      }
      const edits = this.edits(inner, member)
      if (edits) return edits
    }
    return undefined
  }

  #insertion(object: Handle<ObjectExpression>, key: string, value: Json): Edit[] {
    const { module, node } = object
    const last = node.properties.at(-1)
    const indent = last && indentBefore(module.text, range(last).start)
    const code = dataCode(module, value, { margin: indent, among: node })
    return insertProperty(object, key, code, last)
  }

  /** A list with other items: those that stay keep their code. `undefined`: it is no plain list. */
  #items({ at, items }: StaticArray, wanted: Json[]): Edit | undefined {
    const { module, node } = at as Handle<ArrayExpression>
    if (node.type !== 'ArrayExpression' || node.elements.some(item => !item || item.type === 'SpreadElement'))
      return undefined
    const elements = node.elements as Node[]
    const now = items.map(item => item && this.#json(evaluate(this.#draft.sources, item)))
    const same = (index: number, other: number) => isDeepStrictEqual(now[index], wanted[other])
    const most = Math.min(now.length, wanted.length)
    let start = 0
    while (start < most && same(start, start)) start++
    let end = 0
    while (end < most - start && same(now.length - 1 - end, wanted.length - 1 - end)) end++
    const gone = elements.slice(start, elements.length - end)
    const first = elements[0]
    const indent = first && indentBefore(module.text, range(first).start)
    const separator = indent === undefined ? ', ' : `,${eolOf(module)}${indent}`
    const come = wanted
      .slice(start, wanted.length - end)
      .map(item => dataCode(module, item, { margin: indent }))
      .join(separator)
    const whole = range(node)
    const edit = betweenItems({ elements, start, gone, come, separator, whole })
    const moved = { module, start: edit.start - whole.start, end: edit.end - whole.start, text: edit.text }
    const text = splice(module.text.slice(whole.start, whole.end), [moved])
    return { module, ...whole, text }
  }

  #replacement(spot: Spot, wanted: Json): Edit {
    const { value, expression } = spot
    const { module, node } = value.at
    const wrapped = value.kind === 'string' && value.wrappers.length > 0
    const code = (at: Handle) =>
      dataCode(at.module, wanted, {
        margin: indentOf(at),
        quoteOf: at.node.type === 'StringLiteral' ? at : undefined,
      })
    if (isLiteral(node) && !wrapped) return { module, ...range(node), text: code(value.at) }
    if (!this.#options.force || spot.form === 'method' || spot.form === 'getter') {
      throw this.#conflict(`${spot.path} is no literal`, expression)
    }
    return replaceExpression(spot as Slot, code(expression))
  }

  #conflict(why: string, { module, node }: Handle): LuaError {
    const location = module.locationOf(node)
    return new LuaError('CONFLICT', `${why}, so it is not written over`, {
      location,
      frame: module.frame(location),
      hint: 'Change it by hand, or use --force to write a literal in its place.',
    })
  }
}

/** The one place between or in the items where something comes or goes. */
function betweenItems({
  elements,
  start,
  gone,
  come,
  separator,
  whole,
}: {
  elements: Node[]
  start: number
  gone: Node[]
  come: string
  separator: string
  whole: { start: number; end: number }
}): { start: number; end: number; text: string } {
  const [before, after] = [elements[start - 1], elements[start + gone.length]]
  const [first, last] = [gone[0], gone.at(-1)]
  if (first && last && come !== '') return { start: range(first).start, end: range(last).end, text: come }
  if (first && last) {
    if (after) return { start: range(first).start, end: range(after).start, text: '' }
    if (before) return { start: range(before).end, end: range(last).end, text: '' }
    return { start: whole.start + 1, end: whole.end - 1, text: '' }
  }
  if (before) return { start: range(before).end, end: range(before).end, text: separator + come }
  if (after) return { start: range(after).start, end: range(after).start, text: come + separator }
  return { start: whole.start + 1, end: whole.end - 1, text: come }
}

function indentOf({ module, node }: Handle): string {
  return lineIndent(module.text, range(node).start)
}

function ownProperty(object: ObjectExpression, key: string): Node | undefined {
  return object.properties.find(node => 'key' in node && literalKey(node.key, node.computed) === key)
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isLiteral(node: Node): boolean {
  if (node.type === 'TemplateLiteral') return node.expressions.length === 0
  if (node.type === 'UnaryExpression') return node.operator === '-'
  return /^(String|Numeric|Boolean|Null)Literal$|^(Object|Array)Expression$/.test(node.type)
}
