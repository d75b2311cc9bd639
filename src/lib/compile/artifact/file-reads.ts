/** What functions read from files beside their module, which will not be there when they run. */

import { isAbsolute } from 'node:path'
import type { CallExpression, Node } from '@babel/types'
import { eachChild, evaluate, type Handle, type Module, type Sources, snippet } from '../../source/index.js'
import { type Warning, warningAt } from '../problem.js'

const READS = /^(?:readFile|readdir|createReadStream|open|exists|stat|access)(?:Sync)?$/
const MENTIONED = /\b(?:fs\b|readFile|readdir|createReadStream|open|exists|stat|access)/
const FS = /^(?:node:)?fs(?:\/promises)?$/
/** What says where a module is, or where it runs. */
const PLACE = /^(?:__dirname|__filename|import\.meta\b.*|process\.cwd)$/

/** @param inputs absolute paths of the files in an artifact */
export function readWarnings(sources: Sources, inputs: ReadonlySet<string>): Warning[] {
  return [...inputs].flatMap(path => {
    if (!/\.[mc]?[jt]sx?$/.test(path) || path.includes('/node_modules/')) return []
    if (!MENTIONED.test(sources.text(path)?.text ?? '')) return []
    const module = sources.module(path)
    return readsIn(sources, module, module.root, false).map(at =>
      warningAt(
        at,
        `\`${snippet(at)}\` reads a file that is not there when the artifact runs.`,
        "Import it instead: import text from './file.md'.",
      ),
    )
  })
}

function readsIn(sources: Sources, module: Module, node: Node, isInFunction: boolean): Handle[] {
  const found: Handle[] = []
  eachChild(node, child => {
    if (isInFunction && child.type === 'CallExpression' && isReadBeside(sources, module, child))
      found.push({ module, node: child })
    found.push(...readsIn(sources, module, child, isInFunction || /Function|Method$/.test(child.type)))
  })
  return found
}

function isReadBeside(
  sources: Sources,
  module: Module,
  { callee, arguments: [file] }: CallExpression,
): boolean {
  const called = evaluate(sources, { module, node: callee })
  const isRead =
    called.kind === 'external' &&
    FS.test(called.specifier) &&
    READS.test(called.name.slice(called.name.lastIndexOf('.') + 1))
  return isRead && file !== undefined && isBeside(sources, { module, node: file })
}

/** Does a path lead to the module's surroundings? One that a function is given may lead anywhere. */
function isBeside(sources: Sources, { module, node }: Handle, seen = new Set<Node>()): boolean {
  if (seen.has(node)) return false
  seen.add(node)
  const value = evaluate(sources, { module, node })
  if (value.kind === 'string' && node.type === 'StringLiteral')
    return !isAbsolute(value.value) && !/^\w+:/.test(value.value)
  if (value.kind === 'global' && PLACE.test(value.name)) return true
  if (node.type === 'Identifier' && PLACE.test(node.name)) return true
  if (node.type === 'TemplateLiteral' && /^[\w.]/.test(node.quasis[0]?.value.raw ?? '')) return true
  if (value.at.node !== node && isBeside(sources, value.at, seen)) return true
  return partsOf(sources, { module, node }).some(part => isBeside(sources, { module, node: part }, seen))
}

/** What a path is made of. */
function partsOf(sources: Sources, { module, node }: Handle): Node[] {
  if (node.type === 'MemberExpression') return [node.object]
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return childrenOf(node)
  const callee = evaluate(sources, { module, node: node.callee })
  const isJoin = callee.kind === 'external' && /^(?:node:)?path/.test(callee.specifier)
  const isUrl = callee.kind === 'global' && callee.name === 'URL'
  // `join(root, 'a.txt')` is where `root` is; `join('data', name)` is beside.
  const [first, ...others] = node.arguments
  const parts = [...(first ? [first] : []), ...others.filter(({ type }) => type !== 'StringLiteral')]
  return [node.callee, ...parts.filter(part => isJoin || isUrl || part.type !== 'StringLiteral')]
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  if (!/Literal$/.test(node.type) || node.type === 'TemplateLiteral')
    eachChild(node, child => children.push(child))
  return children
}
