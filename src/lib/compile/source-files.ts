/** The files that an output is made from: the project's, and those of the workspace that are in artifacts. */

import { join, relative, resolve, sep } from 'node:path'
import { Fence } from '../fence.js'
import { fileType, type ProjectFile } from '../project/files.js'
import { CONFIG_FILE, type CodeFolder } from '../project/project.js'
import type { FileStates } from './cache/file-states.js'
import type { Run } from './cache/run.js'
import { sourceFiles, sourcePath } from './output/files.js'
import type { OutputFile } from './output/folder.js'
import type { UserFiles } from './output/user-files.js'

/** All but the one that may still gain entries. */
export function stageSources(
  { root }: CodeFolder,
  run: Run,
  files: readonly ProjectFile[],
  add: (file: OutputFile) => void,
): void {
  const old = new Set(run.changed ? run.previous?.outputs.map(([path]) => path) : [])
  const others = files.filter(({ relativePath }) => relativePath !== CONFIG_FILE)
  for (const file of sourceFiles(root, others, old)) add(file)
}

export function changedSources({ config, projectFiles }: UserFiles): OutputFile[] {
  const file = projectFiles.find(({ relativePath }) => relativePath === CONFIG_FILE)
  const others = projectFiles.filter(other => other !== file).map(sourcePath)
  return file && !others.includes(sourcePath(file)) ? [{ path: sourcePath(file), data: config }] : []
}

export function projectFiles(root: string, { paths, states }: Run): ProjectFile[] {
  return paths.flatMap(relativePath => {
    const state = states.get(join(root, relativePath))
    return state ? [{ relativePath, hash: state.hash, size: state.size, type: fileType(relativePath) }] : []
  })
}

/** Files of the workspace that are in artifacts; those of packages are not the project's. */
export function externalFiles(
  { root }: CodeFolder,
  inputs: readonly string[],
  states: FileStates,
): ProjectFile[] {
  const { workspace } = new Fence(root)
  const paths = new Set(inputs.map(path => resolve(root, path)))
  return [...paths].sort().flatMap(path => {
    const isIn = (folder: string) => path.startsWith(folder + sep)
    if (isIn(root) || !isIn(workspace) || path.includes(`${sep}node_modules${sep}`)) return []
    const state = states.get(path)
    const relativePath = relative(workspace, path).replaceAll(sep, '/')
    return state
      ? [{ relativePath, hash: state.hash, size: state.size, type: fileType(path), external: true as const }]
      : []
  })
}
