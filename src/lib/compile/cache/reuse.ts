/** What is still valid of the last compile. */

import { join } from 'node:path'
import { realPathOf } from '../../files.js'
import type { Reusable } from '../build.js'
import { type FileState, FileStates } from './file-states.js'
import type { ArtifactState, ArtifactStates, CompileState } from './state.js'

/** Files that decide how others are understood: a change of one may change every artifact. */
const GLOBAL =
  /(?:^|\/)(?:[^/]*tsconfig[^/]*\.json|jsconfig\.json|package\.json|\.?package-lock\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/

/** Marks the path of what appeared or was linked anew: then no artifact is known to be right. */
const APPEARED = '\0appeared'

/** States of files as they were, for `FileStates`, by absolute path. */
export function statesThen(root: string, previous: CompileState | undefined): FileStates {
  const known = new Map<string, FileState>(previous?.files.map(([path, state]) => [join(root, path), state]))
  return new FileStates(known, previous?.takenAt)
}

/** What has changed since the last compile: paths from the root. */
export function changedFiles(root: string, previous: CompileState, now: FileStates): Set<string> {
  const changed = new Set<string>()
  for (const [path, then] of previous.files)
    if (now.get(join(root, path))?.hash !== then.hash) changed.add(path)
  // Something that was looked for and not found: what is imported under that name may be another file now.
  for (const path of previous.absent)
    if (now.get(join(root, path)) !== undefined) changed.add(`${path}${APPEARED}`)
  for (const [path, real] of previous.links) if (realPathOf(path) !== real) changed.add(`${path}${APPEARED}`)
  return changed
}

export function samePaths(previous: CompileState, paths: readonly string[]): boolean {
  return (
    previous.projectPaths.length === paths.length &&
    paths.every((path, at) => path === previous.projectPaths[at])
  )
}

interface KeptArtifacts {
  get(id: string): ArtifactState | undefined
  reuse(id: string, entryHash: string): Reusable | undefined
}

/** The artifacts that need not be built again, once their entry turns out to be the same. */
export function keptArtifacts(
  artifacts: ArtifactStates | undefined,
  changed: ReadonlySet<string>,
): KeptArtifacts {
  const all = new Map(Object.entries(artifacts ?? {}))
  const inputs = new Set([...all.values()].flatMap(artifact => artifact.inputs))
  // A JSON file that is in no artifact may be one that tsconfig.json extends.
  const isGlobal = (path: string) =>
    GLOBAL.test(path) || path.endsWith(APPEARED) || (path.endsWith('.json') && !inputs.has(path))
  if ([...changed].some(isGlobal)) all.clear()
  for (const [id, artifact] of all) if (artifact.inputs.some(path => changed.has(path))) all.delete(id)
  return {
    get: id => all.get(id),
    reuse: (id, entryHash) => {
      const artifact = all.get(id)
      return artifact?.entryHash === entryHash ? artifact : undefined
    },
  }
}
