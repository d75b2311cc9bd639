/** Compiles again whenever something that matters changes. */

import { type FSWatcher, watch } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { asLuaError, type LuaError } from '../errors.js'
import { Fence } from '../fence.js'
import { statOf } from '../files.js'
import { projectPaths } from '../project/files.js'
import type { CodeFolder } from '../project/project.js'
import { readCompileState } from './cache/state.js'
import { type CompileOptions, type CompileResult, compileProject } from './compile.js'

interface WatchReports {
  onResult: (result: CompileResult, milliseconds: number) => void
  onError: (error: LuaError) => void
}

/** Editors write a file in several steps, and tools write several files. */
const SETTLE_MS = 80

/**
 * Compiles now and after every change, until `signal` says stop. Problems are reported, and end nothing. A change that
 * makes no difference to the compile is not reported.
 */
export async function watchProject(
  project: CodeFolder,
  options: CompileOptions,
  { onResult, onError }: WatchReports,
  signal: AbortSignal,
): Promise<void> {
  const folders = new Folders()
  // After a failure, even a return to the state before is news.
  let isNews = true
  try {
    folders.follow(foldersOf(project))
    while (!signal.aborted) {
      const changed = folders.nextChange(signal)
      const started = performance.now()
      try {
        const result = await compileProject(project, options)
        if (isNews || !result.cached) onResult(result, performance.now() - started)
        isNews = false
      } catch (thrown) {
        onError(asLuaError(thrown))
        isNews = true
      }
      // Looks once more, for what changed in a folder before it was watched.
      if (!folders.follow(foldersOf(project))) await changed
    }
  } finally {
    folders.close()
  }
}

/**
 * Where the project's files are, others that the last compile has read, those of packages included, and where files
 * that it looked for would appear; the latter only in the workspace.
 */
function foldersOf({ root, stateDir }: CodeFolder): Set<string> {
  const { files = [], absent = [], links = [] } = readCompileState(stateDir) ?? {}
  const { workspace } = new Fence(root)
  const isIn = (path: string) => path.startsWith(workspace + sep)
  const read = [...projectPaths(root), ...files.map(([path]) => path)].map(path => dirname(join(root, path)))
  const lookedFor = new Set(absent.map(path => dirname(join(root, path))).filter(isIn))
  const linked = links.map(([place]) => dirname(place)).filter(isIn)
  return new Set([root, ...read, ...linked, ...[...lookedFor].map(existing)])
}

/** A folder, or the nearest one above that is there. */
function existing(folder: string): string {
  return statOf(folder)?.isDirectory() || dirname(folder) === folder ? folder : existing(dirname(folder))
}

/** A set of watched folders. */
class Folders {
  readonly #watchers = new Map<string, FSWatcher>()
  #onChange: () => void = () => {}

  /** @returns whether some of them were not watched before */
  follow(wanted: ReadonlySet<string>): boolean {
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    const added = [...wanted].filter(folder => !this.#watchers.has(folder) && this.#add(folder))
    return added.length > 0
  }

  /** Resolves some moments after the next change, or when `signal` says stop. */
  nextChange(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      let timer: NodeJS.Timeout | undefined
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        // Meanwhile the next change may be waited for.
        if (this.#onChange === note) this.#onChange = () => {}
        resolve()
      }
      const note = () => {
        clearTimeout(timer)
        timer = setTimeout(end, SETTLE_MS)
      }
      this.#onChange = note
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
    })
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #add(folder: string): boolean {
    try {
      const watcher = watch(folder, (_, name) => {
        // What we write ourselves.
        if (name !== 'dist-v2' && name !== '.lua') this.#onChange()
      })
      watcher.on('error', () => watcher.close())
      this.#watchers.set(folder, watcher)
      return true
    } catch {
      // It vanished between being listed and being watched; the folder above reports that.
      return false
    }
  }
}
