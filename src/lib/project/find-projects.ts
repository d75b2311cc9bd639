/**
 * Every Lua project of a repository.
 */

import { existsSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { entriesOf } from '../files.js'
import { repositoryFiles } from './git.js'
import { CONFIG_FILE } from './project.js'

/** Folders without projects of the person's own, whether git ignores them or not; nor are any in folders with a leading dot. */
const SKIPPED = new Set(['node_modules', 'dist', 'dist-v2', 'coverage'])

interface FoundProjects {
  /** Folders that hold a `lua.skill.yaml`, in plain code unit order: from the root, with `/`; `.` for the root itself. */
  projects: string[]
  /** Submodules that are not checked out, so that their projects are unknown. */
  missing: string[]
}

/**
 * The projects in `root` and below. In a git repository what git ignores is skipped, and its submodules are looked
 * into; without git, only what is never a project is skipped.
 */
export async function findProjects(root: string): Promise<FoundProjects> {
  const start = resolve(root)
  const missing: string[] = []
  const configs = (await fromGit(start, '', missing)) ?? walk(start, '')
  const folders = configs.filter(isShown).map(path => posix.dirname(path))
  return { projects: [...new Set(folders)].sort(), missing: [...new Set(missing)].filter(isShown).sort() }
}

function isShown(path: string): boolean {
  return path.split('/').every(name => !isSkipped(name))
}

function isSkipped(name: string): boolean {
  return SKIPPED.has(name) || name.startsWith('.')
}

/** Undefined where git cannot answer. Of a repository inside this one git names the folder and no more. */
async function fromGit(root: string, prefix: string, missing: string[]): Promise<string[] | undefined> {
  const files = await repositoryFiles(join(root, prefix))
  if (!files) return undefined
  const found: string[] = []
  for (const file of files) {
    const path = prefix + file
    if (path.endsWith('/')) found.push(...(await fromRepository(root, path, missing)))
    else if (isConfig(path) && existsSync(join(root, path))) found.push(path)
  }
  return found
}

async function fromRepository(root: string, path: string, missing: string[]): Promise<string[]> {
  if (entriesOf(join(root, path)).length === 0) missing.push(path.slice(0, -1))
  const own = existsSync(join(root, path, '.git')) ? await fromGit(root, path, missing) : undefined
  return own ?? walk(root, path)
}

function isConfig(path: string): boolean {
  return path === CONFIG_FILE || path.endsWith(`/${CONFIG_FILE}`)
}

/** Config files below a folder; folders that cannot be read and links to folders are passed by. */
function walk(root: string, start: string): string[] {
  const found: string[] = []
  const pending = [start]
  for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
    for (const entry of entriesOf(join(root, prefix))) {
      if (entry.isDirectory() && !isSkipped(entry.name)) pending.push(`${prefix}${entry.name}/`)
      else if (entry.name === CONFIG_FILE && !entry.isDirectory()) found.push(prefix + entry.name)
    }
  }
  return found
}
