/** What a module gives to others, by name. */
import type { ExportNamedDeclaration, Identifier, Node, Program, Statement } from '@babel/types'
import { moduleName, unwrap } from './nodes.js'

type ExportEntry =
  /** A name of this module, declared or imported. */
  | { kind: 'local'; node: Node }
  /** `export default <expression>`. */
  | { kind: 'value'; node: Node }
  /** `export { imported as x } from 'specifier'`; `imported` is `*` for `export * as x`. */
  | { kind: 'from'; specifier: string; imported: string; node: Node }

export interface ExportTable {
  named: Map<string, ExportEntry>
  /** `export * from 'specifier'`, in order. */
  stars: { specifier: string; node: Node }[]
}

/** Reads the export statements of a program; types are no exports. */
export function collectExports(program: Program): ExportTable {
  const table: ExportTable = { named: new Map(), stars: [] }
  for (const statement of program.body) collectStatement(table, statement)
  return table
}

function collectStatement(table: ExportTable, statement: Statement): void {
  switch (statement.type) {
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement
      const named = 'id' in declaration && declaration.id && declaration.type !== 'ClassExpression'
      table.named.set(
        'default',
        named ? { kind: 'local', node: declaration.id as Node } : { kind: 'value', node: declaration },
      )
      return
    }
    case 'ExportAllDeclaration':
      if (statement.exportKind !== 'type') {
        table.stars.push({ specifier: statement.source.value, node: statement.source })
      }
      return
    case 'ExportNamedDeclaration':
      if (statement.exportKind !== 'type') collectNamed(table, statement)
  }
}

function collectNamed(table: ExportTable, statement: ExportNamedDeclaration): void {
  if (statement.declaration) {
    for (const node of declaredNames(statement.declaration)) {
      table.named.set(moduleName(node), { kind: 'local', node })
    }
  }
  for (const specifier of statement.specifiers) {
    const exported = moduleName(specifier.exported)
    const source = statement.source
    if (specifier.type === 'ExportSpecifier' && specifier.exportKind === 'type') continue
    const imported = specifier.type === 'ExportSpecifier' ? moduleName(specifier.local) : '*'
    if (source)
      table.named.set(exported, { kind: 'from', specifier: source.value, imported, node: specifier })
    else if (specifier.type === 'ExportSpecifier') {
      table.named.set(exported, { kind: 'local', node: specifier.local })
    }
  }
}

/** The identifiers that a declaration binds in the scope around it. */
export function declaredNames(declaration: Node): Identifier[] {
  switch (declaration.type) {
    case 'VariableDeclaration':
      return declaration.declarations.flatMap(declarator => patternNames(declarator.id))
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return declaration.id ? [declaration.id] : []
    case 'TSEnumDeclaration':
      return [declaration.id]
    case 'TSModuleDeclaration':
      return declaration.id.type === 'Identifier' ? [declaration.id] : []
    default:
      return []
  }
}

/** Every identifier that a pattern binds, or assigns to. */
export function patternNames(pattern: Node): Identifier[] {
  const target = unwrap(pattern)
  switch (target.type) {
    case 'Identifier':
      return [target]
    case 'AssignmentPattern':
      return patternNames(target.left)
    case 'RestElement':
      return patternNames(target.argument)
    case 'ArrayPattern':
      return target.elements.flatMap(element => (element ? patternNames(element) : []))
    case 'ObjectPattern':
      return target.properties.flatMap(property =>
        patternNames(property.type === 'RestElement' ? property.argument : property.value),
      )
    default:
      return []
  }
}
