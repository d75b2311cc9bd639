/** Literals and text files that hold some words, for values whose way through the code is not known. */

import type { Node } from '@babel/types'
import { splice } from '../../splice.js'
import { encode } from '../files/text.js'
import type { Module } from '../names/module.js'
import { eachChild, range } from '../names/nodes.js'
import type { Sources } from '../names/sources.js'
import type { Leaf } from '../value/segments.js'
import { renderLeaf } from './literal.js'

/** A file with other words in one of its literals. */
interface Replacement {
  path: string
  line: number
  after: Uint8Array
  /** The whole file is the text: its line endings, and the line break at its end, stay as they are. */
  isFile: boolean
}

/** Every way to put `to` where one literal of these files, or one text file, has `from`. Nothing is written. */
export function replacements(
  sources: Sources,
  paths: readonly string[],
  from: string,
  to: string,
): Replacement[] {
  return paths.flatMap(path => {
    const text = sources.text(path)
    if (text === undefined || !text.valid) return []
    const module = sources.tryModule(path)
    return module ? inModule(module, from, to) : []
  })
}

function inModule(module: Module, from: string, to: string): Replacement[] {
  const isFile = module.form === 'text'
  return leavesIn(module).flatMap(leaf => {
    const old = isFile ? leaf.value.replaceAll('\r\n', '\n') : leaf.value
    return occurrences(old, from).flatMap(at => {
      const value = old.slice(0, at) + to + old.slice(at + from.length)
      const ending = isFile && old.endsWith('\n') && !value.endsWith('\n') ? '\n' : ''
      const text = renderLeaf(leaf, value + ending)
      if (text === undefined) return []
      const edited = splice(module.text, [{ start: leaf.start, end: leaf.end, text }])
      const { line } = module.locate(leaf.start)
      return [{ path: module.path, line, after: encode(edited, module.source.bom), isFile }]
    })
  })
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) found.push(at)
  return found
}

/** Strings and the stretches of templates; the names of modules and of properties are none. */
function leavesIn(module: Module): Leaf[] {
  const leaves: Leaf[] = []
  const stack: { node: Node; key: string }[] = [{ node: module.root, key: '' }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, key } = next
    if (node.type === 'StringLiteral' && key !== 'source' && key !== 'key') {
      const style = module.form === 'code' ? 'quoted' : module.form
      leaves.push({ at: { module, node }, ...range(node), style, value: node.value })
    } else if (node.type === 'TemplateElement') {
      const value = node.value.cooked ?? ''
      leaves.push({ at: { module, node }, ...range(node), style: 'quasi', value })
    } else eachChild(node, (child, childKey) => stack.push({ node: child, key: childKey }))
  }
  return leaves.reverse()
}
