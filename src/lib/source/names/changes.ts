/** What changes a variable, or the object it holds, after its declaration. */
import type { Node } from '@babel/types'
import { literalKey, unwrap } from './nodes.js'
import type { Change } from './scope.js'

/** By the name of the variable. */
export type Changes = Map<string, Change[]>

const ARRAY_CHANGES = new Set('push pop shift unshift splice sort reverse fill copyWithin'.split(' '))
const OBJECT_CHANGES = new Set('assign defineProperty defineProperties setPrototypeOf'.split(' '))

/** Notes what a statement or expression changes, by itself. */
export function collectChange(changes: Changes, node: Node): void {
  if (node.type === 'AssignmentExpression') markTarget(changes, node.left, node)
  else if (node.type === 'UpdateExpression') markTarget(changes, node.argument, node)
  else if (node.type === 'UnaryExpression' && node.operator === 'delete')
    markTarget(changes, node.argument, node)
  else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    if (node.left.type !== 'VariableDeclaration') markTarget(changes, node.left, node)
  } else if (node.type === 'CallExpression') collectCall(changes, node)
}

/** `list.push(x)` changes `list`; `Object.assign(config, …)` changes `config`. */
function collectCall(changes: Changes, node: Node & { type: 'CallExpression' }): void {
  const callee = node.callee
  if (callee.type !== 'MemberExpression') return
  const method = literalKey(callee.property, callee.computed) ?? ''
  const first = node.arguments[0]
  if (ARRAY_CHANGES.has(method)) markInPlace(changes, callee.object, node, true)
  if (OBJECT_CHANGES.has(method) && first && isGlobal(callee.object)) markInPlace(changes, first, node, true)
}

function isGlobal(node: Node): boolean {
  return node.type === 'Identifier' && (node.name === 'Object' || node.name === 'Reflect')
}

/** Notes that every variable, or object, in an assignment target changes. */
export function markTarget(changes: Changes, pattern: Node, by: Node): void {
  const target = unwrap(pattern)
  switch (target.type) {
    case 'Identifier':
      add(changes, target.name, { node: by, root: target, reassigns: true })
      return
    case 'MemberExpression':
      markInPlace(changes, target, by, false)
      return
    case 'AssignmentPattern':
      markTarget(changes, target.left, by)
      return
    case 'RestElement':
      markTarget(changes, target.argument, by)
      return
    case 'ArrayPattern':
      for (const element of target.elements) if (element) markTarget(changes, element, by)
      return
    case 'ObjectPattern':
      for (const property of target.properties) {
        markTarget(changes, property.type === 'RestElement' ? property.argument : property.value, by)
      }
  }
}

/** Marks the variable at the root of `a.b.c`; `whole`: the object that the chain names changes as a whole. */
function markInPlace(changes: Changes, chain: Node, by: Node, whole: boolean): void {
  let key: string | undefined
  let node = unwrap(chain)
  if (!whole && node.type !== 'MemberExpression') return
  while (node.type === 'MemberExpression') {
    key = literalKey(node.property, node.computed)
    node = unwrap(node.object)
  }
  if (node.type === 'Identifier') {
    add(changes, node.name, { node: by, root: node, reassigns: false, key })
  }
}

/** Adds to the list under a key. */
export function add<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key)
  if (items === undefined) map.set(key, [item])
  else items.push(item)
}
