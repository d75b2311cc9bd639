/** What gives a variable another value after its declaration. */
import type { Node } from '@babel/types'
import { patternNames } from './exports.js'
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
export function markTarget(changes: Changes, target: Node, by: Node): void {
  for (const root of patternNames(target)) add(changes, root.name, { node: by, root })
}

/** Adds to the list under a key. */
export function add<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key)
  if (items === undefined) map.set(key, [item])
  else items.push(item)
}
