/**
 * The published persona versions, as a person looks back on them.
 */

import { LuaError } from '../errors.js'
import { countChanges } from '../line-diff.js'
import { asOneText, type Persona } from '../persona.js'
import type { Project } from '../project/project.js'
import { byNewest, type LuaServer, type PersonaVersion, personaOf } from '../server/index.js'
import { normalizeText } from '../text.js'
import { withComputed } from './compute.js'
import { sameButForLayout } from './equality.js'
import { readLocal } from './local.js'

export interface HistoryEntry {
  version: number
  /** Epoch milliseconds. */
  createdAt?: number
  /** Lines against the version before; undefined for the first one, or where a text cannot be read. */
  changes?: { added: number; removed: number }
  /** In production now? */
  isCurrent: boolean
  /** Does the code have this text? */
  isLocal: boolean
}

/**
 * Every published version, newest first. A project that does not compile still has a history: nothing is local then.
 * @throws LuaError as the server room does
 */
export async function history(
  project: Project,
  server: LuaServer,
  compute?: boolean,
): Promise<HistoryEntry[]> {
  const [published, local] = await Promise.all([
    server.listPersonaVersions('published'),
    readLocal(project)
      .then(local => withComputed(project, local, ['persona'], { compute }))
      .then(({ persona }) => persona.value)
      .catch(() => undefined),
  ])
  const newestFirst = byNewest(published)
  return Promise.all(newestFirst.map((version, index) => entry(version, newestFirst[index + 1], local)))
}

async function entry(
  { version, createdAt, isCurrent, persona, unreadable }: PersonaVersion,
  before: PersonaVersion | undefined,
  local: Persona | undefined,
): Promise<HistoryEntry> {
  const readable = before !== undefined && before.unreadable === undefined && unreadable === undefined
  return {
    version,
    createdAt,
    isCurrent,
    isLocal: local !== undefined && persona !== undefined && sameButForLayout(persona, local),
    changes: readable ? await countChanges(oneText(before.persona), oneText(persona)) : undefined,
  }
}

/**
 * The texts of one published version against those of another; without a second one, against the version before it.
 * @throws LuaError USAGE if there is no such version
 */
export async function versionTexts(
  server: LuaServer,
  { from, to }: { from: number; to?: number },
): Promise<{ from?: number; to: number; before: string; after: string }> {
  const newestFirst = byNewest(await server.listPersonaVersions('published'))
  const text = (version: PersonaVersion) => oneText(personaOf(version))
  const first = publishedVersion(newestFirst, from)
  if (to !== undefined) {
    return { from, to, before: text(first), after: text(publishedVersion(newestFirst, to)) }
  }
  const previous = newestFirst[newestFirst.indexOf(first) + 1]
  return { from: previous?.version, to: from, before: previous ? text(previous) : '', after: text(first) }
}

/** @throws LuaError USAGE that names the versions there are */
export function publishedVersion(versions: PersonaVersion[], wanted: number): PersonaVersion {
  const found = versions.find(({ version }) => version === wanted)
  if (found) return found
  throw new LuaError('USAGE', `There is no published persona version ${wanted}.`, {
    hint: 'lua sync --history lists the versions there are.',
  })
}

function oneText(persona: Persona | undefined): string {
  return normalizeText(asOneText(persona ?? ''))
}
