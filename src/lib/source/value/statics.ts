/** What the static evaluator can say about an expression. Types, and the few ways to make and describe them. */
import type { Node } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Change } from '../names/scope.js'
import type { Sources } from '../names/sources.js'
import type { Segment } from './segments.js'

/** One step on the way from where a value is asked for to where it is written down. */
export interface Hop {
  at: Handle
  form: HopForm
}

export type HopForm =
  | 'property'
  | 'shorthand'
  | 'field'
  | 'constant'
  | 'destructured'
  | 'member'
  | 'enum'
  | 'spread'
  | 'import'
  | 're-export'
  | 'string'
  | 'template'
  | 'concatenation'
  | 'interpolation'
  | 'join'
  | 'trim'
  | 'replace'
  | 'tag'
  | 'json'
  | 'text file'

/** A call or tag around a string that a write may have to take away. */
export interface Wrapper {
  /** As the code has it, for messages: `.trim()`, `dedent`. */
  label: string
  /** The whole expression, and the one inside that stays when the wrapper goes. */
  outer: Handle
  inner: Handle
  /** What a dedent tag takes from the start of each line. */
  indent?: string
}

interface Known {
  /** The expression that makes the value, behind all names that lead to it. */
  at: Handle
  /** From the expression that was asked about to `at`. */
  trail: Hop[]
}

export interface StaticString extends Known {
  kind: 'string'
  value: string
  /** Which characters come from which literal, in order. */
  segments: Segment[]
  /** Outermost first. */
  wrappers: Wrapper[]
}

/** A number, boolean, bigint, `null` or `undefined`. */
export interface StaticPlain extends Known {
  kind: 'plain'
  value: number | boolean | bigint | null | undefined
}

/** `unknown`: items that cannot be known stand somewhere in it. A hole is `undefined`. */
export interface StaticArray extends Known {
  kind: 'array'
  items: (Handle | undefined)[]
  unknown?: StaticUnknown
}

export interface Property {
  key: string
  /** The property, member or export as it is written. */
  node: Node
  /** Its value, to be evaluated when asked for. */
  value: Handle
  form: 'value' | 'shorthand' | 'method' | 'getter' | 'export'
  /** The spreads that brought it, outermost first. */
  via: Hop[]
  /** It gets another value later; what it is declared with says nothing. */
  changed?: Handle
}

/** An object literal, enum, namespace or JSON object, with its spreads resolved: the last writer wins. */
export interface StaticObject extends Known {
  kind: 'object'
  properties: Map<string, Property>
  /** A spread or computed key that cannot be known: any key that is not in `properties` may be there or not. */
  unknown?: StaticUnknown
}

export interface StaticFunction extends Known {
  kind: 'function'
}

export interface StaticClass extends Known {
  kind: 'class'
  /** `X.field = …` after the declaration. */
  changes?: Change[]
}

/** `new callee(…args)`. */
export interface StaticInstance extends Known {
  kind: 'instance'
  callee: Handle
  args: Handle[]
}

/** `callee(…args)` of a function whose result is not known. */
export interface StaticCall extends Known {
  kind: 'call'
  callee: Handle
  args: Handle[]
}

/** Something from a package: `name` is `LuaAgent`, `default`, `*`, or a path below it such as `z.object`. */
export interface StaticExternal extends Known {
  kind: 'external'
  specifier: string
  name: string
}

/** A name that no module declares, with what is read from it: `process.env.X`. */
export interface StaticGlobal extends Known {
  kind: 'global'
  name: string
}

/** `import * as x`. */
export interface StaticNamespace extends Known {
  kind: 'namespace'
  module: Module
}

export interface StaticUrl extends Known {
  kind: 'url'
  href: string
}

/** What `readFileSync` gives without an encoding. */
export interface StaticBuffer extends Known {
  kind: 'buffer'
  path: string
}

export interface StaticRegExp extends Known {
  kind: 'regexp'
  pattern: string
  flags: string
}

export interface StaticUnknown extends Known {
  kind: 'unknown'
  code: 'NOT_STATIC' | 'UNRESOLVED'
  /** Completes "`expression` …": `is a parameter`, `depends on an environment variable`. */
  what: string
  /** The expression stands in a template or concatenation. */
  interpolated?: boolean
}

export type Static =
  | StaticString
  | StaticPlain
  | StaticArray
  | StaticObject
  | StaticFunction
  | StaticClass
  | StaticInstance
  | StaticCall
  | StaticExternal
  | StaticGlobal
  | StaticNamespace
  | StaticUrl
  | StaticBuffer
  | StaticRegExp
  | StaticUnknown

/** What the rules of the evaluator need: the files, and the evaluator itself for what is inside. */
export interface Context {
  sources: Sources
  evaluate(handle: Handle): Static
  /** What a module exports as `name`; `at` is who asks. */
  exportOf(module: Module, name: string, at: Handle): Static
}

export function unknown(
  at: Handle,
  what: string,
  code: 'NOT_STATIC' | 'UNRESOLVED' = 'NOT_STATIC',
): StaticUnknown {
  return { kind: 'unknown', at, trail: [], code, what }
}

export function plain(at: Handle, value: StaticPlain['value']): StaticPlain {
  return { kind: 'plain', at, trail: [], value }
}

/** The same value, reached by one more step. */
export function reached<T extends Static>(value: T, at: Handle, form: HopForm): T {
  return { ...value, trail: [{ at, form }, ...value.trail] }
}

/** The platform's package, by its name or a path into it. */
export function isLuaPackage(specifier: string): boolean {
  return specifier === 'lua-cli' || specifier.startsWith('lua-cli/')
}

/** What is said of a value that another statement changes. */
export function changedBy(at: Handle, change: Handle, verb = 'is changed'): StaticUnknown {
  const { line, file } = change.module.locationOf(change.node)
  const where = change.module === at.module ? `on line ${line}` : `in ${file}, line ${line}`
  return unknown(at, `${verb} ${where}`)
}

const SNIPPET = 60

/** An expression as the code has it, on one line and short, for messages. */
export function snippet({ module, node }: Handle): string {
  const { start, end } = range(node)
  const text = module.text.slice(start, Math.min(end, start + 4 * SNIPPET)).replace(/\s+/g, ' ')
  return text.length > SNIPPET ? `${text.slice(0, SNIPPET - 1)}…` : text
}

/** Why a value is no text, as an unknown; one that already is unknown stays as it is. */
export function notText(value: Static): StaticUnknown {
  switch (value.kind) {
    case 'unknown':
      return value
    case 'global':
      return describeGlobal(value)
    case 'call':
      return unknown(value.at, 'is the result of a function call')
    case 'external':
      return unknown(value.at, `comes from the package \`${value.specifier}\``)
    case 'instance':
      return unknown(value.at, 'is an object that is made when the code runs')
    case 'function':
      return unknown(value.at, 'is a function')
    default:
      return unknown(value.at, `is ${KIND_WORDS[value.kind]}, not a text`)
  }
}

const KIND_WORDS = {
  string: 'a text',
  plain: 'a number, boolean or nothing',
  array: 'a list',
  object: 'an object',
  class: 'a class',
  namespace: 'a module',
  url: 'a URL',
  buffer: 'the bytes of a file, read without an encoding',
  regexp: 'a regular expression',
} as const

const ENVIRONMENT = /^(?:globalThis\.)?(?:process\.env|import\.meta\.env|Bun\.env|Deno\.env|env)\b/

function describeGlobal(value: StaticGlobal): StaticUnknown {
  if (ENVIRONMENT.test(value.name)) return unknown(value.at, 'depends on an environment variable')
  const root = value.name.split('.')[0] ?? ''
  if (root in globalThis || root === 'import' || root === 'require' || root === 'module') {
    return unknown(value.at, 'is known only when the code runs')
  }
  return unknown(value.at, 'is not declared', 'UNRESOLVED')
}
