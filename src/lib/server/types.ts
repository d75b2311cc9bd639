/** The Lua API as this project speaks of it. */
import type { Persona } from '../persona.js'

export interface Agent {
  id: string
  name: string
  /** `provider/code`; undefined where the agent has none of its own. */
  model?: string
  /** As the server has it. */
  governance?: Record<string, unknown>
  /** Those of `SETTINGS` that the server's answer has. */
  settings?: Record<string, unknown>
}

/** What changes; the rest stays. `null` takes a value away. */
export interface AgentUpdate {
  name?: string
  model?: string | null
  governance?: object | null
}

/** Further properties of an agent, which source and server call the same. */
export const SETTINGS = ['description', 'modelSettings', 'batching', 'browser', 'voices'] as const

export interface PersonaVersion {
  version: number
  /** Undefined where the version has none (an empty one is none) or cannot be read. */
  persona: Persona | undefined
  /** Where it cannot be read: what stands there instead, such as `a number`. */
  unreadable?: string
  /** Epoch ms; undefined if the server sent none, or one that cannot be read. */
  createdAt?: number
  /** Active in production. Never matters for sync. */
  isCurrent: boolean
  /** Undefined if the server sent none. */
  status?: 'draft' | 'published'
}

/** What the server says of its copy of the sources. */
export interface SnapshotMeta {
  /** SHA-256 of the file hashes joined by `|`, files ordered by path. */
  projectHash: string
  fileCount: number
  activeVersion?: number
  /** Epoch ms. */
  createdAt?: number
  createdBy?: string
}

export interface SnapshotFile {
  /** As the server sent it: not yet checked to stay inside the project. */
  relativePath: string
  /** First 16 hex digits of the SHA-256 of the text. */
  hash: string
  /** Bytes, as the server says. */
  size: number
  external: boolean
}

export interface SnapshotManifest extends SnapshotMeta {
  files: SnapshotFile[]
}

/** Lists that the server keeps, called as in `lua.skill.yaml`. */
export const PRIMITIVE_LISTS = [
  'skills',
  'webhooks',
  'jobs',
  'preprocessors',
  'postprocessors',
  'mcpServers',
] as const
export type PrimitiveList = (typeof PRIMITIVE_LISTS)[number]

export interface DeployedPrimitive {
  name: string
  /** The active one; undefined where none is, or the kind has no versions. */
  version?: string
}

/** One attempt of one request, for a trace. Holds no key and no signature. */
export interface RequestEvent {
  method: string
  /** Without query for blobs: their query is a signature. */
  url: string
  /** From 1. */
  attempt: number
  /** Absent when no answer came. */
  status?: number
  /** Why no answer came. */
  error?: string
  /** Duration. */
  ms: number
}

/** Proxies as the environment names them; empty and absent are the same. */
export interface ProxyOptions {
  /** Value of HTTPS_PROXY. */
  https?: string
  /** Value of NO_PROXY: hosts, domain suffixes, `host:port`, or `*`, separated by commas. */
  noProxy?: string
}

/** Limits of one request, in ms. */
export interface Timing {
  /** For each of: finding the address, connecting, the TLS handshake. */
  connectMs: number
  /** From the first step to the last byte of the answer. */
  requestMs: number
  /** For a call with all its attempts and pauses. */
  callMs: number
  /** Attempts after the first. */
  retries: number
  /** Before the first retry, give or take half; doubled for the next. */
  pauseMs: number
  /** A longer `Retry-After` is not waited for. */
  retryAfterMaxMs: number
}

export interface ServerOptions {
  /** Of the API; plain http only for loopback, unless `allowHttp`. */
  url: string
  apiKey: string
  agentId: string
  /** The organization that the project names, for messages. */
  orgId?: string
  onRequest?: (event: RequestEvent) => void
  proxy?: ProxyOptions
  allowHttp?: boolean
  /** Epoch ms at which every request that is still waiting fails. */
  deadline?: number
  timing?: Partial<Timing>
}

/**
 * The server, for one agent. Every method throws `LuaError`: KEY_REJECTED (401), NOT_ADMIN (401, the agent is
 * somebody else's), FORBIDDEN (403), SERVER_NOT_FOUND (404), SERVER_REFUSED (other 4xx), SERVER_UNREACHABLE (network,
 * 408, 429 and 5xx after retries), SERVER_INVALID (an answer that cannot be understood). An error is `unclear` if a
 * write was sent and nobody knows whether it was done.
 */
export interface LuaServer {
  readonly url: string
  readonly agentId: string
  getAgent(): Promise<Agent>
  updateAgent(change: AgentUpdate): Promise<void>
  /** Models that the organization may use, as an agent's `model` names them. */
  listModels(): Promise<string[]>
  listPersonaVersions(status?: 'published' | 'draft'): Promise<PersonaVersion[]>
  /** The number of the new version. */
  createPersonaVersion(persona: Persona): Promise<number>
  deployPersonaVersion(version: number): Promise<void>
  listPrimitives(kind: PrimitiveList): Promise<DeployedPrimitive[]>
  /** Undefined when the server has no snapshot. */
  getSnapshot(): Promise<SnapshotMeta | undefined>
  getSnapshotManifest(): Promise<SnapshotManifest>
  /** URLs by hash; a hash that the server does not know is missing from the map. */
  getBlobUrls(hashes: string[]): Promise<Map<string, string>>
  /**
   * The bytes behind a pre-signed URL, fetched without the API key.
   * @param maxBytes largest body that is read
   */
  fetchBlob(url: string, maxBytes: number): Promise<Buffer>
}
