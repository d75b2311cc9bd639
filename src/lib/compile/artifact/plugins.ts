/** Plugins for the bundler: entries that are no files, `lua-cli`, texts, and imports that are not there. */

import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { Loader, Plugin } from 'esbuild'
import { Fence } from '../../fence.js'
import { fencePlugin } from './fence-plugin.js'
import { lookFirstPlugin, withoutOddMaps } from './look-first.js'
import { LUA_CLI, shimFor } from './shim.js'

/** One artifact to build. */
export interface BundleEntry {
  /** `<kind>/<file name>`: the artifact's path below `artifacts/`, without its extension. */
  id: string
  /** Absolute path of the module that holds the primitive. */
  file: string
  /** The entry: it imports that module, from beside it. */
  contents: string
  /** It imports other modules as well, which may lead to the whole project. */
  isWide: boolean
}

/** Texts to take for some files, by absolute path. */
export type Modules = ReadonlyMap<string, { contents: string }>
export type Entries = ReadonlyMap<string, BundleEntry>

/** @param missing imports that are known not to be there */
export function pluginsOf(
  root: string,
  entries: Entries,
  modules: Modules,
  missing: ReadonlySet<string>,
): Plugin[] {
  const fence = new Fence(root)
  return [
    fencePlugin(fence),
    entriesPlugin(entries),
    modulesPlugin(modules, fence),
    lookFirstPlugin(fence),
    luaCliPlugin(),
    missingPlugin(missing),
    zodPlugin(),
    rawTextPlugin(root, fence),
  ]
}

/** The namespace of entries, which are no files. */
export const ENTRY = 'entry'

function entriesPlugin(entries: Entries): Plugin {
  return {
    name: 'entries',
    setup(build) {
      build.onResolve({ filter: /^entry:/ }, ({ path, kind }) =>
        kind === 'entry-point' ? { path: path.slice(ENTRY.length + 1), namespace: ENTRY } : undefined,
      )
      build.onLoad({ filter: /.*/, namespace: ENTRY }, ({ path }) => {
        const entry = entries.get(path)
        return entry && { contents: entry.contents, loader: 'js', resolveDir: dirname(entry.file) }
      })
    },
  }
}

/** For `tsconfig.json` and `package.json` these files count as if they were read from the disk. */
function modulesPlugin(modules: Modules, fence: Fence): Plugin {
  return {
    name: 'modules',
    setup(build) {
      // A callback costs every file a round trip: only names that occur get one.
      const names = [...new Set([...modules.keys()].map(path => basename(path)))]
      if (names.length === 0) return
      const filter = new RegExp(`[/\\\\](?:${names.map(escaped).join('|')})$`)
      build.onLoad({ filter, namespace: 'file' }, ({ path }) => {
        const module = modules.get(path)
        return module && { contents: withoutOddMaps(path, module.contents, fence), loader: loaderOf(path) }
      })
    },
  }
}

const escaped = (text: string) => text.replace(/[^\w\s]/g, '\\$&')

function loaderOf(path: string): Loader {
  const kind = extname(path).replace(/^\.[mc]?/, '')
  if (kind === 'd' || kind === 'txt') return 'text'
  if (kind === 'json') return 'json'
  return kind === 'tsx' || kind === 'jsx' || kind === 'js' ? kind : 'ts'
}

function luaCliPlugin(): Plugin {
  return {
    name: 'lua-cli',
    setup(build) {
      build.onResolve({ filter: LUA_CLI }, ({ path }) => ({
        path,
        namespace: 'platform',
        sideEffects: false,
      }))
      build.onLoad({ filter: /.*/, namespace: 'platform' }, ({ path }) => ({
        contents: shimFor(path),
        loader: 'js',
      }))
    },
  }
}

/** The import that a message says cannot be resolved. */
export function missingIn(message: string): string | undefined {
  return /^Could not resolve "(.*)"/.exec(message)?.[1]
}

/** Gives itself for whatever is done with it; named imports come from its prototype, as in the shim of `lua-cli`. */
const MISSING = `
const all = new Proxy(function () {}, {
  get: (target, key) => typeof key === 'symbol' || key === 'prototype' ? target[key] : key === '__esModule' || key === 'then' ? undefined : all,
  apply: () => all,
  construct: () => all,
})
module.exports = Object.setPrototypeOf(function () { return all }, all)
`

/** Missing modules can be imported, so that whatever else is wrong shows in the same run. */
function missingPlugin(missing: ReadonlySet<string>): Plugin {
  return {
    name: 'missing',
    setup(build) {
      if (missing.size === 0) return
      build.onResolve({ filter: /.*/ }, ({ path }) =>
        missing.has(path) ? { path, namespace: 'missing', sideEffects: false } : undefined,
      )
      build.onLoad({ filter: /.*/, namespace: 'missing' }, () => ({
        contents: MISSING,
        loader: 'js',
      }))
    },
  }
}

/** At run time there is `zod` and nothing below it; packages may bring what they need of it along. */
function zodPlugin(): Plugin {
  return {
    name: 'zod',
    setup(build) {
      build.onResolve({ filter: /^zod$/ }, () => ({ path: 'zod', external: true }))
      build.onResolve({ filter: /^zod\// }, ({ path, importer }) =>
        /[/\\]node_modules[/\\]/.test(importer)
          ? undefined
          : {
              errors: [
                { text: `\`${path}\` is not there when an artifact runs: the platform has \`zod\` alone` },
              ],
            },
      )
    },
  }
}

function rawTextPlugin(root: string, fence: Fence): Plugin {
  return {
    name: 'raw-text',
    setup(build) {
      build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
        path: relative(root, resolve(resolveDir, path.slice(0, -'?raw'.length))).replaceAll('\\', '/'),
        namespace: 'raw-text',
      }))
      build.onLoad({ filter: /.*/, namespace: 'raw-text' }, ({ path }) => ({
        contents: fence.read(join(root, path)),
        loader: 'text',
      }))
    },
  }
}
