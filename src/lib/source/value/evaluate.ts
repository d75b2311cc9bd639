/**
 * The static evaluator: what an expression is, as far as that can be known without running anything.
 *
 * `evaluate` never throws for code that it cannot follow: it answers `unknown` with the expression that
 * stopped it and why. It throws only when a file on the way cannot be parsed (SYNTAX). Values inside objects
 * and lists are handles, evaluated when asked for, so nothing is read that the question does not need.
 */
import type {
  BinaryExpression,
  CallExpression,
  ConditionalExpression,
  LogicalExpression,
  Node,
  UnaryExpression,
} from '@babel/types'
import type { Handle } from '../names/module.js'
import { literalKey, unwrap } from '../names/nodes.js'
import type { Sources } from '../names/sources.js'
import { evaluateCall, evaluateUrl } from './calls.js'
import { getMember, itemValue, propertyValue } from './members.js'
import { evaluateArray, evaluateEnum, evaluateObject, evaluateTsNamespace } from './objects.js'
import { evaluateIdentifier, exportOf } from './references.js'
import { concatenation, stringLiteral, templateLiteral } from './strings.js'
import { taggedTemplate } from './tags.js'
import {
  type Context,
  decidedBy,
  type EnvironmentUse,
  environmentOf,
  notText,
  type Property,
  plain,
  type Static,
  type StaticArray,
  type StaticString,
  truth,
  unknown,
} from './values.js'

interface Evaluated {
  /** What expressions were evaluated to; an entry of `null` is being worked on. */
  values: Map<Node, Static | null>
  /** How many expressions are being evaluated, each for the one before it. */
  depth: number
}

const EVALUATED = new WeakMap<Sources, Evaluated>()
/** Each takes its part of the stack. */
const DEEPEST = 300

function evaluatedIn(sources: Sources): Evaluated {
  const known = EVALUATED.get(sources) ?? { values: new Map(), depth: 0 }
  EVALUATED.set(sources, known)
  return known
}

/** What an expression or declaration is. The same handle always gives the same answer. */
export function evaluate(sources: Sources, handle: Handle): Static {
  const at = { module: handle.module, node: unwrap(handle.node) }
  const evaluated = evaluatedIn(sources)
  const { values } = evaluated
  const known = values.get(at.node)
  if (known === null) return unknown(at, 'refers to itself', 'UNRESOLVED')
  if (known !== undefined) return known
  if (evaluated.depth === DEEPEST) return unknown(at, 'is nested too deeply, or named after a name too often')
  values.set(at.node, null)
  evaluated.depth += 1
  try {
    const value = dispatch(contextOf(sources), at)
    values.set(at.node, value)
    return value
  } catch (error) {
    values.delete(at.node)
    throw error
  } finally {
    evaluated.depth -= 1
  }
}

/** What the rules of this room work with. */
export function contextOf(sources: Sources): Context {
  const context: Context = {
    sources,
    evaluate: handle => evaluate(sources, handle),
    exportOf: (module, name, at) => exportOf(context, module, name, at),
  }
  return context
}

/** The value of a property, with the way to it; unknown where it is a getter or another statement changes it. */
export function valueOfProperty(sources: Sources, property: Property): Static {
  return propertyValue(contextOf(sources), property)
}

/** The value of an item that a list has; in it unknown what another statement changes. */
export function itemAt(sources: Sources, list: StaticArray, index: number): Static {
  return itemValue(contextOf(sources), list, index)
}

/** The value of `object[key]`, as `evaluate` would give it for that expression. */
export function member(sources: Sources, object: Static, key: string): Static {
  return getMember(contextOf(sources), object, key, object.at)
}

function dispatch(context: Context, at: Handle): Static {
  const { module, node } = at
  switch (node.type) {
    case 'StringLiteral':
      return stringLiteral({ module, node })
    case 'TemplateLiteral':
      return templateLiteral(context, { module, node })
    case 'TaggedTemplateExpression':
      return taggedTemplate(context, { module, node })
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return plain(at, node.value)
    case 'BigIntLiteral':
      return plain(at, BigInt(node.value))
    case 'NullLiteral':
      return plain(at, null)
    case 'RegExpLiteral':
      return { kind: 'regexp', at, trail: [], pattern: node.pattern, flags: node.flags }
    case 'Identifier':
      return evaluateIdentifier(context, { module, node })
    case 'ObjectExpression':
      return evaluateObject(context, { module, node })
    case 'ArrayExpression':
      return evaluateArray(context, { module, node })
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return memberExpression(context, at, node)
    case 'BinaryExpression':
      return comparison(context, at, node) ?? concatenation(context, { module, node })
    case 'CallExpression':
    case 'OptionalCallExpression':
      return evaluateCall(context, { module, node: node as CallExpression })
    case 'NewExpression':
      return newExpression(context, at, node)
    default:
      return dispatchRest(context, at)
  }
}

function dispatchRest(context: Context, at: Handle): Static {
  const { module, node } = at
  switch (node.type) {
    case 'LogicalExpression':
      return logical(context, at, node)
    case 'ConditionalExpression':
      return conditional(context, at, node)
    case 'UnaryExpression':
      return unary(context, at, node)
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'ObjectMethod':
    case 'ClassMethod':
      return { kind: 'function', at, trail: [] }
    case 'ClassExpression':
    case 'ClassDeclaration':
      return { kind: 'class', at, trail: [] }
    case 'TSEnumDeclaration':
      return evaluateEnum({ module, node })
    case 'TSModuleDeclaration':
      return evaluateTsNamespace({ module, node })
    case 'TSEnumMember':
      if (node.initializer) return context.evaluate({ module, node: node.initializer })
      return unknown(at, 'is a numbered member of an enum')
    case 'MetaProperty':
      return { kind: 'global', at, trail: [], name: `${node.meta.name}.${node.property.name}` }
    case 'AwaitExpression':
      return unknown(at, 'is awaited')
    case 'ThisExpression':
      return unknown(at, 'is known only when the code runs')
    default:
      return unknown(at, 'is computed when the code runs')
  }
}

function memberExpression(
  context: Context,
  at: Handle,
  node: Node & { object: Node; property: Node; computed: boolean },
): Static {
  const { module } = at
  const object = context.evaluate({ module, node: node.object })
  const key = literalKey(node.property, node.computed)
  if (key !== undefined) return getMember(context, object, key, at)
  if (!node.computed) return unknown(at, 'is private to its class')
  const computed = context.evaluate({ module, node: node.property })
  if (computed.kind === 'string' || computed.kind === 'plain') {
    return decidedBy(getMember(context, object, String(computed.value), at), computed)
  }
  return notText(computed)
}

function newExpression(context: Context, at: Handle, node: Node & { type: 'NewExpression' }): Static {
  const { module } = at
  const callee = { module, node: node.callee }
  const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL'
  if (isUrl && context.evaluate(callee).kind === 'global') return evaluateUrl(context, { module, node })
  const args = node.arguments.map(argument => ({ module, node: argument }))
  return { kind: 'instance', at, trail: [], callee, args }
}

function logical(context: Context, at: Handle, node: LogicalExpression): Static {
  const left = context.evaluate({ module: at.module, node: node.left })
  const isTrue = truth(left)
  if (isTrue === undefined) return notText(left)
  const environment = environmentOf(left)
  const isNullish = environment !== undefined || (left.kind === 'plain' && left.value == null)
  const stays = node.operator === '??' ? !isNullish : isTrue === (node.operator === '||')
  if (stays) return left
  return decidedBy(context.evaluate({ module: at.module, node: node.right }), { environment })
}

const COMPARISONS: Record<string, (left: unknown, right: unknown) => boolean> = {
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
  // biome-ignore lint/suspicious/noDoubleEquals: it is what the code asks for
  '==': (left, right) => left == right,
  // biome-ignore lint/suspicious/noDoubleEquals: it is what the code asks for
  '!=': (left, right) => left != right,
}

/** `a === b` of texts, numbers and the like; `undefined`: no comparison, or not of known values. */
function comparison(context: Context, at: Handle, node: BinaryExpression): Static | undefined {
  const compare = COMPARISONS[node.operator]
  if (compare === undefined) return undefined
  const sides = [node.left, node.right].map(side => context.evaluate({ module: at.module, node: side }))
  const values: unknown[] = []
  const environment: EnvironmentUse[] = []
  for (const side of sides) {
    const uses = environmentOf(side)
    if (uses === undefined && side.kind !== 'string' && side.kind !== 'plain') return notText(side)
    environment.push(...(uses ?? side.environment ?? []))
    values.push((side as StaticString).value)
  }
  return decidedBy(plain(at, compare(values[0], values[1])), { environment })
}

function conditional(context: Context, at: Handle, node: ConditionalExpression): Static {
  const test = context.evaluate({ module: at.module, node: node.test })
  const isTrue = truth(test)
  if (isTrue === undefined) return notText(test)
  const chosen = context.evaluate({ module: at.module, node: isTrue ? node.consequent : node.alternate })
  return decidedBy(chosen, { environment: environmentOf(test) ?? test.environment })
}

function unary(context: Context, at: Handle, node: UnaryExpression): Static {
  const value = context.evaluate({ module: at.module, node: node.argument })
  if (node.operator === 'void') return plain(at, undefined)
  if (node.operator === '!') {
    const isTrue = truth(value)
    if (isTrue === undefined) return notText(value)
    return decidedBy(plain(at, !isTrue), { environment: environmentOf(value) ?? value.environment })
  }
  if (value.kind === 'plain' && typeof value.value === 'number') {
    if (node.operator === '-') return plain(at, -value.value)
    if (node.operator === '+') return plain(at, value.value)
  }
  return unknown(at, 'is computed')
}
