/** Entry modules to artifacts: the one place that runs esbuild. */

import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { BuildFailure, BuildOptions, BuildResult, Loader, Message, Metafile, Plugin } from 'esbuild'
import { LUA_CLI, shimFor } from './shim.js'
import { originalMap } from './source-map.js'

/** One artifact to build. */
export interface BundleEntry {
  /** `<kind>/<file name>`: the artifact's path below `artifacts/`, without its extension. */
  id: string
  /** Absolute path of the module that the entry was sliced from. */
  file: string
  /** That module as it is on disk, for the source map. */
  original: string
  /** The sliced module. */
  contents: string
}

export interface Artifact {
  id: string
  code: string
  /** Source map (version 3), as JSON. */
  map: string
  /** Absolute paths of the files that are in it; sorted. */
  inputs: string[]
  /** The module that the entry was cut from is also in it, whole: something that it imports imports it. */
  isCyclic: boolean
  /** Bytes that each npm package takes in it. */
  packages: Map<string, number>
}

export interface BundleResult {
  /** Without their code and maps, which are with whoever `onBatch` gave them to. */
  artifacts: Omit<Artifact, 'code' | 'map'>[]
  /** What esbuild could not do or found odd, in terms of the real files; one of each. */
  errors: Message[]
  warnings: Message[]
}

interface Batch extends BundleResult {
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
 */
export async function bundle(
  root: string,
  entries: readonly BundleEntry[],
  onBatch: (artifacts: readonly Artifact[]) => void,
): Promise<BundleResult> {
  const result: BundleResult = { artifacts: [], errors: [], warnings: [] }
  const queue: BundleEntry[][] = []
  for (let at = 0; at < entries.length; at += BATCH) queue.push(entries.slice(at, at + BATCH))
  for (let next = queue.shift(); next; next = queue.shift()) {
    const batch = await buildBatch(root, next)
    onBatch(batch.artifacts)
    result.artifacts.push(...batch.artifacts.map(({ code: _, map: __, ...rest }) => rest))
    result.errors.push(...batch.errors)
    result.warnings.push(...batch.warnings)
    // One bad entry fails its whole batch; alone, the others can still be built and checked.
    if (batch.errors.length > 0 && next.length > 1) queue.unshift(...next.map(entry => [entry]))
  }
  return { ...result, errors: distinct(result.errors), warnings: distinct(result.warnings) }
}

/** Starts the bundler ahead of its first use, so that it is there when the entries are. */
export async function startBundler(): Promise<void> {
  const { transform } = await import('esbuild')
  await transform('')
}

async function buildBatch(root: string, entries: readonly BundleEntry[]): Promise<Batch> {
  const { build } = await import('esbuild')
  const virtual = new Map(entries.map(entry => [virtualPath(entry), entry]))
  const real = (message: Message) => withRealFile(message, root, virtual)
  try {
    const built = await build(options(root, virtual))
    return { artifacts: collect(root, virtual, built), errors: [], warnings: built.warnings.map(real) }
  } catch (error) {
    const { errors, warnings } = error as Partial<BuildFailure>
    if (!errors) throw error
    return { artifacts: [], errors: errors.map(real), warnings: (warnings ?? []).map(real) }
  }
}

function options(root: string, virtual: ReadonlyMap<string, BundleEntry>) {
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries([...virtual].map(([path, entry]) => [entry.id, path])),
    outdir: outputFolder(root),
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node18',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    // Texts that code imports; `?raw` is how other bundlers are asked for the same.
    loader: { '.md': 'text', '.txt': 'text' },
    sourcemap: 'linked',
    external: ['zod', 'zod/*'],
    metafile: true,
    logLevel: 'silent',
    plugins: [entriesPlugin(virtual), luaCliPlugin(), rawTextPlugin(root)],
  } satisfies BuildOptions
}

const outputFolder = (root: string) => join(root, 'dist-v2', 'artifacts')

/**
 * Entries pretend to be files beside the module that they come from, so that relative imports, `tsconfig.json`
 * and `package.json` apply to them as they do to it.
 */
function virtualPath(entry: BundleEntry): string {
  const extension = extname(entry.file)
  const stem = basename(entry.file, extension)
  return join(dirname(entry.file), `${stem}.lua-${entry.id.replaceAll('/', '~')}${extension}`)
}

function entriesPlugin(virtual: ReadonlyMap<string, BundleEntry>): Plugin {
  return {
    name: 'entries',
    setup(build) {
      build.onResolve({ filter: /\.lua-[a-z-]+~/ }, ({ path, kind }) =>
        kind === 'entry-point' && virtual.has(path) ? { path } : undefined,
      )
      build.onLoad({ filter: /\.lua-[a-z-]+~/ }, ({ path }) => {
        const entry = virtual.get(path)
        return entry && { contents: entry.contents, loader: loaderOf(path) }
      })
    },
  }
}

function loaderOf(path: string): Loader {
  const kind = extname(path).replace(/^\.[mc]?/, '')
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

function rawTextPlugin(root: string): Plugin {
  return {
    name: 'raw-text',
    setup(build) {
      build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
        path: relativePath(root, resolve(resolveDir, path.slice(0, -'?raw'.length))),
        namespace: 'raw-text',
      }))
      build.onLoad({ filter: /.*/, namespace: 'raw-text' }, async ({ path }) => ({
        contents: await readFile(join(root, path)),
        loader: 'text',
      }))
    },
  }
}

function collect(
  root: string,
  virtual: ReadonlyMap<string, BundleEntry>,
  built: BuildResult<{ write: false; metafile: true }>,
): Artifact[] {
  const files = new Map(built.outputFiles.map(file => [file.path, file]))
  const outputs = new Map(
    Object.entries(built.metafile.outputs).map(([path, output]) => [resolve(root, path), output]),
  )
  return [...virtual].map(([path, entry]) => {
    const output = join(outputFolder(root), `${entry.id}.js`)
    const meta = outputs.get(output)
    const code = files.get(output)
    const map = files.get(`${output}.map`)
    if (!meta || !code || !map) throw new Error(`esbuild left out ${relative(root, output)}`)
    return {
      id: entry.id,
      code: code.text,
      map: originalMap(map.text, relativePath(dirname(output), path), {
        path: relativePath(dirname(output), entry.file),
        text: entry.original,
      }),
      ...contents(root, path, entry, meta, built.metafile.inputs),
    }
  })
}

function contents(
  root: string,
  path: string,
  entry: BundleEntry,
  output: Metafile['outputs'][string],
  all: Metafile['inputs'],
): Pick<Artifact, 'inputs' | 'packages' | 'isCyclic'> {
  const inputs = new Set([entry.file])
  for (const input of reachable(relativePath(root, path), all)) {
    if (!input.startsWith('platform:')) inputs.add(resolve(root, input.replace(/^raw-text:/, '')))
  }
  inputs.delete(path)
  const packages = new Map<string, number>()
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const name = packageName(input)
    if (name) packages.set(name, (packages.get(name) ?? 0) + bytesInOutput)
  }
  const isCyclic = relativePath(root, entry.file) in output.inputs
  return { inputs: [...inputs].sort(), packages, isCyclic }
}

/** What an input imports, however indirectly: a module of which only a constant is left is not in the output. */
function reachable(entry: string, all: Metafile['inputs']): Set<string> {
  const found = new Set<string>()
  const queue = [entry]
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

/** Says the module's own path where esbuild says the entry's. */
function withRealFile(message: Message, root: string, virtual: ReadonlyMap<string, BundleEntry>): Message {
  const { location } = message
  if (!location) return message
  const file = resolve(root, location.file)
  return { ...message, location: { ...location, file: virtual.get(file)?.file ?? file } }
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
