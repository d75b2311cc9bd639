/** What gives a variable another value after its declaration. */
import type { Node } from '@babel/types'
import { unwrap } from './nodes.js'
import type { Change } from './scope.js'

/** By the name of the variable. */
export type Changes = Map<string, Change[]>

/** Notes which variables a statement or expression assigns to, by itself. */
export function collectChange(changes: Changes, node: Node): void {
  if (node.type === 'AssignmentExpression') markTarget(changes, node.left, node)
  else if (node.type === 'UpdateExpression') markTarget(changes, node.argument, node)
  else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    if (node.left.type !== 'VariableDeclaration') markTarget(changes, node.left, node)
  }
}

/** Notes that every variable in an assignment target changes. */
export function markTarget(changes: Changes, pattern: Node, by: Node): void {
  const target = unwrap(pattern)
  switch (target.type) {
    case 'Identifier':
      add(changes, target.name, { node: by, root: target })
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

/** Adds to the list under a key. */
export function add<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key)
  if (items === undefined) map.set(key, [item])
  else items.push(item)
}
