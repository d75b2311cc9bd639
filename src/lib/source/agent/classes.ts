/** Classes: what they originally extend, and what their instances hold. */
import type { Class, ClassBody, ClassMethod, Node } from '@babel/types'
import type { Handle } from '../names/module.js'
import { literalKey, range, unwrap } from '../names/nodes.js'
import { lookup } from '../names/scope.js'
import type { Sources } from '../names/sources.js'
import { evaluate } from '../value/evaluate.js'
import { isLuaPackage, type Static } from '../value/values.js'
import { writtenToThis } from '../value/writes.js'

/** Is this `LuaAgent` itself: of the package, under whatever name, or a global of that name? */
export function isLuaAgent(value: Static): boolean {
  if (value.kind === 'global') return value.name === 'LuaAgent'
  if (value.kind !== 'external') return false
  return isLuaPackage(value.specifier) && value.name.replace(/^default\./, '') === 'LuaAgent'
}

/** Can an expression be followed without opening another file? */
export function isNear(sources: Sources, { module, node }: Handle): boolean {
  let root = unwrap(node)
  while (root.type === 'MemberExpression') root = unwrap(root.object)
  if (root.type !== 'Identifier') return true
  const source = lookup(module.names, root.name, range(root).start)?.source
  return (
    source === undefined || sources.resolver.resolve(module.path, source.source.value).kind === 'external'
  )
}

/** What a class extends; `undefined`: nothing. */
export function superclassOf(sources: Sources, { module, node }: Handle<Class>): Static | undefined {
  return node.superClass ? evaluate(sources, { module, node: node.superClass }) : undefined
}

/** No agent class is so many steps from `LuaAgent`. */
const LONGEST_CHAIN = 100

/**
 * A class and the classes it extends up to, not including, the one for which `isRoot` holds (by default
 * `LuaAgent`), the most derived first; `undefined` if it does not lead there.
 */
export function classChain(
  sources: Sources,
  start: Handle<Class>,
  isRoot: (value: Static) => boolean = isLuaAgent,
): Handle<Class>[] | undefined {
  const chain: Handle<Class>[] = []
  for (
    let current = start;
    chain.length < LONGEST_CHAIN && !chain.some(seen => seen.node === current.node);
  ) {
    chain.push(current)
    const parent = superclassOf(sources, current)
    if (parent === undefined) return undefined
    if (isRoot(parent)) return chain
    if (parent.kind !== 'class') return undefined
    current = parent.at as Handle<Class>
  }
  return undefined
}

type Member = ClassBody['body'][number]

/** The instance member of a class with that name (the last of several), constructor parameters not counted. */
export function instanceMember({ node }: Handle<Class>, key: string): Member | undefined {
  return node.body.body.findLast(member => {
    if (!('key' in member) || ('static' in member && member.static)) return false
    const computed = 'computed' in member ? (member.computed ?? false) : false
    return literalKey(member.key, computed) === key
  })
}

export function constructorOf({ node }: Handle<Class>): ClassMethod | undefined {
  return node.body.body.find(member => member.type === 'ClassMethod' && member.kind === 'constructor') as
    | ClassMethod
    | undefined
}

/** An instance member whose name is computed, and may be that one. */
export function computedMember(
  sources: Sources,
  { module, node }: Handle<Class>,
  key: string,
): Member | undefined {
  return node.body.body.find(member => {
    if (
      !('key' in member) ||
      !('computed' in member) ||
      !member.computed ||
      ('static' in member && member.static)
    )
      return false
    if (literalKey(member.key, true) !== undefined) return false
    const name = evaluate(sources, { module, node: member.key })
    const isSymbol = name.kind === 'global' && name.name.startsWith('Symbol.')
    return !isSymbol && (name.kind !== 'string' || name.value === key)
  })
}

/** Code of a class that sets `this.key` of its instances, or a parameter of its constructor that does. */
export function assignedInClass(handle: Handle<Class>, key: string): Node | undefined {
  const parameter = constructorOf(handle)?.params.find(param => declaresField(param, key))
  if (parameter) return parameter
  const code = handle.node.body.body.filter(
    member => member.type !== 'StaticBlock' && !('static' in member && member.static),
  )
  return code.flatMap(writtenToThis).find(({ path: [first] }) => first === key || first === undefined)?.by
}

/** `constructor(public key = …)`. */
function declaresField(param: Node, key: string): boolean {
  if (param.type !== 'TSParameterProperty') return false
  const target = param.parameter.type === 'AssignmentPattern' ? param.parameter.left : param.parameter
  return target.type === 'Identifier' && target.name === key
}

/**
 * The expression that an instance of the first class hands up to the root's constructor as its first argument;
 * `args`: what it is itself made with. `undefined`: none. Where a constructor calls `super` in a way that is not
 * followed, the constructor itself, which evaluates to unknown.
 */
export function handedUp(classes: Handle<Class>[], args: Handle[]): Handle | undefined {
  let current = args[0]
  for (const handle of classes) {
    const method = constructorOf(handle)
    if (method === undefined) continue
    const call = superCall(method)
    if (call === undefined) {
      current = { module: handle.module, node: method }
      continue
    }
    const argument = call.arguments[0]
    if (argument === undefined) {
      current = undefined
      continue
    }
    const parameter = method.params[0]
    const isPassedOn =
      argument.type === 'Identifier' && parameter?.type === 'Identifier' && parameter.name === argument.name
    if (!isPassedOn) current = { module: handle.module, node: argument }
  }
  return current
}

function superCall(method: ClassMethod) {
  for (const statement of method.body.body) {
    if (statement.type !== 'ExpressionStatement') continue
    const { expression } = statement
    if (expression.type === 'CallExpression' && expression.callee.type === 'Super') return expression
  }
  return undefined
}
