/** Scopes, and the names that declarations bind in them. */
import type { Identifier, ImportDeclaration, Node, TSEnumDeclaration } from '@babel/types'
import { type Changes, markTarget } from './changes.js'
import { patternNames } from './exports.js'
import { literalKey, range } from './nodes.js'
import type { BindingKind, Hanging, PatternStep, Scope } from './scope.js'

/** A node on a walk, with the scope it is in. */
export interface Visit extends Hanging {
  scope: Scope
}

export function newScope(span: { start: number; end: number }, hoists: boolean, parent?: Scope): Scope {
  const scope: Scope = { ...span, hoists, parent, children: [], bindings: new Map() }
  parent?.children.push(scope)
  return scope
}

/** The scope in which a node's children live: a new one for functions, blocks, loops, classes. */
export function innerScope({ node, parent, scope }: Visit): Scope {
  if (isFunction(node)) return functionScope(node, scope)
  switch (node.type) {
    case 'BlockStatement':
      return isFunction(parent) || parent.type === 'CatchClause' ? scope : newScope(range(node), false, scope)
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'SwitchStatement':
      return newScope(range(node), false, scope)
    case 'TSEnumDeclaration':
      return enumScope(node, scope)
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

/** Members of an enum see those before them by their bare names. */
function enumScope(node: TSEnumDeclaration, scope: Scope): Scope {
  const inner = newScope(range(node), false, scope)
  for (const member of node.body?.members ?? node.members) {
    if (member.id.type === 'Identifier') bind(inner, 'enum', member.id, member, [])
  }
  return inner
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
  const known = scope.bindings.get(identifier.name)
  if (known === undefined) {
    scope.bindings.set(identifier.name, {
      name: identifier.name,
      kind,
      identifier,
      declaration,
      path,
      scope,
      source,
    })
  } else if (known.declaration !== declaration && (kind === 'enum' || kind === 'namespace'))
    known.merged = true
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
      const taken: (string | undefined)[] = []
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') {
          const without = taken.filter(key => key !== undefined)
          const isKnown = without.length === taken.length
          inside(property.argument, isKnown ? { kind: 'rest', without } : { kind: 'unknown', node: property })
        } else {
          const key = literalKey(property.key, property.computed)
          taken.push(key)
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

/** Binds the name of a declaration other than of variables; `false`: it is none. */
export function bindDeclaration(scope: Scope, node: Node): boolean {
  switch (node.type) {
    case 'ClassDeclaration':
      if (node.id) bind(scope, 'class', node.id, node, [])
      return true
    case 'FunctionDeclaration':
      if (node.id) bind(scope, 'function', node.id, node, [])
      return true
    case 'TSEnumDeclaration':
      bind(scope, 'enum', node.id, node, [])
      return true
    case 'TSModuleDeclaration':
      if (node.id.type === 'Identifier') bind(scope, 'namespace', node.id, node, [])
      return true
    case 'TSImportEqualsDeclaration':
      bind(scope, 'import', node.id, node, [])
      return true
    case 'ImportDeclaration':
      bindImports(scope, node)
      return true
    default:
      return false
  }
}

function bindImports(scope: Scope, node: ImportDeclaration): void {
  if (node.importKind === 'type' || node.importKind === 'typeof') return
  for (const specifier of node.specifiers) {
    const typeOnly = specifier.type === 'ImportSpecifier' && specifier.importKind === 'type'
    if (!typeOnly) bind(scope, 'import', specifier.local, specifier, [], node)
  }
}

/** Binds the names of `const`, `let` and `var`. */
export function bindVariables(changes: Changes, { node, parent, key, scope }: Visit): void {
  if (node.type !== 'VariableDeclaration') return
  const kind: BindingKind = node.kind === 'let' || node.kind === 'var' ? node.kind : 'const'
  const isLoop = (parent.type === 'ForInStatement' || parent.type === 'ForOfStatement') && key === 'left'
  let target = scope
  while (kind === 'var' && !target.hoists && target.parent) target = target.parent
  const nested = scope !== target || (parent !== node && !/^Program|Block|^Export/.test(parent.type))
  for (const declarator of node.declarations) {
    const before = declarator.id.type === 'Identifier' ? target.bindings.get(declarator.id.name) : undefined
    bindPattern(target, kind, declarator.id, declarator, isLoop ? [{ kind: 'unknown', node: parent }] : [])
    // A second `var x = …` of one name is an assignment to the first.
    const isSecond = before !== undefined && before.declaration !== declarator
    if (isSecond && declarator.init) markTarget(changes, declarator.id, declarator)
    for (const name of patternNames(declarator.id)) {
      const bound = target.bindings.get(name.name)
      if (kind === 'var' && nested && bound) bound.nested = true
    }
  }
}
