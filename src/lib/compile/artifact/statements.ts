/** A module seen as a list of top-level statements: what each declares and what it refers to. */

import type { Declaration, Node, PatternLike, Statement } from '@babel/types'
import { collectReferences } from './references.js'

export interface TopStatement {
  node: Statement
  /** Names that the statement introduces in the module. */
  declares: readonly string[]
  /** Names that it mentions. */
  references: ReadonlySet<string>
  /** `erased`: re-exports and types, nothing of which is needed in an artifact's entry. */
  form: 'import' | 'bare-import' | 'erased' | 'code'
}

/** What is the same for every slice of a module. */
export interface Outline {
  statements: readonly TopStatement[]
  /** By the names that they declare: a name may be declared more than once, by overloads or a merged namespace. */
  byName: ReadonlyMap<string, readonly TopStatement[]>
  /** Those that do nothing but declare primitives or put them together. */
  wires: readonly TopStatement[]
  /** What wires are made of, however indirectly. */
  feeding: ReadonlySet<TopStatement>
}

const outlines = new WeakMap<readonly Statement[], { wiring: ReadonlySet<Statement>; outline: Outline }>()

/** The outline of a module, made once for a set of wiring statements. */
export function outlineOf(body: readonly Statement[], wiring: ReadonlySet<Statement>): Outline {
  const known = outlines.get(body)
  if (known?.wiring === wiring) return known.outline
  const statements = body.map(describe)
  const byName = new Map<string, TopStatement[]>()
  for (const statement of statements) {
    for (const name of statement.declares) {
      const same = byName.get(name)
      if (same) same.push(statement)
      else byName.set(name, [statement])
    }
  }
  const wires = statements.filter(({ node }) => wiring.has(node))
  const feeding = new Set<TopStatement>()
  follow(byName, new Set(wires.flatMap(({ references }) => [...references])), feeding)
  const outline = { statements, byName, wires, feeding }
  outlines.set(body, { wiring, outline })
  return outline
}

function describe(node: Statement): TopStatement {
  return { node, declares: declaredNames(node), references: referencesOf(node), form: formOf(node) }
}

/** Adds the statements that declare `roots`, and those that declare what they mention, and so on, to `found`. */
export function follow(
  byName: Outline['byName'],
  roots: Iterable<string>,
  found: Set<TopStatement>,
  /** What a statement mentions in this slice. */
  mentions: (statement: TopStatement) => ReadonlySet<string> = ({ references }) => references,
): void {
  const queue = [...roots]
  const seen = new Set(queue)
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const statement of byName.get(name) ?? []) {
      if (found.has(statement)) continue
      found.add(statement)
      for (const next of mentions(statement)) {
        if (!seen.has(next)) queue.push(next)
        seen.add(next)
      }
    }
  }
}

/** The names that a piece of code mentions, nodes in `omit` aside. */
export function referencesOf(node: Node, omit?: ReadonlySet<Node>): Set<string> {
  const names = new Set<string>()
  collectReferences(node, names, omit)
  return names
}

function formOf(node: Statement): TopStatement['form'] {
  switch (node.type) {
    case 'ImportDeclaration':
      return node.specifiers.length === 0 ? 'bare-import' : 'import'
    case 'ExportAllDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSDeclareFunction':
    case 'TSNamespaceExportDeclaration':
      return 'erased'
    case 'ExportNamedDeclaration':
      return node.declaration ? formOf(node.declaration) : 'erased'
    case 'TSExportAssignment':
      return 'erased'
    default:
      return 'code'
  }
}

function declaredNames(node: Statement): string[] {
  switch (node.type) {
    case 'ImportDeclaration':
      return node.specifiers.map(specifier => specifier.local.name)
    case 'ExportNamedDeclaration':
      return node.declaration ? namesOf(node.declaration) : []
    case 'ExportDefaultDeclaration':
      return 'id' in node.declaration && node.declaration.id?.type === 'Identifier'
        ? [node.declaration.id.name]
        : []
    default:
      return namesOf(node)
  }
}

function namesOf(node: Declaration | Statement): string[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.declarations.flatMap(declarator => patternNames(declarator.id as PatternLike))
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
      return node.id?.type === 'Identifier' ? [node.id.name] : []
    default:
      return []
  }
}

function patternNames(pattern: Node | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap(property =>
        patternNames(property.type === 'RestElement' ? property.argument : property.value),
      )
    case 'ArrayPattern':
      return pattern.elements.flatMap(patternNames)
    case 'AssignmentPattern':
      return patternNames(pattern.left)
    case 'RestElement':
      return patternNames(pattern.argument)
    default:
      return []
  }
}
