/** A module seen as a list of top-level statements: what each declares and what it refers to. */

import type { Declaration, Node, PatternLike, Statement } from '@babel/types'
import { collectReferences } from './references.js'

export interface TopStatement {
  node: Statement
  /** Names that the statement introduces in the module. */
  declares: readonly string[]
  /** Names that it mentions; computed on first use. */
  references: () => ReadonlySet<string>
  /** `erased`: re-exports and types, nothing of which is needed in an artifact's entry. */
  form: 'import' | 'bare-import' | 'erased' | 'code'
}

/** Describes the statements of a module. `omit` are nodes whose references do not count. */
export function topStatements(body: readonly Statement[], omit: ReadonlySet<Node>): TopStatement[] {
  return body.map(node => {
    let references: Set<string> | undefined
    return {
      node,
      declares: declaredNames(node),
      references: () => {
        references ??= referencesOf(node, omit)
        return references
      },
      form: formOf(node),
    }
  })
}

function referencesOf(node: Node, omit: ReadonlySet<Node>): Set<string> {
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
