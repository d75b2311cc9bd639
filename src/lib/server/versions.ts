/** What persona versions mean. Pure. */
import { LuaError } from '../errors.js'
import { CHANNELS, isPersona, type Persona } from '../persona.js'
import type { PersonaVersion } from './types.js'

/**
 * The version that sync compares with: the published one with the greatest date, and of two with the same date
 * the greater number (platform contract, section 3). Drafts never count, and `isCurrent` never matters; a
 * version without a status counts as published. Undefined when none is published.
 * Throws SERVER_INVALID where there is a choice and a candidate has no date that can be read.
 */
export function latestPublished(versions: PersonaVersion[]): PersonaVersion | undefined {
  const published = versions.filter(each => each.status !== 'draft')
  const undated = published.find(each => each.createdAt === undefined)
  if (published.length > 1 && undated) {
    throw new LuaError(
      'SERVER_INVALID',
      `Persona version ${undated.version} has no createdDate that can be read, so the latest is not known.`,
      { hint: 'Deploying or pushing a new version does not help; report this to the platform.' },
    )
  }
  return byNewest(published)[0]
}

/**
 * Newest first: by date, and of one date by number. Where a date is missing, by number alone, since the numbers grow
 * with time as well: good enough to show a history, not to choose what to compare with.
 */
export function byNewest(versions: PersonaVersion[]): PersonaVersion[] {
  const dated = versions.every(each => each.createdAt !== undefined)
  const age = (each: PersonaVersion) => (dated ? (each.createdAt ?? 0) : 0)
  return [...versions].sort((one, other) => age(other) - age(one) || other.version - one.version)
}

/** The version that was created last, draft or not. */
export function newestVersion(versions: PersonaVersion[]): PersonaVersion | undefined {
  return byNewest(versions)[0]
}

/**
 * The version's persona: a text, or an object of channels, of which those that are `null` are absent.
 * Throws SERVER_INVALID when it is neither.
 */
export function personaOf({ version, persona }: PersonaVersion): Persona {
  const given = withoutNulls(persona)
  if (isPersona(given)) return given
  throw new LuaError(
    'SERVER_INVALID',
    `The persona of version ${version} on the server is ${describe(persona)}: expected a text, or an object with ${CHANNELS.join(', ')}.`,
    { hint: 'Write the persona anew in the dashboard, or push the local one with --push.' },
  )
}

function withoutNulls(persona: unknown): unknown {
  if (typeof persona !== 'object' || persona === null || Array.isArray(persona)) return persona
  return Object.fromEntries(Object.entries(persona).filter(([, text]) => text !== null))
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value !== 'object') return `a ${typeof value}`
  return Object.keys(value).length === 0 ? 'an empty object' : 'an object of another shape'
}
