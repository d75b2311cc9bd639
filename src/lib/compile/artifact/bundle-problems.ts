/** The bundler's messages, in the words and at the places of the project. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Node } from '@babel/types'
import type { Message } from 'esbuild'
import { conflictLine } from '../../conflict.js'
import { LuaError, type SourceLocation } from '../../errors.js'
import { codeFrame, conflicted, eachChild, type Sources } from '../../source/index.js'
import { problemAt, type Warning } from '../problem.js'
import { missingIn } from './plugins.js'

export function bundleProblem(sources: Sources, message: Message): LuaError {
  const specifier = missingIn(message.text)
  const place = placeOf(sources, message)
  if (specifier !== undefined) {
    const [text, hint] = unresolved(sources.host.projectRoot, specifier)
    return new LuaError('UNRESOLVED', text, { hint, ...place })
  }
  if (/^Top-level await/.test(message.text)) {
    return new LuaError(
      'COMPILE_FAILED',
      'An artifact cannot wait while it is loaded: `await` stands at the top level.',
      {
        hint: 'Move it into the function that needs it.',
        ...place,
      },
    )
  }
  const code = /^(?:Expected|Unexpected|Unterminated|Syntax)/.test(message.text) ? 'SYNTAX' : 'COMPILE_FAILED'
  const conflict = code === 'SYNTAX' && message.location && conflictIn(sources, message.location.file)
  if (conflict) return conflict
  return new LuaError(code, `${message.text}.`, { hint: 'Correct it, then compile again.', ...place })
}

export function bundleWarning(sources: Sources, message: Message): Warning {
  return { message: `${message.text}.`, ...placeOf(sources, message) }
}

function unresolved(root: string, specifier: string): [message: string, hint: string] {
  if (/^[./~]|^@\//.test(specifier)) {
    return [`"${specifier}" cannot be found.`, 'Correct the path, or the aliases in tsconfig.json.']
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const isInstalled = existsSync(join(root, 'node_modules', name))
  if (isInstalled)
    return [
      `\`${specifier}\` cannot be found in the installed package \`${name}\`.`,
      'Check what it exports.',
    ]
  return [
    `\`${name}\` is not installed.`,
    `Run npm install; if package.json does not name it, npm install ${name}.`,
  ]
}

function placeOf(sources: Sources, { location }: Message): { location?: SourceLocation; frame?: string } {
  if (!location) return {}
  const place = { file: location.file, line: location.line, column: location.column + 1 }
  const text = sources.host.refusal?.(place.file) === undefined ? sources.text(place.file)?.text : undefined
  return { location: place, frame: text === undefined ? undefined : codeFrame(text, place) }
}

function conflictIn(sources: Sources, path: string): LuaError | undefined {
  if (sources.host.refusal?.(path) !== undefined) return undefined
  const text = sources.text(path)?.text ?? ''
  const line = conflictLine(text)
  return line === undefined ? undefined : conflicted(path, text, line)
}

/** Merges that were not finished, in texts that artifacts hold. */
export function conflictProblems(sources: Sources, inputs: ReadonlySet<string>): LuaError[] {
  return [...inputs].flatMap(path =>
    path.includes('/node_modules/') ? [] : (conflictIn(sources, path) ?? []),
  )
}

/** Decorators for which a tsconfig.json wants metadata: only the TypeScript compiler can make it. */
export function metadataProblems(sources: Sources, inputs: ReadonlySet<string>): LuaError[] {
  for (const path of [...inputs].sort()) {
    if (!/\.[mc]?tsx?$/.test(path) || path.includes('/node_modules/')) continue
    if (!sources.resolver.emitsMetadata(path) || !sources.text(path)?.text.includes('@')) continue
    const module = sources.module(path)
    const node = firstDecorator(module.root)
    if (!node) continue
    // One setting, one problem.
    return [
      problemAt(
        { module, node },
        '`emitDecoratorMetadata` cannot be honoured: an artifact has no types.',
        'Take it out of tsconfig.json, or say the types where the decorator is used.',
      ),
    ]
  }
  return []
}

function firstDecorator(node: Node): Node | undefined {
  let found: Node | undefined = node.type === 'Decorator' ? node : undefined
  eachChild(node, child => {
    found ??= firstDecorator(child)
  })
  return found
}

const LARGE = 1_000_000

/** The npm packages that take more of an artifact than they should. */
export function heavyPackages(packages: ReadonlyMap<string, number>): [name: string, bytes: number][] {
  return [...packages].filter(([, bytes]) => bytes > LARGE)
}

/** One warning for each such package. */
export function heavyArtifacts(
  artifacts: readonly { id: string; heavy: readonly [name: string, bytes: number][] }[],
): Warning[] {
  const users = new Map<string, { bytes: number; ids: string[] }>()
  for (const { id, heavy } of artifacts) {
    for (const [name, bytes] of heavy) {
      const known = users.get(name)
      users.set(name, { bytes: Math.max(bytes, known?.bytes ?? 0), ids: [...(known?.ids ?? []), id] })
    }
  }
  return [...users].map(([name, { bytes, ids }]) => {
    const [first = '', ...rest] = ids
    const where = rest.length === 0 ? first : `${first} and ${rest.length} more`
    return {
      message: `\`${name}\` takes ${(bytes / 1e6).toFixed(1)} MB in the artifact ${where}.`,
      hint: 'Import only the parts that are used, or a smaller package.',
    }
  })
}
