/**
 * What changes an object after it was made: by its name or by another one, in a function of the project that it is given
 * to, or by a method of its own. Packages are taken to leave alone what they are given, unless a name says otherwise.
 */
import type { CallExpression, ClassMethod, Function as FunctionNode, NewExpression, Node } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { isCast, literalKey, range, unwrap } from '../names/nodes.js'
import { type Binding, type Hanging, lookup, usesOf } from '../names/scope.js'
import type { Sources } from '../names/sources.js'
import type { Context, ObjectChange, Path } from './values.js'
import { LIST_CHANGES, writesOf, writtenBySelf } from './writes.js'

/** Methods of lists that hand the items to a function. */
const ITERATIONS = new Set(
  'forEach map filter some every find findIndex findLast findLastIndex flatMap'.split(' '),
)
/** Methods of lists that give another list with the same items. */
const COPIES = /^(?:slice|filter|concat|toSorted|toReversed|toSpliced|with|flat|values|splice)$/
/** Functions of the language that look at what they are given, and no more. */
const READERS =
  /^(?:console|JSON|Math|Array\.isArray|Object\.(?:keys|is|hasOwn|get\w+|is\w+)|String|Number|Boolean|isNaN|structuredClone|Symbol|URL|Date|RegExp|Error)\b/
/** Functions that change the first thing they are given. */
const CHANGERS = new RegExp(
  `^(?:Object|Reflect)\\.(?:assign|set|defineProperty|defineProperties|deleteProperty|setPrototypeOf)$|^Array\\.prototype\\.(?:${[...LIST_CHANGES].join('|')})\\.(?:call|apply)$`,
)
const PACKAGE_CHANGERS = /(?:^|\.)(?:assign|merge|mergeWith|extend|defaults|defaultsDeep|set|unset|update)$/

const CHANGES = new WeakMap<Sources, Map<Binding, ObjectChange[]>>()

/** The changes of what a name of a module is bound to. */
export function changesTo(context: Context, module: Module, binding: Binding): ObjectChange[] {
  const all = CHANGES.get(context.sources) ?? new Map<Binding, ObjectChange[]>()
  CHANGES.set(context.sources, all)
  const known = all.get(binding)
  if (known) return known
  const search = new Search(context)
  // What is called may be asked for by way of the same name.
  all.set(binding, search.found)
  search.binding(module, binding, path => path)
  return search.found
}

/** The changes of what an expression makes. */
export function changesAt(context: Context, module: Module, hanging: Hanging): ObjectChange[] {
  const search = new Search(context)
  search.climb(module, hanging, path => path)
  return search.found
}

/** From the path of a change, seen from one expression, to its path from the object; undefined: it is none of it. */
type Seen = (path: Path) => Path | undefined

const inside =
  (seen: Seen, key?: string): Seen =>
  path =>
    seen([key, ...path])
/** Something that holds the object: what is changed in the holder itself leaves the object as it is. */
const holding =
  (seen: Seen, key?: string): Seen =>
  ([first, ...rest]) =>
    rest.length > 0 && (first === key || first === undefined || key === undefined) ? seen(rest) : undefined

/** A shallow copy: another object, but what stands in it is the same. */
const sharing =
  (seen: Seen): Seen =>
  path =>
    path.length > 1 ? seen(path) : undefined

/** A list with the same items, perhaps elsewhere in it. */
const relisting = (seen: Seen): Seen => sharing(([, ...rest]) => seen([undefined, ...rest]))

/** Names that are given to each other again and again. */
const MOST_USES = 10_000

class Search {
  readonly found: ObjectChange[] = []
  readonly #context: Context
  /** Names that led to the one that is looked at. */
  readonly #following = new Set<Binding>()
  #left = MOST_USES

  constructor(context: Context) {
    this.#context = context
  }

  binding(module: Module, binding: Binding, seen: Seen): void {
    if (this.#following.has(binding)) return
    this.#following.add(binding)
    for (const { by, path } of writtenBySelf(binding.declaration)) this.#add(module, { node: by }, seen(path))
    for (const use of usesOf(module.names, binding)) {
      if (this.#left-- === 0) this.#add(module, use, seen([undefined]))
      if (this.#left < 0) break
      this.climb(module, use, seen)
    }
    this.#following.delete(binding)
  }

  /** Follows an expression to where it goes. */
  climb(module: Module, hanging: Hanging, seen: Seen): void {
    const { parent, key, up } = hanging
    if (up === undefined) return
    const climb = (next = seen) => this.climb(module, up, next)
    if (isCast(parent)) climb()
    switch (parent.type) {
      case 'LogicalExpression':
      case 'SequenceExpression':
        climb()
        break
      case 'ConditionalExpression':
        if (key !== 'test') climb()
        break
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        if (key === 'object') this.#member(module, up, seen)
        break
      case 'AssignmentExpression':
        if (key === 'left') this.#add(module, up, seen([]))
        else this.#bind(module, parent.left, seen)
        break
      case 'UpdateExpression':
        this.#add(module, up, seen([]))
        break
      case 'UnaryExpression':
        if (parent.operator === 'delete') this.#add(module, up, seen([]))
        break
      case 'VariableDeclarator':
        if (key === 'init') this.#bind(module, parent.id, seen)
        break
      case 'ForInStatement':
        if (key === 'left') this.#add(module, up, seen([]))
        break
      case 'ForOfStatement':
        if (key === 'left') this.#add(module, up, seen([]))
        else if (key === 'right') this.#bind(module, parent.left, inside(seen))
        break
      case 'AssignmentPattern':
        if (key === 'right') this.#bind(module, parent.left, seen)
        else this.#add(module, hanging, seen([]))
        break
      case 'RestElement':
      case 'ArrayPattern':
        // A member in a pattern is assigned to.
        this.#add(module, hanging, seen([]))
        break
      case 'ObjectProperty':
        if (up.parent.type === 'ObjectPattern') this.#add(module, hanging, seen([]))
        else if (up.up) this.climb(module, up.up, holding(seen, literalKey(parent.key, parent.computed)))
        break
      case 'ArrayExpression':
        climb(holding(seen, String(parent.elements.indexOf(hanging.node as never))))
        break
      case 'SpreadElement':
        if (up.up && up.parent.type === 'ObjectExpression') this.climb(module, up.up, sharing(seen))
        if (up.up && up.parent.type === 'ArrayExpression') this.climb(module, up.up, relisting(seen))
        if (/^(?:Call|OptionalCall|New)Expression$/.test(up.parent.type)) this.#escape(module, inside(seen))
        break
      case 'ReturnStatement':
      case 'YieldExpression':
      case 'ClassProperty':
        if (key !== 'key') this.#escape(module, seen)
        break
      case 'ArrowFunctionExpression':
        if (key === 'body') this.#escape(module, seen)
        break
      case 'TemplateLiteral':
        if (up.parent.type === 'TaggedTemplateExpression') this.#escape(module, seen)
        break
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression':
        if (key === 'arguments') this.#argument(module, hanging, up as Hanging<CallExpression>, seen)
    }
  }

  #add(module: Module, { node }: Pick<Hanging, 'node'>, path: Path | undefined, possible?: boolean): void {
    if (path !== undefined && path.length > 0) this.found.push({ at: { module, node }, path, possible })
  }

  /** It goes where it is not followed: whatever the module writes into something unclear may be written into it. */
  #escape(module: Module, seen: Seen): void {
    for (const write of writesOf(module)) {
      if (!this.#isUnclear(module, write)) continue
      const key = write.path.at(-1)
      // The object itself, or something in it.
      for (const path of [[key], [undefined, key], [undefined, undefined, key]])
        this.#add(module, { node: write.by }, seen(path), true)
    }
  }

  /** May it be any object that is written into? */
  #isUnclear(module: Module, { root, path, self }: ReturnType<typeof writesOf>[number]): boolean {
    if (root.type === 'ThisExpression') return self === 'function' || path.length > 1
    if (root.type !== 'Identifier') return true
    const binding = lookup(module.names, root.name, range(root).start)
    if (!binding) return root.name === 'arguments'
    if (binding.kind === 'import' || this.#following.has(binding)) return false
    if (/^(?:class|function|enum|namespace)$/.test(binding.kind)) return path.length > 1
    const { declaration } = binding
    const init =
      declaration.type === 'VariableDeclarator' && declaration.init ? unwrap(declaration.init) : undefined
    const isNew = init !== undefined && /^(?:Object|Array|New|Class|Function|ArrowFunction)/.test(init.type)
    return !isNew || path.length > 1 || binding.path.length > 0
  }

  #member(module: Module, hanging: Hanging, seen: Seen): void {
    const { property, computed } = hanging.node as Node & { property: Node; computed: boolean }
    const key = literalKey(property, computed)
    if (hanging.key !== 'callee' || key === undefined) {
      const isLent = /^(?:call|apply)$/.test(calledMethod(hanging) ?? '')
      if (isLent && LIST_CHANGES.has(key ?? '')) this.#add(module, hanging, seen([undefined]))
      this.climb(module, hanging, inside(seen, key))
      return
    }
    const call = hanging.up as Hanging<CallExpression>
    if (LIST_CHANGES.has(key)) this.#add(module, call, seen([undefined]))
    const [first] = call.node.arguments
    const iteration = ITERATIONS.has(key) && first && this.#context.evaluate({ module, node: first })
    if (iteration && iteration.kind === 'function') this.#parameter(iteration.at, 0, inside(seen))
    if (/^(?:at|find|findLast|pop|shift)$/.test(key)) this.climb(module, call, inside(seen))
    if (COPIES.test(key)) this.climb(module, call, relisting(seen))
  }

  /** The names that a pattern, or the variables that a loop, declares or assigns to. */
  #bind(module: Module, pattern: Node, seen: Seen): void {
    const target = unwrap(pattern)
    switch (target.type) {
      case 'VariableDeclaration':
        for (const { id } of target.declarations) this.#bind(module, id, seen)
        break
      case 'Identifier': {
        const binding = lookup(module.names, target.name, range(target).start)
        if (binding) this.binding(module, binding, seen)
        break
      }
      case 'MemberExpression':
        this.#bind(module, target.object, holding(seen, literalKey(target.property, target.computed)))
        break
      case 'AssignmentPattern':
        this.#bind(module, target.left, seen)
        break
      case 'TSParameterProperty':
        this.#escape(module, seen)
        this.#bind(module, target.parameter, seen)
        break
      case 'ArrayPattern':
        for (const [index, element] of target.elements.entries())
          if (element?.type === 'RestElement') this.#bind(module, element.argument, relisting(seen))
          else if (element) this.#bind(module, element, inside(seen, String(index)))
        break
      case 'ObjectPattern':
        for (const property of target.properties)
          if (property.type === 'RestElement') this.#bind(module, property.argument, sharing(seen))
          else this.#bind(module, property.value, inside(seen, literalKey(property.key, property.computed)))
    }
  }

  #argument(
    module: Module,
    hanging: Hanging,
    call: Hanging<CallExpression | NewExpression>,
    seen: Seen,
  ): void {
    const { callee, arguments: args } = call.node
    const index = args.indexOf(hanging.node as never)
    if (index === -1 || callee.type === 'Super' || callee.type === 'Import') return
    const target = this.#context.evaluate({ module, node: callee })
    const isChanger =
      (target.kind === 'global' && CHANGERS.test(target.name)) ||
      (target.kind === 'external' && PACKAGE_CHANGERS.test(target.name))
    if (isChanger && index === 0) this.#add(module, call, seen([undefined]))
    if (target.kind === 'global' && /^Object\.(?:assign|freeze|seal)$/.test(target.name) && index === 0)
      this.climb(module, call, seen)
    if (target.kind === 'function' || target.kind === 'class') this.#parameter(target.at, index, seen)
    else if (
      target.kind === 'global' &&
      /^(?:Object\.\w*(?:values|entries|Entries)|Array\.from|Map|Set)$/.test(target.name)
    )
      this.#escape(module, inside(seen))
    else if (target.kind !== 'external' && !(target.kind === 'global' && READERS.test(target.name)))
      this.#escape(module, seen)
  }

  /** What a function, or the constructor of a class, does to what it is given. */
  #parameter({ module, node }: Handle, index: number, seen: Seen): void {
    const made = functionOf(unwrap(node))
    if (made && /\barguments\b/.test(module.text.slice(range(made).start, range(made).end)))
      this.#escape(module, seen)
    const params = made?.params ?? []
    const [parameter, last] = [params[index], params.at(-1)]
    if (last?.type === 'RestElement' && index >= params.length - 1)
      this.#bind(module, last.argument, holding(seen, String(index - params.length + 1)))
    else if (parameter) this.#bind(module, parameter, seen)
  }
}

function functionOf(node: Node): FunctionNode | undefined {
  if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
    return node.body.body.find((member): member is ClassMethod => {
      return member.type === 'ClassMethod' && member.kind === 'constructor'
    })
  }
  return 'params' in node && Array.isArray(node.params) ? (node as FunctionNode) : undefined
}

/** The method that is called on an expression: `m` of `x.m()`. */
function calledMethod({ key, up }: Hanging): string | undefined {
  if (key !== 'object' || !up || up.key !== 'callee') return undefined
  const { property, computed } = up.node as Node & { property: Node; computed: boolean }
  return literalKey(property, computed)
}
