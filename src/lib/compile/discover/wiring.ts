/** Which statements of a module do nothing but declare primitives or put them together. */

import type { Node, Statement } from '@babel/types'
import { evaluate, isLuaPackage, type Module, type Sources, unwrap } from '../../source/index.js'
import { isAddCall } from './added-tools.js'
import type { Primitive } from './primitive.js'
import { bodyOf, statementOf } from './site.js'

/**
 * The statements of each module that artifacts drop unless they need them: those that declare a registered
 * primitive, those that declare any other thing with a class or function of `lua-cli`, and `addTool` calls.
 */
export function wiringOf(sources: Sources, primitives: readonly Primitive[]): Map<Module, Set<Statement>> {
  const wiring = new Map<Module, Set<Statement>>()
  const mark = (module: Module, statement: Statement | undefined) => {
    if (statement) wiring.set(module, (wiring.get(module) ?? new Set()).add(statement))
  }
  for (const { site, declared } of primitives) {
    mark(declared.module, statementOf(declared))
    const { target } = site
    if (target.form === 'expression')
      mark(site.module, statementOf({ module: site.module, node: target.node }))
  }
  for (const module of new Set(primitives.map(({ site }) => site.module))) {
    for (const statement of bodyOf(module)) {
      if (
        isAddCall(statement) ||
        declaredValues(statement).some(value => isMadeByLua(sources, module, value))
      ) {
        mark(module, statement)
      }
    }
  }
  return wiring
}

function declaredValues(statement: Statement): Node[] {
  const inner =
    statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement
  if (inner.type === 'VariableDeclaration') {
    return inner.declarations.flatMap(({ init }) => (init ? [unwrap(init)] : []))
  }
  return inner.type === 'ExportDefaultDeclaration' ? [unwrap(inner.declaration)] : []
}

function isMadeByLua(sources: Sources, module: Module, value: Node): boolean {
  if (value.type !== 'NewExpression' && value.type !== 'CallExpression') return false
  const callee = evaluate(sources, { module, node: value.callee })
  if (callee.kind !== 'external' || !isLuaPackage(callee.specifier)) return false
  return value.type === 'NewExpression' || /(?:^|\.)define[A-Z]/.test(callee.name)
}
