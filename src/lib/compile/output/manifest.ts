/** `dist-v2/manifest.json`, as the platform reads it. */

import type { ProjectFile } from '../../project/files.js'
import type { PrimitiveKind } from '../kinds.js'

const MANIFEST_VERSION = '2.0.0'

export interface ManifestPrimitive {
  kind: PrimitiveKind
  name: string
  description: string
  /** Of the artifact, below `dist-v2`, with `/`. */
  path: string
  /** Of the file that declares it, below the project, with `/`. */
  sourcePath: string
  /** First 16 hex digits of the SHA-256 of the artifact. */
  hash: string
  /** What its kind adds; see `entryFields`. */
  [field: string]: unknown
}

export interface Manifest {
  version: string
  /** ISO time. The only thing that differs between two compiles of the same project. */
  compiledAt: string
  primitives: ManifestPrimitive[]
  projectFiles: ProjectFile[]
  /** Hashes of the files that configure the project. */
  config: { packageJson?: string; tsconfigJson?: string; luaSkillYaml?: string }
}

const CONFIG_FILES = {
  packageJson: 'package.json',
  tsconfigJson: 'tsconfig.json',
  luaSkillYaml: 'lua.skill.yaml',
} as const

export function manifestOf(
  primitives: ManifestPrimitive[],
  projectFiles: ProjectFile[],
  compiledAt: Date,
): Manifest {
  const hashes = new Map(projectFiles.map(file => [file.relativePath, file.hash]))
  const config = Object.fromEntries(
    Object.entries(CONFIG_FILES).flatMap(([key, path]) => {
      const hash = hashes.get(path)
      return hash === undefined ? [] : [[key, hash]]
    }),
  )
  return { version: MANIFEST_VERSION, compiledAt: compiledAt.toISOString(), primitives, projectFiles, config }
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}
