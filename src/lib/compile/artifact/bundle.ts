/** Entry modules to artifacts: the one place that runs esbuild. */

import { join, posix, relative, resolve } from 'node:path'
import type { BuildFailure, BuildOptions, BuildResult, Message, Metafile } from 'esbuild'
import { Fence } from '../../fence.js'
import { relativePath } from '../../files.js'
import { withinLimits } from './limits.js'
import { type BundleEntry, ENTRY, type Entries, type Modules, missingIn, pluginsOf } from './plugins.js'
import { refuseOddSettings } from './settings.js'

export interface Artifact {
  id: string
  code: string
  /** Source map (version 3), as JSON. */
  map: string
  /** Absolute paths of the files that are in it; sorted. */
  inputs: string[]
  /** It is imported by something that the primitive's module imports. */
  isCyclic: boolean
  /** Something that it imports is not there. */
  isIncomplete: boolean
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
/** Of entries that may each hold the whole project: 100 of 300 tools took 1.5 GB. */
const WIDE_BATCH = 15

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
  onInputs: (inputs: Metafile['inputs']) => void = () => {},
): Promise<BundleMessages> {
  refuseOddSettings(root, new Fence(root))
  const result: BundleMessages = { errors: [], warnings: [] }
  const queue: BundleEntry[][] = []
  const size = entries.some(({ isWide }) => isWide) ? WIDE_BATCH : BATCH
  for (let at = 0; at < entries.length; at += size) queue.push(entries.slice(at, at + size))
  const missing = new Set<string>()
  for (let next = queue.shift(); next; next = queue.shift()) {
    const batch = await buildBatch(root, next, modules, missing, onInputs)
    onBatch(batch.artifacts)
    result.errors.push(...batch.errors)
    result.warnings.push(...batch.warnings)
    if (batch.errors.length === 0) continue
    // What is missing has been reported; the rest can still be built and checked. Otherwise one bad entry would fail its whole batch.
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
  onInputs: (inputs: Metafile['inputs']) => void,
): Promise<Batch> {
  const esbuild = await import('esbuild')
  const entries = new Map(batch.map(entry => [entry.id, entry]))
  const real = (message: Message) => withRealFile(message, root, entries)
  try {
    const built = await withinLimits(esbuild, esbuild.build(options(root, entries, modules, missing)))
    onInputs(built.metafile.inputs)
    return { artifacts: collect(root, entries, built), errors: [], warnings: built.warnings.map(real) }
  } catch (error) {
    const { errors, warnings } = error as Partial<BuildFailure>
    if (!errors) throw error
    return { artifacts: [], errors: errors.map(real), warnings: (warnings ?? []).map(real) }
  }
}

function options(root: string, entries: Entries, modules: Modules, missing: ReadonlySet<string>) {
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
    metafile: true,
    logLevel: 'silent',
    plugins: pluginsOf(root, entries, modules, missing),
  } satisfies BuildOptions
}

const outputFolder = (root: string) => join(root, 'dist-v2', 'artifacts')

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
): Pick<Artifact, 'inputs' | 'packages' | 'isCyclic' | 'isIncomplete'> {
  const reached = [...reachable([`${ENTRY}:${entry.id}`], all)]
  const inputs = reached
    .filter(input => !/^(?:entry|platform|missing):/.test(input))
    .map(input => resolve(root, input.replace(/^raw-text:/, '')))
  const packages = new Map<string, number>()
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const name = packageName(input)
    if (name) packages.set(name, (packages.get(name) ?? 0) + bytesInOutput)
  }
  const own = relativePath(root, entry.file)
  const isCyclic = reachable(all[own]?.imports.map(({ path }) => path) ?? [], all).has(own)
  const isIncomplete = reached.some(input => input.startsWith('missing:'))
  return { inputs: inputs.sort(), packages, isCyclic, isIncomplete }
}

/** What an input imports, however indirectly: a module of which only a constant is left is not in the output. */
function reachable(from: readonly string[], all: Metafile['inputs']): Set<string> {
  const found = new Set<string>()
  const queue = [...from]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue
    found.add(path)
    for (const imported of all[path]?.imports ?? []) {
      if (!imported.external) queue.push(imported.path)
      else if (imported.path.includes('*')) queue.push(...matching(path, imported.path, all))
    }
  }
  return found
}

/** What import(`./parts/${name}.ts`) may bring: at least what the bundler has taken for it. */
function matching(from: string, pattern: string, all: Metafile['inputs']): string[] {
  const folder = posix.join(posix.dirname(from), pattern.slice(0, pattern.indexOf('*')))
  return Object.keys(all).filter(input => input.startsWith(folder))
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
