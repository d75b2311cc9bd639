/**
 * What the last compile was made from and what it made, in `.lua/cache/`: enough to see in a moment that nothing has
 * changed, and to build again only what has. A cache that is damaged, of another version, or not written by this person's runs is no cache.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { privateWrite, readState as readFile, seal, unseal } from '../../disk/index.js'
import { lstatOf, statOf } from '../../files.js'
import type { Inspection } from '../inspect/protocol.js'
import { OUTPUT } from '../names.js'
import type { OutputPlace } from '../output/folder.js'
import type { Warning } from '../problem.js'
import type { FileState } from './file-states.js'

/** The last compile as a whole. */
export interface CompileState {
  /** When its files were looked at, epoch ms. */
  takenAt: number
  /** Paths of the project's files, in their order, from its root. */
  projectPaths: string[]
  /** Every file that it read or depends on, by path from the root. */
  files: [path: string, state: FileState][]
  /** Files that would have mattered, had they been there. */
  absent: string[]
  /** See `Lookups`; by absolute path. */
  links: [path: string, real: string][]
  /** What it wrote below `dist-v2`. */
  outputs: [path: string, size: number, modified: number][]
  warnings: Warning[]
}

/** One artifact of the last compile. */
export interface ArtifactState {
  entryHash: string
  /** Of the artifact; see `ManifestPrimitive`. */
  hash: string
  /** Bytes. */
  size: number
  /** Below `dist-v2`, without extension. */
  stem: string
  /** Paths of the files that are in it, from the root. */
  inputs: string[]
  inspection: Inspection
  /** See `BuiltArtifact`. */
  warnings: Warning[]
  heavy: [name: string, bytes: number][]
}

export type ArtifactStates = Record<string, ArtifactState>

const STATE = 'compile.json'
const ARTIFACTS = 'artifacts.json'

export function readCompileState(stateDir: string): CompileState | undefined {
  const state = read<CompileState>(stateDir, STATE)
  const lists = [
    state?.projectPaths,
    state?.files,
    state?.absent,
    state?.links,
    state?.outputs,
    state?.warnings,
  ]
  return lists.every(Array.isArray) ? state : undefined
}

/** Only read when something has changed: it is as large as the manifest. */
export function readArtifacts(stateDir: string): ArtifactStates | undefined {
  return read<ArtifactStates>(stateDir, ARTIFACTS)
}

/** Never fails for what it cannot write: the next compile is slower, and that is all. */
export function writeCache(stateDir: string, state: CompileState, artifacts: ArtifactStates): void {
  try {
    for (const [name, content] of [
      [ARTIFACTS, artifacts],
      [STATE, state],
    ] as const) {
      privateWrite(
        stateDir,
        `cache/${name}`,
        seal(stateDir, 'cache', { name, compiler: compilerIdentity(), content }),
      )
    }
  } catch {
    // See above.
  }
}

function read<T>(stateDir: string, name: string): T | undefined {
  const file = unseal(stateDir, 'cache', readFile(stateDir, `cache/${name}`)) as Cached<T> | undefined
  return file?.name === name && file.compiler === compilerIdentity() ? file.content : undefined
}

interface Cached<T> {
  name: string
  compiler: string
  content: T
}

/** Is everything that the last compile wrote still there, unchanged, and nothing else? */
export function isOutputIntact({ root }: OutputPlace, { outputs }: CompileState): boolean {
  const output = join(root, OUTPUT)
  const isThere = lstatOf(output)?.isDirectory()
  const files = isThere ? readdirSync(output, { recursive: true, withFileTypes: true }) : []
  if (files.filter(entry => !entry.isDirectory()).length !== outputs.length) return false
  return outputs.every(([path, size, modified]) => {
    const stat = lstatOf(join(root, OUTPUT, path))
    return stat?.size === size && stat.mtimeMs === modified
  })
}

export function outputState(root: string, paths: readonly string[]): CompileState['outputs'] {
  return paths.flatMap(path => {
    const stat = lstatOf(join(root, OUTPUT, path))
    return stat ? [[path, stat.size, stat.mtimeMs] as const] : []
  }) as CompileState['outputs']
}

let identity: string | undefined

/** This very build of the compiler, with the bundler that it runs: another one may give another output. */
function compilerIdentity(): string {
  identity ??= [
    `${fileURLToPath(import.meta.url)}`,
    ownModified(),
    versionOf('esbuild'),
    process.version,
  ].join(' ')
  return identity
}

function ownModified(): number {
  return statOf(fileURLToPath(import.meta.url))?.mtimeMs ?? 0
}

function versionOf(name: string): string {
  try {
    let folder = dirname(createRequire(import.meta.url).resolve(name))
    while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version
  } catch {
    return 'none'
  }
}
