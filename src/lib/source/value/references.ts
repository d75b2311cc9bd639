/** From a name to the value it is bound to: variables, destructuring, imports, exports. */

import { dirname } from 'node:path'
import type { Identifier, ImportDeclaration, Node } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { literalKey, moduleName } from '../names/nodes.js'
import { type Binding, changesOf, lookup, type Scope, scopeAt } from '../names/scope.js'
import { changedBy, changedValue } from './changed.js'
import { changesTo } from './changes.js'
import { getMember } from './members.js'
import { fixed } from './segments.js'
import { type Context, decidedBy, environmentOf, plain, reached, type Static, unknown } from './values.js'

/** What an identifier stands for. */
export function evaluateIdentifier(context: Context, at: Handle<Identifier>): Static {
  const { module, node } = at
  if (node.name === 'undefined') return plain(at, undefined)
  const binding = lookup(module.names, node.name, node.start ?? 0)
  if (binding === undefined) return globalValue(at)
  return evaluateBinding(context, at, binding)
}

function globalValue(at: Handle<Identifier>): Static {
  const { name } = at.node
  const path = at.module.path
  if (name === '__filename' || name === '__dirname') {
    const value = name === '__filename' ? path : dirname(path)
    return { kind: 'string', at, trail: [], value, segments: [fixed(value)], wrappers: [] }
  }
  if (name === 'NaN' || name === 'Infinity') return plain(at, Number(name))
  return { kind: 'global', at, trail: [], name }
}

function evaluateBinding(context: Context, at: Handle<Identifier>, binding: Binding): Static {
  const { module } = at
  const declared = { module, node: binding.declaration }
  switch (binding.kind) {
    case 'param':
      return unknown(at, 'is a parameter')
    case 'catch':
      return unknown(at, 'is a caught error')
    case 'function':
      return { kind: 'function', at: declared, trail: [] }
    case 'class':
      return { kind: 'class', at: declared, trail: [], changes: changesTo(context, module, binding) }
    case 'enum':
    case 'namespace':
      if (binding.merged) return unknown(at, 'is declared in several places')
      return afterChanges(context, context.evaluate(declared), binding, at)
    case 'import':
      return afterChanges(context, evaluateImport(context, at, binding), binding, at)
    default:
      return evaluateVariable(context, at, binding)
  }
}

function evaluateVariable(context: Context, at: Handle<Identifier>, binding: Binding): Static {
  const { module } = at
  const { declaration } = binding
  const [again] = changesOf(module.names, binding)
  if (again) return changedBy(at, { module, node: again.node }, 'gets another value')
  const first = binding.path[0]
  if (first?.kind === 'unknown' && declaration.type === 'VariableDeclarator' && !declaration.init) {
    return unknown(at, 'is the variable of a loop')
  }
  if (declaration.type !== 'VariableDeclarator') return unknown(at, 'is known only when the code runs')
  if (!declaration.init) {
    return binding.kind === 'const' ? unknown(at, 'is declared without a value') : plain(at, undefined)
  }
  const start = at.node.start ?? 0
  const isEarly = start < (declaration.start ?? 0) && functionAt(module, start) === binding.scope
  if (binding.kind === 'var' && (binding.nested || isEarly)) return unknown(at, 'may not have its value yet')
  let value = context.evaluate({ module, node: declaration.init })
  for (const step of binding.path) value = takeStep(context, at, value, step)
  return reached(afterChanges(context, value, binding, at), { module, node: declaration })
}

/** The scope of the function that an offset is in. */
function functionAt(module: Module, offset: number): Scope {
  let scope = scopeAt(module.names.root, offset)
  while (!scope.hoists && scope.parent) scope = scope.parent
  return scope
}

function takeStep(context: Context, at: Handle, value: Static, step: Binding['path'][number]): Static {
  switch (step.kind) {
    case 'unknown':
      return unknown(at, 'is taken from a value in a way that needs running')
    case 'rest':
      return restOf(at, value, step.without)
    case 'key': {
      const member = getMember(context, value, step.key, at)
      if (step.fallback === undefined) return member
      const environment = environmentOf(member)
      const isMissing = environment !== undefined || (member.kind === 'plain' && member.value === undefined)
      if (!isMissing) return member
      // The default is the place to look at, wherever the name is used.
      const fallback = { module: at.module, node: step.fallback }
      const uses = environment?.map(use => ({ ...use, at: fallback }))
      return decidedBy(context.evaluate(fallback), { environment: uses })
    }
  }
}

function restOf(at: Handle, value: Static, without: string[]): Static {
  if (value.kind !== 'object') return unknown(at, 'is the rest of something that is not known')
  const properties = new Map([...value.properties].filter(([key]) => !without.includes(key)))
  return { ...value, properties }
}

/** `config.name = …` and the like after the declaration: what it touches is no longer known. */
function afterChanges(context: Context, value: Static, binding: Binding, at: Handle): Static {
  if (value.kind !== 'object' && value.kind !== 'array' && value.kind !== 'namespace') return value
  const changes = changesTo(context, at.module, binding)
  return value.kind === 'namespace' ? { ...value, changes } : changedValue(value, changes, at)
}

function evaluateImport(context: Context, at: Handle, binding: Binding): Static {
  const { module } = at
  const { declaration, source } = binding
  if (source === undefined) return evaluateImportEquals(context, { module, node: declaration })
  const imported = importedName(declaration)
  const value = importFrom(context, { module, node: source.source }, imported, importType(source))
  const isMissing = value.kind === 'unknown' && value.at.node === source.source && isNotExported(value.what)
  return reached(isMissing ? { ...value, at } : value, { module, node: declaration })
}

function importedName(specifier: Node): string {
  if (specifier.type === 'ImportSpecifier') return moduleName(specifier.imported)
  return specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*'
}

/** The `type` of `with { type: 'json' }`. */
function importType(source: ImportDeclaration): string | undefined {
  const type = source.attributes?.find(attribute => literalKey(attribute.key, false) === 'type')
  return type?.value.value
}

/** `import lua = require('lua-cli')`. */
function evaluateImportEquals(context: Context, at: Handle): Static {
  const { module, node } = at
  if (node.type !== 'TSImportEqualsDeclaration') return unknown(at, 'is known only when the code runs')
  const { moduleReference } = node
  if (moduleReference.type !== 'TSExternalModuleReference') {
    return unknown(at, 'is an alias that is not followed')
  }
  return requireFrom(context, { module, node: moduleReference.expression }, moduleReference.expression.value)
}

/** What `require(specifier)` gives: all that the module exports, or the value of a JSON file. */
export function requireFrom(context: Context, at: Handle, specifier: string): Static {
  const value = importFrom(context, at, '*', undefined, specifier)
  const isJson = value.kind === 'namespace' && value.module.form === 'json'
  return isJson ? context.evaluate({ module: value.module, node: value.module.root }) : value
}

/**
 * What the module that `at` (the specifier) names exports as `imported`; `*`: all of it.
 * A package is answered as `external`, without being read.
 */
export function importFrom(
  context: Context,
  at: Handle,
  imported: string,
  type?: string,
  specifier = (at.node as { value?: string }).value ?? '',
  seen: Set<string> = new Set(),
): Static {
  const { sources } = context
  const target = sources.resolver.resolve(at.module.path, specifier, type)
  switch (target.kind) {
    case 'external':
      return (
        globalProcess(specifier, imported, at) ?? {
          kind: 'external',
          at,
          trail: [],
          specifier,
          name: imported,
        }
      )
    case 'missing':
      return unknown(at, `cannot be imported: ${target.reason}`, 'UNRESOLVED')
    case 'file': {
      const module = sources.module(target.path, target.form)
      return exportOf(context, module, imported, at, seen)
    }
  }
}

/** What `module` exports as `name`; `at` is who asks, for errors. */
export function exportOf(
  context: Context,
  module: Module,
  name: string,
  at: Handle,
  seen: Set<string> = new Set(),
): Static {
  const root = { module, node: module.root }
  if (name === '*') return { kind: 'namespace', at: root, trail: [], module }
  if (module.form !== 'code') {
    const value = context.evaluate(root)
    return name === 'default' ? value : getMember(context, value, name, at)
  }
  const key = `${module.path}\0${name}`
  if (seen.has(key)) return unknown(at, 'is imported in a circle', 'UNRESOLVED')
  seen.add(key)
  const entry = module.exports.named.get(name)
  if (entry?.kind === 'from') {
    const from = { module, node: entry.node }
    const value = importFrom(context, from, entry.imported, undefined, entry.specifier, seen)
    return reached(value, from)
  }
  if (entry !== undefined) return context.evaluate({ module, node: entry.node })
  return starExport(context, module, name, at, seen)
}

function starExport(context: Context, module: Module, name: string, at: Handle, seen: Set<string>): Static {
  let external: Static | undefined
  let failed: Static | undefined
  for (const star of name === 'default' ? [] : module.exports.stars) {
    const from = { module, node: star.node }
    const value = importFrom(context, from, name, undefined, star.specifier, seen)
    if (value.kind === 'external') external ??= value
    else if (value.kind !== 'unknown' || value.code !== 'UNRESOLVED') return reached(value, from)
    else if (!isNotExported(value.what)) failed ??= value
  }
  return external ?? failed ?? unknown(at, `${NOT_EXPORTED} ${module.path}`, 'UNRESOLVED')
}

const NOT_EXPORTED = 'is not exported by'

function isNotExported(what: string): boolean {
  return what.startsWith(NOT_EXPORTED)
}

/** `import process from 'node:process'` is the global one. */
function globalProcess(specifier: string, imported: string, at: Handle): Static | undefined {
  if (specifier !== 'node:process' && specifier !== 'process') return undefined
  const name = imported === 'default' || imported === '*' ? 'process' : `process.${imported}`
  return { kind: 'global', at, trail: [], name }
}
