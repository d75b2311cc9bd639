/** The one walk over a module's tree that collects scopes, bindings, uses and changes. */
import type { Identifier, ImportDeclaration, Node } from '@babel/types'
import { eachChild, isTypeOnly, literalKey, range, unwrap } from './nodes.js'
import type { Binding, BindingKind, ModuleNames, PatternStep, Scope } from './scope.js'

interface Visit {
  node: Node
  parent: Node
  key: string
  scope: Scope
}

/** Walks a whole program; without recursion, so that deep trees do not overflow the stack. */
export function collectNames(root: Node): ModuleNames {
  const names: ModuleNames = {
    root: newScope({ start: 0, end: Number.MAX_SAFE_INTEGER }, true),
    occurrences: new Map(),
    changes: new Map(),
    news: [],
    classes: [],
  }
  const stack: Visit[] = [{ node: root, parent: root, key: '', scope: names.root }]
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { node } = visit
    collect(names, visit)
    const inner = innerScope(visit)
    const from = stack.length
    eachChild(node, (child, key) => {
      if (!isTypeOnly(child)) stack.push({ node: child, parent: node, key, scope: inner })
    })
    reverseFrom(stack, from)
  }
  return names
}

/** The stack gives back the last first: turn the children round to visit them in source order. */
function reverseFrom(stack: Visit[], from: number): void {
  for (let low = from, high = stack.length - 1; low < high; low++, high--) {
    const swap = stack[low] as Visit
    stack[low] = stack[high] as Visit
    stack[high] = swap
  }
}

function newScope(span: { start: number; end: number }, hoists: boolean, parent?: Scope): Scope {
  const scope: Scope = { ...span, hoists, parent, children: [], bindings: new Map() }
  parent?.children.push(scope)
  return scope
}

/** The scope in which a node's children live: a new one for functions, blocks, loops, classes. */
function innerScope({ node, parent, scope }: Visit): Scope {
  if (isFunction(node)) return functionScope(node, scope)
  switch (node.type) {
    case 'BlockStatement':
      return isFunction(parent) || parent.type === 'CatchClause' ? scope : newScope(range(node), false, scope)
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'SwitchStatement':
      return newScope(range(node), false, scope)
    case 'StaticBlock':
    case 'TSModuleBlock':
      return newScope(range(node), true, scope)
    case 'CatchClause': {
      const inner = newScope(range(node), false, scope)
      if (node.param) bindPattern(inner, 'catch', node.param, node, [])
      return inner
    }
    case 'ClassDeclaration':
    case 'ClassExpression': {
      const inner = newScope(range(node), false, scope)
      if (node.id && node.type === 'ClassExpression') bind(inner, 'class', node.id, node, [])
      return inner
    }
    default:
      return scope
  }
}

function functionScope(node: Node & { params: Node[] }, scope: Scope): Scope {
  const inner = newScope(range(node), true, scope)
  if (node.type === 'FunctionExpression' && node.id) bind(inner, 'function', node.id, node, [])
  for (const param of node.params) bindPattern(inner, 'param', param, node, [])
  return inner
}

function isFunction(node: Node): node is Node & { params: Node[] } {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      return true
    default:
      return false
  }
}

function bind(
  scope: Scope,
  kind: BindingKind,
  identifier: Identifier,
  declaration: Node,
  path: PatternStep[],
  source?: ImportDeclaration,
): void {
  const binding: Binding = { name: identifier.name, kind, identifier, declaration, path, scope, source }
  if (!scope.bindings.has(identifier.name)) scope.bindings.set(identifier.name, binding)
}

/** Binds every name in a pattern, each with its steps from the whole value. */
function bindPattern(
  scope: Scope,
  kind: BindingKind,
  pattern: Node,
  declaration: Node,
  path: PatternStep[],
): void {
  const inside = (node: Node, step: PatternStep) =>
    bindPattern(scope, kind, node, declaration, [...path, step])
  switch (pattern.type) {
    case 'Identifier':
      bind(scope, kind, pattern, declaration, path)
      return
    case 'AssignmentPattern':
      bindPattern(scope, kind, pattern.left, declaration, withFallback(path, pattern.right))
      return
    case 'TSParameterProperty':
      bindPattern(scope, kind, pattern.parameter, declaration, path)
      return
    case 'RestElement':
      inside(pattern.argument, { kind: 'unknown', node: pattern })
      return
    case 'ArrayPattern':
      pattern.elements.forEach((element, index) => {
        if (element) inside(element, { kind: 'key', key: String(index) })
      })
      return
    case 'ObjectPattern': {
      const taken: string[] = []
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') inside(property.argument, { kind: 'rest', without: taken })
        else {
          const key = literalKey(property.key, property.computed)
          if (key !== undefined) taken.push(key)
          inside(
            property.value,
            key === undefined ? { kind: 'unknown', node: property } : { kind: 'key', key },
          )
        }
      }
    }
  }
}

function withFallback(path: PatternStep[], fallback: Node): PatternStep[] {
  const last = path.at(-1)
  return last?.kind === 'key' ? [...path.slice(0, -1), { ...last, fallback }] : path
}

function collect(names: ModuleNames, visit: Visit): void {
  const { node, scope } = visit
  switch (node.type) {
    case 'Identifier':
      if (isUse(visit)) add(names.occurrences, node.name, { node, parent: visit.parent, key: visit.key })
      return
    case 'NewExpression':
      names.news.push(node)
      return
    case 'ClassExpression':
      names.classes.push(node)
      return
    case 'ClassDeclaration':
      names.classes.push(node)
      if (node.id) bind(scope, 'class', node.id, node, [])
      return
    case 'FunctionDeclaration':
      if (node.id) bind(scope, 'function', node.id, node, [])
      return
    case 'TSEnumDeclaration':
      bind(scope, 'enum', node.id, node, [])
      return
    case 'TSModuleDeclaration':
      if (node.id.type === 'Identifier') bind(scope, 'namespace', node.id, node, [])
      return
    case 'TSImportEqualsDeclaration':
      bind(scope, 'import', node.id, node, [])
      return
    case 'ImportDeclaration':
      bindImports(scope, node)
      return
    case 'VariableDeclaration':
      bindVariables(names, visit)
      return
    default:
      collectChange(names, node)
  }
}

function bindImports(scope: Scope, node: ImportDeclaration): void {
  if (node.importKind === 'type' || node.importKind === 'typeof') return
  for (const specifier of node.specifiers) {
    const typeOnly = specifier.type === 'ImportSpecifier' && specifier.importKind === 'type'
    if (!typeOnly) bind(scope, 'import', specifier.local, specifier, [], node)
  }
}

function bindVariables(names: ModuleNames, { node, parent, key, scope }: Visit): void {
  if (node.type !== 'VariableDeclaration') return
  const kind: BindingKind = node.kind === 'let' || node.kind === 'var' ? node.kind : 'const'
  const isLoop = (parent.type === 'ForInStatement' || parent.type === 'ForOfStatement') && key === 'left'
  let target = scope
  while (kind === 'var' && !target.hoists && target.parent) target = target.parent
  for (const declarator of node.declarations) {
    const before = declarator.id.type === 'Identifier' ? target.bindings.get(declarator.id.name) : undefined
    bindPattern(target, kind, declarator.id, declarator, isLoop ? [{ kind: 'unknown', node: parent }] : [])
    // A second `var x = …` of one name is an assignment to the first.
    if (before !== undefined && declarator.init) markTarget(names, declarator.id, declarator)
  }
}

/** A name used as a value: not a property name, not a label, not a type. */
function isUse({ node, parent, key }: Visit): boolean {
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return key === 'object' || parent.computed
    case 'ObjectProperty':
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassProperty':
    case 'ClassAccessorProperty':
      return key !== 'key' || parent.computed
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ExportNamespaceSpecifier':
    case 'ImportAttribute':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
      return false
    case 'ExportSpecifier':
      return key === 'local'
    case 'TSEnumMember':
      return key !== 'id'
    case 'VariableDeclarator':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
      return key !== 'id'
    default:
      return node.type === 'Identifier'
  }
}

function add<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key)
  if (items === undefined) map.set(key, [item])
  else items.push(item)
}

const ARRAY_CHANGES = new Set('push pop shift unshift splice sort reverse fill copyWithin'.split(' '))
const OBJECT_CHANGES = new Set('assign defineProperty defineProperties setPrototypeOf'.split(' '))

function collectChange(names: ModuleNames, node: Node): void {
  if (node.type === 'AssignmentExpression') markTarget(names, node.left, node)
  else if (node.type === 'UpdateExpression') markTarget(names, node.argument, node)
  else if (node.type === 'UnaryExpression' && node.operator === 'delete')
    markTarget(names, node.argument, node)
  else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    if (node.left.type !== 'VariableDeclaration') markTarget(names, node.left, node)
  } else if (node.type === 'CallExpression') collectCall(names, node)
}

/** `list.push(x)` changes `list`; `Object.assign(config, …)` changes `config`. */
function collectCall(names: ModuleNames, node: Node & { type: 'CallExpression' }): void {
  const callee = node.callee
  if (callee.type !== 'MemberExpression') return
  const method = literalKey(callee.property, callee.computed) ?? ''
  const first = node.arguments[0]
  if (ARRAY_CHANGES.has(method)) markInPlace(names, callee.object, node, true)
  if (OBJECT_CHANGES.has(method) && first && isGlobal(callee.object)) markInPlace(names, first, node, true)
}

function isGlobal(node: Node): boolean {
  return node.type === 'Identifier' && (node.name === 'Object' || node.name === 'Reflect')
}

function markTarget(names: ModuleNames, pattern: Node, by: Node): void {
  const target = unwrap(pattern)
  switch (target.type) {
    case 'Identifier':
      add(names.changes, target.name, { node: by, root: target, reassigns: true })
      return
    case 'MemberExpression':
      markInPlace(names, target, by, false)
      return
    case 'AssignmentPattern':
      markTarget(names, target.left, by)
      return
    case 'RestElement':
      markTarget(names, target.argument, by)
      return
    case 'ArrayPattern':
      for (const element of target.elements) if (element) markTarget(names, element, by)
      return
    case 'ObjectPattern':
      for (const property of target.properties) {
        markTarget(names, property.type === 'RestElement' ? property.argument : property.value, by)
      }
  }
}

/** Marks the variable at the root of `a.b.c`; `whole`: the object that the chain names changes as a whole. */
function markInPlace(names: ModuleNames, chain: Node, by: Node, whole: boolean): void {
  let key: string | undefined
  let node = unwrap(chain)
  if (!whole && node.type !== 'MemberExpression') return
  while (node.type === 'MemberExpression') {
    key = literalKey(node.property, node.computed)
    node = unwrap(node.object)
  }
  if (node.type === 'Identifier') {
    add(names.changes, node.name, { node: by, root: node, reassigns: false, key })
  }
}
