/** Files that a compile depends on besides the project's own and those that are in its artifacts. */

import { dirname, join } from 'node:path'
import type { SourceHost } from '../../source/index.js'

const LOCK_FILES = ['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb']
const INSTALLED = ['node_modules/.package-lock.json', 'node_modules/zod/package.json']

/** Which packages are installed: lock files at or above the project, and what npm notes beside them. Absolute. */
export function installationFiles(host: SourceHost): string[] {
  const files: string[] = []
  for (let folder = host.projectRoot; ; folder = dirname(folder)) {
    files.push(...[...LOCK_FILES, ...INSTALLED, 'tsconfig.json'].map(name => join(folder, name)))
    if (folder === host.workspaceRoot || folder === dirname(folder)) return files
  }
}

/** A host that remembers which files were asked for: `tsconfig.json`, texts, modules. */
export function recordingHost(host: SourceHost): { host: SourceHost; read: ReadonlySet<string> } {
  const read = new Set<string>()
  return {
    read,
    host: {
      ...host,
      readBytes: path => {
        read.add(path)
        return host.readBytes(path)
      },
      isFile: path => {
        read.add(path)
        return host.isFile(path)
      },
    },
  }
}
