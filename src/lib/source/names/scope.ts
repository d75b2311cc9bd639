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

/** A use of a name as a value; `parent` and `key` say how. */
export interface Occurrence {
  node: Identifier
  parent: Node
  key: string
}

/** Something that changes a variable, or the object it holds, after its declaration. */
export interface Change {
  node: Node
  root: Identifier
  /** The variable itself gets another value; else its object is changed in place. */
  reassigns: boolean
  /** The property of the object that changes; undefined: any. */
  key?: string
}

/**
 * What is known of a module's names. Statements are walked when something asks about them, so that of a large
 * file only those are that have to do with the question.
 */
export interface ModuleNames {
  /** The scope of the module; what its statements declare is in it from the start. */
  readonly root: Scope
  readonly occurrences: ReadonlyMap<string, Occurrence[]>
  readonly changes: ReadonlyMap<string, Change[]>
  /** Every `new X(…)` and every class, in source order: where an agent may be declared. */
  readonly news: readonly Node[]
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

function scopeAt(root: Scope, offset: number): Scope {
  let scope = root
  for (let next: Scope | undefined = scope; next !== undefined; ) {
    scope = next
    next = scope.children.find(child => child.start <= offset && offset < child.end)
  }
  return scope
}

/** The changes to this very variable, not to another of the same name. */
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
