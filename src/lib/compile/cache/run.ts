/** One compile and the one before: what is known before anything is parsed, and what is kept for the next one. */

import { join, relative } from 'node:path'
import { realPathOf } from '../../files.js'
import { projectPaths } from '../../project/files.js'
import type { CodeFolder } from '../../project/project.js'
import type { Packed } from '../output/files.js'
import type { UserFiles } from '../output/user-files.js'
import type { Warning } from '../problem.js'
import { FileStates } from './file-states.js'
import { changedFiles, samePaths, statesThen } from './reuse.js'
import { type ArtifactStates, type CompileState, isOutputIntact, outputState, writeCache } from './state.js'

/** What is known before anything is parsed. */
export interface Run {
  takenAt: number
  previous: CompileState | undefined
  states: FileStates
  paths: string[]
  /** Relative to the last compile, if its files are all there; else undefined. */
  changed: Set<string> | undefined
  isUnchanged: boolean
}

export function lookAtFiles(project: CodeFolder, previous: CompileState | undefined): Run {
  const { root } = project
  const takenAt = Date.now()
  const states = statesThen(root, previous)
  const paths = projectPaths(root)
  const isComparable =
    previous !== undefined && samePaths(previous, paths) && isOutputIntact(project, previous)
  const changed = isComparable ? changedFiles(root, previous, states) : undefined
  return { takenAt, previous, states, paths, changed, isUnchanged: changed?.size === 0 }
}

/** Where the packages that were found last time are now. */
export function linksNow({ changed, previous }: Run): Map<string, string> {
  const places = changed ? (previous?.links ?? []).map(([place]) => place) : []
  return new Map(
    places.flatMap(place => {
      const real = realPathOf(place)
      return real === undefined ? [] : [[place, real] as const]
    }),
  )
}

export type Kept = (id: string) => ArtifactStates[string] | undefined

export function inputsOf(packed: readonly Packed[], kept: Kept): string[] {
  return packed.flatMap(({ built }) => built.artifact?.inputs ?? kept(built.id)?.inputs ?? [])
}

interface Memory {
  links: ReadonlyMap<string, string>
  packed: readonly Packed[]
  /** Absolute or from the root. */
  dependencies: ReadonlySet<string>
  outputs: readonly string[]
  warnings: Warning[]
  kept: Kept
  user: UserFiles
}

export function rememberRun({ root, stateDir }: CodeFolder, run: Run, memory: Memory): void {
  const short = (path: string) => relative(root, join(root, relative(root, path)))
  const fresh = new FileStates()
  const files: CompileState['files'] = []
  const absent: string[] = []
  const paths = new Set([...run.paths, ...[...memory.dependencies].map(short)])
  for (const path of paths) {
    const states = memory.user.changed.has(path) ? fresh : run.states
    const state = states.get(join(root, path))
    if (state) files.push([path, state])
    else absent.push(path)
  }
  writeCache(
    stateDir,
    {
      takenAt: run.takenAt,
      projectPaths: run.paths,
      files,
      absent,
      links: [...memory.links],
      outputs: outputState(root, memory.outputs),
      warnings: memory.warnings,
    },
    Object.fromEntries(memory.packed.map(one => [one.built.id, artifactState(one, short, memory.kept)])),
  )
}

function artifactState({ built, stem, size, entry }: Packed, short: (path: string) => string, kept: Kept) {
  const { id, entryHash, artifact, raw, remembered } = built
  const inputs = artifact ? artifact.inputs.map(short) : (kept(id)?.inputs ?? [])
  return {
    entryHash,
    hash: entry.hash,
    size,
    stem,
    inputs,
    inspection: raw,
    warnings: remembered.warnings,
    heavy: remembered.heavy,
  }
}
