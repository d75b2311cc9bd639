/** New values in the text of a YAML file, put where they belong, so that every other byte stays. */

import { isDeepStrictEqual } from 'node:util'
import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { type Hunk, splice } from './splice.js'

type Yaml = typeof import('yaml')
export type Plain = { [key: string]: unknown }

/** Quote what readers of YAML 1.1 would take for something else: `yes`, `1:30`. */
const STYLE = { lineWidth: 0, compat: 'yaml-1.1' } as const

/** Thrown inside when a value has no place in this text; the caller then leaves the file alone. */
class NoPlace extends Error {}

/** The values of a YAML text; undefined: it cannot be read, or is no map. */
export async function readYaml(text: string): Promise<Plain | undefined> {
  return parsePlain(await import('yaml'), text)
}

/**
 * The text with other values in it. Values are only changed and added, in maps and at the end of lists. Proved: the
 * new text reads back as exactly the wanted values.
 * @param change from the values that the text has, of which an empty one has none, to the wanted ones
 * @returns the very text when nothing changes; undefined when it cannot be read, or is written in a way in which the
 *   new values cannot be placed
 */
export async function editYaml(text: string, change: (before: Plain) => Plain): Promise<string | undefined> {
  const yaml = await import('yaml')
  const before = parsePlain(yaml, text)
  if (before === undefined) return undefined
  const wanted = change(before)
  if (isDeepStrictEqual(wanted, before)) return text
  const edits = planEdits(yaml, yaml.parseDocument(text), text, before, wanted)
  const edited = edits && splice(text, edits)
  return edited !== undefined && isDeepStrictEqual(parsePlain(yaml, edited), wanted) ? edited : undefined
}

function parsePlain(yaml: Yaml, text: string): Plain | undefined {
  try {
    const value = yaml.parse(text) as unknown
    return isPlain(value) ? value : value === null ? {} : undefined
  } catch {
    // Not YAML, or aliases that expand without end.
    return undefined
  }
}

function planEdits(
  yaml: Yaml,
  document: Document,
  text: string,
  before: Plain,
  wanted: Plain,
): Hunk[] | undefined {
  try {
    const planner = new Planner(yaml, text)
    if (document.contents === null) return planner.append(wanted)
    return yaml.isMap(document.contents)
      ? planner.map(document.contents as YAMLMap, before, wanted)
      : undefined
  } catch (error) {
    if (error instanceof NoPlace) return undefined
    throw error
  }
}

class Planner {
  readonly #yaml: Yaml
  readonly #text: string
  readonly #newline: string

  constructor(yaml: Yaml, text: string) {
    this.#yaml = yaml
    this.#text = text
    this.#newline = text.includes('\r\n') ? '\r\n' : '\n'
  }

  /** Into a text that says nothing yet. */
  append(wanted: Plain): Hunk[] {
    const end = this.#text.length
    const lines = this.#block(wanted, 0).slice(
      this.#text === '' || this.#text.endsWith('\n') ? this.#newline.length : 0,
    )
    return [{ start: end, end, text: lines + this.#newline }]
  }

  map(node: YAMLMap, before: Plain, wanted: Plain): Hunk[] {
    const edits: Hunk[] = []
    const added: [string, unknown][] = []
    for (const [key, value] of Object.entries(wanted)) {
      const pair = node.items.find(item => this.#keyOf(item) === key)
      if (pair === undefined) added.push([key, value])
      else if (!isDeepStrictEqual(before[key], value)) edits.push(...this.#value(pair, before[key], value))
    }
    return [...edits, ...this.#addToMap(node, added)]
  }

  #value(pair: Pair, before: unknown, wanted: unknown): Hunk[] {
    const { isMap, isSeq, isScalar } = this.#yaml
    const node = pair.value as Node | null
    if (isMap(node) && isPlain(before) && isPlain(wanted)) return this.map(node, before, wanted)
    if (isSeq(node) && Array.isArray(before) && Array.isArray(wanted) && before.length > 0) {
      return this.#list(node, before, wanted)
    }
    const isFree = node === null || (isScalar(node) && node.value === null) || isSeq(node)
    if (isFree && typeof wanted === 'object') return this.#fill(pair, wanted)
    if (isScalar(node) && node.range && typeof wanted !== 'object') {
      return [{ start: node.range[0], end: node.range[1], text: this.#scalar(node, wanted) }]
    }
    throw new NoPlace()
  }

  #list(node: YAMLSeq, before: unknown[], wanted: unknown[]): Hunk[] {
    const edits = node.items.flatMap((item, index) => {
      const [was, will] = [before[index], wanted[index]]
      if (isDeepStrictEqual(was, will)) return []
      if (!this.#yaml.isMap(item) || !isPlain(was) || !isPlain(will)) throw new NoPlace()
      return this.map(item, was, will)
    })
    const added = wanted.slice(before.length)
    if (added.length === 0) return edits
    if (node.flow)
      return [
        ...edits,
        this.#addToFlow(
          node,
          added.map(each => this.#inline(each)),
        ),
      ]
    const start = node.range?.[0]
    if (start === undefined) throw new NoPlace()
    const lines = this.#block(added, this.#columnOf(start))
    return [...edits, { ...this.#afterLine(this.#endOf(node)), text: lines }]
  }

  #addToMap(node: YAMLMap, added: [string, unknown][]): Hunk[] {
    if (added.length === 0) return []
    if (node.flow) {
      return [
        this.#addToFlow(
          node,
          added.map(entry => this.#inline(Object.fromEntries([entry])).slice(2, -2)),
        ),
      ]
    }
    const key = node.items[0]?.key as Node | undefined
    if (!key?.range) throw new NoPlace()
    const lines = this.#block(Object.fromEntries(added), this.#columnOf(key.range[0]))
    return [{ ...this.#afterLine(this.#endOf(node)), text: lines }]
  }

  /** A key whose value is nothing, `null` or `[]`: the value goes below it, whatever comment stands beside. */
  #fill(pair: Pair, wanted: unknown): Hunk[] {
    const key = pair.key as Node
    const value = pair.value as Node | null
    if (!key.range || value?.anchor) throw new NoPlace()
    const keyEnd = key.range[1]
    const colon = this.#text.indexOf(':', keyEnd)
    // A value of nothing begins wherever the parser stopped looking, perhaps lines below.
    const valueEnd = value?.range && value.range[1] > value.range[0] ? value.range[1] : colon + 1
    if (colon < 0 || this.#text.slice(colon, valueEnd).includes('\n')) throw new NoPlace()
    const lines = this.#block(wanted, this.#columnOf(key.range[0]) + 2)
    return [
      { start: colon + 1, end: valueEnd, text: '' },
      { ...this.#afterLine(valueEnd), text: lines },
    ]
  }

  #addToFlow(node: YAMLMap | YAMLSeq, pieces: string[]): Hunk {
    const last = node.items.at(-1)
    if (!node.range || last === undefined) throw new NoPlace()
    const end = this.#yaml.isPair(last) ? this.#endOf(last.value as Node) : this.#endOf(last as Node)
    return { start: end, end, text: `, ${pieces.join(', ')}` }
  }

  /** Where the last thing that a node holds ends; its own range may reach over comments below it. */
  #endOf(node: Node | null): number {
    if (this.#yaml.isCollection(node) && !node.flow) {
      const last = node.items.at(-1)
      const inner = this.#yaml.isPair(last) ? ((last.value ?? last.key) as Node) : (last as Node | undefined)
      if (this.#yaml.isPair(last) && isNothing(this.#yaml, last.value)) return this.#endOfKey(last)
      return this.#endOf(inner ?? null)
    }
    if (!node?.range) throw new NoPlace()
    const { range } = node
    // A text over several lines ends with its line, which the next insertion must not join.
    return range[0] + this.#text.slice(range[0], range[1]).replace(/\r?\n$/, '').length
  }

  #endOfKey(pair: Pair): number {
    const key = pair.key as Node
    if (!key.range) throw new NoPlace()
    return this.#text.indexOf(':', key.range[1]) + 1
  }

  #afterLine(from: number): { start: number; end: number } {
    const newline = this.#text.indexOf('\n', from)
    const end = newline < 0 ? this.#text.length : newline
    const at = end > from && this.#text[end - 1] === '\r' ? end - 1 : end
    return { start: at, end: at }
  }

  #columnOf(offset: number): number {
    const before = this.#text.slice(this.#text.lastIndexOf('\n', offset - 1) + 1, offset)
    // After `- ` or another key the column counts too; a tab or BOM would make it a guess.
    if (/[^\x20-\x7e]/.test(before)) throw new NoPlace()
    return before.length
  }

  #block(value: unknown, column: number): string {
    const lines = this.#yaml.stringify(value, STYLE).trimEnd().split('\n')
    return lines.map(line => this.#newline + ' '.repeat(column) + line).join('')
  }

  #inline(value: unknown): string {
    const document = new this.#yaml.Document(value, STYLE)
    const { contents } = document
    if (this.#yaml.isCollection(contents)) contents.flow = true
    return document.toString(STYLE).trimEnd()
  }

  #scalar(node: Scalar, value: unknown): string {
    if (node.anchor || node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') throw new NoPlace()
    const scalar = new this.#yaml.Scalar(value)
    scalar.type = node.type
    return new this.#yaml.Document(scalar, STYLE).toString(STYLE).trimEnd()
  }

  #keyOf({ key }: Pair): unknown {
    return this.#yaml.isScalar(key) ? key.value : key
  }
}

function isNothing(yaml: Yaml, node: unknown): boolean {
  return (
    node === null || node === undefined || (yaml.isScalar(node) && node.value === null && node.source === '')
  )
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
