/** From the expression that makes a primitive to the module and the value that its artifact gives. */

import type { Node, Program, Statement } from '@babel/types'
import { type Handle, lookup, type Module, range, unwrap } from '../../source/index.js'
import { collectReferences } from './references.js'

/** Which value of a module an artifact is made of. */
type SiteTarget =
  /** A name declared at the top level. */
  | { form: 'binding'; name: string }
  /** The module's default export, when it has no name of its own. */
  | { form: 'default' }
  /** An expression that stands somewhere inside a top-level statement. */
  | { form: 'expression'; node: Node }

export interface Site {
  module: Module
  target: SiteTarget
  /** The name under which the module exports it, or has it; `default` where it has none. */
  exportName: string
}

/** Statements of a module. */
export function bodyOf(module: Module): readonly Statement[] {
  return (module.root as Program).body
}

/** The top-level statement that an expression stands in. */
export function statementOf({ module, node }: Handle): Statement | undefined {
  const { start, end } = range(node)
  const last = bodyOf(module).findLast(statement => range(statement).start <= start)
  return last && end <= range(last).end ? last : undefined
}

/**
 * Where an expression or class can be taken from.
 * @returns undefined if it depends on names of a function around it, which only exist while that runs
 */
export function siteOf(at: Handle): Site | undefined {
  const { module } = at
  const statement = module.form === 'code' ? statementOf(at) : undefined
  if (!statement) return undefined
  const name = nameOf(statement, at.node)
  if (name !== undefined)
    return { module, target: { form: 'binding', name }, exportName: exportName(module, name) }
  if (statement.type === 'ExportDefaultDeclaration' && unwrap(statement.declaration) === at.node) {
    return { module, target: { form: 'default' }, exportName: 'default' }
  }
  if (dependsOnFunction(at)) return undefined
  return { module, target: { form: 'expression', node: at.node }, exportName: 'default' }
}

/** The top-level name that is declared with exactly this value. */
export function nameOf(statement: Statement, value: Node): string | undefined {
  const inner =
    (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') &&
    statement.declaration
      ? statement.declaration
      : statement
  if (inner === value) return 'id' in inner && inner.id?.type === 'Identifier' ? inner.id.name : undefined
  if (inner.type !== 'VariableDeclaration') return undefined
  const declarator = inner.declarations.find(({ init }) => init && unwrap(init) === value)
  return declarator?.id.type === 'Identifier' ? declarator.id.name : undefined
}

function exportName(module: Module, name: string): string {
  for (const [exported, entry] of module.exports.named) {
    if (entry.kind === 'local' && entry.node.type === 'Identifier' && entry.node.name === name)
      return exported
  }
  return name
}

function dependsOnFunction({ module, node }: Handle): boolean {
  const names = new Set<string>()
  collectReferences(node, names)
  return [...names].some(name => {
    const scope = lookup(module.names, name, range(node).start)?.scope
    return scope !== undefined && scope !== module.names.root
  })
}
