/** Packages of the same workspace: found by their link in `node_modules`, or by the workspace's own list. */
import { dirname, join, relative } from 'node:path'
import type { SourceHost } from './host.js'
import { readPackage } from './packages.js'

interface WorkspacePackage {
  folder: string
  /** `.` or `./sub/path`. */
  subpath: string
}

export class WorkspacePackages {
  readonly #host: SourceHost
  #folders?: Map<string, string>

  constructor(host: SourceHost) {
    this.#host = host
  }

  /** The folder of the package that a bare specifier names, if it is one of this workspace. */
  find(from: string, specifier: string): WorkspacePackage | undefined {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0]
    if (name === undefined) return undefined
    const folder = this.#linked(from, name) ?? this.#listed(name)
    return folder === undefined ? undefined : { folder, subpath: `.${specifier.slice(name.length)}` }
  }

  #linked(from: string, name: string): string | undefined {
    const { workspaceRoot } = this.#host
    for (let folder = dirname(from); ; folder = dirname(folder)) {
      const link = join(folder, 'node_modules', name)
      if (this.#host.isFile(join(link, 'package.json'))) {
        const target = this.#host.realPath?.(link)
        const way = target && relative(workspaceRoot, target)
        const isOurs = way && !way.startsWith('..') && !way.split(/[\\/]/).includes('node_modules')
        return isOurs ? target : undefined
      }
      if (folder === workspaceRoot || dirname(folder) === folder) return undefined
    }
  }

  /** By the names in the package.json files that the workspace lists; this needs no installation. */
  #listed(name: string): string | undefined {
    this.#folders ??= this.#readList()
    return this.#folders.get(name)
  }

  #readList(): Map<string, string> {
    const root = this.#host.workspaceRoot
    const { workspaces } = readPackage(this.#host, root) as {
      workspaces?: string[] | { packages?: string[] }
    }
    const patterns = Array.isArray(workspaces) ? workspaces : (workspaces?.packages ?? [])
    const folders = new Map<string, string>()
    for (const folder of patterns.flatMap(pattern => this.#expand(root, pattern.split('/')))) {
      const { name } = readPackage(this.#host, folder)
      if (typeof name === 'string') folders.set(name, folder)
    }
    return folders
  }

  #expand(folder: string, [first, ...rest]: string[]): string[] {
    if (first === undefined) return [folder]
    if (first === '.' || first === '') return this.#expand(folder, rest)
    if (!first.includes('*')) return this.#expand(join(folder, first), rest)
    const names = this.#host.listFolders?.(folder) ?? []
    return names
      .filter(name => matchesGlob(name, first))
      .flatMap(name => this.#expand(join(folder, name), rest))
  }
}

/** Each `*` stands for any text. As a regular expression, a pattern with many of them could take for ever. */
export function matchesGlob(name: string, pattern: string): boolean {
  const [start = '', ...parts] = pattern.split('*')
  const end = parts.pop()
  if (end === undefined) return name === pattern
  if (!name.startsWith(start) || !name.endsWith(end)) return false
  let at = start.length
  for (const part of parts) {
    const found = name.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at + end.length <= name.length
}
