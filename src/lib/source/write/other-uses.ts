/** Who else uses a literal that is about to change. Looked up for a pull only: it may parse further files. */
import { basename, dirname } from 'node:path'
import type { Node } from '@babel/types'
import type { SourceLocation } from '../../errors.js'
import { sameLeaf } from '../agent/read.js'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import { type Binding, lookup, type Occurrence, usesOf } from '../names/scope.js'
import type { Sources } from '../names/sources.js'
import { evaluate } from '../value/evaluate.js'
import type { Leaf } from '../value/segments.js'
import type { Static } from '../value/values.js'

/** The places, besides the agent's own way to them (`trail`), that use one of the leaves. */
export function otherUses(sources: Sources, leaves: Leaf[], trail: Handle[]): SourceLocation[] {
  const places: SourceLocation[] = []
  const declared = declarations(leaves, trail)
  for (const module of candidates(sources, leaves, declared, trail)) {
    for (const use of usesIn(module, declared)) {
      if (isOnTrail(module, use, trail) || isExport(use)) continue
      const at = {
        module,
        node: use.parent.type === 'MemberExpression' && use.key === 'object' ? use.parent : use.node,
      }
      if (holds(sources, evaluate(sources, at), leaves, 3)) places.push(module.locationOf(use.node))
    }
  }
  return places
}

/** The names on the trail that are declared with one of the leaves in them. */
function declarations(leaves: Leaf[], trail: Handle[]): { module: Module; binding: Binding }[] {
  return trail.flatMap(at => {
    const isHolder = leaves.some(leaf => leaf.at.module === at.module && contains(at.node, leaf))
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

/** The modules of the trail, and those other sources whose text speaks of the name or the file. */
function candidates(
  sources: Sources,
  leaves: Leaf[],
  declared: { binding: Binding }[],
  trail: Handle[],
): Set<Module> {
  const onTrail = [...trail.map(at => at.module), ...leaves.map(leaf => leaf.at.module)]
  const modules = new Set(onTrail.filter(module => module.form === 'code'))
  const words = [
    ...declared.map(({ binding }) => binding.name),
    ...leaves.map(leaf => importWord(leaf.at.module.path)),
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

/** Does a value, or something in it, come from one of the leaves? */
function holds(sources: Sources, value: Static, leaves: Leaf[], depth: number): boolean {
  if (value.kind === 'string') {
    return value.segments.some(({ leaf }) => leaf && leaves.some(other => sameLeaf(leaf, other)))
  }
  if (depth === 0) return false
  const inside = (handle: Handle) => holds(sources, evaluate(sources, handle), leaves, depth - 1)
  if (value.kind === 'object') return [...value.properties.values()].some(property => inside(property.value))
  return value.kind === 'array' && value.items.some(item => item !== undefined && inside(item))
}
