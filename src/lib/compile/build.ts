/** From sources to artifacts that are proved to load, in memory. */

import { createHash } from 'node:crypto'
import type { LuaError } from '../errors.js'
import type { Sources } from '../source/index.js'
import { type Artifact, type BundleEntry, bundle } from './artifact/bundle.js'
import { bundleProblem, bundleWarning, heavyArtifacts, heavyPackages } from './artifact/bundle-problems.js'
import { entryOf } from './artifact/entry.js'
import { discover } from './discover/discover.js'
import type { Primitive } from './discover/primitive.js'
import { wiringOf } from './discover/wiring.js'
import type { CompileEvent } from './events.js'
import { check, checkDescription, checkDuplicates } from './inspect/checks.js'
import type { Inspector, Outcome } from './inspect/inspector.js'
import { loadProblem } from './inspect/load-problems.js'
import { fileName } from './inspect/names.js'
import { withoutPlaceholders } from './inspect/placeholders.js'
import type { Inspection } from './inspect/protocol.js'
import { specOf } from './kinds.js'
import { compileFailed, distinctWarnings, type Warning } from './problem.js'

/** A primitive with its artifact, which is known to load. */
export interface Built {
  primitive: Primitive
  id: string
  /** Hash of the entry that the artifact was made from. */
  entryHash: string
  /** What is in its artifact. Undefined: the one of the last compile still holds. */
  artifact: BuiltArtifact | undefined
  remembered: Remembered
  /** As the process that loaded it said, and without its placeholders. */
  raw: Inspection
  inspection: Inspection
}

/** What there is to say about an artifact, whether it was built now or before. */
interface Remembered {
  /** Of the bundler, about files that are in it. */
  warnings: Warning[]
  /** npm packages that make it heavy, and their bytes in it. */
  heavy: [name: string, bytes: number][]
}

/** An artifact, once its code and its map are where they belong. */
export interface BuiltArtifact extends Omit<Artifact, 'code' | 'map'>, Remembered {}

/** An artifact of the last compile. */
export interface Reusable extends Remembered {
  inspection: Inspection
}

export interface BuildOptions {
  /** The artifact of the last compile that was made from the same entry and the same files. */
  reuse: (id: string, entryHash: string) => Reusable | undefined
  /** The process that loads artifacts. */
  inspector: Inspector
  /** Gets each artifact that is proved to load, to keep its code and its map: they are not kept here. */
  onLoaded: (primitive: Primitive, artifact: Artifact, inspection: Inspection) => void
  onEvent: (event: CompileEvent) => void
}

export interface BuildResult {
  built: Built[]
  warnings: Warning[]
}

/**
 * @throws LuaError COMPILE_FAILED with every problem that was found; NO_ENTRY, MANY_AGENTS, SYNTAX, when there is
 *   nothing to begin with
 */
export async function build(sources: Sources, options: BuildOptions): Promise<BuildResult> {
  const started = performance.now()
  const { primitives, problems, warnings } = discover(sources)
  const entries = entriesOf(sources, primitives)
  options.onEvent({ type: 'step', step: 'discover', milliseconds: performance.now() - started })
  const fresh = entries.filter(({ entry, entryHash }) => !options.reuse(entry.id, entryHash))
  const loaded = await bundleAndLoad(sources, fresh, options)
  problems.push(...loaded.problems)
  const built: Built[] = []
  for (const { primitive, entry, entryHash } of entries) {
    const artifact = loaded.artifacts.get(entry.id)
    const kept = artifact ? undefined : options.reuse(entry.id, entryHash)
    const raw = loaded.inspections.get(entry.id) ?? kept?.inspection
    const remembered = artifact ?? kept
    if (!raw || !remembered) continue
    const { inspection, warnings: doubts } = withoutPlaceholders(primitive, raw)
    built.push({ primitive, id: entry.id, entryHash, artifact, remembered, raw, inspection })
    const found = check(primitive, inspection)
    problems.push(...found.problems)
    warnings.push(...doubts, ...found.warnings, ...checkDescription(primitive, inspection))
  }
  warnings.push(...distinctWarnings(built.flatMap(({ remembered }) => remembered.warnings)))
  warnings.push(...heavyArtifacts(built.map(({ id, remembered }) => ({ id, heavy: remembered.heavy }))))
  problems.push(...checkDuplicates(sources, named(built)))
  if (problems.length > 0) throw compileFailed(problems)
  return { built, warnings }
}

interface Entry {
  primitive: Primitive
  entry: BundleEntry
  entryHash: string
}

function entriesOf(sources: Sources, primitives: readonly Primitive[]): Entry[] {
  const wiring = wiringOf(sources, primitives)
  const taken = new Set<string>()
  return primitives.map(primitive => {
    const entry = entryOf(freeId(primitive, taken), primitive, wiring)
    const entryHash = createHash('sha256').update(`${entry.file}\0${entry.contents}`).digest('hex')
    return { primitive, entry, entryHash }
  })
}

/** Two of one name are a problem that is reported later; until then both are built. */
function freeId({ kind, name }: Primitive, taken: Set<string>): string {
  const stem = `${kind}/${fileName(name ?? 'computed')}`
  let id = stem
  for (let count = 2; taken.has(id); count++) id = `${stem}~${count}`
  taken.add(id)
  return id
}

interface Loaded {
  artifacts: Map<string, BuiltArtifact>
  inspections: Map<string, Inspection>
  problems: LuaError[]
}

/** Bundles, and loads each batch while the next one is being bundled. */
async function bundleAndLoad(
  sources: Sources,
  entries: readonly Entry[],
  options: BuildOptions,
): Promise<Loaded> {
  const loaded: Loaded = { artifacts: new Map(), inspections: new Map(), problems: [] }
  if (entries.length === 0) return loaded
  const byId = new Map(entries.map(({ entry, primitive }) => [entry.id, primitive]))
  const loading: Promise<void>[] = []
  const started = performance.now()
  const bundled = await bundle(
    sources.host.projectRoot,
    entries.map(({ entry }) => entry),
    batch => {
      for (const artifact of batch) {
        const primitive = byId.get(artifact.id) as Primitive
        loading.push(
          load(sources, primitive, artifact, loaded, options).then(() => {
            options.onEvent({ type: 'progress', done: loaded.inspections.size, total: entries.length })
          }),
        )
      }
    },
  )
  options.onEvent({ type: 'step', step: 'bundle', milliseconds: performance.now() - started })
  await Promise.all(loading)
  options.onEvent({ type: 'step', step: 'load', milliseconds: performance.now() - started })
  loaded.problems.push(...bundled.errors.map(message => bundleProblem(sources, message)))
  const warnings = bundled.warnings.map(message => bundleWarning(sources, message))
  for (const { inputs, warnings: own } of loaded.artifacts.values()) {
    own.push(...warnings.filter(({ location }) => !location || inputs.includes(location.file)))
  }
  return loaded
}

async function load(
  sources: Sources,
  primitive: Primitive,
  artifact: Artifact,
  loaded: Loaded,
  { inspector, onLoaded }: BuildOptions,
): Promise<void> {
  const { values, callables, schemas } = specOf(primitive.kind)
  const { id, code } = artifact
  const outcome: Outcome = await inspector.inspect({ type: 'load', id, code, values, callables, schemas })
  if ('inspection' in outcome) {
    const { code: _, map: __, ...rest } = artifact
    loaded.artifacts.set(id, { ...rest, warnings: [], heavy: heavyPackages(artifact.packages) })
    onLoaded(primitive, artifact, outcome.inspection)
    loaded.inspections.set(id, outcome.inspection)
    return
  }
  const label = primitive.name === undefined ? primitive.kind : `${primitive.kind} "${primitive.name}"`
  loaded.problems.push(
    loadProblem(sources, { artifact, failure: outcome.failure, declared: primitive.declared, label }),
  )
}

function named(built: readonly Built[]): { primitive: Primitive; name: string }[] {
  return built.flatMap(({ primitive, inspection }) => {
    const { name } = inspection.values
    return typeof name === 'string' ? [{ primitive, name }] : []
  })
}
