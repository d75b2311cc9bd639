/** Entry modules to artifacts: the one place that runs esbuild. */

import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { BuildFailure, BuildOptions, BuildResult, Loader, Message, Metafile, Plugin } from 'esbuild'
import { Fence } from '../../fence.js'
import { fencePlugin } from './fence-plugin.js'
import { refuseOddSettings } from './settings.js'
import { LUA_CLI, shimFor } from './shim.js'

/** One artifact to build. */
export interface BundleEntry {
  /** `<kind>/<file name>`: the artifact's path below `artifacts/`, without its extension. */
  id: string
  /** Absolute path of the module that holds the primitive. */
  file: string
  /** The entry: it imports that module, from beside it. */
  contents: string
}

export interface Artifact {
  id: string
  code: string
  /** Source map (version 3), as JSON. */
  map: string
  /** Absolute paths of the files that are in it; sorted. */
  inputs: string[]
  /** Something that the primitive's module imports imports it. */
  isCyclic: boolean
  /** Bytes that each npm package takes in it. */
  packages: Map<string, number>
}

/** What esbuild could not do or found odd, in terms of the real files; one of each. */
export interface BundleMessages {
  errors: Message[]
  warnings: Message[]
}

interface Batch extends BundleMessages {
  artifacts: Artifact[]
}

/**
 * Entries per run of esbuild: all entries of a run share the parsed modules, and all its output is in memory at
 * once. At 100, a thousand tools take a third of the memory of a single run, and less time.
 */
const BATCH = 100

/**
 * Builds the artifacts, batch by batch; `onBatch` gets each batch as soon as it is done.
 * @param root absolute folder of the project; everything in the output is relative to it
 * @param modules texts to take for some files, by absolute path
 */
export async function bundle(
  root: string,
  entries: readonly BundleEntry[],
  modules: ReadonlyMap<string, { contents: string }>,
  onBatch: (artifacts: readonly Artifact[]) => void,
): Promise<BundleMessages> {
  refuseOddSettings(root, new Fence(root))
  const result: BundleMessages = { errors: [], warnings: [] }
  const queue: BundleEntry[][] = []
  for (let at = 0; at < entries.length; at += BATCH) queue.push(entries.slice(at, at + BATCH))
  const missing = new Set<string>()
  for (let next = queue.shift(); next; next = queue.shift()) {
    const batch = await buildBatch(root, next, modules, missing)
    onBatch(batch.artifacts)
    result.errors.push(...batch.errors)
    result.warnings.push(...batch.warnings)
    if (batch.errors.length === 0) continue
    // What is missing has been said; the rest can still be built and checked. Else one bad entry fails its whole batch.
    const found = batch.errors.flatMap(({ text }) => missingIn(text) ?? []).filter(name => !missing.has(name))
    for (const name of found) missing.add(name)
    if (found.length > 0) queue.unshift(next)
    else if (next.length > 1) queue.unshift(...next.map(entry => [entry]))
  }
  return { errors: distinct(result.errors), warnings: distinct(result.warnings) }
}

/** Starts the bundler ahead of its first use, so that it is there when the entries are. */
export async function startBundler(): Promise<void> {
  const { transform } = await import('esbuild')
  await transform('')
}

async function buildBatch(
  root: string,
  batch: readonly BundleEntry[],
  modules: Modules,
  missing: ReadonlySet<string>,
): Promise<Batch> {
  const { build } = await import('esbuild')
  const entries = new Map(batch.map(entry => [entry.id, entry]))
  const real = (message: Message) => withRealFile(message, root, entries)
  try {
    const built = await build(options(root, entries, modules, missing))
    return { artifacts: collect(root, entries, built), errors: [], warnings: built.warnings.map(real) }
  } catch (error) {
    const { errors, warnings } = error as Partial<BuildFailure>
    if (!errors) throw error
    return { artifacts: [], errors: errors.map(real), warnings: (warnings ?? []).map(real) }
  }
}

type Modules = ReadonlyMap<string, { contents: string }>
type Entries = ReadonlyMap<string, BundleEntry>

function options(root: string, entries: Entries, modules: Modules, missing: ReadonlySet<string>) {
  const fence = new Fence(root)
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries([...entries.keys()].map(id => [id, `${ENTRY}:${id}`])),
    outdir: outputFolder(root),
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node18',
    minify: true,
    // Code may ask a class for its name.
    keepNames: true,
    legalComments: 'none',
    charset: 'utf8',
    // Texts that code imports; `?raw` is how other bundlers are asked for the same.
    loader: { '.md': 'text', '.txt': 'text' },
    sourcemap: 'linked',
    external: ['zod', 'zod/*'],
    metafile: true,
    logLevel: 'silent',
    plugins: [
      fencePlugin(fence),
      entriesPlugin(entries),
      modulesPlugin(modules),
      luaCliPlugin(),
      rawTextPlugin(root, fence),
      missingPlugin(missing),
    ],
  } satisfies BuildOptions
}

const outputFolder = (root: string) => join(root, 'dist-v2', 'artifacts')

/** The namespace of entries, which are no files. */
const ENTRY = 'entry'

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

/** The rest about these files, `tsconfig.json` and `package.json`, is as if they were read from the disk. */
function modulesPlugin(modules: Modules): Plugin {
  return {
    name: 'modules',
    setup(build) {
      // A callback costs every file a round trip: only names that occur get one.
      const names = [...new Set([...modules.keys()].map(path => basename(path)))]
      if (names.length === 0) return
      const filter = new RegExp(`[/\\\\](?:${names.map(escaped).join('|')})$`)
      build.onLoad({ filter, namespace: 'file' }, ({ path }) => {
        const module = modules.get(path)
        return module && { contents: module.contents, loader: loaderOf(path) }
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

/** What is missing can be imported, so that whatever else is wrong shows in the same run. */
function missingPlugin(missing: ReadonlySet<string>): Plugin {
  return {
    name: 'missing',
    setup(build) {
      if (missing.size === 0) return
      build.onResolve({ filter: /.*/ }, ({ path }) =>
        missing.has(path) ? { path, namespace: 'missing', sideEffects: false } : undefined,
      )
      build.onLoad({ filter: /.*/, namespace: 'missing' }, () => ({
        contents:
          'module.exports = new Proxy(function () {}, { get: (_, key) => key === "__esModule" ? undefined : module.exports, apply: () => module.exports, construct: () => module.exports })',
        loader: 'js',
      }))
    },
  }
}

function rawTextPlugin(root: string, fence: Fence): Plugin {
  return {
    name: 'raw-text',
    setup(build) {
      build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
        path: relativePath(root, resolve(resolveDir, path.slice(0, -'?raw'.length))),
        namespace: 'raw-text',
      }))
      build.onLoad({ filter: /.*/, namespace: 'raw-text' }, ({ path }) => ({
        contents: fence.read(join(root, path)),
        loader: 'text',
      }))
    },
  }
}

function collect(
  root: string,
  entries: Entries,
  built: BuildResult<{ write: false; metafile: true }>,
): Artifact[] {
  const files = new Map(built.outputFiles.map(file => [file.path, file]))
  const outputs = new Map(
    Object.entries(built.metafile.outputs).map(([path, output]) => [resolve(root, path), output]),
  )
  return [...entries.values()].map(entry => {
    const output = join(outputFolder(root), `${entry.id}.js`)
    const meta = outputs.get(output)
    const code = files.get(output)
    const map = files.get(`${output}.map`)
    if (!meta || !code || !map) throw new Error(`esbuild left out ${relative(root, output)}`)
    return {
      id: entry.id,
      code: code.text,
      map: map.text,
      ...contents(root, entry, meta, built.metafile.inputs),
    }
  })
}

function contents(
  root: string,
  entry: BundleEntry,
  output: Metafile['outputs'][string],
  all: Metafile['inputs'],
): Pick<Artifact, 'inputs' | 'packages' | 'isCyclic'> {
  const inputs = [...reachable([`${ENTRY}:${entry.id}`], all)]
    .filter(input => !/^(?:entry|platform):/.test(input))
    .map(input => resolve(root, input.replace(/^raw-text:/, '')))
  const packages = new Map<string, number>()
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const name = packageName(input)
    if (name) packages.set(name, (packages.get(name) ?? 0) + bytesInOutput)
  }
  const own = relativePath(root, entry.file)
  const isCyclic = reachable(all[own]?.imports.map(({ path }) => path) ?? [], all).has(own)
  return { inputs: inputs.sort(), packages, isCyclic }
}

/** What an input imports, however indirectly: a module of which only a constant is left is not in the output. */
function reachable(from: readonly string[], all: Metafile['inputs']): Set<string> {
  const found = new Set<string>()
  const queue = [...from]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue
    found.add(path)
    for (const imported of all[path]?.imports ?? []) if (!imported.external) queue.push(imported.path)
  }
  return found
}

/** The npm package that a file belongs to: the last one on its path. */
function packageName(file: string): string | undefined {
  const [, ...inner] = `/${file.replaceAll('\\', '/')}`.split('/node_modules/')
  const inside = inner.at(-1)
  if (inside === undefined) return undefined
  const [first = '', second = ''] = inside.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

/** Absolute paths, and the module's own place where esbuild says the entry's. */
function withRealFile(message: Message, root: string, entries: Entries): Message {
  const { location } = message
  if (!location) return message
  const entry = location.file.startsWith(`${ENTRY}:`) && entries.get(location.file.slice(ENTRY.length + 1))
  if (entry) return { ...message, location: { ...location, file: entry.file, line: 1, column: 0 } }
  return { ...message, location: { ...location, file: resolve(root, location.file) } }
}

/** The same module is in many artifacts, and its problems are reported for each. */
function distinct(messages: readonly Message[]): Message[] {
  const byPlace = new Map<string, Message>()
  for (const message of messages) {
    const { file, line, column } = message.location ?? {}
    const key = `${file}:${line}:${column}:${message.text}`
    if (!byPlace.has(key)) byPlace.set(key, message)
  }
  return [...byPlace.values()]
}

const relativePath = (from: string, to: string) => relative(from, to).replaceAll('\\', '/')
