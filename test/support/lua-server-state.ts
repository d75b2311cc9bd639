/**
 * What the embedded Lua server knows: agents, persona versions, snapshots, blobs. Plain JSON, so that a state
 * can be written by hand, saved to a file and sent to a server process.
 */
import { createHash } from 'node:crypto'
import path from 'node:path'

export const DEFAULT_KEY = 'test-key'
export const DEFAULT_AGENT = 'baseAgent_agent_1760473281625_goc3sv7ac'

/** A persona version as the API answers it. `persona` and `createdDate` are unknown so that tests can seed nonsense. */
export interface StoredVersion {
  version: unknown
  persona: unknown
  createdDate?: unknown
  isCurrent: boolean
  status?: string
}

export interface StoredFile {
  relativePath: string
  hash: string
  size: number
  type: 'source' | 'config' | 'other'
  external?: boolean
}

export interface StoredSnapshot {
  projectHash: string
  fileCount: number
  totalSize: number
  activeVersion?: number
  createdAt: unknown
  createdBy: string
  files: StoredFile[]
}

/** One of the lists that the API keeps per kind: skills, webhooks, jobs, preprocessors, postprocessors. */
export interface StoredPrimitive {
  id: string
  name: string
  versions: { version: string; active?: boolean }[]
  activeVersionId?: string
}

export const PRIMITIVE_KINDS = ['skills', 'webhooks', 'jobs', 'preprocessors', 'postprocessors'] as const
export type PrimitiveKind = (typeof PRIMITIVE_KINDS)[number]

export interface StoredAgent {
  id: string
  name: unknown
  model?: unknown
  governance?: unknown
  /** What else it tells of the agent, by name. */
  settings?: Record<string, unknown>
  personaVersions: StoredVersion[]
  snapshot?: StoredSnapshot
  primitives: { [kind in PrimitiveKind]?: StoredPrimitive[] }
  mcpServers: { id: string; name: string; active: boolean }[]
}

/** A blob: its bytes in base64; `gzip` asks the server to compress them on the way out. */
export interface StoredBlob {
  base64: string
  gzip?: boolean
}

export interface ServerState {
  /** Keys that are accepted as bearer tokens. */
  apiKeys: string[]
  /** Does a new persona version count as published at once, or is it a draft until it is deployed? */
  publishOnCreate: boolean
  /** Answers as `{ success: true, data }`; otherwise bare. */
  envelope: boolean
  agents: Record<string, StoredAgent>
  blobs: Record<string, StoredBlob>
  /** What the organization may use; without it there is no such list. */
  models?: { provider: string; code: string; model: string; description: string }[]
}

/** A state with one key and no agents; anything given replaces the default. */
export function newState(given: Partial<ServerState> = {}): ServerState {
  return { apiKeys: [DEFAULT_KEY], publishOnCreate: true, envelope: true, agents: {}, blobs: {}, ...given }
}

export type SeedVersion = Partial<StoredVersion> & { persona: unknown }

export interface SeedAgent {
  id?: string
  name?: unknown
  model?: unknown
  governance?: unknown
  /** Oldest first. Missing numbers count from 1; missing dates are an hour apart; the last is current. */
  personas?: (string | SeedVersion)[]
  snapshot?: Record<string, string>
}

/** Adds an agent to the state, or replaces it. */
export function seedAgent(state: ServerState, seed: SeedAgent = {}): StoredAgent {
  const id = seed.id ?? DEFAULT_AGENT
  const agent: StoredAgent = {
    id,
    name: seed.name ?? 'Test Agent',
    personaVersions: [],
    primitives: {},
    mcpServers: [],
    ...(seed.model === undefined ? {} : { model: seed.model }),
    ...(seed.governance === undefined ? {} : { governance: seed.governance }),
  }
  state.agents[id] = agent
  for (const persona of seed.personas ?? []) {
    seedVersion(agent, typeof persona === 'string' ? { persona } : persona)
  }
  if (seed.snapshot) seedSnapshot(state, agent, seed.snapshot)
  return agent
}

const FIRST_DATE = Date.UTC(2025, 0, 1)
const HOUR = 3_600_000

/** Adds a persona version, published and current unless the seed says otherwise. */
export function seedVersion(agent: StoredAgent, seed: SeedVersion): StoredVersion {
  const version: StoredVersion = {
    version: nextVersion(agent),
    createdDate: FIRST_DATE + agent.personaVersions.length * HOUR,
    isCurrent: seed.status !== 'draft',
    status: 'published',
    ...seed,
  }
  if (version.isCurrent) for (const other of agent.personaVersions) other.isCurrent = false
  agent.personaVersions.push(version)
  return version
}

/** The number that the next persona version gets. */
export function nextVersion(agent: StoredAgent): number {
  return 1 + Math.max(0, ...agent.personaVersions.map(each => Number(each.version) || 0))
}

/** First 16 hex digits of the SHA-256 of a file's text. */
export function fileHash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

/** SHA-256 of the file hashes joined by `|`, ordered by relative path. */
export function projectHash(files: { relativePath: string; hash: string }[]): string {
  const ordered = [...files].sort((a, b) => a.relativePath.localeCompare(b.relativePath))
  return createHash('sha256')
    .update(ordered.map(file => file.hash).join('|'))
    .digest('hex')
}

const SOURCE = new Set(['.ts', '.tsx', '.js', '.jsx'])
const CONFIG = new Set(['.yaml', '.yml', '.json', '.toml'])

function fileType(relativePath: string): StoredFile['type'] {
  const extension = path.posix.extname(relativePath)
  if (SOURCE.has(extension)) return 'source'
  return CONFIG.has(extension) ? 'config' : 'other'
}

export type SnapshotOptions = Partial<Omit<StoredSnapshot, 'files'>> & { gzip?: boolean; external?: string[] }

/** Gives the agent a snapshot of `{ path: text }` and stores the blobs; hashes and sizes are computed. */
export function seedSnapshot(
  state: ServerState,
  agent: StoredAgent,
  texts: Record<string, string>,
  options: SnapshotOptions = {},
): StoredSnapshot {
  const { gzip, external = [], ...meta } = options
  const files = Object.entries(texts).map(([relativePath, text]): StoredFile => {
    const bytes = Buffer.from(text)
    const hash = fileHash(bytes)
    state.blobs[hash] = { base64: bytes.toString('base64'), ...(gzip ? { gzip } : {}) }
    const file: StoredFile = { relativePath, hash, size: bytes.length, type: fileType(relativePath) }
    return external.includes(relativePath) ? { ...file, external: true } : file
  })
  agent.snapshot = {
    projectHash: projectHash(files),
    fileCount: files.length,
    totalSize: files.reduce((sum, file) => sum + file.size, 0),
    createdAt: FIRST_DATE,
    createdBy: 'colleague@example.com',
    ...meta,
    files,
  }
  return agent.snapshot
}
