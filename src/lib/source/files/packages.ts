/** The few fields of package.json that say which file an import means. */
import { dirname, join } from 'node:path'
import type { SourceHost } from './host.js'
import { parseJsonc } from './jsonc.js'

type PackageJson = Record<string, unknown>

/** The package.json of a folder; an empty one if there is none or it cannot be read. */
export function readPackage(host: SourceHost, folder: string): PackageJson {
  const bytes = host.readBytes(join(folder, 'package.json'))
  const value = bytes && parseJsonc(new TextDecoder().decode(bytes))
  return typeof value === 'object' && value !== null ? (value as PackageJson) : {}
}

/**
 * Files that a package may mean by `subpath` (`.` or `./x`), best first, relative to its folder. The sources
 * of a package of the workspace are wanted, even where its package.json speaks of what is built from them.
 */
export function packageEntry(json: PackageJson, subpath: string): string[] {
  const exported = exportedPaths(json.exports, subpath)
  const own =
    subpath === '.'
      ? [json.source, json.module, json.main, 'src/index', 'index']
      : [subpath, `src/${subpath}`]
  const named = [...exported, ...own].filter(path => typeof path === 'string')
  return named.flatMap(path => [path, path.replace(/^(\.\/)?(?:dist|lib|build|out)\//, '$1src/')])
}

function exportedPaths(exports: unknown, subpath: string): string[] {
  if (typeof exports !== 'object' || exports === null || Array.isArray(exports)) {
    return subpath === '.' ? leaves(exports) : []
  }
  const table = exports as Record<string, unknown>
  const hasSubpaths = Object.keys(table).some(key => key.startsWith('.'))
  if (!hasSubpaths) return subpath === '.' ? leaves(table) : []
  return matchPattern(table, subpath)
}

/** The paths that a table of exact and `*` keys gives for a name. */
function matchPattern(table: Record<string, unknown>, name: string): string[] {
  if (name in table) return leaves(table[name])
  for (const [key, value] of Object.entries(table)) {
    const [prefix, suffix] = key.split('*')
    if (prefix === undefined || suffix === undefined) continue
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue
    const star = name.slice(prefix.length, name.length - suffix.length)
    return leaves(value).map(path => path.replaceAll('*', star))
  }
  return []
}

/** Every path in a value of conditions, in order; `types` is for the type checker only. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(leaves)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([condition, inner]) => (condition === 'types' ? [] : leaves(inner)))
}

/** `#name` by the `imports` field of the nearest package.json, as an absolute path. */
export function packageImport(host: SourceHost, from: string, name: string): string | undefined {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (host.isFile(join(folder, 'package.json'))) {
      const { imports } = readPackage(host, folder)
      const paths = matchPattern((imports ?? {}) as Record<string, unknown>, name)
      return paths[0] === undefined ? undefined : join(folder, paths[0])
    }
    if (folder === host.workspaceRoot || dirname(folder) === folder) return undefined
  }
}
