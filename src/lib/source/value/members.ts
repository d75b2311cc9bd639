/** Reading a property of a static value. */
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Class } from '@babel/types'
import type { Handle } from '../names/module.js'
import { isTypeOnly, literalKey } from '../names/nodes.js'
import { below, changedValue, partChanged } from './changed.js'
import { fixed } from './segments.js'
import {
  type Context,
  notText,
  type Property,
  plain,
  reached,
  type Static,
  type StaticArray,
  type StaticClass,
  type StaticObject,
  type StaticString,
  unknown,
} from './values.js'
import { changedByItself } from './writes.js'

/** `value[key]`; `at` is the expression that reads it. */
export function getMember(context: Context, value: Static, key: string, at: Handle): Static {
  switch (value.kind) {
    case 'object':
      return objectMember(context, value, key, at)
    case 'array':
      if (key === 'length' && !value.unknown) return plain(at, value.items.length)
      return arrayMember(context, value, key, at)
    case 'namespace':
      return changedValue(context.exportOf(value.module, key, at), below(value.changes ?? [], key), at)
    case 'external':
      return { ...value, at, name: value.name === '*' ? key : `${value.name}.${key}` }
    case 'global':
      return globalMember(`${value.name}.${key}`, at)
    case 'class':
      return staticMember(context, value, key, at)
    case 'string':
      return key === 'length' ? plain(at, value.value.length) : unknown(at, 'is a part of a text')
    case 'url':
      if (key === 'href') return computedText(at, value.href)
      return key === 'pathname'
        ? computedText(at, new URL(value.href).pathname)
        : unknown(at, 'is a part of a URL')
    case 'plain':
      return unknown(at, `reads a property of ${String(value.value)}`)
    case 'unknown':
      return { ...value, isUnset: false, at: value.at.node.type === 'Identifier' ? at : value.at }
    default:
      return { ...notText(value), at }
  }
}

function objectMember(context: Context, object: StaticObject, key: string, at: Handle): Static {
  const property = object.properties.get(key)
  if (property === undefined) return object.unknown ?? inherited(key, Object.prototype, at)
  return propertyValue(context, property, at)
}

/** The value of a property, which is not known where it is a getter or another statement changes it. */
export function propertyValue(context: Context, property: Property, at = declared(property)): Static {
  if (property.changed) return partChanged(at, property.changed)
  if (property.form === 'getter') return unknown(at, 'is a getter, which needs running')
  const value = changedValue(context.evaluate(property.value), property.changes ?? [], at)
  return { ...value, trail: [...property.via, declared(property), ...value.trail] }
}

/** The property itself, as it is written. */
export function declared({ value, node }: Property): Handle {
  return { module: value.module, node }
}

/** What an object or a list has without saying so, such as `toString`. */
function inherited(key: string, prototype: object, at: Handle): Static {
  return key in prototype ? unknown(at, 'is no value that the code gives it') : plain(at, undefined)
}

function arrayMember(context: Context, array: StaticArray, key: string, at: Handle): Static {
  if (array.unknown) return array.unknown
  const index = /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : -1
  return array.items[index] ? itemValue(context, array, index) : inherited(key, Array.prototype, at)
}

/** The value of an item that a list has. */
export function itemValue(context: Context, { items, changes = [] }: StaticArray, index: number): Static {
  const item = items[index] as Handle
  return reached(changedValue(context.evaluate(item), below(changes, String(index)), item), item)
}

/** Where a module is: the only globals whose value is known. */
function globalMember(name: string, at: Handle): Static {
  const { path } = at.module
  switch (name) {
    case 'import.meta.url':
      return computedText(at, pathToFileURL(path).href)
    case 'import.meta.filename':
      return computedText(at, path)
    case 'import.meta.dirname':
      return computedText(at, dirname(path))
    default:
      return { kind: 'global', at, trail: [], name }
  }
}

/** A text that no literal holds. */
export function computedText(at: Handle, value: string): StaticString {
  return { kind: 'string', at, trail: [], value, segments: [fixed(value)], wrappers: [] }
}

function staticMember(context: Context, value: StaticClass, key: string, at: Handle): Static {
  const { module, node } = value.at
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') {
    return unknown(at, 'is known only when the code runs')
  }
  const changes = [...(value.changes ?? []), ...changedByItself(value.at as Handle<Class>)]
  const change = changes.find(({ path: [changed] }) => changed === key || changed === undefined)
  if (change) return partChanged(at, change)
  const member = node.body.body.findLast(
    each =>
      'key' in each &&
      'static' in each &&
      each.static &&
      literalKey(each.key, 'computed' in each && !!each.computed) === key,
  )
  if (member?.type === 'ClassProperty' && !isTypeOnly(member) && member.value)
    return reached(context.evaluate({ module, node: member.value }), { module, node: member })
  return unknown(at, 'is no static field with a value')
}
