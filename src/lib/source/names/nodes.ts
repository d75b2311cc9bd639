/** Small helpers over Babel's tree. Types only: nothing is loaded. */
import type { Node } from '@babel/types'

/** A node with its offsets; what Babel's parser gives always has them. */
export function range(node: Node): { start: number; end: number } {
  return { start: node.start ?? 0, end: node.end ?? 0 }
}

const NOT_CHILDREN = new Set(['type', 'start', 'end', 'loc', 'extra', 'errors', 'comments', 'tokens'])

/** Calls `visit` with each direct child node and the key it hangs on. */
export function eachChild(node: Node, visit: (child: Node, key: string) => void): void {
  const record = node as unknown as Record<string, unknown>
  for (const key in record) {
    if (NOT_CHILDREN.has(key)) continue
    const value = record[key]
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item, key)
    } else if (isNode(value)) {
      visit(value, key)
    }
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

/** What does nothing when the code runs: `as`, `satisfies`, `!`, `<T>x`, `f<T>`. */
const CASTS = [
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
] as const
const CAST_TYPES: ReadonlySet<string> = new Set([...CASTS, 'ParenthesizedExpression'])

/** Casts and parentheses: what holds an expression and has its value. */
export function isCast(node: Node): boolean {
  return CAST_TYPES.has(node.type)
}

/** The expression inside casts and parentheses. */
export function unwrap(node: Node): Node {
  let inner = node
  while (isCast(inner)) inner = (inner as Node & { expression: Node }).expression
  return inner
}

const VALUE_NODES = new Set<string>([
  ...CASTS,
  'TSEnumDeclaration',
  'TSEnumBody',
  'TSEnumMember',
  'TSModuleDeclaration',
  'TSModuleBlock',
  'TSExportAssignment',
  'TSImportEqualsDeclaration',
  'TSExternalModuleReference',
  'TSParameterProperty',
])

/** Is this node only about types, so that nothing of it is there when the code runs? */
export function isTypeOnly(node: Node): boolean {
  return node.type.startsWith('TS') && !VALUE_NODES.has(node.type)
}

/** The name of a property key that is known without running anything: `a`, `'a'`, `1`, `['a']`; else undefined. */
export function literalKey(key: Node, computed: boolean): string | undefined {
  if (!computed && key.type === 'Identifier') return key.name
  if (key.type === 'StringLiteral') return key.value
  if (key.type === 'NumericLiteral') return String(key.value)
  if (key.type === 'TemplateLiteral' && key.expressions.length === 0) {
    return key.quasis[0]?.value.cooked ?? undefined
  }
  return undefined
}

/** The name an import or export specifier carries; modules may use strings as names. */
export function moduleName(node: Node): string {
  return node.type === 'StringLiteral' ? node.value : (node as { name: string }).name
}
