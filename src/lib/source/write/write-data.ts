/** Writing a property that is data: only the members that differ, each in the style of its neighbours. */
import { isDeepStrictEqual } from 'node:util'
import type { ArrayExpression, Node, ObjectExpression } from '@babel/types'
import { LuaError } from '../../errors.js'
import { declaredProperty } from '../agent/declared.js'
import { notKnown } from '../agent/read.js'
import type { Handle } from '../names/module.js'
import { literalKey, range } from '../names/nodes.js'
import { evaluate, valueOfProperty } from '../value/evaluate.js'
import { type Json, staticJson } from '../value/json.js'
import type { Static, StaticArray, StaticObject, StaticUnknown } from '../value/values.js'
import { dataCode } from './data-code.js'
import type { Draft } from './draft.js'
import type { Edit } from './edits.js'
import { insertMember, insertProperty, keyCode, removeMember } from './insert.js'
import { indentBefore, lineIndent } from './layout.js'
import { type Declared, declaredComponent } from './texts.js'
import { insertCode } from './write-persona.js'
import { replaceExpression } from './write-text.js'

interface DataOptions {
  /** Properties that are left as they are, however deep. */
  without: readonly string[]
  /** Write over what is no literal: a call, a function. */
  force: boolean
}

/** A value, and the property that has it. */
interface Spot extends Pick<Declared, 'node' | 'expression' | 'form'> {
  value: Static
  /** For messages: `governance.rules`. */
  path: string
}

/** @throws LuaError CONFLICT where something else than a literal would have to be written over */
export function writeData(draft: Draft, component: string, wanted: Json, options: DataOptions): Draft {
  const declared = declaredProperty(draft.sources, draft.agent, component)
  if (declared.kind === 'unknown') throw cannotWrite(component, declared.because)
  if (declared.kind === 'absent') {
    return insertCode(draft, component, (module, offset, among) =>
      dataCode(module, wanted, { margin: lineIndent(module.text, offset), among }),
    )
  }
  for (let now = draft; ; ) {
    const declared = declaredComponent(now, component) as Declared
    const edits = new Difference(now, options).edits({ ...declared, path: component }, wanted)
    if (edits === undefined) return now
    now = now.apply(edits)
  }
}

/** A getter, a spread of something unknown: what is written beside it might not count. */
function cannotWrite(component: string, because: StaticUnknown): LuaError {
  const { message, location, frame } = notKnown(component, because)
  return new LuaError('CONFLICT', `${message}. So it is not written over`, {
    location,
    frame,
    hint: 'Change it by hand.',
  })
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
      const edits = this.#items(value, wanted)
      if (edits) return edits
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
      if (Object.hasOwn(wanted, key) || this.#options.without.includes(key)) continue
      if (this.#json(valueOfProperty(this.#draft.sources, property)) === undefined) continue
      const own = ownProperty(object.node, key)
      if (own === undefined) throw this.#conflict(`${spot.path}.${key} comes from a spread`, spot.expression)
      return removeMember(object, own)
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
  #items({ at, items }: StaticArray, wanted: Json[]): Edit[] | undefined {
    const { module, node } = at as Handle<ArrayExpression>
    if (node.type !== 'ArrayExpression' || node.elements.some(item => !item || item.type === 'SpreadElement'))
      return undefined
    const elements = node.elements as Node[]
    const now = items.map(item => item && this.#json(evaluate(this.#draft.sources, item)))
    const same = (index: number, other: number) => isDeepStrictEqual(now[index], wanted[other])
    let start = 0
    while (start < Math.min(now.length, wanted.length) && same(start, start)) start++
    const { gone: out, come: into } = firstChange(start, [now.length, wanted.length], same)
    const come = wanted.slice(start, start + into)
    const first = elements[0]
    const indent = first && indentBefore(module.text, range(first).start)
    const code = (item: Json) => dataCode(module, item, { margin: indent })
    // One that goes and one that comes are one that changes.
    const changed = elements[start]
    if (out > 0 && come.length > 0) return [{ module, ...range(changed!), text: code(come[0]!) }]
    if (out > 0) return removeMember({ module, node }, changed!)
    return insertMember({ module, node }, code(come[0]!), elements[start - 1])
  }

  #replacement(spot: Spot, wanted: Json): Edit {
    const { value, expression } = spot
    const { module, node } = value.at
    const wrapped = value.kind === 'string' && value.wrappers.length > 0
    const code = (at: Handle) =>
      dataCode(at.module, wanted, {
        margin: marginOf(at, spot.node),
        quoteOf: at.node.type === 'StringLiteral' ? at : undefined,
      })
    // What says `undefined` says nothing that could be lost.
    const isFree = isLiteral(node) || (value.kind === 'plain' && value.value === undefined)
    if (isFree && !wrapped) return { module, ...range(node), text: code(value.at) }
    if (!this.#options.force) throw this.#conflict(`${spot.path} is no literal`, expression)
    if (spot.form === 'method' || spot.form === 'getter') return insteadOfMethod(spot, code(spot.node))
    return replaceExpression(spot as Declared, code(expression))
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

/** A method or getter goes whole: its key is where its value will be. */
function insteadOfMethod({ node: { module, node }, path }: Spot, code: string): Edit {
  const key = path.slice(path.lastIndexOf('.') + 1)
  const text = node.type.startsWith('Class')
    ? `${keyCode(module, key)} = ${code};`
    : `${keyCode(module, key)}: ${code}`
  return { module, ...range(node), text }
}

/** Lists that have nothing in common for so long are not compared item by item. */
const LONGEST_SEARCH = 400

/**
 * How many items go and come at `start`, until both lists have the same one again: the fewest that do. What changed
 * further on is seen to next, so that an item that stays keeps its place and its comments.
 */
function firstChange(
  start: number,
  [now, wanted]: [number, number],
  same: (index: number, other: number) => boolean,
): { gone: number; come: number } {
  const most = now - start + (wanted - start)
  for (let sum = 1; sum < Math.min(most, LONGEST_SEARCH); sum++) {
    for (let gone = Math.min(sum, now - start); gone >= 0 && sum - gone <= wanted - start; gone--) {
      const [index, other] = [start + gone, start + sum - gone]
      if (index < now && other < wanted && same(index, other)) return { gone, come: sum - gone }
    }
  }
  return { gone: now - start, come: wanted - start }
}

/** New code stands over several lines, unless it is one of several members on a line. */
function marginOf({ module, node }: Handle, member: Handle): string | undefined {
  const { start, end } = range(member.node)
  const isInMember = module === member.module && start <= range(node).start && range(node).end <= end
  return isInMember && member.node.type === 'ObjectProperty'
    ? indentBefore(module.text, start)
    : lineIndent(module.text, range(node).start)
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
