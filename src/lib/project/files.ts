/** Which files make up a project, and what they hold. */
import { type Dirent, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { LuaError } from '../errors.js'
import { Fence } from '../fence.js'

type FileType = 'source' | 'config' | 'other'

export interface ProjectFile {
  /** From the project's root, with `/` on every system. */
  relativePath: string
  /** See `textHash`. */
  hash: string
  /** Bytes. */
  size: number
  type: FileType
  /** It lies outside the project, and its path is from the root of the workspace. */
  external?: true
}

const SKIPPED_DIRS = new Set('node_modules dist dist-v2 .git .lua .temp coverage .next .turbo'.split(' '))
const LOCK_FILES = new Set(['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml'])
const SKIPPED_NAMES = /^\.|\.test\.|\.spec\.|__tests__|\.d\.ts$|\.map$/
const SOURCE = new Set(['.ts', '.tsx', '.js', '.jsx'])
const CONFIG = new Set(['.yaml', '.yml', '.json', '.toml'])

/** Does a file of this name (the last part of its path) count as a project file? */
export function isProjectFileName(name: string): boolean {
  return !SKIPPED_NAMES.test(name) && !LOCK_FILES.has(name)
}

/** Does a folder of this name hold files of the project? */
export function isProjectFolderName(name: string): boolean {
  return !SKIPPED_DIRS.has(name)
}

/** What kind of file a path names. */
export function fileType(path: string): FileType {
  const extension = extname(path)
  if (SOURCE.has(extension)) return 'source'
  return CONFIG.has(extension) ? 'config' : 'other'
}

/**
 * Every project file below `root`, by path in plain code unit order. What git ignores is not part of the rule;
 * folders whose names begin with a dot are searched, files are not. Links to files count where
 * the fence lets them be read, links to folders are not followed.
 * @returns paths from the root, with `/`
 * @throws PROJECT_INVALID when a folder cannot be read
 */
export function projectPaths(root: string): string[] {
  const fence = new Fence(root)
  const found: string[] = []
  const pending = ['']
  for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
    for (const entry of entriesOf(root, prefix)) {
      const path = prefix + entry.name
      if (entry.isDirectory()) {
        if (isProjectFolderName(entry.name)) pending.push(`${path}/`)
      } else if (
        isProjectFileName(entry.name) &&
        (entry.isSymbolicLink() ? fence.has(join(root, path)) : isOrdinary(root, path, entry))
      ) {
        found.push(path)
      }
    }
  }
  return found.sort()
}

/** The bundler reads sources by itself, and would wait for a pipe. @throws LuaError PROJECT_INVALID */
function isOrdinary(root: string, path: string, entry: Dirent): boolean {
  if (entry.isFile() || fileType(path) !== 'source') return entry.isFile()
  throw new LuaError(
    'PROJECT_INVALID',
    `${join(root, path)} is a pipe, a device or a socket, and no source.`,
    {
      hint: 'Remove it.',
    },
  )
}

function entriesOf(root: string, prefix: string): Dirent[] {
  return unlessGone(join(root, prefix), path => readdirSync(path, { withFileTypes: true })) ?? []
}

function unlessGone<T>(path: string, read: (path: string) => T): T | undefined {
  try {
    return read(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new LuaError('PROJECT_INVALID', `${path} cannot be read: ${message}`, {
      hint: 'Make it readable (chmod u+r), or move it out of the project.',
      cause: error,
    })
  }
}
