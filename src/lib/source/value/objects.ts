/** Object and array literals, enums and namespaces, with their spreads resolved. */
import type {
  ArrayExpression,
  Node,
  ObjectExpression,
  ObjectProperty,
  TSEnumDeclaration,
  TSModuleDeclaration,
} from '@babel/types'
import { declaredNames } from '../names/exports.js'
import type { Handle, Module } from '../names/module.js'
import { literalKey } from '../names/nodes.js'
import { importFrom } from './references.js'
import {
  type Context,
  decidedBy,
  environmentOf,
  notText,
  type Property,
  type Static,
  type StaticArray,
  type StaticNamespace,
  type StaticObject,
  type StaticUnknown,
  unknown,
} from './values.js'

export function evaluateObject(context: Context, at: Handle<ObjectExpression>): StaticObject {
  const object: StaticObject = { kind: 'object', at, trail: [], properties: new Map() }
  const { module } = at
  for (const node of at.node.properties) {
    if (node.type === 'SpreadElement') {
      spread(context, object, { module, node: node.argument }, { module, node })
      continue
    }
    const key = keyOf(context, module, node)
    if (typeof key !== 'string') forget(object, key)
    else if (key === '__proto__' && setsPrototype(module, node)) {
      if (node.value.type !== 'NullLiteral') forget(object, unknown({ module, node }, 'sets the prototype'))
    } else setProperty(object, propertyOf(key, { module, node }))
  }
  return object
}

/** `__proto__: …` is no property, as the same in brackets or in short is. */
function setsPrototype(
  { form }: Handle['module'],
  node: ObjectExpression['properties'][number],
): node is ObjectProperty {
  return form === 'code' && node.type === 'ObjectProperty' && !node.computed && !node.shorthand
}

function propertyOf(key: string, { module, node }: Handle): Property {
  if (node.type === 'ObjectProperty') {
    const form = node.shorthand ? 'shorthand' : 'value'
    return { key, node, value: { module, node: node.value }, form, via: [] }
  }
  const isAccessor = node.type === 'ObjectMethod' && node.kind !== 'method'
  return { key, node, value: { module, node }, form: isAccessor ? 'getter' : 'method', via: [] }
}

/** The key as text, or why it cannot be known. */
function keyOf(
  context: Context,
  module: Handle['module'],
  node: { key: Node; computed?: boolean },
): string | StaticUnknown {
  const literal = literalKey(node.key, node.computed ?? false)
  if (literal !== undefined) return literal
  if (!node.computed) return unknown({ module, node: node.key }, 'is no key that is known')
  const key = context.evaluate({ module, node: node.key })
  if (key.kind === 'string') return key.value
  return key.kind === 'plain' ? String(key.value) : notText(key)
}

/** The last writer wins, at the place of the last. */
function setProperty(object: StaticObject, property: Property): void {
  object.properties.delete(property.key)
  object.properties.set(property.key, property)
}

/** After something unknown, what came before may have been overwritten. */
function forget(object: StaticObject, because: StaticUnknown): void {
  object.properties.clear()
  object.unknown = because
}

function spread(context: Context, object: StaticObject, argument: Handle, at: Handle): void {
  const value = context.evaluate(argument)
  if (value.kind === 'plain' || environmentOf(value)) return
  if (value.kind === 'object' || value.kind === 'namespace') {
    const from = value.kind === 'object' ? value : evaluateNamespace(context, value)
    if (from.unknown) forget(object, from.unknown)
    for (const property of from.properties.values()) {
      setProperty(object, { ...property, via: [at, ...value.trail, ...property.via] })
    }
    return
  }
  forget(object, { ...notText(value), at: argument })
}

/** What `import * as x` holds, as an object. */
function evaluateNamespace(
  context: Context,
  { at, module }: StaticNamespace,
  seen = new Set<Module>(),
): StaticObject {
  const object: StaticObject = { kind: 'object', at, trail: [], properties: new Map() }
  if (module.form !== 'code' || seen.has(module)) return object
  seen.add(module)
  for (const star of module.exports.stars) {
    const all = importFrom(context, { module, node: star.node }, '*', undefined, star.specifier)
    const from = all.kind === 'namespace' ? evaluateNamespace(context, all, seen) : undefined
    if (!from || from.unknown)
      object.unknown = from?.unknown ?? { ...notText(all), at: { module, node: star.node } }
    for (const property of from?.properties.values() ?? [])
      if (property.key !== 'default') setProperty(object, property)
  }
  for (const [key, { node }] of module.exports.named)
    setProperty(object, { key, node, value: { module, node }, form: 'export', via: [] })
  return object
}

/** A list that is spread into itself doubles. */
const MOST_ITEMS = 100_000

export function evaluateArray(context: Context, at: Handle<ArrayExpression>): StaticArray {
  let array: StaticArray = { kind: 'array', at, trail: [], items: [] }
  const { module } = at
  for (const node of at.node.elements) {
    if (node === null) array.items.push(undefined)
    else if (node.type === 'SpreadElement') {
      const value = context.evaluate({ module, node: node.argument })
      array = decidedBy(array, value)
      if (value.kind === 'array') {
        if (array.items.length + value.items.length > MOST_ITEMS)
          return { ...array, unknown: unknown(at, 'is too long a list') }
        for (const item of value.items) array.items.push(item)
        const moved = (value.changes ?? []).map(({ at, path: [, ...rest] }) => ({
          at,
          path: [undefined, ...rest],
        }))
        array.changes = [...(array.changes ?? []), ...moved]
        array.unknown ??= value.unknown
      } else array.unknown ??= { ...notText(value), at: { module, node: node.argument } }
    } else array.items.push({ module, node })
  }
  return array
}

export function evaluateEnum(at: Handle<TSEnumDeclaration>): StaticObject {
  const { module, node } = at
  const properties = new Map<string, Property>()
  const members = node.body?.members ?? node.members
  let numbered: StaticUnknown | undefined
  for (const member of members) {
    const key = literalKey(member.id, false)
    if (key === undefined) continue
    const value = { module, node: member.initializer ?? member }
    if (member.initializer?.type !== 'StringLiteral' && member.initializer?.type !== 'TemplateLiteral')
      numbered ??= unknown({ module, node: member }, 'may be a number, and so the name of a member')
    properties.set(key, { key, node: member, value, form: 'value', via: [] })
  }
  return { kind: 'object', at, trail: [], properties, unknown: numbered }
}

/** `namespace Texts { export const persona = … }`. */
export function evaluateTsNamespace(at: Handle<TSModuleDeclaration>): Static {
  const { module, node } = at
  if (node.body?.type !== 'TSModuleBlock') return unknown(at, 'is a namespace that is not followed')
  const properties = new Map<string, Property>()
  for (const statement of node.body.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    for (const name of statement.declaration ? declaredNames(statement.declaration) : []) {
      const key = name.name
      properties.set(key, { key, node: name, value: { module, node: name }, form: 'export', via: [] })
    }
  }
  return { kind: 'object', at, trail: [], properties }
}
