/**
 * Every Lua project of a repository.
 */

import { type Dirent, existsSync, readdirSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { repositoryFiles } from './git.js'
import { CONFIG_FILE } from './project.js'

/** Never a project of the person's own, whether git ignores them or not. Folders with a leading dot neither. */
const SKIPPED = new Set(['node_modules', 'dist', 'dist-v2', 'coverage'])

/**
 * The folders in `root` and below that hold a `lua.skill.yaml`, in plain code unit order: from `root`, with `/`;
 * `.` for `root` itself. In a git repository what git ignores is skipped; without git, only what is never a project.
 */
export async function findProjects(root: string): Promise<string[]> {
  const start = resolve(root)
  const configs = (await fromGit(start)) ?? walk(start, '')
  const folders = configs
    .filter(path => path.split('/').every(name => !isSkipped(name)))
    .map(path => posix.dirname(path))
  return [...new Set(folders)].sort()
}

function isSkipped(name: string): boolean {
  return SKIPPED.has(name) || name.startsWith('.')
}

/** Undefined where git cannot answer. A repository inside this one is walked: git names its folder and no more. */
async function fromGit(root: string): Promise<string[] | undefined> {
  const files = await repositoryFiles(root)
  return files?.flatMap(path => {
    if (path.endsWith('/')) return walk(root, path)
    return isConfig(path) && existsSync(join(root, path)) ? [path] : []
  })
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

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
