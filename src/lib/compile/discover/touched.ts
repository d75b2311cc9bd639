/** Which names of a module something works on while it is loaded, besides being declared and put together. */

import type { Node, Statement } from '@babel/types'
import { declaredNames, type Module, type Sources } from '../../source/index.js'
import { isAddCall } from './added-tools.js'
import { Harmless } from './harmless.js'
import { collectReferences } from './references.js'
import { bodyOf } from './site.js'

interface Facts {
  harmless: Harmless
  touched: Map<Module, ReadonlySet<string>>
}

const FACTS = new WeakMap<Sources, Facts>()

function factsOf(sources: Sources): Facts {
  const known = FACTS.get(sources)
  if (known) return known
  const facts: Facts = { harmless: new Harmless(sources), touched: new Map() }
  FACTS.set(sources, facts)
  return facts
}

/** See `Harmless`. */
export function isHarmless(sources: Sources, module: Module, node: Node): boolean {
  return factsOf(sources).harmless.is(module, node)
}

/**
 * Does code that runs when the module is loaded mention what a statement declares, however indirectly? Then a primitive
 * that stands in it may not be what its declaration says: `wrap(tool)`, `for (const tool of skill.tools) wrap(tool)`.
 */
export function isTouched(sources: Sources, module: Module, statement: Statement | undefined): boolean {
  if (!statement) return false
  const { touched } = factsOf(sources)
  const names = touched.get(module) ?? touchedNames(sources, module)
  touched.set(module, names)
  return namesOf(statement).some(name => names.has(name))
}

/** All names that are reached from code with an effect. A function that is never called does nothing. */
function touchedNames(sources: Sources, module: Module): Set<string> {
  return reachedNames(bodyOf(module), statement => !isInert(sources, module, statement))
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
      return inner.declarations.every(
        ({ id, init }) => !init || (id.type === 'Identifier' && isHarmless(sources, module, init)),
      )
    case 'ExpressionStatement':
      return isAddCall(inner)
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
