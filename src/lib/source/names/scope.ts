/**
 * Names of one module: which scopes there are, what each name is bound to, where a name is used, and what
 * is reassigned or changed in place. Asked by position.
 */
import type { Identifier, ImportDeclaration, Node } from '@babel/types'
import { range } from './nodes.js'

export type BindingKind =
  | 'const'
  | 'let'
  | 'var'
  | 'param'
  | 'function'
  | 'class'
  | 'enum'
  | 'namespace'
  | 'import'
  | 'catch'

/** One step into a value that a declaration takes apart: `{ a }`, `[ , b ]`, `{ ...rest }`. */
export type PatternStep =
  | { kind: 'key'; key: string; fallback?: Node }
  | { kind: 'rest'; without: string[] }
  | { kind: 'unknown'; node: Node }

export interface Binding {
  name: string
  kind: BindingKind
  identifier: Identifier
  /** The declarator, function, class, enum, import specifier … that declares the name. */
  declaration: Node
  /** For `const { a: { b } } = x`: the steps from `x` to the bound value. */
  path: PatternStep[]
  scope: Scope
  /** For an import: the statement that brings it. */
  source?: ImportDeclaration
  /** Several declarations make one value: of an enum or a namespace. */
  merged?: boolean
  /** A `var` inside a block or statement that may not run. */
  nested?: boolean
}

export interface Scope {
  start: number
  end: number
  /** Does `var` land here? */
  hoists: boolean
  parent?: Scope
  children: Scope[]
  bindings: Map<string, Binding>
}

/** A node with its place in the tree; `up`: the same for its parent, unless that is the program. */
export interface Hanging<N extends Node = Node> {
  node: N
  parent: Node
  key: string
  up?: Hanging
}

/** A use of a name as a value. */
export type Occurrence = Hanging<Identifier>

/** Something that gives a variable another value after its declaration. */
export interface Change {
  node: Node
  root: Identifier
}

/**
 * What is known of a module's names. Statements are walked when something asks about them, so that in a large file
 * only those are walked that the question is about.
 */
export interface ModuleNames {
  /** The scope of the module; what its statements declare is in it from the start. */
  readonly root: Scope
  readonly occurrences: ReadonlyMap<string, Occurrence[]>
  readonly changes: ReadonlyMap<string, Change[]>
  /** Every `new X(…)` and every class, in source order: where an agent may be declared. */
  readonly news: readonly Hanging[]
  readonly classes: readonly Node[]
  /** Walks the statement that an offset lies in. */
  walkAt(offset: number): void
  /** Walks the statements whose text has a word in it. */
  walkMentions(word: string): void
}

/** What `name` means at an offset of the module; undefined: not declared in it. */
export function lookup(names: ModuleNames, name: string, offset: number): Binding | undefined {
  names.walkAt(offset)
  const found = findFrom(scopeAt(names.root, offset), name)
  if (found !== undefined) return found
  // A `var` deep inside another statement belongs to the module, too.
  names.walkMentions(name)
  return names.root.bindings.get(name)
}

function findFrom(from: Scope, name: string): Binding | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    const binding = scope.bindings.get(name)
    if (binding !== undefined) return binding
  }
  return undefined
}

/** The innermost scope at an offset that was walked. */
export function scopeAt(root: Scope, offset: number): Scope {
  let scope = root
  for (let next: Scope | undefined = scope; next !== undefined; ) {
    scope = next
    next = scope.children.find(child => child.start <= offset && offset < child.end)
  }
  return scope
}

/** What assigns to this very variable, not to another of the same name. */
export function changesOf(names: ModuleNames, binding: Binding): Change[] {
  names.walkMentions(binding.name)
  const changes = names.changes.get(binding.name) ?? []
  return changes.filter(change => lookup(names, binding.name, range(change.root).start) === binding)
}

/** The uses of this very variable as a value, its declaration not counted. */
export function usesOf(names: ModuleNames, binding: Binding): Occurrence[] {
  names.walkMentions(binding.name)
  const uses = names.occurrences.get(binding.name) ?? []
  return uses.filter(
    use => use.node !== binding.identifier && lookup(names, binding.name, range(use.node).start) === binding,
  )
}
