/** A static value as a whole: what `JSON.stringify` would make of it. */
import type { Sources } from '../names/sources.js'
import { itemAt, valueOfProperty } from './evaluate.js'
import { type EnvironmentUse, notText, type Static, type StaticUnknown, unknown } from './values.js'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

interface StaticJson {
  kind: 'json'
  /** `undefined` where the code says `undefined`. */
  value: Json | undefined
  /** Variables of the environment that decide about some part of it. */
  environment: EnvironmentUse[]
}

const MOST_PARTS = 100_000

/**
 * Everything in a value, however deep, or the first thing in it that cannot be known. As in JSON, a property that is
 * `undefined` is left out (as are those in `without`), and an item that is `undefined` is `null`.
 */
export function staticJson(
  sources: Sources,
  value: Static,
  without: readonly string[] = [],
  parts = { left: MOST_PARTS },
): StaticJson | StaticUnknown {
  // A value that is named twice in each of many nested objects doubles with each.
  if (parts.left-- === 0) return unknown(value.at, 'holds too many values')
  const environment: EnvironmentUse[] = [...(value.environment ?? [])]
  const done = (json: Json | undefined): StaticJson => ({ kind: 'json', value: json, environment })
  switch (value.kind) {
    case 'string':
      return done(value.value)
    case 'plain':
      return typeof value.value === 'bigint' ? unknown(value.at, 'is a big integer') : done(value.value)
    case 'array': {
      if (value.unknown) return value.unknown
      const items: Json[] = []
      for (const [index, item] of value.items.entries()) {
        const json = item && staticJson(sources, itemAt(sources, value, index), without, parts)
        if (json?.kind === 'unknown') return json
        items.push(json?.value ?? null)
        environment.push(...(json?.environment ?? []))
      }
      return done(items)
    }
    case 'object': {
      if (value.unknown) return value.unknown
      const entries: [string, Json][] = []
      for (const [key, property] of value.properties) {
        if (without.includes(key)) continue
        const json = staticJson(sources, valueOfProperty(sources, property), without, parts)
        if (json.kind === 'unknown') return json
        if (json.value !== undefined) entries.push([key, json.value])
        environment.push(...json.environment)
      }
      return done(Object.fromEntries(entries))
    }
    default:
      return notText(value)
  }
}
