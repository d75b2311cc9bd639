/**
 * `lua.skill.yaml` of a snapshot, merged into the one here: the state that the CLI manages comes from the
 * snapshot, everything else (which agent this is, comments, layout, order) stays as it is here.
 */
import { editYaml, type Plain, readYaml } from '../yaml-edits.js'

/** A config of more than this is not one. */
const MAX_LENGTH = 1024 * 1024

/**
 * Merges the text of the snapshot's file into the text of ours. Entries of a list are matched by `name`;
 * entries that only we have stay. Only the values that change are touched in the text, and the result is
 * proved: it must read back as the merged values.
 * @returns undefined when one of the two cannot be read, or ours is written in a way in which the values
 *   cannot be placed; then ours should stay
 */
export async function mergeConfig(ours: string, incoming: string): Promise<string | undefined> {
  const state = incoming.length > MAX_LENGTH ? undefined : await readYaml(incoming)
  if (state === undefined || isEmptyMap(state) || isEmptyMap(await readYaml(ours))) return undefined
  return editYaml(ours, before => mergeState(before, state))
}

const isEmptyMap = (value: Plain | undefined) => value !== undefined && Object.keys(value).length === 0

/** Pure: our values with the snapshot's state in them. Which agent this is, is not state. */
function mergeState(ours: Plain, state: Plain): Plain {
  const merged = copy(ours)
  for (const [key, value] of Object.entries(state)) {
    if (key === 'agent' || isEmpty(value)) continue
    const mine = own(ours, key)
    if (mine === undefined || mine === null) define(merged, key, value)
    else if (Array.isArray(mine) && Array.isArray(value)) define(merged, key, mergeList(mine, value))
    else if (isPlain(mine) && isPlain(value)) define(merged, key, mergeFields(mine, value))
  }
  return merged
}

function mergeList(ours: unknown[], incoming: unknown[]): unknown[] {
  const named = incoming.filter((entry): entry is Plain => isPlain(entry) && typeof entry.name === 'string')
  const theirs = new Map(named.map(entry => [entry.name, entry]))
  const kept = ours.map(entry => {
    const update = isPlain(entry) ? theirs.get(own(entry, 'name')) : undefined
    return isPlain(entry) && update ? mergeFields(entry, update) : entry
  })
  const known = new Set(ours.map(entry => (isPlain(entry) ? own(entry, 'name') : undefined)))
  return [...kept, ...[...theirs].flatMap(([name, entry]) => (known.has(name) ? [] : [entry]))]
}

function mergeFields(ours: Plain, incoming: Plain): Plain {
  const merged = copy(ours)
  for (const [key, value] of Object.entries(incoming)) if (value !== null) define(merged, key, value)
  return merged
}

function copy(value: Plain): Plain {
  const result: Plain = {}
  for (const [key, each] of Object.entries(value)) define(result, key, each)
  return result
}

/** Keys come from outside: one that is `__proto__` is a key like any other. */
function define(target: Plain, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

function own(value: Plain, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0)
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
