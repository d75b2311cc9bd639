/**
 * Which expressions may be dropped when nothing uses their value: what they do, they do for that value alone. A bundler
 * cannot know that of `new LuaJob({ … })`, `z.object({ … })` or `process.env.URL`; it keeps what it does not know.
 */

import type { CallExpression, Class, NewExpression, Node, OptionalCallExpression } from '@babel/types'
import {
  constructorOf,
  eachChild,
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

/** Functions and classes of the language that only make a value of texts, numbers and lists. */
const MAKERS =
  /^(?:new (?:Date|Map|Set|WeakMap|WeakSet|URL|RegExp|Error)|Number|String|Boolean|Symbol|parseInt|parseFloat|Date\.now)$/

/** Schemas are only made while a module is loaded; what does more with one than to make another is not harmless. */
const USES = /^(?:apply|with)$|parse|check|decode|encode|regist|config|JSON/i

/** What may stand around a value that is only listed: code that does nothing but pass it on. */
const PASSING =
  /^(?:Export(?:Named|Default)Declaration|Variable\w+|ExpressionStatement|Array\w+|Object\w+|Spread\w+|Logical\w+|Conditional\w+|TS\w+|Parenthesized\w+|Class\w+|BlockStatement)$/

export class Harmless {
  readonly #sources: Sources
  readonly #classes = new Map<Node, boolean>()
  /** Of each statement that was asked about. */
  readonly #listed = new Map<Node, Set<Node>>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** Does an expression, or the declaration of a class or function, do nothing but give its value? */
  is(module: Module, given: Node | null | undefined): boolean {
    if (!given) return true
    const node = unwrap(given)
    const is = (child: Node | null | undefined) => this.is(module, child)
    switch (node.type) {
      case 'Identifier':
      case 'ThisExpression':
      case 'FunctionExpression':
      case 'FunctionDeclaration':
      case 'ArrowFunctionExpression':
        return true
      case 'LogicalExpression':
        return is(node.left) && is(node.right)
      case 'ConditionalExpression':
        return is(node.test) && is(node.consequent) && is(node.alternate)
      case 'ArrayExpression':
        return node.elements.every(is)
      case 'SpreadElement':
        return is(node.argument) && this.#isList(module, node.argument)
      case 'ObjectExpression':
        return node.properties.every(
          property =>
            property.type === 'ObjectMethod' ||
            (property.type === 'SpreadElement'
              ? is(property.argument) && this.#isData(module, property.argument)
              : (!property.computed || this.#isKnown(module, property.key)) && is(property.value)),
        )
      case 'ClassExpression':
      case 'ClassDeclaration':
        return this.#definition(module, node)
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression':
        return (
          this.#isKnown(module, node) ||
          (this.isMaking(module, node) && [...node.arguments, this.#filtered(module, node)].every(is))
        )
      default:
        return this.#isKnown(module, node) || this.#isFound(module, node)
    }
  }

  /** Is a value only listed, and given to no code that could do something with it? */
  isOnlyListed(module: Module, statement: Node, value: Node): boolean {
    const listed = this.#listed.get(statement) ?? new Set<Node>()
    if (!this.#listed.has(statement)) this.#collectListed(module, statement, listed)
    this.#listed.set(statement, listed)
    return listed.has(value)
  }

  #collectListed(module: Module, node: Node, listed: Set<Node>): void {
    listed.add(node)
    if (this.#isPassing(module, node)) eachChild(node, child => this.#collectListed(module, child, listed))
  }

  #isPassing(module: Module, node: Node): boolean {
    if (node.type === 'AssignmentExpression') return isOfThis(node.left)
    if (/^(?:Optional)?Call\w+|^New\w+/.test(node.type)) return this.isMaking(module, node as Call)
    if (/^Class(?:Declaration|Expression)$/.test(node.type))
      return this.#construction({ module, node: node as Class })
    return PASSING.test(node.type)
  }

  /** Does a call or `new` only make something from its arguments, whatever they are? */
  isMaking(module: Module, call: Call): boolean {
    const { type, callee, arguments: args } = call
    // Of a class around it, see there.
    if (callee.type === 'Super') return true
    const value = evaluate(this.#sources, { module, node: callee })
    const isNew = type === 'NewExpression'
    switch (value.kind) {
      case 'external':
        if (isLuaPackage(value.specifier)) return isNew || /(?:^|\.)define[A-Z]/.test(value.name)
        return isZod(value.specifier) && !USES.test(value.name.replace(/^.*\./, ''))
      case 'global': {
        if (kindMadeBy(value.name) !== undefined) return true
        const isPlain = (node: Node) => this.#isKnown(module, node) || this.#isList(module, node)
        return MAKERS.test(isNew ? `new ${value.name}` : value.name) && args.every(isPlain)
      }
      case 'class':
        return isNew && this.#construction(value.at as Handle<Class>)
      default:
        return (
          this.#filtered(module, call) !== undefined ||
          this.#isAddCall(module, callee) ||
          this.#isSchemaMethod(module, callee)
        )
    }
  }

  /** A value that can be told without running anything: a text, a number, a variable of the environment. */
  #isKnown(module: Module, node: Node): boolean {
    const value = evaluate(this.#sources, { module, node })
    return (
      /^(?:string|plain|regexp|url|buffer)$/.test(value.kind) ||
      (value.kind === 'unknown' && value.isUnset === true)
    )
  }

  /** `tools.weather`, `BasketStatus.ACTIVE`, `process.env`: a property that is known not to be a getter. */
  #isFound(module: Module, node: Node): boolean {
    if (node.type !== 'MemberExpression' || !this.is(module, node.object)) return false
    const value = evaluate(this.#sources, { module, node })
    if (value.kind === 'external') return isLuaPackage(value.specifier)
    return value.kind === 'global' ? value.name === 'process.env' : value.kind !== 'unknown'
  }

  #isList(module: Module, node: Node): boolean {
    return evaluate(this.#sources, { module, node }).kind === 'array'
  }

  /** An object without getters. */
  #isData(module: Module, node: Node): boolean {
    const value = evaluate(this.#sources, { module, node })
    return value.kind === 'object' && [...value.properties.values()].every(({ form }) => form !== 'getter')
  }

  /** The list of `[…].filter(Boolean)`. */
  #filtered(module: Module, call: Call): Node | undefined {
    const { callee } = call
    return callee.type === 'MemberExpression' && this.#isList(module, call) ? callee.object : undefined
  }

  /** `skill.addTool`. */
  #isAddCall(module: Module, callee: Node): boolean {
    if (
      callee.type !== 'MemberExpression' ||
      !/^addTools?$/.test(`${literalKey(callee.property, callee.computed)}`)
    )
      return false
    const skill = evaluate(this.#sources, { module, node: callee.object })
    return skill.kind === 'instance' && this.isMaking(skill.at.module, skill.at.node as NewExpression)
  }

  /** `z.object({ … }).optional()`. */
  #isSchemaMethod(module: Module, callee: Node): boolean {
    if (callee.type !== 'MemberExpression' || callee.computed) return false
    if (callee.property.type !== 'Identifier' || USES.test(callee.property.name)) return false
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
      if ('computed' in member && member.computed && !this.#isKnown(module, member.key)) return false
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
    const isPlain = (parameter: Node): boolean =>
      parameter.type === 'TSParameterProperty'
        ? isPlain(parameter.parameter)
        : parameter.type === 'AssignmentPattern'
          ? isPlain(parameter.left) && this.is(module, parameter.right)
          : parameter.type === 'Identifier'
    if (!found.params.every(isPlain)) return false
    return found.body.body.every(statement => {
      if (statement.type !== 'ExpressionStatement') return false
      const { expression } = statement
      if (expression.type === 'CallExpression' && expression.callee.type === 'Super') {
        return expression.arguments.every(argument => this.is(module, argument))
      }
      return (
        expression.type === 'AssignmentExpression' &&
        isOfThis(expression.left) &&
        this.is(module, expression.right)
      )
    })
  }
}

const isZod = (specifier: string) => /^zod(?:\/|$)/.test(specifier)

/** `this.name`. */
const isOfThis = (node: Node) => node.type === 'MemberExpression' && node.object.type === 'ThisExpression'
