/** Which parts of a value in the code have to change. */
import { isDeepStrictEqual } from 'node:util'
import type { Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Sources } from '../names/sources.js'
import { valueOfProperty } from '../value/evaluate.js'
import { type Json, staticJson } from '../value/json.js'
import type { Static } from '../value/values.js'
import type { CodeRange } from './other-uses.js'

/** The places in the code that differ from what is wanted: a value as a whole, or where a property comes. */
export function changedParts(
  sources: Sources,
  value: Static,
  wanted: Json | undefined,
  without: readonly string[],
): CodeRange[] {
  const json = staticJson(sources, value, without)
  if (json.kind === 'json' && isDeepStrictEqual(json.value, wanted)) return []
  const { module, node } = value.at
  if (value.kind !== 'object' || typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) {
    return [{ module, ...range(node) }]
  }
  const changed = [...value.properties].flatMap(([key, property]) =>
    without.includes(key)
      ? []
      : changedParts(sources, valueOfProperty(sources, property), own(wanted, key), without),
  )
  const comes = Object.keys(wanted).some(key => !value.properties.has(key))
  return comes ? [...changed, endOf(module, range(node).end)] : changed
}

function own(members: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(members, key) ? members[key] : undefined
}

function endOf(module: Module, end: number): CodeRange {
  return { module, start: end - 1, end: end - 1 }
}
