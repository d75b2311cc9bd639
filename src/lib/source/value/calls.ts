/** Calls whose result is known: methods of texts and lists, reading a text file, and paths to it. */
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CallExpression, NewExpression, Node } from '@babel/types'
import type { Handle } from '../names/module.js'
import { literalKey, unwrap } from '../names/nodes.js'
import { computedText, getMember } from './members.js'
import { requireFrom } from './references.js'
import { joinArray, stringMethod } from './strings.js'
import {
  type Context,
  decidedBy,
  environmentOf,
  environmentVariable,
  isLuaPackage,
  notText,
  reached,
  type Static,
  type StaticArray,
  type StaticExternal,
  type StaticUnknown,
  truth,
  unknown,
} from './values.js'

export function evaluateCall(context: Context, at: Handle<CallExpression>): Static {
  const { module, node } = at
  const callee = unwrap(node.callee)
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') {
    return callOf(context, at, context.evaluate({ module, node: callee }))
  }
  const object = context.evaluate({ module, node: callee.object })
  const method = literalKey(callee.property, callee.computed)
  if (method === undefined) return called(at)
  if (object.kind === 'string') return stringMethod(context, at, object, method) ?? called(at)
  if (object.kind === 'array') {
    if (method === 'join') return joinArray(context, at, object)
    return (method === 'filter' && trueItems(context, at, object)) || called(at)
  }
  if (object.kind === 'buffer') return bufferMethod(context, at, object.path, method)
  const isOptional = callee.type === 'OptionalMemberExpression'
  if (object.kind === 'unknown') return isOptional ? object : { ...object, isUnset: false }
  if (isOptional && environmentOf(object)) return { ...notText(object), at }
  if (object.kind !== 'external' && object.kind !== 'global' && object.kind !== 'namespace') return called(at)
  return callOf(context, at, getMember(context, object, method, { module, node: callee }))
}

/** `[…].filter(Boolean)`: what is true of a list, if that can be known. */
function trueItems(context: Context, at: Handle<CallExpression>, array: StaticArray): Static | undefined {
  const [test] = at.node.arguments
  const by = test && context.evaluate({ module: at.module, node: test })
  if (by?.kind !== 'global' || by.name !== 'Boolean' || array.unknown || array.changes?.length)
    return undefined
  const values = array.items.map(item => item && context.evaluate(item))
  const isTrue = values.map(value => value !== undefined && truth(value))
  if (isTrue.includes(undefined)) return undefined
  const items = array.items.filter((_, index) => isTrue[index])
  const deciders = values.flatMap(value =>
    value ? { environment: environmentOf(value) ?? value.environment } : [],
  )
  return decidedBy<StaticArray>({ ...array, at, items }, ...deciders)
}

/** A call that is not followed: its callee and arguments are kept for callers that look at them. */
function called(at: Handle<CallExpression>): Static {
  const { module, node } = at
  return {
    kind: 'call',
    at,
    trail: [],
    callee: { module, node: node.callee },
    args: node.arguments.map(argument => ({ module, node: argument })),
  }
}

function callOf(context: Context, at: Handle<CallExpression>, target: Static): Static {
  if (target.kind === 'unknown') return target
  if (target.kind === 'external') return externalCall(context, at, target)
  if (target.kind !== 'global') return called(at)
  const first = at.node.arguments[0]
  const argument = first && { module: at.module, node: first }
  if (target.name === 'env' || target.name === 'Deno.env.get') return environmentCall(context, at)
  const because = notText(target)
  if (because.environment) return because
  if (target.name === 'process.cwd') return unknown(at, 'depends on the folder the code runs in')
  if (target.name === 'Object.freeze' && argument) return context.evaluate(argument)
  if (target.name === 'require' && argument?.node.type === 'StringLiteral') {
    return requireFrom(context, argument, argument.node.value)
  }
  return called(at)
}

/** `env('X')`, `Deno.env.get('X')`. */
function environmentCall(context: Context, at: Handle<CallExpression>): Static {
  const [first] = at.node.arguments
  const name = first && context.evaluate({ module: at.module, node: first })
  if (name?.kind === 'string') return environmentVariable(at, name.value)
  return unknown(at, 'depends on an environment variable')
}

function externalCall(context: Context, at: Handle<CallExpression>, target: StaticExternal): Static {
  const name = target.name.replace(/^(?:default|posix)\./, '')
  if (isLuaPackage(target.specifier) && name === 'env') return environmentCall(context, at)
  switch (`${target.specifier.replace(/^node:/, '')}.${name}`) {
    case 'fs.readFileSync':
      return readFile(context, at)
    case 'url.fileURLToPath':
      return withTexts(context, at, ([url]) => fileURLToPath(url!))
    case 'path.join':
      return withTexts(context, at, parts => join(...parts))
    case 'path.resolve':
      return withTexts(context, at, parts => (isAbsolute(parts[0]!) ? resolve(...parts) : undefined))
    case 'path.dirname':
      return withTexts(context, at, ([path]) => dirname(path!))
    case 'path.normalize':
      return withTexts(context, at, ([path]) => normalize(path!))
    default:
      return called(at)
  }
}

/** Applies a function of texts if all arguments are known; `undefined` from it: depends on where it runs. */
function withTexts(
  context: Context,
  at: Handle<CallExpression>,
  apply: (texts: string[]) => string | undefined,
): Static {
  const texts: string[] = []
  for (const node of at.node.arguments) {
    const text = pathText(context, { module: at.module, node })
    if (typeof text !== 'string') return text
    texts.push(text)
  }
  try {
    const result = apply(texts)
    return result === undefined
      ? unknown(at, 'depends on the folder the code runs in')
      : computedText(at, result)
  } catch {
    return unknown(at, 'is no valid path')
  }
}

/** A path or URL as text. */
function pathText(context: Context, at: Handle): string | StaticUnknown {
  const value = context.evaluate(at)
  if (value.kind === 'string') return value.value
  if (value.kind === 'url') return value.href
  return notText(value)
}

/** `new URL(path, base)`; other instances are the caller's business. */
export function evaluateUrl(context: Context, at: Handle<NewExpression>): Static {
  const texts = at.node.arguments.map(node => pathText(context, { module: at.module, node }))
  const failed = texts.find((text): text is StaticUnknown => typeof text !== 'string')
  if (failed) return failed
  const [path, base] = texts as string[]
  if (path === undefined || !URL.canParse(path, base)) return unknown(at, 'is no valid URL')
  return { kind: 'url', at, trail: [], href: new URL(path, base).href }
}

function readFile(context: Context, at: Handle<CallExpression>): Static {
  const [first, second] = at.node.arguments
  if (first === undefined) return unknown(at, 'reads no file')
  const target = context.evaluate({ module: at.module, node: first })
  if (target.kind !== 'string' && target.kind !== 'url') return notText(target)
  const path = target.kind === 'string' ? target.value : filePath(target.href)
  if (path === undefined || !isAbsolute(path)) {
    return unknown(target.at, 'is a path relative to the folder the code runs in')
  }
  const encoding = second && encodingOf(context, { module: at.module, node: second })
  if (encoding === undefined) return { kind: 'buffer', at, trail: [], path }
  return isUtf8(encoding) ? textFile(context, at, path) : unknown(at, 'is not read as UTF-8')
}

function isUtf8(encoding = ''): boolean {
  return /^utf-?8$/i.test(encoding)
}

function filePath(href: string): string | undefined {
  try {
    return fileURLToPath(href)
  } catch {
    // Another kind of URL, or a separator in disguise (%2F), which Node does not take either.
    return undefined
  }
}

function encodingOf(context: Context, at: Handle): string | undefined {
  const options = context.evaluate(at)
  const encoding = options.kind === 'object' ? getMember(context, options, 'encoding', at) : options
  return encoding.kind === 'string' ? encoding.value : undefined
}

function textFile(context: Context, at: Handle<Node>, path: string): Static {
  const { host } = context.sources
  if (!host.isFile(path)) return unknown(at, `reads ${path}, which does not exist`, 'UNRESOLVED')
  const refused = host.refusal?.(path)
  if (refused !== undefined) return unknown(at, `reads ${path}, but ${refused}`)
  const module = context.sources.module(path, 'text')
  return reached(context.evaluate({ module, node: module.root }), at)
}

/** `readFileSync(path).toString('utf8')`. */
function bufferMethod(context: Context, at: Handle<CallExpression>, path: string, method: string): Static {
  const first = at.node.arguments[0]
  const encoding = first === undefined ? 'utf8' : encodingOf(context, { module: at.module, node: first })
  return method === 'toString' && isUtf8(encoding) ? textFile(context, at, path) : called(at)
}
