/** From sources to artifacts that are proved to load, in memory. */

import { createHash } from 'node:crypto'
import { CONFLICT } from '../conflict.js'
import type { LuaError } from '../errors.js'
import type { Sources } from '../source/index.js'
import { type Artifact, type BundleMessages, bundle } from './artifact/bundle.js'
import {
  bundleProblem,
  bundleWarning,
  conflictProblems,
  heavyArtifacts,
  heavyPackages,
  metadataProblems,
} from './artifact/bundle-problems.js'
import { entryOf } from './artifact/entry.js'
import { readWarnings } from './artifact/file-reads.js'
import { addLookups, type Lookups } from './artifact/lookups.js'
import { type EditedModule, editModules } from './artifact/modules.js'
import type { BundleEntry } from './artifact/plugins.js'
import { discover } from './discover/discover.js'
import type { Primitive } from './discover/primitive.js'
import type { CompileEvent } from './events.js'
import { checkDescription, checkDuplicates, checkPrimitive, checkTools } from './inspect/checks.js'
import { doubtsAbout } from './inspect/doubts.js'
import { guessesIn } from './inspect/guesses.js'
import type { Inspector, Outcome } from './inspect/inspector.js'
import { type FailedArtifact, loadProblems } from './inspect/load-problems.js'
import type { Inspection, LoadRequest } from './inspect/protocol.js'
import { type PrimitiveKind, specOf } from './kinds.js'
import { fileName } from './names.js'
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
  /** As reported by the process that loaded it, and without its placeholders. */
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
  /** Gets what the bundler looked for. */
  lookups: Lookups
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
  const groups = await groupsOf(sources, primitives)
  const byPrimitive = new Map(groups.flatMap(({ entries }) => [...entries]))
  const entries = primitives.flatMap(primitive => byPrimitive.get(primitive) ?? [])
  options.onEvent({ type: 'step', step: 'discover', milliseconds: performance.now() - started })
  const loaded = await bundleAndLoad(sources, groups, options)
  problems.push(...loaded.problems)
  const built: Built[] = []
  for (const { primitive, entry, entryHash } of entries) {
    const artifact = loaded.artifacts.get(entry.id)
    const kept = artifact ? undefined : options.reuse(entry.id, entryHash)
    const raw = loaded.inspections.get(entry.id) ?? kept?.inspection
    const remembered = artifact ?? kept
    if (!raw || !remembered) continue
    const doubts = doubtsAbout(primitive, raw)
    const { inspection } = doubts
    built.push({ primitive, id: entry.id, entryHash, artifact, remembered, raw, inspection })
    const found = checkPrimitive(primitive, inspection)
    problems.push(...doubts.problems, ...found.problems)
    warnings.push(...doubts.warnings, ...found.warnings, ...checkDescription(primitive, inspection))
  }
  warnings.push(...distinctWarnings(built.flatMap(({ remembered }) => remembered.warnings)))
  warnings.push(...heavyArtifacts(built.map(({ id, remembered }) => ({ id, heavy: remembered.heavy }))))
  const names = named(built)
  const nameOf = new Map(names.map(({ primitive, name }) => [primitive, name]))
  for (const { primitive, inspection } of built) {
    const tools = primitive.tools.map(tool => nameOf.get(tool))
    if (!tools.includes(undefined)) problems.push(...checkTools(primitive, inspection, tools))
  }
  problems.push(...checkDuplicates(sources, names))
  if (problems.length > 0) throw compileFailed(withoutRepeats(problems))
  return { built, warnings }
}

interface Entry {
  primitive: Primitive
  entry: BundleEntry
  entryHash: string
}

/** Primitives that are bundled together, with the texts of modules that hold for all of them. */
interface Group {
  entries: Map<Primitive, Entry>
  modules: ReadonlyMap<string, EditedModule>
}

async function groupsOf(sources: Sources, primitives: readonly Primitive[]): Promise<Group[]> {
  const taken = new Set<string>()
  const ids = new Map(primitives.map(primitive => [primitive, freeId(primitive, taken)]))
  const whole = await editModules(sources, primitives, undefined)
  const group = (members: readonly Primitive[], modules: Group['modules']): Group => {
    const entries = members.map(primitive => {
      const entry = entryOf(ids.get(primitive) as string, primitive)
      const text = `${entry.file}\0${entry.contents}\0${modules.get(entry.file)?.contents ?? ''}`
      const entryHash = createHash('sha256').update(text).digest('hex')
      return [primitive, { primitive, entry, entryHash }] as const
    })
    return { entries: new Map(entries), modules }
  }
  const of = (kind: PrimitiveKind) => primitives.filter(primitive => primitive.kind === kind)
  const others = primitives.filter(({ kind }) => kind !== 'agent' && kind !== 'skill')
  return [
    group(of('agent'), await editModules(sources, primitives, 'agent', whole)),
    group(of('skill'), await editModules(sources, primitives, 'skill', whole)),
    group(others, whole),
  ]
}

/** Two of one name are a problem that is reported later; until then both are built. */
function freeId({ kind, name }: Primitive, taken: Set<string>): string {
  const stem = `${kind}/${fileName(name ?? 'computed')}`
  let id = stem
  // Some file systems do not tell capitals apart.
  for (let count = 2; taken.has(id.toLowerCase()); count++) id = `${stem}~${count}`
  taken.add(id.toLowerCase())
  return id
}

interface Loaded {
  artifacts: Map<string, BuiltArtifact>
  inspections: Map<string, Inspection>
  failed: FailedArtifact[]
  problems: LuaError[]
}

/** Bundles what cannot be reused, and loads each batch while the next one is being bundled. */
async function bundleAndLoad(
  sources: Sources,
  groups: readonly Group[],
  options: BuildOptions,
): Promise<Loaded> {
  const loaded: Loaded = { artifacts: new Map(), inspections: new Map(), failed: [], problems: [] }
  const isFresh = ({ entry, entryHash }: Entry) => !options.reuse(entry.id, entryHash)
  const fresh = groups.map(({ entries, modules }) => ({
    entries: [...entries.values()].filter(isFresh),
    modules,
  }))
  const all = fresh.flatMap(({ entries }) => entries)
  if (all.length === 0) return loaded
  const byId = new Map(all.map(({ entry, primitive }) => [entry.id, primitive]))
  const loading: Promise<void>[] = []
  const started = performance.now()
  const onBatch = (batch: readonly Artifact[]) => {
    for (const artifact of batch) {
      // What is missing is a problem; what it would be like with it cannot be told.
      if (artifact.isIncomplete) continue
      const primitive = byId.get(artifact.id) as Primitive
      loading.push(
        load(sources, primitive, artifact, loaded, options).then(() => {
          options.onEvent({ type: 'progress', done: loaded.inspections.size, total: all.length })
        }),
      )
    }
  }
  const root = sources.host.projectRoot
  const messages: BundleMessages = { errors: [], warnings: [] }
  for (const { entries, modules } of fresh) {
    const entriesOnly = entries.map(({ entry }) => entry)
    const bundled = await bundle(root, entriesOnly, modules, onBatch, inputs =>
      addLookups(options.lookups, root, inputs, (from, specifier) =>
        sources.resolver.mapped(from, specifier),
      ),
    )
    messages.errors.push(...bundled.errors)
    messages.warnings.push(...bundled.warnings)
  }
  options.onEvent({ type: 'step', step: 'bundle', milliseconds: performance.now() - started })
  await Promise.all(loading)
  options.onEvent({ type: 'step', step: 'load', milliseconds: performance.now() - started })
  loaded.problems.push(...loadProblems(sources, loaded.failed))
  const inputsOfAll = new Set([...loaded.artifacts.values()].flatMap(one => one.inputs))
  loaded.problems.push(...metadataProblems(sources, inputsOfAll), ...conflictProblems(sources, inputsOfAll))
  loaded.problems.push(...messages.errors.map(message => bundleProblem(sources, message)))
  const warnings = [
    ...messages.warnings.map(message => bundleWarning(sources, message)),
    ...readWarnings(sources, inputsOfAll),
  ]
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
  const guesses = /\benv\b/.test(code) ? guessesIn(sources, artifact.inputs) : []
  const request: LoadRequest = { type: 'load', id, code, values, callables, schemas, guesses }
  const outcome: Outcome = await inspector.inspect(request)
  if ('inspection' in outcome) {
    const { code: _, map: __, ...rest } = artifact
    loaded.artifacts.set(id, { ...rest, warnings: [], heavy: heavyPackages(artifact.packages) })
    onLoaded(primitive, artifact, outcome.inspection)
    loaded.inspections.set(id, outcome.inspection)
    return
  }
  const label = primitive.name === undefined ? primitive.kind : `${primitive.kind} "${primitive.name}"`
  loaded.failed.push({ artifact, failure: outcome.failure, declared: primitive.declared, label })
}

/** Of a conflict that a field and its file have, and of an import that is missed twice, only one is said. */
function withoutRepeats(problems: readonly LuaError[]): LuaError[] {
  const isConflict = ({ message }: LuaError) => message.endsWith(' holds conflict markers.')
  const inField = problems.filter(each => isConflict(each) && each.message !== CONFLICT.message)
  const files = new Set(inField.map(({ location }) => location?.file))
  const missing = new Set<string>()
  return problems.filter(({ message, code, location }) => {
    if (message === CONFLICT.message) return !files.has(location?.file)
    if (code !== 'UNRESOLVED' || !location) return true
    const place = `${location.file}:${location.line}:${location.column}`
    return !missing.has(place) && missing.add(place)
  })
}

function named(built: readonly Built[]): { primitive: Primitive; name: string }[] {
  return built.flatMap(({ primitive, inspection }) => {
    const { name } = inspection.values
    return typeof name === 'string' ? [{ primitive, name }] : []
  })
}
