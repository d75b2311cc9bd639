/** Which values something works on while modules are loaded, besides declaring them and putting them together. */

import type { CallExpression, NewExpression, Node, Statement } from '@babel/types'
import {
  asDeclared,
  declaredNames,
  evaluate,
  type Handle,
  type Module,
  type Sources,
} from '../../source/index.js'
import { isAddCall } from './added-tools.js'
import { Harmless } from './harmless.js'
import { collectReferences } from './references.js'
import { bodyOf, type Site, statementOf } from './site.js'

interface Facts {
  harmless: Harmless
  touched: Map<Module, ReadonlySet<string>>
  /** Top-level statements that other modules work on, and the paths of those modules. */
  fromAfar: ReadonlyMap<Statement, ReadonlySet<string>>
}

const FACTS = new WeakMap<Sources, Facts>()

function factsOf(sources: Sources): Facts {
  const known = FACTS.get(sources)
  if (known) return known
  const facts: Facts = { harmless: new Harmless(sources), touched: new Map(), fromAfar: new Map() }
  FACTS.set(sources, facts)
  return facts
}

/** See `Harmless`. */
export function isHarmless(sources: Sources, module: Module, node: Node): boolean {
  return factsOf(sources).harmless.is(module, node)
}

/**
 * May a value not be what its declaration says? Code that runs when a module is loaded gets hold of it, however
 * indirectly: `wrap(tool)`, `for (const tool of skill.tools) wrap(tool)`, `withAuth(new LuaSkill({ tools: [tool] }))`.
 */
export function isTouched(sources: Sources, { module, node }: Handle): boolean {
  const { harmless, fromAfar } = factsOf(sources)
  const statement = statementOf({ module, node })
  if (!statement) return false
  const names = touchedNames(sources, module)
  return (
    fromAfar.has(statement) ||
    namesOf(statement).some(name => names.has(name)) ||
    !harmless.isOnlyListed(module, statement, node) ||
    (/^(?:New|Call)Expression$/.test(node.type) &&
      !harmless.isMaking(module, node as NewExpression | CallExpression))
  )
}

/** All names that are reached from code with an effect. A function that is never called does nothing. */
function touchedNames(sources: Sources, module: Module): ReadonlySet<string> {
  const { touched } = factsOf(sources)
  const names =
    touched.get(module) ?? reachedNames(bodyOf(module), statement => !isInert(sources, module, statement))
  touched.set(module, names)
  return names
}

/** Paths of the other modules that work on what a top-level statement declares. */
export function workingOn(sources: Sources, statement: Statement | undefined): ReadonlySet<string> {
  return (statement && factsOf(sources).fromAfar.get(statement)) ?? new Set()
}

/**
 * Finds what `modules` work on in others: from now on, `isTouched` and `workingOn` know.
 * @returns whether there is anything
 */
export function lookFromAfar(sources: Sources, modules: Iterable<Module>): boolean {
  const found = new Map<Statement, Set<string>>()
  for (const module of modules) {
    const names = touchedNames(sources, module)
    if (names.size > 0)
      follow(sources, module, names, statement => {
        const workers = found.get(statement) ?? new Set()
        found.set(statement, workers.add(module.path))
      })
  }
  factsOf(sources).fromAfar = found
  return found.size > 0
}

/** From names that a module imports to the statements of other modules that declare them and what these mention. */
function follow(
  sources: Sources,
  module: Module,
  names: ReadonlySet<string>,
  onFound: (statement: Statement) => void,
  seen: Set<Statement> = new Set(),
): void {
  for (const { local } of importsOf(module)) {
    if (!names.has(local.name)) continue
    const value = asDeclared(evaluate(sources, { module, node: local }))
    const home = value.kind === 'namespace' ? value.module : value.at.module
    if (home === module || home.form !== 'code') continue
    const statements = value.kind === 'namespace' ? bodyOf(home) : [statementOf(value.at)]
    for (const statement of statements) {
      if (!statement || seen.has(statement)) continue
      const reached = reachedNames(bodyOf(home), other => other === statement)
      const all = bodyOf(home).filter(
        other => other === statement || namesOf(other).some(name => reached.has(name)),
      )
      for (const each of all) onFound(each)
      for (const each of all) seen.add(each)
      follow(sources, home, reached, onFound, seen)
    }
  }
}

function importsOf(module: Module) {
  return bodyOf(module).flatMap(statement =>
    statement.type === 'ImportDeclaration' && statement.importKind !== 'type' ? statement.specifiers : [],
  )
}

/**
 * The names that some statements mention, and those that what declares these mentions, and so on.
 * @param omit nodes that are not looked into
 */
export function reachedNames(
  body: readonly Statement[],
  isStart: (statement: Statement) => boolean,
  omit?: ReadonlySet<Node>,
): Set<string> {
  const found = new Set<string>()
  const waiting = new Map<string, Statement[]>()
  const follow = (statement: Statement): void => {
    const names = new Set<string>()
    collectReferences(statement, names, omit)
    const own = namesOf(statement)
    for (const name of names) if (!own.includes(name)) reach(name)
  }
  const reach = (name: string): void => {
    if (found.has(name)) return
    found.add(name)
    const statements = waiting.get(name) ?? []
    waiting.delete(name)
    for (const statement of statements) follow(statement)
  }
  for (const statement of body) {
    if (isStart(statement)) continue
    for (const name of namesOf(statement)) waiting.set(name, [...(waiting.get(name) ?? []), statement])
  }
  for (const statement of body) if (isStart(statement)) follow(statement)
  return found
}

/** Does a statement only declare things, or add tools to a skill? */
export function isInert(sources: Sources, module: Module, statement: Statement): boolean {
  const inner = innerOf(statement)
  switch (inner?.type) {
    case undefined:
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'TSEnumDeclaration':
      return true
    case 'VariableDeclaration':
      return (
        inner.declarations.every(({ init }) => !init || isHarmless(sources, module, init)) &&
        (inner.declarations.every(({ id }) => id.type === 'Identifier') ||
          declaredNames(inner).every(node => evaluate(sources, { module, node }).kind !== 'unknown'))
      )
    case 'ExpressionStatement':
      return isAddCall(inner) && isHarmless(sources, module, inner.expression)
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
    case 'TSExportAssignment':
      return false
    default:
      return inner?.type.startsWith('TS') || isHarmless(sources, module, inner as Node)
  }
}

/** What a statement declares or exports, without `export`. */
export function innerOf(statement: Statement): Node | null | undefined {
  return statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
    ? (statement.declaration ?? null)
    : statement
}

/** Names that a statement of a module declares; imported ones aside. */
export function namesOf(statement: Statement): string[] {
  const inner = innerOf(statement)
  return inner ? declaredNames(inner).map(({ name }) => name) : []
}

/** The statement that a value stands in. */
export function homeOf({ module, target }: Site): Statement | undefined {
  if (target.form === 'expression') return statementOf({ module, node: target.node })
  return bodyOf(module).find(statement =>
    target.form === 'binding'
      ? namesOf(statement).includes(target.name)
      : statement.type === 'ExportDefaultDeclaration',
  )
}
