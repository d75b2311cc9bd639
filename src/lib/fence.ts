/**
 * Which files may be read and written: the one fence that every room keeps to. A checkout may be made by somebody who
 * wishes its reader ill, and what a pull writes comes from a server. So a path is judged by the real file behind it,
 * and every name in it as the most forgetful disk would see it.
 */

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { MAX_STATE, notRead, readIfReadable, readIfThere, realPathOf, statOf } from './files.js'

/** Why these names are nobody's sources, as the rest of a sentence. */
const NEVER_READ = new Map([
  ['.git', 'it lies in .git'],
  ['.hg', 'it lies in .hg'],
  ['.svn', 'it lies in .svn'],
  ['.lua', 'it lies in .lua'],
  ['.lua-cli', 'it lies in .lua-cli'],
  ['.ssh', 'it lies among keys'],
  ['.gnupg', 'it lies among keys'],
  ['.aws', 'it lies among credentials'],
])

/** Files with such names that this tool itself keeps, from the project's root. */
const OURS = ['.gitignore', '.lua/backup-manifest.json']
const OURS_BELOW = '.lua/external/'

export class Fence {
  /** The project's folder, without links. */
  readonly project: string
  /** The folder up to which files may be read and written, without links. */
  readonly workspace: string

  /** @param root folder of the project */
  constructor(root: string) {
    this.project = realPathOf(root) ?? root
    this.workspace = workspaceOf(this.project)
  }

  /**
   * The content of a file of the workspace; undefined where there is none.
   * @throws LuaError FILE_REFUSED for one that may not be read, or cannot
   */
  read(path: string, limit?: number): Buffer | undefined {
    const real = realPathOf(path)
    if (real === undefined) return undefined
    const reason = this.readRefusal(path, real)
    if (reason !== undefined) throw notRead(path, reason)
    return readIfThere(real, { limit, follow: false })
  }

  /** Is there a file that may be read? */
  has(path: string): boolean {
    const real = realPathOf(path)
    return real !== undefined && this.readRefusal(path, real) === undefined && isFile(real)
  }

  /**
   * Why a file must not be read, as the rest of a sentence ("it lies in .git"); undefined when it may.
   * @param real the path without links, if it is known
   */
  readRefusal(path: string, real = realPathOf(path)): string | undefined {
    if (real === undefined) return 'it cannot be reached'
    const names = this.#namesOf(real)
    if (names === undefined) return outside(path, real)
    for (const name of names.map(foldName)) {
      const reason = neverRead(name)
      if (reason !== undefined) return reason
    }
    return undefined
  }

  /** May the content of this file be used for what it is called, whatever that is (`.env`, `lua.skill.yaml`)? */
  contains(path: string): boolean {
    const real = realPathOf(path)
    return real !== undefined && this.#namesOf(real) !== undefined
  }

  /**
   * Why a file must not be written; undefined when it may.
   * @param real the path that is written, without links; the file, and folders of it, need not exist
   */
  writeRefusal(path: string, real: string): string | undefined {
    const names = this.#namesOf(real)
    if (names === undefined) return outside(path, real)
    const isOurs = isOwn(relative(this.project, real))
    if (path !== real && isOwn(relative(this.project, path)) && !isOurs)
      return 'a symbolic link is in its place'
    if (isOurs) return undefined
    for (const name of names.map(foldName)) {
      const reason = neverWritten(name)
      if (reason !== undefined) return reason
    }
    return undefined
  }

  /** The names on the way from the project, or else the workspace, to a file; undefined outside both. */
  #namesOf(real: string): string[] | undefined {
    const root = [this.project, this.workspace].find(folder => isInside(real, folder))
    return root === undefined ? undefined : relative(root, real).split(sep)
  }
}

function isOwn(path: string): boolean {
  const own = path.replaceAll(sep, '/')
  return OURS.includes(own) || own.startsWith(OURS_BELOW)
}

/** Is `path` the folder, or below it? Both without links. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** A path as the most forgetful disk would see it: without case, and with look-alikes made alike. */
export function foldPath(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/** One name as the most forgetful disk would see it, short names and streams of Windows included. */
function foldName(name: string): string {
  const plain = foldPath(name)
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '')
  if (/^(git|gi[0-9a-f]{4})~\d+$/.test(plain)) return '.git'
  if (/^(nodemo|no[0-9a-f]{4})~\d+$/.test(plain)) return 'node_modules'
  return /^(lua|env|hg|svn|ssh)~\d+$/.test(plain) ? `.${plain.split('~')[0]}` : plain
}

function neverRead(name: string): string | undefined {
  return name.startsWith('.env') ? 'it is an environment file' : NEVER_READ.get(name)
}

function neverWritten(name: string): string | undefined {
  if (name === 'node_modules') return 'it lies in node_modules'
  const reason = neverRead(name)
  if (reason !== undefined) return reason
  return name.startsWith('.')
    ? 'its name, or that of a folder on the way to it, begins with a dot'
    : undefined
}

function outside(path: string, real: string): string {
  const place = 'outside the project and its workspace'
  return path === real ? `it lies ${place}` : `it leads to ${real}, ${place}`
}

/**
 * The nearest folder at or above the project with `.git`, or that lists workspaces; else the project. Never the
 * person's home folder, although some keep it in git, or where homes lie: whatever else is there is not the project's.
 */
function workspaceOf(project: string): string {
  const home = realPathOf(homeFolder() ?? '')
  for (let folder = project; ; folder = dirname(folder)) {
    if (folder === dirname(folder) || folder === home || folder === dirname(home ?? '')) return project
    if (existsSync(join(folder, '.git')) || listsWorkspaces(folder)) return folder
  }
}

function listsWorkspaces(folder: string): boolean {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return true
  const bytes = readIfReadable(join(folder, 'package.json'), { limit: MAX_STATE })
  try {
    return bytes !== undefined && 'workspaces' in JSON.parse(bytes.toString('utf8'))
  } catch {
    return false
  }
}

/** The user's home folder; undefined where there is none, as for a user id without an entry in some containers. */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined
  } catch {
    return undefined
  }
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false
}
