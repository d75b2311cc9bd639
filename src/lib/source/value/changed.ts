/** What is still known of a value that other code changes after it was made. */
import type { Handle } from '../names/module.js'
import { type ObjectChange, type Property, type Static, type StaticUnknown, unknown } from './values.js'

/** What is said of a value that another statement changes. */
export function changedBy(at: Handle, change: Handle, verb = 'is changed'): StaticUnknown {
  const { line, file } = change.module.locationOf(change.node)
  const where = change.module === at.module ? `on line ${line}` : `in ${file}, line ${line}`
  return unknown(at, `${verb} ${where}`)
}

/** The object that was declared, where other code got hold of it: nothing is known of its properties any more. */
export function asDeclared(value: Static): Static {
  return value.kind === 'unknown' && value.before ? { ...value.before, properties: new Map() } : value
}

/** The same of a part of an object. */
export function partChanged(at: Handle, { at: change, possible }: ObjectChange): StaticUnknown {
  return changedBy(at, change, possible ? 'may be changed' : undefined)
}

/** The changes in what an object has as `key`. */
export function below(changes: readonly ObjectChange[], key: string): ObjectChange[] {
  return changes.flatMap(({ path: [first, ...rest], ...change }) =>
    rest.length > 0 && (first === undefined || first === key) ? [{ ...change, path: rest }] : [],
  )
}

/** An object or a list of which parts change after it was made: these are no longer known. */
export function changedValue(value: Static, changes: readonly ObjectChange[], at: Handle): Static {
  if (changes.length === 0) return value
  const own = changes.filter(({ path }) => path.length === 1)
  if (value.kind === 'array') {
    const items = changes.filter(({ path }) => path.length > 1)
    const other = own.find(
      ({ possible, path: [key] }) => !possible || /^(?:\d+|length|undefined)$/.test(String(key)),
    )
    return other ? partChanged(at, other) : { ...value, changes: [...(value.changes ?? []), ...items] }
  }
  if (value.kind !== 'object') return value
  const any = own.find(({ path: [key] }) => key === undefined)
  if (any) return { ...partChanged(at, any), before: value }
  const properties = new Map(value.properties)
  for (const [key, property] of properties)
    properties.set(key, { ...property, changes: [...(property.changes ?? []), ...below(changes, key)] })
  for (const changed of own) {
    const [key = ''] = changed.path
    if (changed.possible && !properties.has(key)) continue
    const { at } = changed
    const added: Property = { key, node: at.node, value: at, form: 'value', via: [] }
    properties.set(key, { ...(properties.get(key) ?? added), changed })
  }
  return { ...value, properties }
}
