/** The walk over a module's statements that collects scopes, bindings, uses and changes; each walked at most once. */
import type { Node } from '@babel/types'
import { bindDeclaration, bindVariables, innerScope, newScope, type Visit } from './bindings.js'
import { add, collectChange } from './changes.js'
import { eachChild, isTypeOnly, range } from './nodes.js'
import type { Change, Hanging, ModuleNames, Occurrence, Scope } from './scope.js'

/** The names of a program; `text` is its source, in which words are looked for before statements are walked. */
export class LazyNames implements ModuleNames {
  readonly root: Scope = newScope({ start: 0, end: Number.MAX_SAFE_INTEGER }, true)
  readonly occurrences = new Map<string, Occurrence[]>()
  readonly changes = new Map<string, Change[]>()
  readonly #news: Hanging[] = []
  readonly #classes: Node[] = []
  readonly #program: Node
  readonly #statements: Node[]
  readonly #text: string
  readonly #walked = new Set<Node>()
  readonly #mentioned = new Set<string>()

  constructor(program: Node, text: string) {
    this.#program = program
    this.#statements = program.type === 'Program' ? program.body : [program]
    this.#text = text
    for (const statement of this.#statements) this.#declare(statement)
  }

  get news(): readonly Hanging[] {
    this.walkMentions('new')
    return [...this.#news].sort((a, b) => range(a.node).start - range(b.node).start)
  }

  get classes(): readonly Node[] {
    this.walkMentions('extends')
    return [...this.#classes].sort((a, b) => range(a).start - range(b).start)
  }

  walkAt(offset: number): void {
    const statement = this.#statementAt(offset)
    if (statement) this.#walk(statement)
  }

  walkMentions(word: string): void {
    if (this.#mentioned.has(word)) return
    this.#mentioned.add(word)
    for (let at = this.#text.indexOf(word); at !== -1; ) {
      const statement = this.#statementAt(at)
      if (statement) this.#walk(statement)
      at = this.#text.indexOf(word, Math.max(at + word.length, statement ? range(statement).end : 0))
    }
  }

  /** The last statement that begins at or before an offset. */
  #statementAt(offset: number): Node | undefined {
    let low = 0
    let high = this.#statements.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (range(this.#statements[middle] as Node).start <= offset) low = middle + 1
      else high = middle
    }
    const statement = this.#statements[low - 1]
    return statement && offset < range(statement).end ? statement : undefined
  }

  /** Binds what a statement declares in the module, without looking into it. */
  #declare(statement: Node): void {
    const isExport =
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
    const node = isExport ? statement.declaration : statement
    if (!node || isTypeOnly(node)) return
    const visit = { node, parent: statement, key: '', scope: this.root }
    if (node.type === 'VariableDeclaration') bindVariables(this.changes, visit)
    else bindDeclaration(this.root, node)
  }

  /** Walks a whole statement; without recursion, so that deep trees do not overflow the stack. */
  #walk(statement: Node): void {
    if (this.#walked.has(statement)) return
    this.#walked.add(statement)
    const stack: Visit[] = [{ node: statement, parent: this.#program, key: 'body', scope: this.root }]
    for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
      const { node } = visit
      if (isTypeOnly(node)) continue
      this.#collect(visit)
      const inner = innerScope(visit)
      const from = stack.length
      const up = visit
      eachChild(node, (child, key) => stack.push({ node: child, parent: node, key, scope: inner, up }))
      reverseFrom(stack, from)
    }
  }

  #collect(visit: Visit): void {
    const { node, scope } = visit
    if (node.type === 'Identifier') {
      if (isUse(visit)) add(this.occurrences, node.name, visit as Visit & Occurrence)
      return
    }
    if (node.type === 'NewExpression') this.#news.push(visit)
    else if (node.type === 'ClassExpression' || node.type === 'ClassDeclaration') this.#classes.push(node)
    if (node.type === 'VariableDeclaration') bindVariables(this.changes, visit)
    else if (!bindDeclaration(scope, node)) collectChange(this.changes, node)
  }
}

/** The stack gives back the last first: turn the children round to visit them in source order. */
function reverseFrom(stack: Visit[], from: number): void {
  for (let low = from, high = stack.length - 1; low < high; low++, high--) {
    const swap = stack[low] as Visit
    stack[low] = stack[high] as Visit
    stack[high] = swap
  }
}

/** A name used as a value: not a property name, not a label, not a type. */
function isUse({ node, parent, key }: Visit): boolean {
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return key === 'object' || parent.computed
    case 'ObjectProperty':
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassProperty':
    case 'ClassAccessorProperty':
      return key !== 'key' || parent.computed
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ExportNamespaceSpecifier':
    case 'ImportAttribute':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
      return false
    case 'ExportSpecifier':
      return key === 'local'
    case 'TSEnumMember':
      return key !== 'id'
    case 'VariableDeclarator':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
      return key !== 'id'
    default:
      return node.type === 'Identifier'
  }
}
