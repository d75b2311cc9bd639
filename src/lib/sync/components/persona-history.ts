/**
 * The published persona versions, for a person who looks back.
 */

import { asLuaError, type LuaError } from '../../errors.js'
import { countChanges } from '../../line-diff.js'
import { asOneText, type Persona } from '../../persona.js'
import {
  byNewest,
  type LuaServer,
  type PersonaVersion,
  personaOf,
  publishedVersion,
} from '../../server/index.js'
import { normalizeText } from '../../text.js'
import { sameButForLayout } from '../equality.js'
import type { LocalAgent } from '../local.js'
import type { ComponentKey } from '../model.js'
import { persona } from './persona.js'
import { asPersona } from './values.js'

/** Reads the code, so that this component of it is known. */
export type ReadCode = (key: ComponentKey) => Promise<LocalAgent>

interface HistoryEntry {
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

export interface History {
  /** What they are versions of. */
  component: ComponentKey
  entries: HistoryEntry[]
  /** How many there are in all. */
  total: number
  /** The code's text was found out by running it. */
  computed?: boolean
  /** Why it is not known which of them the code has. */
  unknown?: LuaError
}

/**
 * The published versions, newest first, and how many there are in all. A project that does not compile still has a history: nothing is local then.
 * @throws LuaError as the server room does
 */
export async function history(server: LuaServer, readCode: ReadCode, limit?: number): Promise<History> {
  const [published, local] = await Promise.all([
    server.listPersonaVersions('published'),
    localPersona(readCode).catch((error): LocalPersona => ({ unknown: asLuaError(error) })),
  ])
  const newestFirst = byNewest(published)
  const shown = newestFirst.slice(0, limit)
  const entries = await Promise.all(
    shown.map((version, index) => entry(version, newestFirst[index + 1], local.value)),
  )
  const { computed, unknown } = local
  return { component: persona.key, entries, total: newestFirst.length, computed, unknown }
}

interface LocalPersona extends Pick<History, 'computed' | 'unknown'> {
  value?: Persona
}

async function localPersona(readCode: ReadCode): Promise<LocalPersona> {
  const { value, computed } = persona.local(await readCode(persona.key))
  return { value: value === undefined ? undefined : asPersona(value), computed: computed && true }
}

/** A published version by its number, or what the code says. */
export type Side = number | 'local'

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

/** Two texts of the persona; without `from` there is none before. */
export interface VersionTexts {
  from?: Side
  to: Side
  before: string
  after: string
  /** The code's text was found out by running it. */
  computed?: boolean
}

/**
 * The text of one side against that of another; without a second one, that of a version against the one before it.
 * @throws LuaError USAGE if there is no such version; as the source room does for the code's
 */
export async function versionTexts(
  server: LuaServer,
  readCode: ReadCode,
  { from, to }: { from: Side; to?: Side },
): Promise<VersionTexts> {
  const newestFirst = byNewest(await server.listPersonaVersions('published'))
  const text = (version: PersonaVersion) => asOneText(personaOf(version) ?? '')
  const isAsked = from === 'local' || to === 'local'
  const code: LocalPersona = isAsked ? await localPersona(readCode) : {}
  const textOf = (side: Side) =>
    side === 'local' ? asOneText(code.value ?? '') : text(publishedVersion(newestFirst, side))
  const { computed } = code
  if (to !== undefined) return { from, to, before: textOf(from), after: textOf(to), computed }
  if (from === 'local') {
    const latest = newestFirst[0]
    return {
      from: latest?.version,
      to: from,
      before: latest ? text(latest) : '',
      after: textOf(from),
      computed,
    }
  }
  const first = publishedVersion(newestFirst, from)
  const previous = newestFirst[newestFirst.indexOf(first) + 1]
  return { from: previous?.version, to: from, before: previous ? text(previous) : '', after: text(first) }
}

function oneText(persona: Persona | undefined): string {
  return normalizeText(asOneText(persona ?? ''))
}
