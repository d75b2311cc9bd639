/** Reading a property of a static value. */
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Handle } from '../names/module.js'
import { isTypeOnly, literalKey } from '../names/nodes.js'
import { fixed } from './segments.js'
import {
  type Context,
  changedBy,
  notText,
  type Property,
  plain,
  reached,
  type Static,
  type StaticClass,
  type StaticObject,
  type StaticString,
  unknown,
} from './values.js'

/** `value[key]`; `at` is the expression that reads it. */
export function getMember(context: Context, value: Static, key: string, at: Handle): Static {
  switch (value.kind) {
    case 'object':
      return objectMember(context, value, key, at)
    case 'array':
      if (key === 'length' && !value.unknown) return plain(at, value.items.length)
      return arrayMember(context, value.items[Number(key)], value.unknown, at)
    case 'namespace':
      return context.exportOf(value.module, key, at)
    case 'external':
      return { ...value, at, name: value.name === '*' ? key : `${value.name}.${key}` }
    case 'global':
      return globalMember(`${value.name}.${key}`, at)
    case 'class':
      return staticMember(context, value, key, at)
    case 'string':
      return key === 'length' ? plain(at, value.value.length) : unknown(at, 'is a part of a text')
    case 'url':
      if (key === 'href') return madeUp(at, value.href)
      return key === 'pathname' ? madeUp(at, new URL(value.href).pathname) : unknown(at, 'is a part of a URL')
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
  if (property === undefined) return object.unknown ?? plain(at, undefined)
  return propertyValue(context, property, at)
}

/** The value of a property, which is not known where it is a getter or another statement changes it. */
export function propertyValue(context: Context, property: Property, at = declared(property)): Static {
  if (property.changed) return changedBy(at, property.changed)
  if (property.form === 'getter') return unknown(at, 'is a getter, which needs running')
  const value = context.evaluate(property.value)
  return { ...value, trail: [...property.via, declared(property), ...value.trail] }
}

/** The property itself, as it is written. */
export function declared({ value, node }: Property): Handle {
  return { module: value.module, node }
}

function arrayMember(
  context: Context,
  item: Handle | undefined,
  rest: Static | undefined,
  at: Handle,
): Static {
  if (rest?.kind === 'unknown') return rest
  return item === undefined ? plain(at, undefined) : reached(context.evaluate(item), item)
}

/** Where a module is: the only globals whose value is known. */
function globalMember(name: string, at: Handle): Static {
  const { path } = at.module
  switch (name) {
    case 'import.meta.url':
      return madeUp(at, pathToFileURL(path).href)
    case 'import.meta.filename':
      return madeUp(at, path)
    case 'import.meta.dirname':
      return madeUp(at, dirname(path))
    default:
      return { kind: 'global', at, trail: [], name }
  }
}

/** A text that no literal holds. */
export function madeUp(at: Handle, value: string): StaticString {
  return { kind: 'string', at, trail: [], value, segments: [fixed(value)], wrappers: [] }
}

function staticMember(context: Context, value: StaticClass, key: string, at: Handle): Static {
  const { module, node } = value.at
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') {
    return unknown(at, 'is known only when the code runs')
  }
  const change = value.changes?.find(({ key: changed }) => changed === key || changed === undefined)
  if (change) return changedBy(at, { module, node: change.node })
  for (const member of node.body.body) {
    if (member.type !== 'ClassProperty' || !member.static || isTypeOnly(member)) continue
    if (literalKey(member.key, member.computed ?? false) !== key || !member.value) continue
    return reached(context.evaluate({ module, node: member.value }), { module, node: member })
  }
  return unknown(at, 'is no static field with a value')
}
