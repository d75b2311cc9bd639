/** Finds where code reads a variable of the environment, for values that were found by running it. */
import type { Node } from '@babel/types'
import type { SourceLocation } from '../../errors.js'
import type { Module } from '../names/module.js'
import { eachChild, literalKey } from '../names/nodes.js'
import type { Sources } from '../names/sources.js'

/** The first place in these files that reads the variable; `undefined`: none that can be seen. */
export function environmentPlace(
  sources: Sources,
  paths: readonly string[],
  variable: string,
): SourceLocation | undefined {
  for (const path of paths) {
    const module = sources.tryModule(path)
    const node = module && placeIn(module, variable)
    if (node) return module.locationOf(node)
  }
  return undefined
}

function placeIn(module: Module, variable: string): Node | undefined {
  const stack: Node[] = [module.root]
  let first: Node | undefined
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (isRead(node, variable) && (first === undefined || (node.start ?? 0) < (first.start ?? 0)))
      first = node
    else eachChild(node, child => stack.push(child))
  }
  return first
}

/** `….X`, `env('X')` or `{ X }` of a pattern. */
function isRead(node: Node, variable: string): boolean {
  switch (node.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return literalKey(node.property, node.computed) === variable
    case 'CallExpression': {
      const [name] = node.arguments
      return name?.type === 'StringLiteral' && name.value === variable
    }
    case 'ObjectPattern':
      return node.properties.some(
        property =>
          property.type === 'ObjectProperty' && literalKey(property.key, property.computed) === variable,
      )
    default:
      return false
  }
}
