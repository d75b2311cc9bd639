/** The Lua API for one agent, over `perform`. */
import { randomUUID } from 'node:crypto'
import { LuaError } from '../errors.js'
import { holdsSecret, keepSecret } from '../secrets.js'
import {
  answerOf,
  checkDone,
  readAgent,
  readBlobUrls,
  readModels,
  readPrimitives,
  readSnapshotManifest,
  readSnapshotMeta,
  readVersionNumber,
  readVersions,
} from './answers.js'
import { type Line, perform } from './call.js'
import { type CallInfo, invalid } from './failures.js'
import { TIMING } from './retry.js'
import type { AgentUpdate, LuaServer, PrimitiveList, ServerOptions } from './types.js'
import { checkedUrl, isSecure, parseUrl } from './url.js'

/** JSON answers larger than this are not read: it holds many personas, and no bomb. */
const MOST_JSON = 64 * 1024 * 1024
const HASHES_AT_ONCE = 500

/**
 * A client for one agent; makes no request.
 * @throws LuaError INSECURE_URL if the key may not be sent to `url`, PROJECT_INVALID for what cannot be an agent id
 */
export function createServer(options: ServerOptions): LuaServer {
  return new Client(checkedUrl(options.url, options.allowHttp), checkedAgentId(options.agentId), options)
}

function checkedAgentId(agentId: string): string {
  // Dots alone would be folders of the URL, encoded or not.
  if (/^[\x21-\x7e]+$/.test(agentId) && /[^.]/.test(agentId)) return agentId
  throw new LuaError('PROJECT_INVALID', 'agentId in lua.skill.yaml is not an agent id.')
}

interface Request {
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  body?: unknown
  /** It changes the server. A POST that only asks does not. */
  writes?: boolean
  /** Not worth waiting for any longer. */
  withinMs?: number
}

/** The list of models only helps, so nobody is kept waiting for it. */
const MODELS_MS = 5_000

class Client implements LuaServer {
  private readonly line: Line
  private readonly apiKey: string
  private readonly allowHttp: boolean
  private readonly about: string

  constructor(
    readonly url: string,
    readonly agentId: string,
    { apiKey, timing, deadline, proxy, onRequest, allowHttp, orgId }: ServerOptions,
  ) {
    this.apiKey = apiKey
    this.allowHttp = allowHttp ?? false
    this.about = `the agent ${agentId}${orgId ? ` of organization ${orgId}` : ''}`
    keepSecret(apiKey)
    this.line = {
      timing: { ...TIMING, ...timing },
      deadline: deadline ?? Number.POSITIVE_INFINITY,
      proxy,
      onRequest,
    }
  }

  getAgent() {
    return this.ask({ method: 'GET', path: `/admin/agents/${this.id}`, read: readAgent })
  }

  listPrimitives(kind: PrimitiveList) {
    const path = kind === 'mcpServers' ? `${this.agent}/mcp-servers` : `/developer/${kind}/${this.id}`
    return this.ask({ method: 'GET', path, read: data => readPrimitives(data, kind) })
  }

  listModels() {
    const path = `/agents/self-serve/models?agentId=${this.id}`
    return this.ask({ method: 'GET', path, read: readModels, withinMs: MODELS_MS })
  }

  async updateAgent(change: AgentUpdate): Promise<void> {
    const cut = this.agentId.indexOf('_')
    if (cut < 0) {
      throw new LuaError(
        'PROJECT_INVALID',
        `The agent id ${this.agentId} has no "_", so it cannot be changed.`,
      )
    }
    await this.write({
      method: 'PATCH',
      path: `/agents/${encodeURIComponent(this.agentId.slice(0, cut))}/sub-agent`,
      body: { id: this.agentId.slice(cut + 1), ...change },
    })
  }

  listPersonaVersions(status?: 'published' | 'draft') {
    return this.ask({
      method: 'GET',
      path: `${this.agent}/persona/versions${status === undefined ? '' : `?status=${status}`}`,
      read: data => readVersions(data, status === 'published'),
    })
  }

  createPersonaVersion(persona: Parameters<LuaServer['createPersonaVersion']>[0]) {
    return this.ask({
      method: 'POST',
      path: `${this.agent}/persona/version`,
      body: { persona },
      writes: true,
      read: readVersionNumber,
    })
  }

  async deployPersonaVersion(version: number): Promise<void> {
    const path = `${this.agent}/persona/version/${version}`
    await this.write({ method: 'POST', path, body: {} })
  }

  async getSnapshot() {
    try {
      return await this.ask({ method: 'GET', path: `${this.agent}/backup`, read: readSnapshotMeta })
    } catch (error) {
      if (error instanceof LuaError && error.code === 'SERVER_NOT_FOUND') return undefined
      throw error
    }
  }

  getSnapshotManifest() {
    return this.ask({ method: 'GET', path: `${this.agent}/backup/manifest`, read: readSnapshotManifest })
  }

  async getBlobUrls(hashes: string[]): Promise<Map<string, string>> {
    const asked = [...new Set(hashes)]
    const found = new Map<string, string>()
    for (let start = 0; start < asked.length; start += HASHES_AT_ONCE) {
      const batch = asked.slice(start, start + HASHES_AT_ONCE)
      const urls = await this.ask({
        method: 'POST',
        path: `${this.agent}/backup/blob-urls`,
        body: { hashes: batch },
        read: data => readBlobUrls(data, batch),
      })
      for (const [hash, url] of urls) found.set(hash, url)
    }
    return found
  }

  fetchBlob(address: string, maxBytes: number): Promise<Buffer> {
    const url = parseUrl(address)
    const server = url?.origin ?? 'the blob store'
    const info: CallInfo = {
      method: 'GET',
      target: `a file of the snapshot on ${server}`,
      server,
      secrets: [this.apiKey],
    }
    if (!url || !isSecure(url, this.allowHttp)) {
      const asked = { ...info, method: 'POST', target: `${this.agent}/backup/blob-urls`, server: this.url }
      return Promise.reject(invalid(asked, 'holds an address that is not https.'))
    }
    return perform(this.line, {
      info,
      method: 'GET',
      url,
      headers: {},
      maxBytes,
      writes: false,
      redirects: false,
    })
  }

  private get id(): string {
    return encodeURIComponent(this.agentId)
  }

  private get agent(): string {
    return `/developer/agents/${this.id}`
  }

  private async ask<T>(request: Request & { read: (data: unknown) => T }): Promise<T> {
    const info = this.info(request)
    return answerOf(info, await this.send(info, request), request.read, request.writes)
  }

  /** A write whose answer says nothing that is needed. */
  private async write(request: Request): Promise<void> {
    const info = this.info(request)
    checkDone(info, await this.send(info, { ...request, writes: true }))
  }

  private info({ method, path }: Request): CallInfo {
    return { method, target: path, server: this.url, secrets: [this.apiKey], about: this.about }
  }

  private async send(
    info: CallInfo,
    { method, path, body, writes = false, withinMs = Number.POSITIVE_INFINITY }: Request,
  ): Promise<Buffer> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    if (text !== undefined && holdsSecret(text)) {
      throw new LuaError('CONFLICT', 'What was to be sent holds your API key, so nothing was sent.', {
        hint: 'Take the key out of the text; if others may have seen it, have a new one made.',
      })
    }
    const deadline = Math.min(this.line.deadline, Date.now() + withinMs)
    return perform(
      { ...this.line, deadline },
      {
        info,
        method,
        url: new URL(this.url + path),
        headers: this.headers(method),
        body: text,
        maxBytes: MOST_JSON,
        writes,
        redirects: true,
      },
    )
  }

  /** One idempotency key for a call, the same in all its attempts. */
  private headers(method: string): Record<string, string> {
    const base = { authorization: `Bearer ${this.apiKey}`, accept: 'application/json' }
    if (method === 'GET') return base
    return { ...base, 'content-type': 'application/json', 'x-idempotency-key': randomUUID() }
  }
}
