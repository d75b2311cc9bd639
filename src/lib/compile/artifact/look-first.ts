/**
 * What the bundler would read by itself, looked at first: every file for what it is and how large, the settings of every
 * package that is imported, and the source maps that sources name in a comment.
 */

import { realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Plugin } from 'esbuild'
import { asLuaError } from '../../errors.js'
import type { Fence } from '../../fence.js'
import { MAX_FILE, MAX_STATE, readIfThere, requireOrdinary, statOf } from '../../files.js'

const COMMENT = 'sourceMappingURL='
const NAMED = /sourceMappingURL=([^\s*'"]*)/g
/** What is decoded, or no path at all, may lead anywhere. */
const PLAIN_PATH = /^(?!\/)[\w@.+/-]+$/
/** Files that may name a map. */
const CODE = /\.(?:[cm]?[jt]sx?|css)$/
/** An installed package may lie outside the workspace, in the package manager's own store. */
const INSTALLED_MAP = /[/\\]node_modules[/\\].*\.map$/
const PACKAGE = /^(?:@[^/]+\/)?[^@./#:][^/:]*/

export function lookFirstPlugin(fence: Fence): Plugin {
  const looked = new Set<string>()
  return {
    name: 'look-first',
    setup(build) {
      build.onResolve({ filter: PACKAGE }, ({ path, resolveDir, namespace }) => {
        if (namespace !== 'file' && namespace !== 'entry') return undefined
        return orErrors(() => lookAtPackage(PACKAGE.exec(path)![0], resolveDir, looked))
      })
      build.onLoad({ filter: /./, namespace: 'file' }, ({ path }) =>
        orErrors(() => {
          if (!CODE.test(path)) return void requireOrdinary(path, MAX_FILE)
          const bytes = readIfThere(path)
          if (!bytes?.includes(COMMENT)) return undefined
          const text = bytes.toString('utf8')
          const contents = withoutOddMaps(path, text, fence)
          return contents === text ? undefined : { contents, loader: 'default' as const }
        }),
      )
    },
  }
}

function orErrors<T>(look: () => T): T | { errors: { text: string }[] } {
  try {
    return look()
  } catch (error) {
    return { errors: [{ text: asLuaError(error).message }] }
  }
}

/** The bundler reads the settings of a package as soon as it looks into its folder. */
function lookAtPackage(name: string, from: string, looked: Set<string>): undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const settings = join(folder, 'node_modules', name, 'package.json')
    if (!looked.has(settings)) requireOrdinary(settings, MAX_STATE)
    looked.add(settings)
    if (folder === dirname(folder)) return undefined
  }
}

/** The text of a source, in which a map that must not be read has no name. */
export function withoutOddMaps(path: string, text: string, fence: Fence): string {
  return text.replace(NAMED, (whole, name: string) =>
    name.startsWith('data:') || isReadable(path, name, fence) ? whole : COMMENT,
  )
}

function isReadable(path: string, name: string, fence: Fence): boolean {
  if (!PLAIN_PATH.test(name)) return false
  const map = resolve(dirname(path), name)
  const stat = statOf(map)
  // One that is not there is not read.
  if (stat === undefined) return true
  return (
    stat.isFile() &&
    stat.size <= MAX_FILE &&
    (INSTALLED_MAP.test(realpathSync(map)) || fence.readRefusal(map) === undefined)
  )
}
