/** New entries in `lua.skill.yaml`, put into the text so that no other byte of it changes. */

import { isDeepStrictEqual } from 'node:util'
import type { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'

/** What a list of the file shall have an entry for. */
export interface StateEntry {
  list: string
  name: string
  versioned: boolean
}

export interface StateUpdate {
  /** The new text; the old one, byte for byte, when there is nothing to add. */
  text: string
  /** Entries that the layout of the file leaves no safe place for. */
  left: StateEntry[]
}

const FIRST_VERSION = '1.0.0'

/** Adds an entry for everything in `wanted` that the file does not name yet. */
export async function addEntries(text: string, wanted: readonly StateEntry[]): Promise<StateUpdate> {
  const yaml = await import('yaml')
  const update: StateUpdate = { text, left: [] }
  for (const list of new Set(wanted.map(entry => entry.list))) {
    const before = parse(yaml, update.text)
    const entries = missing(before, wanted, list)
    if (entries.length === 0) continue
    const next = insert(yaml, update.text, before, list, entries)
    if (next !== undefined && holds(yaml, before, next, list, entries)) update.text = next
    else update.left.push(...entries)
  }
  return update
}

type Yaml = typeof import('yaml')

function parse(yaml: Yaml, text: string): Document {
  return yaml.parseDocument(text, { keepSourceTokens: true })
}

function missing(document: Document, wanted: readonly StateEntry[], list: string): StateEntry[] {
  const value = (document.toJS() as Record<string, unknown> | null)?.[list]
  const known = new Set((Array.isArray(value) ? value : []).map(item => (item as { name?: unknown })?.name))
  return wanted.filter(entry => entry.list === list && !known.has(entry.name))
}

/** Proof: the new text reads as the old one with these entries at the end of this list, and nothing else. */
function holds(
  yaml: Yaml,
  before: Document,
  text: string,
  list: string,
  entries: readonly StateEntry[],
): boolean {
  const after = parse(yaml, text)
  const expected = (before.toJS() ?? {}) as Record<string, unknown>
  const old = Array.isArray(expected[list]) ? expected[list] : []
  expected[list] = [...old, ...entries.map(fieldsOf)]
  return after.errors.length === 0 && isDeepStrictEqual(after.toJS(), expected)
}

function fieldsOf(entry: StateEntry): Record<string, string> {
  return entry.versioned ? { name: entry.name, version: FIRST_VERSION } : { name: entry.name }
}

function insert(
  yaml: Yaml,
  text: string,
  document: Document,
  list: string,
  entries: readonly StateEntry[],
): string | undefined {
  const root = document.contents
  if (root !== null && !yaml.isMap(root)) return undefined
  const map = root as YAMLMap<Scalar, unknown> | null
  if (map?.flow) return undefined
  const pair = map?.items.find(({ key }) => yaml.isScalar(key) && key.value === list)
  if (!pair) return append(text, list, entries)
  if (yaml.isSeq(pair.value)) {
    return pair.value.flow ? intoFlow(text, pair.value, entries) : intoBlock(text, pair.value, entries)
  }
  return yaml.isScalar(pair.value) && pair.value.value === null ? underKey(text, pair, entries) : undefined
}

/** Behind the last item of a list, with the dashes where the others have theirs. */
function intoBlock(text: string, list: YAMLSeq, entries: readonly StateEntry[]): string | undefined {
  const last = list.items.at(-1) as { range?: [number, number, number] } | undefined
  if (!last?.range || !list.range) return undefined
  const first = lineStart(text, list.range[0])
  const indent = /^[ ]*(?=-)/.exec(text.slice(first))?.[0]
  return indent === undefined ? undefined : afterLine(text, last.range[1], block(entries, indent))
}

function intoFlow(text: string, list: YAMLSeq, entries: readonly StateEntry[]): string | undefined {
  const close = list.range ? list.range[1] - 1 : -1
  if (text[close] !== ']') return undefined
  const items = entries.map(entry => `{ ${lines(entry).join(', ')} }`).join(', ')
  const before = text.slice(0, close).trimEnd()
  const gap = text.slice(before.length, close)
  const comma = list.items.length === 0 ? '' : before.endsWith(',') ? ' ' : ', '
  return `${before}${comma}${items}${gap}${text.slice(close)}`
}

/** Under a key that has no value, or a written-out `null` or `~`. */
function underKey(
  text: string,
  pair: Pair<Scalar, unknown>,
  entries: readonly StateEntry[],
): string | undefined {
  const { range, source } = pair.value as Scalar
  const key = pair.key.range
  if (!key || !range) return undefined
  const cleared = source ? text.slice(0, range[0]).trimEnd() + text.slice(range[1]) : text
  const indent = ' '.repeat(key[0] - lineStart(text, key[0]) + 2)
  return afterLine(cleared, key[1], block(entries, indent))
}

function append(text: string, list: string, entries: readonly StateEntry[]): string {
  const eol = eolOf(text)
  const gap = text === '' || text.endsWith('\n') ? '' : eol
  return `${text}${gap}${list}:${eol}${block(entries, '  ').join(eol)}${eol}`
}

function block(entries: readonly StateEntry[], indent: string): string[] {
  return entries.flatMap(entry => {
    const [first, ...rest] = lines(entry)
    return [`${indent}- ${first}`, ...rest.map(line => `${indent}  ${line}`)]
  })
}

function lines(entry: StateEntry): string[] {
  return Object.entries(fieldsOf(entry)).map(([key, value]) => `${key}: ${scalar(value)}`)
}

/** Text that no reader of YAML, old or new, takes for anything but a text. */
function scalar(value: string): string {
  const plain = /^[A-Za-z][\w-]*$|^\d+\.\d+\.\d+$/.test(value)
  const word = /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
  return plain && !word ? value : JSON.stringify(value)
}

/** Puts lines behind the line that `offset` is on, comments at its end included. */
function afterLine(text: string, offset: number, added: readonly string[]): string {
  const eol = eolOf(text)
  // A value's range may reach over the line break behind it.
  const at = text.slice(0, offset).trimEnd().length
  const end = text.indexOf('\n', at)
  if (end === -1) return `${text}${eol}${added.join(eol)}`
  return `${text.slice(0, end + 1)}${added.join(eol)}${eol}${text.slice(end + 1)}`
}

const lineStart = (text: string, offset: number) => text.lastIndexOf('\n', offset - 1) + 1
const eolOf = (text: string) => (/\r\n/.test(text) ? '\r\n' : '\n')
