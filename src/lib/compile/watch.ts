/** Compiles again whenever something that matters changes. */

import { type FSWatcher, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { asLuaError, type LuaError } from '../errors.js'
import { projectPaths } from '../project/files.js'
import type { CodeFolder } from '../project/project.js'
import { readState } from './cache/state.js'
import { type CompileOptions, type CompileResult, compileProject } from './compile.js'

export interface WatchReports {
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
  // After a failure, even what is as it was before is news.
  let isNews = true
  try {
    while (!signal.aborted) {
      folders.follow(foldersOf(project))
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
      folders.follow(foldersOf(project))
      await changed
    }
  } finally {
    folders.close()
  }
}

/** Where the project's files are, and others that the last compile has read; packages are not watched. */
function foldersOf({ root, stateDir }: CodeFolder): Set<string> {
  const read = readState(stateDir)?.files.map(([path]) => path) ?? []
  const paths = [...projectPaths(root), ...read].filter(path => !/(?:^|\/)node_modules\//.test(path))
  return new Set([root, ...paths.map(path => dirname(join(root, path)))])
}

/** A set of watched folders. */
class Folders {
  readonly #watchers = new Map<string, FSWatcher>()
  #onChange: () => void = () => {}

  follow(wanted: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#add(folder)
  }

  /** Resolves some moments after the next change, or when `signal` says stop. */
  nextChange(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      let timer: NodeJS.Timeout | undefined
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        this.#onChange = () => {}
        resolve()
      }
      this.#onChange = () => {
        clearTimeout(timer)
        timer = setTimeout(end, SETTLE_MS)
      }
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
    })
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #add(folder: string): void {
    try {
      const watcher = watch(folder, (_, name) => {
        // What we write ourselves.
        if (name !== 'dist-v2' && name !== '.lua') this.#onChange()
      })
      watcher.on('error', () => watcher.close())
      this.#watchers.set(folder, watcher)
    } catch {
      // It vanished between being listed and being watched; the folder above reports that.
    }
  }
}
