/**
 * One commit's sources, evaluated: files from git, in memory, among the others as they are now.
 */

import { join } from 'node:path'
import { relativePath } from '../../files.js'
import type { GitFile } from '../../project/git.js'
import { type SourceHost, Sources } from '../../source/index.js'
import { COMPONENTS } from '../components/index.js'
import { localOf } from '../local.js'
import type { ComponentKey, Value } from '../model.js'

/** The trail in one commit. Paths go from the repository's folder, with `/`. */
interface Committed {
  top: string
  /** Folders in which the project may have been, the likeliest first. */
  roots: readonly string[]
  /** Files that were asked for. */
  paths: readonly string[]
  /** Those that the commit has. */
  files: ReadonlyMap<string, GitFile>
}

export interface Evaluated {
  /** Components that could be known. */
  values: { [component: ComponentKey]: Value | undefined }
  /** Files that must be asked for as well. */
  leadsTo: string[]
}

/** Never fails: what cannot be evaluated, or not within so many milliseconds, is not known. */
export function evaluateCommit(sources: Sources, committed: Committed, milliseconds: number): Evaluated {
  const leadsTo = new Set<string>()
  for (const root of committed.roots) {
    const asked = new Set<string>()
    const then = new Sources(commitHost(sources.host, committed, root, asked), sources.parser)
    const { values, complete } = valuesOf(then, milliseconds)
    // Where all is known, a file that is not there today either was only a name that the resolver tried.
    for (const path of asked)
      if (!complete || sources.host.isFile(join(committed.top, path))) leadsTo.add(path)
    if (Object.values(values).some(value => value !== undefined)) return { values, leadsTo: [...leadsTo] }
  }
  return { values: {}, leadsTo: [...leadsTo] }
}

function valuesOf(
  sources: Sources,
  milliseconds: number,
): { values: Evaluated['values']; complete: boolean } {
  const values: Evaluated['values'] = {}
  let complete = true
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch {
      complete = false
      return undefined
    }
  }
  const agent = attempt(() => localOf(sources, milliseconds))
  if (!agent) return { values, complete }
  for (const component of COMPONENTS) {
    values[component.key] = attempt(() => component.local(agent).value)
  }
  return { values, complete }
}

/** What decides how modules are found is not looked up in each commit: it seldom changes, but its files often do. */
const TAKEN_AS_NOW = /(?:^|\/)(?:node_modules\/.*|package\.json|tsconfig[^/]*\.json|pnpm-workspace\.yaml)$/

function commitHost(
  now: SourceHost,
  { top, paths, files }: Committed,
  root: string,
  asked: Set<string>,
): SourceHost {
  const asWas = new Set(paths)
  const named = (path: string) => relativePath(top, path)
  /** Is it a file of the commit? Undefined where the commit was not asked. */
  const has = (path: string): boolean | undefined => {
    const name = named(path)
    if (asWas.has(name)) return files.has(name)
    if (!name.startsWith('..') && !TAKEN_AS_NOW.test(name)) asked.add(name)
    return undefined
  }
  return {
    ...now,
    projectRoot: join(top, root),
    isFile: path => has(path) ?? now.isFile(path),
    readBytes: path => (has(path) === undefined ? now.readBytes(path) : files.get(named(path))?.bytes),
    refusal: path => (has(path) === undefined ? now.refusal?.(path) : undefined),
    listSources: () => [...files.keys()].map(name => join(top, name)),
  }
}
