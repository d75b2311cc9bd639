/** What persona versions mean. Pure. */
import { LuaError } from '../errors.js'
import { CHANNELS, type Persona } from '../persona.js'
import type { PersonaVersion } from './types.js'

/**
 * The version that sync compares with: the published one with the greatest date, and of two with the same date the
 * greater number. Drafts never count, and `isCurrent` never matters; a version without a status counts as published.
 * Undefined when none is published.
 */
export function latestPublished(versions: PersonaVersion[]): PersonaVersion | undefined {
  return byNewest(versions.filter(each => each.status !== 'draft'))[0]
}

/**
 * Newest first: by date, and of one date by number. A version without a date that can be read counts as made just after
 * the one that its number follows, since the numbers grow with time as well.
 */
export function byNewest(versions: PersonaVersion[]): PersonaVersion[] {
  const ages = new Map<PersonaVersion, number>()
  let former = 0
  for (const each of [...versions].sort((one, other) => one.version - other.version)) {
    former = each.createdAt ?? former
    ages.set(each, former)
  }
  return [...versions].sort((one, other) => ages.get(other)! - ages.get(one)! || other.version - one.version)
}

/** The version that was created last, draft or not. */
export function newestVersion(versions: PersonaVersion[]): PersonaVersion | undefined {
  return byNewest(versions)[0]
}

/**
 * The version's persona; undefined where it has none.
 * @throws LuaError SERVER_INVALID where what it has is no persona
 */
export function personaOf({ version, persona, unreadable }: PersonaVersion): Persona | undefined {
  if (unreadable === undefined) return persona
  throw new LuaError(
    'SERVER_INVALID',
    `The persona of version ${version} on the server is ${unreadable}: expected a text, or an object with ${CHANNELS.join(', ')}.`,
    { hint: 'Write the persona anew in the dashboard, or push the local one with --push.' },
  )
}

/** @throws LuaError USAGE that names the versions there are */
export function publishedVersion(versions: PersonaVersion[], wanted: number): PersonaVersion {
  const found = versions.find(({ version }) => version === wanted)
  if (found) return found
  throw new LuaError('USAGE', `There is no published persona version ${wanted}.`, {
    hint: 'lua sync --history lists the versions there are.',
  })
}
