/** Which names a piece of code may refer to: an over-approximation, cheap enough for every statement of a module. */

import type { Node } from '@babel/types'

/** TypeScript nodes that hold run-time code; every other `TS…` node is a type and refers to nothing at run time. */
const TS_WITH_CODE = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSInstantiationExpression',
  'TSTypeAssertion',
  'TSParameterProperty',
  'TSEnumDeclaration',
  'TSEnumBody',
  'TSEnumMember',
  'TSModuleDeclaration',
  'TSModuleBlock',
  'TSExportAssignment',
  'TSImportEqualsDeclaration',
  'TSExternalModuleReference',
])

const SKIPPED_KEYS = new Set(['loc', 'leadingComments', 'trailingComments', 'innerComments', 'extra'])

/**
 * Adds every name that `node` mentions as a value to `names`, whether or not an inner scope shadows it.
 * Nodes in `omit` are not looked into.
 */
export function collectReferences(node: Node, names: Set<string>, omit?: ReadonlySet<Node>): void {
  if (omit?.has(node)) return
  const { type } = node
  if (type === 'Identifier' || type === 'JSXIdentifier') names.add(node.name)
  else if (!type.startsWith('TS') || TS_WITH_CODE.has(type)) {
    for (const child of children(node)) collectReferences(child, names, omit)
  }
}

function* children(node: Node): Generator<Node> {
  const plainKey = isPlainKeyed(node) ? keyOf(node) : undefined
  for (const [key, value] of Object.entries(node)) {
    if (SKIPPED_KEYS.has(key) || value === plainKey) continue
    if (Array.isArray(value)) yield* value.filter(isNode)
    else if (isNode(value)) yield value
  }
}

/** Does the node have a name that is not a reference: `a.name`, `{ name: … }`, `name() {}`, `name = …`? */
function isPlainKeyed(node: Node): boolean {
  return 'computed' in node && node.computed === false && !('shorthand' in node && node.shorthand)
}

function keyOf(node: Node): unknown {
  if ('property' in node) return node.property
  return 'key' in node ? node.key : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}
