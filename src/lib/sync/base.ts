/**
 * The base of a component: what both sides last agreed on. First the record of this checkout; without one, as on a
 * fresh checkout or in CI, the server's own history and then git's.
 */

import { isPersona, type Persona } from '../persona.js'
import type { Project } from '../project/project.js'
import { byNewest, type PersonaVersion } from '../server/index.js'
import { committedPersonas } from './committed.js'
import type { Component, ServerState } from './components/index.js'
import { sameButForLayout } from './equality.js'
import type { LocalAgent } from './local.js'
import type { Base } from './model.js'
import type { SyncRecord } from './record.js'

export interface BaseSources {
  project: Project
  local: LocalAgent
  server: ServerState
  record: SyncRecord
}

/** Finds the base, or undefined if nothing is known of one. Never fails: a history that cannot be read is none. */
export async function findBase(component: Component, sources: BaseSources): Promise<Base | undefined> {
  const recorded = sources.record[component.key]
  // The server keeps no history of names, so without a record nothing is known.
  const published = component.key === 'persona' ? publishedBase(sources) : undefined
  // A colleague's newer pull arrives through git and leaves the record of this checkout behind.
  if (published && recorded?.version !== undefined && published.version > recorded.version) return published
  if (recorded) return { value: recorded.text, version: recorded.version, from: 'record' }
  if (published || component.key !== 'persona') return published
  return committedBase(sources)
}

/** The newest published version whose text the code has. */
function publishedBase({ local, server, record }: BaseSources): (Base & { version: number }) | undefined {
  const { value } = local.persona
  const match = value === undefined ? undefined : newestEqual(standing(server.published, record), value)
  return match && { ...match, from: 'history' }
}

/** The newest published version that the code had at HEAD or in one of the commits before it. */
async function committedBase({ project, local, server, record }: BaseSources): Promise<Base | undefined> {
  const versions = standing(server.published, record)
  for (const committed of await committedPersonas(project, local)) {
    const match = newestEqual(versions, committed)
    if (match) return { ...match, from: 'git' }
  }
  return undefined
}

/** Newest first, without those that an undo took back: what the code has of them is a local change again. */
function standing(published: PersonaVersion[], { takenBack = [] }: SyncRecord): PersonaVersion[] {
  return byNewest(published).filter(({ version }) => !takenBack.includes(version))
}

function newestEqual(
  versions: PersonaVersion[],
  value: Persona,
): { value: Persona; version: number } | undefined {
  const match = versions.find(({ persona }) => isPersona(persona) && sameButForLayout(persona, value))
  return match && { value: match.persona as Persona, version: match.version }
}
