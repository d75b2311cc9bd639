/** The compile as a whole: what is still valid, what has to be built, and when which file is written. */

import { join } from 'node:path'
import { needsRecovery, recoverFiles, withLock } from '../disk/index.js'
import { Fence } from '../fence.js'
import { readIfThere } from '../files.js'
import type { CodeFolder } from '../project/project.js'
import { diskHost, Sources } from '../source/index.js'
import { startBundler } from './artifact/bundle.js'
import type { Lookups } from './artifact/lookups.js'
import { build } from './build.js'
import { installationFiles, recordingHost } from './cache/dependencies.js'
import { keptArtifacts } from './cache/reuse.js'
import { inputsOf, linksNow, lookAtFiles, type Run, rememberRun } from './cache/run.js'
import { readArtifacts, readCompileState } from './cache/state.js'
import type { CompileEvent, Step } from './events.js'
import { Inspector } from './inspect/inspector.js'
import { OUTPUT } from './names.js'
import { artifactFiles, pack, type Stored, sourceFiles, sourcePath, storeArtifact } from './output/files.js'
import { isOutputLeft, type OutputFile, recoverOutput, StagedOutput } from './output/folder.js'
import { type Manifest, manifestOf, manifestText } from './output/manifest.js'
import { planUserFiles, type UserFiles } from './output/user-files.js'
import type { Warning } from './problem.js'
import { changedSources, externalFiles, projectFiles, stageSources } from './source-files.js'

export interface CompileOptions {
  /** Take from `.lua/cache` what still holds; true unless given. It is brought up to date either way. */
  cache?: boolean
}

export interface CompileResult {
  manifest: Manifest
  /** What was written, below the project: `dist-v2`, and files of the user's that gained something. */
  written: string[]
  warnings: Warning[]
  /** How long each step took, in milliseconds. */
  timings: Partial<Record<Step, number>>
  /** Nothing had changed since the last compile. */
  cached: boolean
  /** How many artifacts were built; the others were still good. */
  rebuilt: number
}

const LOCK = { command: 'lua compile' }

type Emit = (event: CompileEvent) => void

/**
 * Compiles a project into `dist-v2`. Makes no request, prints nothing.
 * @throws LuaError COMPILE_FAILED with all problems; NO_ENTRY, MANY_AGENTS, SYNTAX; FILE_REFUSED and FILE_CHANGED for
 *   `lua.skill.yaml` and `.gitignore`. The last output is then as it was.
 */
export async function compileProject(
  project: CodeFolder,
  options: CompileOptions = {},
  onEvent: Emit = () => {},
): Promise<CompileResult> {
  const started = performance.now()
  const timings: CompileResult['timings'] = {}
  const emit: Emit = event => {
    if (event.type === 'step') timings[event.step] = event.milliseconds
    onEvent(event)
  }
  const { cache = true } = options
  await healCrash(project, emit)
  const run = lookAtFiles(project, cache ? readCompileState(project.stateDir) : undefined)
  const last = run.isUnchanged ? lastManifest(project) : undefined
  emit({ type: 'step', step: 'check', milliseconds: performance.now() - started })
  const strange = (project.notes ?? []).map(message => ({ message }))
  if (last && run.previous) {
    const warnings = [...strange, ...run.previous.warnings]
    return { manifest: last, written: [], warnings, timings, cached: true, rebuilt: 0 }
  }
  const result = await compileAnew(project, run, emit)
  return { ...result, warnings: [...strange, ...result.warnings], timings, cached: false }
}

/** What a run that was killed has left is put right before anything is read. */
async function healCrash(project: CodeFolder, emit: Emit): Promise<void> {
  const { stateDir } = project
  if (!needsRecovery(stateDir) && !isOutputLeft(project)) return
  await withLock(
    stateDir,
    async () => {
      const recovery = await recoverFiles(stateDir)
      if (recovery) emit({ type: 'recovered', recovery })
      recoverOutput(project)
    },
    LOCK,
  )
}

function lastManifest({ root }: CodeFolder): Manifest | undefined {
  try {
    const bytes = readIfThere(join(root, OUTPUT, 'manifest.json'), { follow: false })
    return bytes && (JSON.parse(bytes.toString('utf8')) as Manifest)
  } catch {
    return undefined
  }
}

async function compileAnew(
  project: CodeFolder,
  run: Run,
  emit: Emit,
): Promise<Omit<CompileResult, 'timings' | 'cached'>> {
  return withLock(
    project.stateDir,
    async () => {
      const staged = StagedOutput.open(project)
      try {
        return await compileInto(project, run, staged, emit)
      } catch (error) {
        await staged.discard()
        throw error
      }
    },
    LOCK,
  )
}

/** @param staged gets the output, file by file as it is made */
async function compileInto(
  project: CodeFolder,
  run: Run,
  staged: StagedOutput,
  emit: Emit,
): Promise<Omit<CompileResult, 'timings' | 'cached'>> {
  const { root } = project
  const inspector = new Inspector({ root, onPrint: text => emit({ type: 'print', text }) })
  inspector.start()
  // Whatever is wrong with it shows when it is used.
  startBundler().catch(() => {})
  try {
    const files = projectFiles(root, run)
    const { host, read } = recordingHost(diskHost(root))
    const sources = await Sources.open(host)
    const kept = keptArtifacts(run.changed && readArtifacts(project.stateDir), run.changed ?? new Set())
    const add = (file: OutputFile) => staged.add(file)
    stageSources(project, run, files, add)
    const fresh = new Map<string, Stored>()
    const lookups: Lookups = { files: new Set(), links: linksNow(run) }
    const { built, warnings } = await build(sources, {
      reuse: kept.reuse,
      inspector,
      onEvent: emit,
      lookups,
      onLoaded: (primitive, artifact, inspection) =>
        fresh.set(artifact.id, storeArtifact(primitive, artifact, inspection, add)),
    })
    const packed = pack(sources, built, id => fresh.get(id) ?? kept.get(id))
    const inputs = inputsOf(packed, kept.get)
    const external = externalFiles(project, inputs, run.states)
    for (const file of sourceFiles(
      new Fence(root).workspace,
      external,
      new Set(),
      new Set(files.map(sourcePath)),
    ))
      add(file)
    const user = await planUserFiles(project, built, files)
    const manifest = manifestOf(
      packed.map(({ entry }) => entry),
      [...user.projectFiles, ...external],
      new Date(),
    )
    const result = {
      manifest,
      written: [OUTPUT, ...user.changed.keys()],
      warnings: [...warnings, ...user.warnings],
      rebuilt: fresh.size,
    }
    const started = performance.now()
    for (const file of artifactFiles(root, packed, files)) add(file)
    for (const file of changedSources(user)) add(file)
    add({ path: 'manifest.json', data: manifestText(manifest) })
    await publish(staged, user)
    const dependencies = new Set([...read, ...installationFiles(host), ...inputs, ...lookups.files])
    // What kept artifacts looked for has not changed.
    if (run.changed && run.previous) {
      for (const path of run.previous.absent) dependencies.add(join(root, path))
      for (const [path] of run.previous.files) dependencies.add(join(root, path))
    }
    rememberRun(project, run, {
      links: lookups.links,
      packed,
      dependencies,
      outputs: staged.paths,
      warnings: result.warnings,
      kept: kept.get,
      user,
    })
    emit({ type: 'step', step: 'write', milliseconds: performance.now() - started })
    return result
  } finally {
    inspector.close()
  }
}

/** The output is complete before a file of the user's is touched, and in place only after. */
async function publish(staged: StagedOutput, user: UserFiles): Promise<void> {
  await staged.complete()
  await user.commit()
  await staged.publish()
}
