/** What code writes into objects: assignments to properties, and calls that change what they are given. */
import type { Class, Node } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { eachChild, literalKey, unwrap } from '../names/nodes.js'
import type { ObjectChange, Path } from './values.js'

/** Methods that change a list in place. */
export const LIST_CHANGES = new Set('push pop shift unshift splice sort reverse fill copyWithin'.split(' '))

interface Write {
  by: Node
  /** What the chain of properties begins with: `a` of `a.b.c = …`. */
  root: Node
  path: Path
  /** What `this` means there: that of the code itself, of a function in it, or of an object or class in it. */
  self: 'own' | 'function' | 'object'
}

/** Everything that code writes into properties. */
function writesIn(code: Node): Write[] {
  const found: Write[] = []
  const stack: { node: Node; self: Write['self'] }[] = [{ node: code, self: 'own' }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node } = next
    const self = node === code ? next.self : (selfIn(node) ?? next.self)
    const write = (target: Node, whole = false) => {
      const { root, path } = chainOf(target)
      if (whole || path.length > 0)
        found.push({ by: node, root, path: whole ? [...path, undefined] : path, self })
    }
    if (node.type === 'AssignmentExpression') write(node.left)
    else if (node.type === 'UpdateExpression') write(node.argument)
    else if (node.type === 'UnaryExpression' && node.operator === 'delete') write(node.argument)
    else if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
      const [first] = node.arguments
      const method = literalKey(node.callee.property, node.callee.computed) ?? ''
      if (LIST_CHANGES.has(method)) write(node.callee.object, true)
      if (/^(?:assign|set|defineProperty|defineProperties)$/.test(method) && first) write(first, true)
    }
    eachChild(node, child => stack.push({ node: child, self }))
  }
  return found
}

function selfIn({ type }: Node): Write['self'] | undefined {
  if (/^(?:Object|Class)(?:Private)?Method$|^Class|^StaticBlock$/.test(type)) return 'object'
  return /^Function/.test(type) ? 'function' : undefined
}

function chainOf(given: Node): { root: Node; path: Path } {
  const node = unwrap(given)
  if (node.type !== 'MemberExpression') return { root: node, path: [] }
  const { root, path } = chainOf(node.object)
  return { root, path: [...path, literalKey(node.property, node.computed)] }
}

const WRITES = new WeakMap<Module, Write[]>()

/** Everything that a module writes into properties. */
export function writesOf(module: Module): Write[] {
  const known = WRITES.get(module) ?? writesIn(module.root)
  WRITES.set(module, known)
  return known
}

/** What code writes into its `this`: `this.a.b = …` is `['a', 'b']`. */
export function writtenToThis(code: Node): Write[] {
  return writesIn(code).filter(({ root, self }) => root.type === 'ThisExpression' && self === 'own')
}

/** What the methods of an object literal, or the static ones of a class, write into it. */
export function writtenBySelf(declaration: Node): Write[] {
  const made = declaration.type === 'VariableDeclarator' ? declaration.init : declaration
  const node = made && unwrap(made)
  if (node?.type === 'ClassDeclaration' || node?.type === 'ClassExpression') return writtenByClass(node)
  if (node?.type !== 'ObjectExpression') return []
  return node.properties.flatMap(property => {
    const code = property.type === 'ObjectProperty' ? property.value : property
    return code.type === 'ObjectMethod' || code.type === 'FunctionExpression' ? writtenToThis(code) : []
  })
}

function writtenByClass({ body }: Class): Write[] {
  const own = body.body.filter(
    member => member.type === 'StaticBlock' || (member.type === 'ClassMethod' && member.static),
  )
  return own.flatMap(writtenToThis)
}

/** What a class changes in itself. */
export function changedByItself({ module, node }: Handle<Class>): ObjectChange[] {
  return writtenByClass(node).map(({ path, by }) => ({ at: { module, node: by }, path }))
}
