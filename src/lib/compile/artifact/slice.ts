/**
 * The entry module of one artifact: the module that holds a primitive, with everything blanked out that this
 * primitive does not need. Blanking keeps every line and column, so source maps point into the real file.
 *
 * Why not leave this to the bundler: `const job = new LuaJob({ schema: z.object(…) })` has side effects as far as
 * a bundler can know, so each artifact would carry and run every primitive that shares its file.
 */

import type { Node, Statement } from '@babel/types'
import { TextEdits } from './edits.js'
import { follow, type Outline, outlineOf, referencesOf, type TopStatement } from './statements.js'

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
  const slice = new Slice(request)
  const edits = new TextEdits(text)
  for (const node of request.omit) edits.blankListed(start(node), end(node))
  const { home, needed, kept } = slice
  for (const statement of slice.outline.statements) {
    const { node } = statement
    if (statement === home && target.form === 'expression' && !needed.has(statement)) {
      edits.isolate(start(node), end(node), start(target.node), end(target.node), `const ${TARGET}=(`, ')')
    } else if (!kept.has(statement)) edits.blank(start(node), end(node))
    else unexport(edits, text, node, target)
  }
  const copy =
    home && target.form === 'expression' && needed.has(home)
      ? `\n;const ${TARGET}=(${text.slice(start(target.node), end(target.node))})`
      : ''
  return `${edits.result()}${copy}\n;${request.epilogue(target.form === 'binding' ? target.name : TARGET)}\n`
}

/** Which statements of a module belong to one slice. */
class Slice {
  readonly outline: Outline
  /** The statement that the target stands in, unless it is a name. */
  readonly home: TopStatement | undefined
  /** The statements that the target's value is computed from, by name, however indirectly. */
  readonly needed: ReadonlySet<TopStatement>
  /** Everything that stays. */
  readonly kept: ReadonlySet<TopStatement>
  readonly #target: SliceTarget
  readonly #omit: ReadonlySet<Node>
  /** Names that the target itself mentions. */
  readonly #roots: ReadonlySet<string>
  readonly #withoutOmitted = new Map<TopStatement, ReadonlySet<string>>()

  constructor({ body, wiring, target, omit }: SliceRequest) {
    this.outline = outlineOf(body, wiring)
    this.#target = target
    this.#omit = new Set(omit)
    this.home = this.#findHome()
    this.#roots = this.#rootNames()
    this.needed = this.#findNeeded()
    this.kept = this.#findKept()
  }

  #findHome(): TopStatement | undefined {
    const target = this.#target
    if (target.form === 'binding') return undefined
    return this.outline.statements.find(({ node }) =>
      target.form === 'default'
        ? node.type === 'ExportDefaultDeclaration'
        : start(node) <= start(target.node) && end(target.node) <= end(node),
    )
  }

  #rootNames(): Set<string> {
    if (this.#target.form === 'binding') return new Set([this.#target.name])
    return this.#target.form === 'expression' ? referencesOf(this.#target.node, this.#omit) : new Set()
  }

  /** What a statement mentions, omitted nodes aside. */
  #mentions = (statement: TopStatement): ReadonlySet<string> => {
    const known = this.#withoutOmitted.get(statement)
    if (known) return known
    const { node } = statement
    const isTouched = [...this.#omit].some(
      omitted => start(node) <= start(omitted) && end(omitted) <= end(node),
    )
    const names = isTouched ? referencesOf(node, this.#omit) : statement.references
    this.#withoutOmitted.set(statement, names)
    return names
  }

  #findNeeded(): Set<TopStatement> {
    const roots = new Set(this.#roots)
    const needed = new Set<TopStatement>()
    if (this.#target.form === 'default' && this.home) {
      needed.add(this.home)
      for (const name of this.#mentions(this.home)) roots.add(name)
    }
    follow(this.outline.byName, roots, needed, this.#mentions)
    return needed
  }

  /**
   * What is needed, what has effects of its own (set-up code of a library, say), and what those mention. Code that
   * works on primitives which are not needed goes with them, and so do values that only feed them.
   */
  #findKept(): Set<TopStatement> {
    const { statements, feeding, byName } = this.outline
    const dropped = this.#findDropped()
    const kept = new Set(
      statements.filter(
        statement =>
          this.needed.has(statement) ||
          statement.form === 'bare-import' ||
          (statement.form === 'code' &&
            !dropped.has(statement) &&
            !(feeding.has(statement) && isDeclaration(statement.node))),
      ),
    )
    const mentioned = new Set(this.#roots)
    for (const statement of kept) for (const name of this.#mentions(statement)) mentioned.add(name)
    follow(byName, mentioned, kept, this.#mentions)
    return kept
  }

  /**
   * Primitives that are not needed, and code that works on primitives: `main()` that uses the agent, say, which is not
   * for loading. What sets a property of something that is needed stays.
   */
  #findDropped(): Set<TopStatement> {
    const { statements, wires } = this.outline
    const all = this.home ? [...wires, this.home] : wires
    const dropped = new Set(all.filter(statement => !this.needed.has(statement)))
    const names = new Set(all.flatMap(statement => statement.declares))
    const stays = new Set([...this.needed].flatMap(statement => statement.declares))
    const candidates = new Set(
      statements.filter(
        statement => statement.form === 'code' && !dropped.has(statement) && !this.needed.has(statement),
      ),
    )
    for (let grew = true; grew; ) {
      grew = false
      for (const statement of candidates) {
        if (!mentionsAny(this.#mentions(statement), names) || isPropertySet(statement.node, stays)) continue
        candidates.delete(statement)
        dropped.add(statement)
        for (const name of statement.declares) names.add(name)
        grew = true
      }
    }
    return dropped
  }
}

function mentionsAny(mentioned: ReadonlySet<string>, names: ReadonlySet<string>): boolean {
  for (const name of mentioned) if (names.has(name)) return true
  return false
}

/** Does the statement only give names to things? It may still run code to make them. */
function isDeclaration(node: Statement): boolean {
  const inner = node.type === 'ExportNamedDeclaration' ? node.declaration : node
  return inner?.type.endsWith('Declaration') ?? false
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
