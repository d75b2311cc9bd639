/**
 * Which expressions may be dropped when nothing uses their value: what they do, they do for that value alone. A bundler
 * cannot know that of `new LuaJob({ … })`, `z.object({ … })` or `process.env.URL`; it keeps what it does not know.
 */

import type {
  CallExpression,
  Class,
  NewExpression,
  Node,
  ObjectExpression,
  OptionalCallExpression,
} from '@babel/types'
import {
  constructorOf,
  evaluate,
  type Handle,
  isLuaPackage,
  literalKey,
  type Module,
  type Sources,
  superclassOf,
  unwrap,
} from '../../source/index.js'
import { kindMadeBy } from '../kinds.js'

type Call = CallExpression | OptionalCallExpression | NewExpression

/** Functions and classes of the language that only make a value of what they are given. */
const PURE_GLOBALS =
  /^(?:new )?(?:Date|Map|Set|WeakMap|WeakSet|URL|URLSearchParams|RegExp|Error|Array|String|Number|Boolean|BigInt|Symbol|env)$|^(?:Math\.\w+|Date\.now|JSON\.\w+|Object\.(?:keys|values|entries|fromEntries)|Array\.(?:of|from|isArray)|String\.raw|Number\.\w+|Symbol\.for)$/

/** Schemas are only made while a module is loaded; nothing is checked against them. */
const CHECKS = /parse|check|decode|encode|register|config/i

export class Harmless {
  readonly #sources: Sources
  readonly #classes = new Map<Node, boolean>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** Is an expression, or the declaration of a class or function, without effect but for its value? */
  is(module: Module, given: Node | null | undefined): boolean {
    if (!given) return true
    const node = unwrap(given)
    const is = (child: Node | null | undefined) => this.is(module, child)
    switch (node.type) {
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
      case 'BigIntLiteral':
      case 'NullLiteral':
      case 'RegExpLiteral':
      case 'Identifier':
      case 'ThisExpression':
      case 'MetaProperty':
      case 'FunctionExpression':
      case 'FunctionDeclaration':
      case 'ArrowFunctionExpression':
        return true
      case 'TemplateLiteral':
        return node.expressions.every(each => is(each) && this.#becomesText(module, each))
      case 'UnaryExpression':
        return node.operator !== 'delete' && is(node.argument)
      case 'BinaryExpression':
        return (
          is(node.left) &&
          is(node.right) &&
          (/^[!=]==$/.test(node.operator) ||
            (this.#becomesText(module, node.left) && this.#becomesText(module, node.right)))
        )
      case 'LogicalExpression':
        return is(node.left) && is(node.right)
      case 'ConditionalExpression':
        return is(node.test) && is(node.consequent) && is(node.alternate)
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        return is(node.object) && (!node.computed || is(node.property)) && !this.#isGetter(module, node)
      case 'ArrayExpression':
        return node.elements.every(is)
      case 'SpreadElement':
        return is(node.argument) && this.#isList(module, node.argument)
      case 'ObjectExpression':
        return this.#object(module, node)
      case 'ClassExpression':
      case 'ClassDeclaration':
        return this.#definition(module, node)
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression':
        return this.#call(module, node)
      case 'TaggedTemplateExpression':
        return this.#isKnown({ module, node })
      default:
        return false
    }
  }

  #object(module: Module, { properties }: ObjectExpression): boolean {
    return properties.every(property => {
      if (property.type === 'SpreadElement')
        return this.is(module, property.argument) && !this.#hasGetter(module, property.argument)
      if (property.computed && !this.is(module, property.key)) return false
      return property.type === 'ObjectMethod' || this.is(module, property.value)
    })
  }

  /** A text or number that can be told without running anything, as `dedent` and `readFileSync` give one. */
  #isKnown(handle: Handle): boolean {
    const { kind } = evaluate(this.#sources, handle)
    return kind === 'string' || kind === 'plain'
  }

  #call(module: Module, node: Call): boolean {
    if (this.#isKnown({ module, node })) return true
    return this.#isPureCallee(module, node) && node.arguments.every(argument => this.is(module, argument))
  }

  #isPureCallee(module: Module, { type, callee, arguments: args }: Call): boolean {
    const value = evaluate(this.#sources, { module, node: callee })
    const isNew = type === 'NewExpression'
    switch (value.kind) {
      case 'external':
        if (isLuaPackage(value.specifier)) return isNew || /(?:^|\.)define[A-Z]/.test(value.name)
        return isZod(value.specifier) && !CHECKS.test(value.name)
      case 'global':
        return (
          kindMadeBy(value.name) !== undefined ||
          (PURE_GLOBALS.test(isNew ? `new ${value.name}` : value.name) &&
            this.#isPureOf(module, value.name, args))
        )
      case 'class':
        return isNew && this.#construction(value.at as Handle<Class>)
      default:
        return this.#isSchemaMethod(module, callee)
    }
  }

  /** Does a value become text or a number without code of the project? Texts, numbers, times and the environment do. */
  #becomesText(module: Module, given: Node): boolean {
    const node = unwrap(given)
    const becomes = (child: Node) => this.#becomesText(module, child)
    if (/^(?:TemplateLiteral|BinaryExpression|UnaryExpression)$/.test(node.type)) return true
    if (node.type === 'ConditionalExpression') return becomes(node.consequent) && becomes(node.alternate)
    if (node.type === 'LogicalExpression') return becomes(node.left) && becomes(node.right)
    const value = evaluate(this.#sources, { module, node })
    if (value.kind === 'instance' || value.kind === 'call')
      return evaluate(this.#sources, value.callee).kind === 'global'
    return /^(?:string|plain|external|global|url|regexp)$/.test(value.kind) || value.environment !== undefined
  }

  /** Is a value gone through without code of the project? */
  #isList(module: Module, node: Node): boolean {
    return /^(?:array|string|plain)$/.test(evaluate(this.#sources, { module, node }).kind)
  }

  /** Is a property read that is known to be a getter? */
  #isGetter(module: Module, node: Node & { object: Node; property: Node; computed: boolean }): boolean {
    const object = evaluate(this.#sources, { module, node: node.object })
    const key = literalKey(node.property, node.computed)
    if (object.kind === 'object') return key === undefined || object.properties.get(key)?.form === 'getter'
    return false
  }

  #hasGetter(module: Module, node: Node): boolean {
    const value = evaluate(this.#sources, { module, node })
    return value.kind === 'object' && [...value.properties.values()].some(({ form }) => form === 'getter')
  }

  /** Functions of the language ask some of what they are given: `toString`, `toJSON`, an iterator. */
  #isPureOf(module: Module, name: string, args: readonly Node[]): boolean {
    const [first] = args
    if (first === undefined || /^(?:Array\.(?:of|isArray)|Boolean)$/.test(name)) return true
    if (/^JSON\.|^Object\./.test(name)) return this.#isData(module, first)
    if (/^(?:(?:Weak)?(?:Map|Set)|Array\.from)$/.test(name)) return this.#isList(module, first)
    return name === 'Array' || args.every(each => this.#becomesText(module, each))
  }

  /** An object or a list of which no property is code that would run. */
  #isData(module: Module, node: Node): boolean {
    const value = evaluate(this.#sources, { module, node })
    if (value.kind !== 'object') return /^(?:array|string|plain)$/.test(value.kind)
    return [...value.properties.values()].every(({ form, key }) => form !== 'getter' && key !== 'toJSON')
  }

  /** `z.object({ … }).optional()`. */
  #isSchemaMethod(module: Module, callee: Node): boolean {
    if (callee.type !== 'MemberExpression' || callee.computed) return false
    if (callee.property.type !== 'Identifier' || CHECKS.test(callee.property.name)) return false
    let root: Node = callee
    while (root.type === 'MemberExpression' || root.type === 'CallExpression')
      root = unwrap(root.type === 'MemberExpression' ? root.object : root.callee)
    const value = evaluate(this.#sources, { module, node: root })
    return value.kind === 'external' && isZod(value.specifier) && this.is(module, callee.object)
  }

  /** Declaring a class, without making an instance of it. */
  #definition(module: Module, node: Class): boolean {
    if (!this.is(module, node.superClass) || node.decorators?.length) return false
    return node.body.body.every(member => {
      if ('decorators' in member && member.decorators?.length) return false
      if (member.type === 'StaticBlock') return false
      if ('computed' in member && member.computed && !this.is(module, member.key)) return false
      return !('static' in member && member.static && 'value' in member) || this.is(module, member.value)
    })
  }

  /** Making an instance of a class: its fields, its constructor, and those of the classes that it extends. */
  #construction(handle: Handle<Class>): boolean {
    const known = this.#classes.get(handle.node)
    if (known !== undefined) return known
    this.#classes.set(handle.node, false)
    const answer = this.#fields(handle) && this.#constructing(handle) && this.#inherited(handle)
    this.#classes.set(handle.node, answer)
    return answer
  }

  #inherited(handle: Handle<Class>): boolean {
    if (!handle.node.superClass) return true
    const parent = superclassOf(this.#sources, handle)
    if (parent?.kind === 'external') return isLuaPackage(parent.specifier)
    return parent?.kind === 'class' && this.#construction(parent.at as Handle<Class>)
  }

  #fields({ module, node }: Handle<Class>): boolean {
    // What a constructor sets may be a setter's.
    if (node.body.body.some(member => member.type === 'ClassMethod' && member.kind === 'set')) return false
    return node.body.body.every(member =>
      member.type === 'ClassProperty' ||
      member.type === 'ClassPrivateProperty' ||
      member.type === 'ClassAccessorProperty'
        ? member.static || this.is(module, member.value)
        : true,
    )
  }

  #constructing(handle: Handle<Class>): boolean {
    const found = constructorOf(handle)
    if (!found) return true
    const { module } = handle
    return found.body.body.every(statement => {
      if (statement.type !== 'ExpressionStatement') return false
      const { expression } = statement
      if (expression.type === 'CallExpression' && expression.callee.type === 'Super') {
        return expression.arguments.every(argument => this.is(module, argument))
      }
      return (
        expression.type === 'AssignmentExpression' &&
        expression.left.type === 'MemberExpression' &&
        expression.left.object.type === 'ThisExpression' &&
        this.is(module, expression.right)
      )
    })
  }
}

const isZod = (specifier: string) => /^zod(?:\/|$)/.test(specifier)
