/** What the static evaluator can say about an expression. Types, and the few ways to make and describe them. */
import type { Node } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Sources } from '../names/sources.js'
import type { Segment } from './segments.js'

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

export interface Known {
  /** The expression that makes the value, behind all names that lead to it. */
  at: Handle
  /** The way from the expression that was asked about to `at`: declarations, imports, spreads, expressions. */
  trail: Handle[]
  /** Variables of the environment that decide about the value; it is what they leave it when they are not set. */
  environment?: EnvironmentUse[]
}

/** Where a variable of the environment is read. */
export interface EnvironmentUse {
  variable: string
  at: Handle
}

/** The keys from an object to what changes in it; undefined: any of them. */
export type Path = (string | undefined)[]

/** Something that changes a part of an object after it was made. */
export interface ObjectChange {
  at: Handle
  path: Path
  /** It may be this object that changes; only what it has can then be another. */
  possible?: boolean
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
interface StaticPlain extends Known {
  kind: 'plain'
  value: number | boolean | bigint | null | undefined
}

/** `unknown`: items that cannot be known stand somewhere in it. A hole is `undefined`. */
export interface StaticArray extends Known {
  kind: 'array'
  items: (Handle | undefined)[]
  unknown?: StaticUnknown
  /** What changes in the items. */
  changes?: ObjectChange[]
}

export interface Property {
  key: string
  /** The property, member or export as it is written. */
  node: Node
  /** Its value, to be evaluated when asked for. */
  value: Handle
  form: 'value' | 'shorthand' | 'method' | 'getter' | 'export'
  /** The spreads that brought it, outermost first. */
  via: Handle[]
  /** It gets another value later, so what it is declared with does not count. */
  changed?: ObjectChange
  /** What changes in its value. */
  changes?: ObjectChange[]
}

/** An object literal, enum, namespace or JSON object, with its spreads resolved: the last writer wins. */
export interface StaticObject extends Known {
  kind: 'object'
  properties: Map<string, Property>
  /** A spread or computed key that cannot be known: any key that is not in `properties` may be there or not. */
  unknown?: StaticUnknown
}

interface StaticFunction extends Known {
  kind: 'function'
}

export interface StaticClass extends Known {
  kind: 'class'
  /** `X.field = …` after the declaration. */
  changes?: ObjectChange[]
}

/** `new callee(…args)`. */
export interface StaticInstance extends Known {
  kind: 'instance'
  callee: Handle
  args: Handle[]
}

/** `callee(…args)` of a function whose result is not known. */
interface StaticCall extends Known {
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
interface StaticGlobal extends Known {
  kind: 'global'
  name: string
}

/** `import * as x`. */
export interface StaticNamespace extends Known {
  kind: 'namespace'
  module: Module
  /** `x.CONSTANT.field = …`. */
  changes?: ObjectChange[]
}

interface StaticUrl extends Known {
  kind: 'url'
  href: string
}

/** What `readFileSync` gives without an encoding. */
interface StaticBuffer extends Known {
  kind: 'buffer'
  path: string
}

interface StaticRegExp extends Known {
  kind: 'regexp'
  pattern: string
  flags: string
}

export interface StaticUnknown extends Known {
  kind: 'unknown'
  code: 'NOT_STATIC' | 'UNRESOLVED'
  /** Completes "`expression` …": `is a parameter`, `depends on the environment variable X`. */
  what: string
  /** A variable of the environment: where it is not set, the value is `undefined`. */
  isUnset?: boolean
  /** The expression stands in a template or concatenation. */
  interpolated?: boolean
  /** The object that was declared, before other code got hold of it. */
  before?: StaticObject
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
export function reached<T extends Static>(value: T, at: Handle): T {
  return { ...value, trail: [at, ...value.trail] }
}

/** The same value, decided by further variables of the environment. */
export function decidedBy<T extends Static>(value: T, ...deciders: Pick<Known, 'environment'>[]): T {
  const uses = [...deciders, value].flatMap(({ environment }) => environment ?? [])
  return uses.length === 0 ? value : { ...value, environment: uses }
}

/** The platform's package, by its name or a path into it. */
export function isLuaPackage(specifier: string): boolean {
  return specifier === 'lua-cli' || specifier.startsWith('lua-cli/')
}

/** Is a value true to `if`? `undefined`: not known. */
export function truth(value: Static): boolean | undefined {
  if (environmentOf(value)) return false
  switch (value.kind) {
    case 'string':
    case 'plain':
      return Boolean(value.value)
    case 'unknown':
    case 'call':
    case 'external':
    case 'global':
      return undefined
    default:
      return true
  }
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

const ENVIRONMENT =
  /^(?:globalThis\.)?(?:process\.env|import\.meta\.env|Bun\.env|Deno\.env|env)\b(?:\.(\w+)(\.)?)?/

/**
 * Where a value is a variable of the environment, or computed of one, the uses that decide about it. Such a value
 * counts as `undefined` where something asks whether it is there, as in the sandbox that `lua compile` loads code in.
 */
export function environmentOf(value: Static): EnvironmentUse[] | undefined {
  if (value.kind === 'unknown') return value.isUnset ? value.environment : undefined
  const [, variable, further] = (value.kind === 'global' && ENVIRONMENT.exec(value.name)) || []
  if (variable === undefined || further !== undefined) return undefined
  return [...(value.environment ?? []), { variable, at: value.at }]
}

/** The variable of the environment that a call or a member reads; not known, but it has a default where one is given. */
export function environmentVariable(at: Handle, variable: string): StaticUnknown {
  const because = unknown(at, `depends on the environment variable ${variable}`)
  return { ...because, isUnset: true, environment: [{ variable, at }] }
}

function describeGlobal(value: StaticGlobal): StaticUnknown {
  const found = ENVIRONMENT.exec(value.name)
  const [, variable, further] = found ?? []
  if (variable) {
    const because = environmentVariable(value.at, variable)
    return decidedBy({ ...because, isUnset: further === undefined }, value)
  }
  if (found) return unknown(value.at, 'depends on an environment variable')
  const root = value.name.split('.')[0] ?? ''
  if (root in globalThis || root === 'import' || root === 'require' || root === 'module') {
    return unknown(value.at, 'is known only when the code runs')
  }
  return unknown(value.at, 'is not declared', 'UNRESOLVED')
}
