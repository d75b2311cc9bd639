/**
 * The entry module of one artifact: the module that holds a primitive, with everything blanked out that this
 * primitive does not need. Blanking keeps every line and column, so source maps point into the real file.
 *
 * Why not leave this to the bundler: `const job = new LuaJob({ schema: z.object(…) })` has side effects as far as
 * a bundler can know, so each artifact would carry and run every primitive that shares its file.
 */

import type { Node, Statement } from '@babel/types'
import { TextEdits } from './edits.js'
import { collectReferences } from './references.js'
import { type TopStatement, topStatements } from './statements.js'

/** Which value of a module an artifact is made of. */
export type SliceTarget =
  /** A name declared at the top level. */
  | { form: 'binding'; name: string }
  /** The module's default export, when it has no name of its own. */
  | { form: 'default' }
  /** An expression that stands somewhere inside a top-level statement. */
  | { form: 'expression'; node: Node }

export interface SliceRequest {
  text: string
  body: readonly Statement[]
  target: SliceTarget
  /** Statements that do nothing but declare or wire up primitives; kept only if the target needs them. */
  wiring: ReadonlySet<Statement>
  /** Properties of the target that its artifact does not carry: a skill's `tools`, an agent's lists. */
  omit: readonly Node[]
  /** The code that exports the artifact, given the name that holds the target. */
  epilogue: (target: string) => string
}

const TARGET = '__lua_target'

/** The text of the entry module. It exports nothing but what `epilogue` exports. */
export function sliceModule(request: SliceRequest): string {
  const { text, target } = request
  const omit = new Set(request.omit)
  const statements = topStatements(request.body, omit)
  const home = homeOf(statements, target)
  const needed = neededStatements(statements, target, omit)
  const keep = keptStatements(statements, needed, request.wiring, home, rootNames(target, omit))
  const edits = new TextEdits(text)
  for (const node of request.omit) edits.blankListed(start(node), end(node))
  for (const statement of statements) {
    const { node } = statement
    if (statement === home && target.form === 'expression' && !needed.has(statement)) {
      edits.isolate(start(node), end(node), start(target.node), end(target.node), `const ${TARGET}=(`, ')')
    } else if (!keep.has(statement)) edits.blank(start(node), end(node))
    else unexport(edits, text, node, target)
  }
  const copy =
    home && target.form === 'expression' && needed.has(home)
      ? `\n;const ${TARGET}=(${text.slice(start(target.node), end(target.node))})`
      : ''
  return `${edits.result()}${copy}\n;${request.epilogue(target.form === 'binding' ? target.name : TARGET)}\n`
}

function homeOf(statements: readonly TopStatement[], target: SliceTarget): TopStatement | undefined {
  if (target.form === 'binding') return undefined
  return statements.find(({ node }) =>
    target.form === 'default'
      ? node.type === 'ExportDefaultDeclaration'
      : start(node) <= start(target.node) && end(target.node) <= end(node),
  )
}

/** The statements that the target's value is computed from, by name, however indirectly. */
function neededStatements(
  statements: readonly TopStatement[],
  target: SliceTarget,
  omit: ReadonlySet<Node>,
): Set<TopStatement> {
  const roots = rootNames(target, omit)
  const needed = new Set<TopStatement>()
  const home = homeOf(statements, target)
  if (target.form === 'default' && home) {
    needed.add(home)
    for (const name of home.references()) roots.add(name)
  }
  follow(statements, roots, needed)
  return needed
}

/** The names that the target itself mentions. */
function rootNames(target: SliceTarget, omit: ReadonlySet<Node>): Set<string> {
  const names = new Set<string>()
  if (target.form === 'binding') names.add(target.name)
  else if (target.form === 'expression') collectReferences(target.node, names, omit)
  return names
}

function follow(
  statements: readonly TopStatement[],
  roots: Iterable<string>,
  found: Set<TopStatement>,
): void {
  const byName = declarers(statements)
  const queue = [...roots]
  const seen = new Set(queue)
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const statement of byName.get(name) ?? []) {
      if (found.has(statement)) continue
      found.add(statement)
      for (const next of statement.references()) {
        if (!seen.has(next)) queue.push(next)
        seen.add(next)
      }
    }
  }
}

/** A name may be declared more than once: overloads, a namespace merged with a class. */
function declarers(statements: readonly TopStatement[]): Map<string, TopStatement[]> {
  const byName = new Map<string, TopStatement[]>()
  for (const statement of statements) {
    for (const name of statement.declares) byName.set(name, [...(byName.get(name) ?? []), statement])
  }
  return byName
}

/**
 * Everything that stays: what is needed, what has effects of its own (set-up code of a library, say), and what those
 * mention. Code that works on primitives which are not needed goes with them, and so do values that only feed them.
 */
function keptStatements(
  statements: readonly TopStatement[],
  needed: ReadonlySet<TopStatement>,
  wiring: ReadonlySet<Statement>,
  home: TopStatement | undefined,
  roots: ReadonlySet<string>,
): Set<TopStatement> {
  const wires = statements.filter(({ node }) => wiring.has(node))
  const dropped = new Set([...wires, ...(home ? [home] : [])].filter(statement => !needed.has(statement)))
  dropDependents(statements, needed, wires, dropped)
  const feeding = new Set<TopStatement>()
  follow(statements, new Set(wires.flatMap(allReferences)), feeding)
  const kept = new Set(
    statements.filter(
      statement =>
        needed.has(statement) ||
        statement.form === 'bare-import' ||
        (statement.form === 'code' &&
          !dropped.has(statement) &&
          !(feeding.has(statement) && isDeclaration(statement.node))),
    ),
  )
  const mentioned = new Set(roots)
  for (const statement of kept) for (const name of statement.references()) mentioned.add(name)
  follow(statements, mentioned, kept)
  return kept
}

function allReferences(statement: TopStatement): string[] {
  const names = new Set<string>()
  collectReferences(statement.node, names)
  return [...names]
}

/** Does the statement only give names to things? It may still run code to make them. */
function isDeclaration(node: Statement): boolean {
  const inner = node.type === 'ExportNamedDeclaration' ? node.declaration : node
  return inner?.type.endsWith('Declaration') ?? false
}

/**
 * Code that works on primitives: `main()` that uses the agent, say, which is not for loading. What sets a property of
 * something that is needed stays.
 */
function dropDependents(
  statements: readonly TopStatement[],
  needed: ReadonlySet<TopStatement>,
  wires: readonly TopStatement[],
  dropped: Set<TopStatement>,
): void {
  const names = new Set([...wires, ...dropped].flatMap(statement => statement.declares))
  const stays = new Set([...needed].flatMap(statement => statement.declares))
  for (let grew = names.size > 0; grew; ) {
    grew = false
    for (const statement of statements) {
      if (dropped.has(statement) || needed.has(statement) || statement.form !== 'code') continue
      if (!mentionsAny(statement, names) || isPropertySet(statement.node, stays)) continue
      dropped.add(statement)
      for (const name of statement.declares) names.add(name)
      grew = true
    }
  }
}

/** `name.property = …` with a name of these. */
function isPropertySet(node: Statement, names: ReadonlySet<string>): boolean {
  if (node.type !== 'ExpressionStatement' || node.expression.type !== 'AssignmentExpression') return false
  let root: Node = node.expression.left
  while (
    root.type === 'MemberExpression' ||
    root.type === 'TSNonNullExpression' ||
    root.type === 'TSAsExpression'
  ) {
    root = root.type === 'MemberExpression' ? root.object : root.expression
  }
  return root.type === 'Identifier' && names.has(root.name)
}

function mentionsAny(statement: TopStatement, names: ReadonlySet<string>): boolean {
  for (const name of statement.references()) if (names.has(name)) return true
  return false
}

/** Takes `export` and `export default` off a statement that stays; a default export without a name gets one. */
function unexport(edits: TextEdits, text: string, node: Statement, target: SliceTarget): void {
  if (node.type === 'ExportNamedDeclaration') edits.blank(...exportKeyword(text, node, /export\b/y))
  if (node.type !== 'ExportDefaultDeclaration') return
  const keywords = exportKeyword(text, node, /export(?:\s|\/\*[\s\S]*?\*\/)+default\b/y)
  const { declaration } = node
  const name = 'id' in declaration ? declaration.id?.name : undefined
  if (name !== undefined) edits.blank(...keywords)
  else if (target.form === 'default') edits.replace(...keywords, `const ${TARGET}=`)
  // Nothing in the module can mention a value that has no name.
  else edits.blank(start(node), end(node))
  if (name !== undefined && target.form === 'default') edits.append(`;const ${TARGET}=${name}`)
}

/** The range of the keyword(s), which may stand behind decorators. */
function exportKeyword(text: string, node: Statement, pattern: RegExp): [number, number] {
  const declaration = 'declaration' in node ? (node.declaration as Node | null) : null
  const decorators =
    declaration && 'decorators' in declaration ? (declaration.decorators as Node[] | null) : null
  const last = decorators?.at(-1)
  const first = decorators?.[0]
  let at = start(node)
  if (last && first && start(first) <= at) at = end(last)
  const gap = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*/y
  gap.lastIndex = at
  pattern.lastIndex = at + (gap.exec(text)?.[0].length ?? 0)
  const match = pattern.exec(text)
  return match ? [match.index, match.index + match[0].length] : [at, at]
}

const start = (node: Node): number => node.start ?? 0
const end = (node: Node): number => node.end ?? 0
