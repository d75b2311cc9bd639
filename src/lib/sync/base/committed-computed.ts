/**
 * What the texts that have to be computed were in earlier commits: the code is run as it is for today's texts,
 * which somebody has allowed, with the files of the commit in place of today's.
 */

import { join } from 'node:path'
import { readIfReadable } from '../../files.js'
import type { GitFile } from '../../project/git.js'
import { findAgent } from '../../source/index.js'
import { componentOf } from '../components/index.js'
import type { LocalAgent, LocalText } from '../local.js'
import type { ComponentKey, Value } from '../model.js'
import type { Evaluated } from './committed.js'

/** A commit whose code may have to be run. */
export interface CommittedFiles {
  values: Evaluated['values']
  /** Files on the trail, from the repository's folder. */
  files: ReadonlyMap<string, GitFile>
}

/** Today's texts that had to be computed. */
export function computedTexts(local: LocalAgent): ReadonlyMap<ComponentKey, LocalText> {
  return local.computed ?? new Map()
}

/** Adds what can be learned in time to the values of the commits, in their order. What does not run stays unknown. */
export async function computeCommitted(
  local: LocalAgent,
  commits: readonly CommittedFiles[],
  { top, until }: { top: string; until: number },
): Promise<void> {
  const texts = computedTexts(local)
  const known = new Map<string, Evaluated['values']>()
  for (const commit of commits) {
    const keys = [...texts.keys()].filter(key => commit.values[key] === undefined)
    const isThere = [...commit.files.keys()].some(path => join(top, path) === local.declaration.location.file)
    if (keys.length === 0 || !isThere) continue
    const content = [...commit.files].map(([path, { id }]) => `${path} ${id}`).join('\n')
    const changed = changedSince(top, commit.files)
    let values = known.get(content)
    if (changed.size === 0) values = Object.fromEntries([...texts].map(([key, { value }]) => [key, value]))
    else if (!values && performance.now() < until) values = await valuesWith(local, keys, changed)
    if (!values) continue
    known.set(content, values)
    commit.values = { ...values, ...withoutUnknown(commit.values) }
  }
}

function withoutUnknown(values: Evaluated['values']): Evaluated['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** Files (absolute) of a commit that are different today. */
function changedSince(top: string, files: CommittedFiles['files']): Map<string, Buffer> {
  return new Map(
    [...files].flatMap(([path, { bytes }]) => {
      const absolute = join(top, path)
      return readIfReadable(absolute)?.equals(bytes) ? [] : [[absolute, bytes] as const]
    }),
  )
}

async function valuesWith(
  local: LocalAgent,
  keys: readonly ComponentKey[],
  changed: ReadonlyMap<string, Buffer>,
): Promise<Evaluated['values']> {
  const { computeAgent } = await import('../../compile/index.js')
  const sources = local.sources.overlay(new Map(changed))
  const contents = new Map([...changed].map(([path, bytes]) => [path, bytes.toString('utf8')]))
  try {
    const { values } = await computeAgent(sources, findAgent(sources), keys, contents)
    const made = keys.flatMap(key => {
      const value = values[key]
      return componentOf(key).is(value) ? [[key, value as Value] as const] : []
    })
    return Object.fromEntries(made)
  } catch {
    return {}
  }
}
