/** What code changes in the object that it belongs to: in `this`. */
import type { Class, Node } from '@babel/types'
import type { Handle } from '../names/module.js'
import { eachChild, literalKey, unwrap } from '../names/nodes.js'
import type { ObjectChange, Path } from './values.js'

/** Methods that change a list in place. */
export const LIST_CHANGES = new Set('push pop shift unshift splice sort reverse fill copyWithin'.split(' '))

/** A method of the object literal or class that a declaration gives a name. */
export function methodOf(declaration: Node, name: string): Node | undefined {
  const made =
    declaration.type === 'VariableDeclarator' && declaration.init ? unwrap(declaration.init) : declaration
  if (made.type === 'ObjectExpression') {
    const found = made.properties.find(each => 'key' in each && literalKey(each.key, each.computed) === name)
    return found?.type === 'ObjectProperty' ? found.value : found
  }
  const isClass = made.type === 'ClassDeclaration' || made.type === 'ClassExpression'
  return isClass
    ? staticCode(made).find(each => 'key' in each && literalKey(each.key as Node, false) === name)
    : undefined
}

/** The static blocks and methods of a class. */
function staticCode({ body }: Class): Node[] {
  return body.body.filter(
    member => member.type === 'StaticBlock' || (member.type === 'ClassMethod' && member.static),
  )
}

/** What a class changes in itself while it is declared. */
export function changedByItself({ module, node }: Handle<Class>): ObjectChange[] {
  return staticCode(node)
    .filter(({ type }) => type === 'StaticBlock')
    .flatMap(block => writtenToThis(block).map(({ path, by }) => ({ at: { module, node: by }, path })))
}

/** What code assigns to properties of `this`, functions of their own aside: `this.a.b = …` is `['a', 'b']`. */
export function writtenToThis(code: Node): { path: Path; by: Node }[] {
  const found: { path: Path; by: Node }[] = []
  const write = (by: Node, target: Node, whole = false) => {
    const path = pathFromThis(target)
    if (path && (whole || path.length > 0)) found.push({ path: whole ? [...path, undefined] : path, by })
  }
  const stack: Node[] = [code]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node !== code && /^(?:Function|Class(?!Body))/.test(node.type)) continue
    if (node.type === 'AssignmentExpression') write(node, node.left)
    else if (node.type === 'UpdateExpression') write(node, node.argument)
    else if (node.type === 'UnaryExpression' && node.operator === 'delete') write(node, node.argument)
    else if (node.type === 'CallExpression') {
      const { callee, arguments: args } = node
      const method = callee.type === 'MemberExpression' && literalKey(callee.property, callee.computed)
      if (method && LIST_CHANGES.has(method)) write(node, (callee as Node & { object: Node }).object, true)
      if (method && /^(?:assign|set|defineProperty|defineProperties)$/.test(method) && args[0])
        write(node, args[0], true)
    }
    eachChild(node, child => stack.push(child))
  }
  return found
}

function pathFromThis(given: Node): Path | undefined {
  const node = unwrap(given)
  if (node.type === 'ThisExpression') return []
  if (node.type !== 'MemberExpression') return undefined
  const path = pathFromThis(node.object)
  return path && [...path, literalKey(node.property, node.computed)]
}
