/** Where source text comes from: the one edge of this room to the disk, for reading only. */
import { join } from 'node:path'
import { Fence } from '../../fence.js'
import { entriesOf, lstatOf, realPathOf, statOf } from '../../files.js'

/** Where source text comes from. All paths are absolute. Synchronous. */
export interface SourceHost {
  /** Folder of lua.skill.yaml. */
  projectRoot: string
  /** Files up to here may be read and written. */
  workspaceRoot: string
  /** The content of a file; `undefined`: there is no such file. @throws LuaError FILE_REFUSED if it may not be read */
  readBytes(path: string): Uint8Array | undefined
  isFile(path: string): boolean
  /** Why a file that is there may not be read, as the rest of a sentence. */
  refusal?(path: string): string | undefined
  /** Other source files of the project, for when no entry file holds an agent. */
  listSources?(): string[]
  /** Folders directly in a folder (names), for workspaces; none if it does not exist. */
  listFolders?(path: string): string[]
  /** The path with symbolic links followed, for packages linked into `node_modules`. */
  realPath?(path: string): string | undefined
}

const SKIPPED_FOLDERS = new Set(
  'node_modules dist dist-v2 .git .lua .temp coverage .next .turbo __tests__'.split(' '),
)
const SOURCE_FILE = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/
const NOT_SOURCE = /\.d\.[mc]?ts$|\.test\.|\.spec\.|__tests__/

/** The disk as a host: no more of it than the fence lets be read. Its paths are those without links. */
export function diskHost(root: string): SourceHost {
  const fence = new Fence(root)
  return {
    projectRoot: fence.project,
    workspaceRoot: fence.workspace,
    readBytes: path => fence.read(path),
    isFile: path => statOf(path)?.isFile() ?? false,
    refusal: path => fence.readRefusal(path),
    listSources: () => listSources(fence.project),
    listFolders: path => (fence.contains(path) ? listFolders(path) : []),
    realPath: realPathOf,
  }
}

function listSources(root: string): string[] {
  const found: string[] = []
  const folders = [root]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(folder).sort((a, b) => (a.name < b.name ? 1 : -1))) {
      if (entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) folders.push(path)
      if (entry.isFile() && SOURCE_FILE.test(entry.name) && !NOT_SOURCE.test(entry.name)) found.push(path)
    }
  }
  return found.sort()
}

function listFolders(path: string): string[] {
  if (!lstatOf(path)?.isDirectory()) return []
  return entriesOf(path)
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(entry => entry.name)
}

/** A host that has some files in memory: as a write would make them, or as a commit had them. */
export function overlayHost(host: SourceHost, files: ReadonlyMap<string, Uint8Array>): SourceHost {
  return {
    ...host,
    readBytes: path => files.get(path) ?? host.readBytes(path),
    isFile: path => files.has(path) || host.isFile(path),
    refusal: path => (files.has(path) ? undefined : host.refusal?.(path)),
  }
}
