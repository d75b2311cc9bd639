/**
 * What the code was in the commits that HEAD descends from: its trail as git had it, evaluated without running it.
 */

import { relative } from 'node:path'
import type { Persona } from '../persona.js'
import { commitsSince, recentVersions } from '../project/git.js'
import type { Project } from '../project/project.js'
import { findAgent, readName, readPersona } from '../source/index.js'
import type { CommittedValue } from './base.js'
import type { LocalAgent } from './local.js'
import type { ComponentKey } from './model.js'

/** Oldest first; a commit that cannot be evaluated is left out. Without git there are none. */
export async function lineageOf(
  project: Project,
  local: LocalAgent,
  key: ComponentKey,
): Promise<CommittedValue[]> {
  const { file } = local[key].location
  const path = relative(project.root, file).replaceAll('\\', '/')
  const texts = await recentVersions(project.root, path)
  return texts.reverse().flatMap(({ text, commit }) => {
    const value = valueWith(local, key, { file, text })
    return value === undefined ? [] : [{ value, commit }]
  })
}

function valueWith(
  { sources }: LocalAgent,
  key: ComponentKey,
  { file, text }: { file: string; text: string },
): Persona | undefined {
  try {
    const then = sources.overlay(new Map([[file, Buffer.from(text)]]))
    const read = key === 'name' ? readName : readPersona
    return read(then, findAgent(then))?.value
  } catch {
    return undefined
  }
}

/**
 * After how many values of the lineage an agreement seen at `commit` belongs; undefined where HEAD does not descend
 * from that. Where git cannot answer, HEAD must still be the same.
 */
export async function placeOf(
  commit: string | undefined,
  { project, head, lineage }: { project: Project; head: string | undefined; lineage: CommittedValue[] },
): Promise<number | undefined> {
  if (commit === undefined) return 0
  if (commit === head) return lineage.length
  const since = await commitsSince(project.root, commit)
  return since && lineage.findLastIndex(each => !since.has(each.commit)) + 1
}
