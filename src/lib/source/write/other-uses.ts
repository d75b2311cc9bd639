/** What else uses a part of the code that is about to change. Looked up for a pull only: it may parse further files. */
import { basename, dirname } from 'node:path'
import type { Node } from '@babel/types'
import type { SourceLocation } from '../../errors.js'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import { type Binding, type Hanging, lookup, type Occurrence, usesOf } from '../names/scope.js'
import type { Sources } from '../names/sources.js'
import { evaluate } from '../value/evaluate.js'
import type { Leaf } from '../value/segments.js'
import type { Static } from '../value/values.js'

/** A part of a module's text. */
export interface CodeRange {
  module: Module
  start: number
  end: number
}

export function rangesOf(leaves: readonly Leaf[]): CodeRange[] {
  return leaves.map(({ at: { module }, start, end }) => ({ module, start, end }))
}

/** Where, besides on the agent's own way to them (`trail`), these parts are used. */
export function otherUses(sources: Sources, parts: CodeRange[], trail: Handle[]): SourceLocation[] {
  const found: SourceLocation[] = []
  const declared = declarations(parts, trail)
  for (const module of candidates(sources, parts, declared, trail)) {
    for (const use of usesIn(module, declared)) {
      if (isOnTrail(module, use, trail) || isExport(use)) continue
      if (holds(sources, usedValue(sources, module, use), parts, 3)) found.push(module.locationOf(use.node))
    }
  }
  return found
}

/** What of a name is used: the member that is taken of it, but the text itself where a method is called on it. */
function usedValue(sources: Sources, module: Module, use: Hanging): Static {
  const value = evaluate(sources, { module, node: use.node })
  const isMember = /^(?:Optional)?MemberExpression$/.test(use.parent.type) && use.key === 'object'
  return isMember && use.up && value.kind !== 'string' ? usedValue(sources, module, use.up) : value
}

/** The names on the trail that are declared with one of the parts in them. */
function declarations(parts: CodeRange[], trail: Handle[]): { module: Module; binding: Binding }[] {
  return trail.flatMap(at => {
    const isHolder = parts.some(part => part.module === at.module && contains(at.node, part))
    const name = isHolder ? declaredName(at.node) : undefined
    const binding = name && lookup(at.module.names, name.name, range(name).start)
    return binding ? [{ module: at.module, binding }] : []
  })
}

function declaredName(node: Node) {
  const isNamed = node.type === 'VariableDeclarator' || node.type === 'TSEnumDeclaration'
  return isNamed && node.id.type === 'Identifier' ? node.id : undefined
}

function contains(node: Node, { start, end }: { start: number; end: number }): boolean {
  const outer = range(node)
  return outer.start <= start && end <= outer.end
}

/** The modules of the trail, and other sources whose text mentions the name or the file. */
function candidates(
  sources: Sources,
  parts: CodeRange[],
  declared: { binding: Binding }[],
  trail: Handle[],
): Set<Module> {
  const onTrail = [...trail.map(at => at.module), ...parts.map(part => part.module)]
  const modules = new Set(onTrail.filter(module => module.form === 'code'))
  const words = [
    ...declared.map(({ binding }) => binding.name),
    ...parts.map(part => importWord(part.module.path)),
  ]
  for (const path of sources.host.listSources?.() ?? []) {
    const text = sources.text(path)?.text ?? ''
    if (!words.some(word => text.includes(word))) continue
    // A file that does not parse uses nothing.
    const module = sources.tryModule(path)
    if (module?.form === 'code') modules.add(module)
  }
  return modules
}

/** The word by which an import names a file, whatever it does with extensions. */
function importWord(path: string): string {
  const name = basename(path)
  const stem = name.replace(/\.[mc]?[jt]sx?$/, '')
  return stem === 'index' ? basename(dirname(path)) : stem
}

function usesIn(module: Module, declared: { module: Module; binding: Binding }[]): Occurrence[] {
  const own = declared.filter(item => item.module === module).map(item => item.binding)
  const imported = [...module.names.root.bindings.values()].filter(({ source }) => source !== undefined)
  return [...new Set([...own, ...imported])].flatMap(binding => usesOf(module.names, binding))
}

function isOnTrail(module: Module, use: Occurrence, trail: Handle[]): boolean {
  return trail.some(at => at.module === module && contains(at.node, range(use.node)))
}

function isExport({ parent }: Occurrence): boolean {
  return parent.type === 'ExportSpecifier' || parent.type === 'ExportDefaultDeclaration'
}

/** Is one of the parts in a value, or in something that it holds? */
function holds(sources: Sources, value: Static, parts: CodeRange[], depth: number): boolean {
  const isIn = (at: Handle, place: { start: number; end: number }) =>
    parts.some(part => part.module === at.module && place.start <= part.start && part.end <= place.end)
  if (value.kind === 'string') return value.segments.some(({ leaf }) => leaf && isIn(leaf.at, leaf))
  if (value.kind === 'plain') return isIn(value.at, range(value.at.node))
  if ((value.kind === 'object' || value.kind === 'array') && isIn(value.at, range(value.at.node))) return true
  if (depth === 0) return false
  const inside = (handle: Handle) => holds(sources, evaluate(sources, handle), parts, depth - 1)
  if (value.kind === 'object') return [...value.properties.values()].some(property => inside(property.value))
  return value.kind === 'array' && value.items.some(item => item !== undefined && inside(item))
}
