/** From bytes to typed answers. Nothing is trusted: every field is looked at, and only known fields are kept. */
import { LuaError } from '../errors.js'
import { hasText, isPersona, personaTexts } from '../persona.js'
import { type CallInfo, invalid, saidBy } from './failures.js'
import type {
  Agent,
  DeployedPrimitive,
  PersonaVersion,
  PrimitiveList,
  SnapshotFile,
  SnapshotManifest,
  SnapshotMeta,
} from './types.js'
import { SETTINGS } from './types.js'

type Fields = Record<string, unknown>

/** Why an answer cannot be understood; becomes SERVER_INVALID with the call's name. */
class Unfit extends Error {}

/**
 * Reads a body: JSON, out of its `{ success, data }` envelope if it has one, through `read`.
 * Throws SERVER_REFUSED for `{ success: false }`, SERVER_INVALID for anything that does not fit; the latter is
 * `unclear` after a write, which may have been done all the same.
 */
export function answerOf<T>(info: CallInfo, body: Buffer, read: (data: unknown) => T, writes = false): T {
  const data = unwrapped(info, parsedJson(info, body, writes))
  try {
    return read(data)
  } catch (error) {
    if (error instanceof Unfit) throw invalid(info, error.message, undefined, writes)
    throw error
  }
}

/** For writes whose answer need not say more than that it was done: any JSON, or nothing at all. */
export function checkDone(info: CallInfo, body: Buffer): void {
  if (body.length > 0) answerOf(info, body, () => undefined, true)
}

function parsedJson(info: CallInfo, body: Buffer, writes: boolean): unknown {
  let text: string
  try {
    // Fatal: a byte replaced in silence would be a persona altered in silence.
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw invalid(info, 'is not valid UTF-8.', undefined, writes)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw text.trim() === ''
      ? invalid(info, 'is empty.', undefined, writes)
      : invalid(info, 'is not JSON', text, writes)
  }
}

function unwrapped(info: CallInfo, value: unknown): unknown {
  if (!isFields(value) || typeof value.success !== 'boolean') return value
  if (value.success) return 'data' in value ? value.data : value
  throw refusedBy(info, value)
}

function refusedBy(info: CallInfo, value: Fields): LuaError {
  const said = saidBy(value, info.secrets)
  return new LuaError('SERVER_REFUSED', `${info.server} refused ${info.method} ${info.target}${said}`, {
    hint: 'The message above is what the server said.',
  })
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fields(value: unknown, what: string): Fields {
  if (!isFields(value)) throw new Unfit(`${what}.`)
  return value
}

function text(of: Fields, name: string, what: string): string {
  const value = of[name]
  if (typeof value !== 'string') throw new Unfit(`holds ${what} without a ${name}.`)
  return value
}

/** An integer of at least 0; numeric text is taken for the number it spells. */
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/**
 * A date in epoch ms, or undefined where there is none to be read. Numbers and digit texts are epoch ms; ISO
 * texts without a zone are UTC, so that the answer is the same on every machine.
 */
export function readDate(value: unknown): number | undefined {
  const date = typeof value === 'string' ? dateText(value.trim()) : value
  return typeof date === 'number' && Math.abs(date) <= 8.64e15 ? date : undefined
}

function dateText(value: string): number | undefined {
  if (/^\d+$/.test(value)) return Number(value)
  if (!/^\d{4}-\d\d-\d\d/.test(value)) return undefined
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/i.test(value) || !/[T ]/i.test(value) ? value : `${value}Z`
  const date = Date.parse(zoned)
  return Number.isNaN(date) ? undefined : date
}

export function readAgent(data: unknown): Agent {
  const agent = fields(data, 'is not an agent')
  const { model, governance } = agent
  return {
    id: text(agent, 'id', 'an agent'),
    name: text(agent, 'name', 'an agent'),
    ...(typeof model === 'string' && model.trim() !== '' ? { model } : {}),
    ...(isFields(governance) ? { governance } : {}),
    ...settingsIn(agent),
  }
}

function settingsIn(agent: Fields): Pick<Agent, 'settings'> {
  const told = SETTINGS.filter(key => Object.hasOwn(agent, key)).map(key => [key, agent[key]])
  return told.length > 0 ? { settings: Object.fromEntries(told) } : {}
}

/** Each under every name that an agent may use for it: its code, and its code after its provider. */
export function readModels(data: unknown): string[] {
  const list = isFields(data) ? data.models : data
  if (!Array.isArray(list)) throw new Unfit('is not a list of models.')
  return list.flatMap(each => {
    const { provider, code } = isFields(each) ? each : {}
    if (typeof code !== 'string' || code === '') return []
    return typeof provider === 'string' && !code.includes('/') ? [code, `${provider}/${code}`] : [code]
  })
}

/** `{ skills: […] }`, or the list itself, as MCP servers come; `null` is an empty one. */
export function readPrimitives(data: unknown, kind: PrimitiveList): DeployedPrimitive[] {
  const list = isFields(data) && kind in data ? (data[kind] ?? []) : data
  if (!Array.isArray(list)) throw new Unfit(`is not a list of ${kind}.`)
  return list.map(each => {
    const entry = fields(each, 'holds an entry that is not an object')
    const version = activeVersion(entry)
    return { name: text(entry, 'name', 'an entry'), ...(version === undefined ? {} : { version }) }
  })
}

function activeVersion({ versions, activeVersionId }: Fields): string | undefined {
  const all = Array.isArray(versions) ? versions.filter(isFields) : []
  const named = (each: Fields) =>
    activeVersionId != null &&
    [each.id, each._id, each.versionId, each.version].some(id => String(id) === String(activeVersionId))
  const { version } = all.find(each => each.active === true) ?? all.find(named) ?? {}
  return typeof version === 'string' || typeof version === 'number' ? String(version) : undefined
}

/** `filtered`: published versions alone were asked for, so that one of another status counts as published. */
export function readVersions(data: unknown, filtered: boolean): PersonaVersion[] {
  const { versions } = fields(data, 'is not a list of persona versions')
  if (!Array.isArray(versions)) throw new Unfit('is not a list of persona versions.')
  return versions.map(each => readVersion(each, filtered))
}

function readVersion(data: unknown, filtered: boolean): PersonaVersion {
  const entry = fields(data, 'holds a persona version that is not an object')
  const version = wholeNumber(entry.version)
  if (version === undefined) throw new Unfit('holds a persona version without a number.')
  const createdAt = readDate(entry.createdDate)
  const status = readStatus(entry.status, filtered)
  return {
    version,
    ...readPersona(entry.persona),
    ...(createdAt === undefined ? {} : { createdAt }),
    isCurrent: entry.isCurrent === true,
    ...(status === undefined ? {} : { status }),
  }
}

/** In characters: more than any model reads. */
const LONGEST_PERSONA = 8 * 2 ** 20

/** A text, or channels, of which a `null` one is absent. A persona without any text counts as none. */
function readPersona(value: unknown): Pick<PersonaVersion, 'persona' | 'unreadable'> {
  const said = isFields(value) ? withoutNulls(value) : value
  if (said === null || (isFields(said) && Object.keys(said).length === 0)) return { persona: undefined }
  if (!isPersona(said)) return { persona: undefined, unreadable: describe(said) }
  if (personaTexts(said).some(({ text }) => text.length > LONGEST_PERSONA))
    return { persona: undefined, unreadable: 'longer than eight million characters' }
  return { persona: hasText(said) ? said : undefined }
}

function withoutNulls(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).filter(([, text]) => text !== null))
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object of another shape' : `a ${typeof value}`
}

function readStatus(value: unknown, filtered: boolean): PersonaVersion['status'] {
  const status = typeof value === 'string' ? value.toLowerCase() : undefined
  if (status === 'draft' || status === 'published') return status
  if (filtered) return 'published'
  // A status that we do not know: not counted, since only "published" counts.
  return status === undefined ? undefined : 'draft'
}

/** The number of a version that was just created. */
export function readVersionNumber(data: unknown): number {
  const version = wholeNumber(isFields(data) ? data.version : data)
  if (version === undefined) throw new Unfit('does not name the new version.')
  return version
}

export function readSnapshotMeta(data: unknown): SnapshotMeta {
  const meta = fields(data, 'is not a snapshot')
  const activeVersion = wholeNumber(meta.activeVersion)
  const createdAt = readDate(meta.createdAt)
  return {
    projectHash: text(meta, 'projectHash', 'a snapshot'),
    fileCount: wholeNumber(meta.fileCount) ?? 0,
    ...(activeVersion === undefined ? {} : { activeVersion }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(typeof meta.createdBy === 'string' ? { createdBy: meta.createdBy } : {}),
  }
}

export function readSnapshotManifest(data: unknown): SnapshotManifest {
  const { files } = fields(data, 'is not a snapshot')
  if (!Array.isArray(files)) throw new Unfit('is a snapshot without a list of files.')
  return { ...readSnapshotMeta(data), files: files.map(readSnapshotFile) }
}

function readSnapshotFile(data: unknown): SnapshotFile {
  const file = fields(data, 'holds a file that is not an object')
  const relativePath = text(file, 'relativePath', 'a file')
  const hash = text(file, 'hash', 'a file')
  if (relativePath === '') throw new Unfit('holds a file with an empty path.')
  if (!/^[0-9a-f]{16}$/.test(hash)) throw new Unfit('holds a file whose hash is not 16 hex digits.')
  return {
    relativePath,
    hash,
    size: wholeNumber(file.size) ?? 0,
    external: file.external === true,
  }
}

/** The answer's URLs; what was not asked for is left out. */
export function readBlobUrls(data: unknown, asked: string[]): Map<string, string> {
  const urls = fields(fields(data, 'is not a list of URLs').urls, 'is not a list of URLs')
  const found = new Map<string, string>()
  for (const hash of asked) {
    const url = urls[hash]
    if (typeof url === 'string') found.set(hash, url)
  }
  return found
}
