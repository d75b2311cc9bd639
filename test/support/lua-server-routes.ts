/** The routes of the embedded Lua server, over an in-memory state. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type Answer, json } from './lua-server-faults.js'
import {
  nextVersion,
  PRIMITIVE_KINDS,
  type PrimitiveKind,
  type ServerState,
  type StoredAgent,
  type StoredFile,
} from './lua-server-state.js'

export interface RouteRequest {
  method: string
  /** Without query, still percent-encoded. */
  path: string
  query: URLSearchParams
  headers: Record<string, string | string[] | undefined>
  /** Parsed when it is JSON, else text; undefined when empty. */
  body: unknown
  raw: Buffer
}

/** What routes need besides the request. */
export interface RouteContext {
  state: ServerState
  now(): number
  requestId(): string
  /** Pre-signed URL of a blob on the other origin. */
  blobUrl(hash: string): string
  /** Answers by idempotency key, so that a repeated POST does its work once. */
  answered: Map<string, Answer>
}

type Handler = (context: RouteContext, request: RouteRequest, params: string[]) => Answer

/** An answer that a handler gives up with. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code: string,
  ) {
    super(message)
  }
}

/** Answers one API request; everything that changes the state happens here. */
export function answerApi(context: RouteContext, request: RouteRequest): Answer {
  try {
    checkKey(context.state, request)
    const key = request.method === 'GET' ? undefined : request.headers['x-idempotency-key']?.toString()
    const seen = key === undefined ? undefined : context.answered.get(key)
    if (seen) return seen
    const answer = route(context, request)
    if (key !== undefined && answer.status < 300) context.answered.set(key, answer)
    return answer
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return json(error.status, { message: error.message, code: error.code, requestId: context.requestId() })
  }
}

function checkKey(state: ServerState, request: RouteRequest): void {
  const key = /^Bearer (.+)$/.exec(request.headers.authorization?.toString() ?? '')?.[1]
  if (key === undefined || !state.apiKeys.includes(key)) {
    throw new Refusal(401, 'Invalid or missing API key', 'UNAUTHORIZED')
  }
}

function route(context: RouteContext, request: RouteRequest): Answer {
  for (const [method, pattern, handler] of ROUTES) {
    if (method !== request.method) continue
    const match = pattern.exec(request.path)
    if (match) return handler(context, request, match.slice(1).map(decodeURIComponent))
  }
  throw new Refusal(404, `Cannot ${request.method} ${request.path}`, 'NOT_FOUND')
}

function success(context: RouteContext, data: unknown, status = 200): Answer {
  return json(status, context.state.envelope ? { success: true, data } : data)
}

function agentOf(context: RouteContext, id: string | undefined): StoredAgent {
  const agent =
    id !== undefined && Object.hasOwn(context.state.agents, id) ? context.state.agents[id] : undefined
  if (!agent) throw new Refusal(404, `Agent ${id} not found`, 'AGENT_NOT_FOUND')
  return agent
}

function field(request: RouteRequest, name: string): unknown {
  const { body } = request
  if (typeof body !== 'object' || body === null)
    throw new Refusal(400, 'A JSON body is expected', 'BAD_REQUEST')
  return (body as Record<string, unknown>)[name]
}

const getAgent: Handler = (context, _request, [id]) => {
  const { name, model, governance, settings, ...agent } = agentOf(context, id)
  return success(context, { id: agent.id, name, model, governance, ...settings })
}

const updateAgent: Handler = (context, request, [baseId]) => {
  const agent = agentOf(context, `${baseId}_${field(request, 'id')}`)
  const [name, model, governance] = ['name', 'model', 'governance'].map(key => field(request, key))
  if ([name, model, governance].every(value => value === undefined))
    throw new Refusal(422, 'name is required', 'INVALID_NAME')
  if (name !== undefined) {
    if (typeof name !== 'string' || name.trim() === '')
      throw new Refusal(422, 'name is required', 'INVALID_NAME')
    agent.name = name
  }
  if (model !== undefined) {
    const { models } = context.state
    if (models && !models.some(each => each.code === model))
      throw new Refusal(422, `Model ${model} isn't available for your organization`, 'MODEL_NOT_AVAILABLE')
    agent.model = model
  }
  if (governance !== undefined) agent.governance = governance
  return success(context, { id: agent.id, name: agent.name })
}

const listModels: Handler = context => {
  const { models } = context.state
  if (!models) throw new Refusal(404, 'No list of models', 'NOT_FOUND')
  return success(context, models)
}

const listVersions: Handler = (context, request, [id]) => {
  const status = request.query.get('status')
  const versions = agentOf(context, id).personaVersions.filter(
    each => status === null || (each.status ?? 'published') === status,
  )
  return success(context, { versions })
}

const createVersion: Handler = (context, request, [id]) => {
  const agent = agentOf(context, id)
  const persona = field(request, 'persona')
  const { publishOnCreate } = context.state
  if (persona === undefined || persona === null)
    throw new Refusal(422, 'persona is required', 'INVALID_PERSONA')
  const created = {
    version: nextVersion(agent),
    persona,
    createdDate: context.now(),
    isCurrent: false,
    status: publishOnCreate ? 'published' : 'draft',
  }
  agent.personaVersions.push(created)
  return success(context, created, 201)
}

const deployVersion: Handler = (context, _request, [id, version]) => {
  const { personaVersions } = agentOf(context, id)
  const deployed = personaVersions.find(each => String(each.version) === version)
  if (!deployed) throw new Refusal(404, `Persona version ${version} not found`, 'VERSION_NOT_FOUND')
  for (const each of personaVersions) each.isCurrent = each === deployed
  deployed.status = 'published'
  return success(context, deployed)
}

function snapshotOf(context: RouteContext, id: string | undefined) {
  const { snapshot } = agentOf(context, id)
  if (!snapshot) throw new Refusal(404, 'No backup found', 'BACKUP_NOT_FOUND')
  return snapshot
}

const getSnapshot: Handler = (context, _request, [id]) => {
  const { files: _, ...meta } = snapshotOf(context, id)
  return success(context, meta)
}

/** The vendor's CLI asks which blobs it must upload before it pushes a snapshot. */
const checkBlobs: Handler = (context, request, [id]) => {
  agentOf(context, id)
  return success(context, {
    missing: hashesIn(request).filter(hash => !Object.hasOwn(context.state.blobs, hash)),
  })
}

const uploadUrls: Handler = (context, request, [id]) => {
  agentOf(context, id)
  return success(context, {
    urls: Object.fromEntries(hashesIn(request).map(hash => [hash, context.blobUrl(hash)])),
  })
}

const getManifest: Handler = (context, _request, [id]) => success(context, snapshotOf(context, id))

function hashesIn(request: RouteRequest): string[] {
  const hashes = field(request, 'hashes')
  if (!Array.isArray(hashes) || !hashes.every(hash => typeof hash === 'string')) {
    throw new Refusal(400, 'hashes must be a list of texts', 'BAD_REQUEST')
  }
  if (hashes.length > 500) throw new Refusal(400, 'At most 500 hashes at a time', 'BAD_REQUEST')
  return hashes
}

const blobUrls: Handler = (context, request, [id]) => {
  agentOf(context, id)
  const known = hashesIn(request).filter(hash => Object.hasOwn(context.state.blobs, hash))
  return success(context, { urls: Object.fromEntries(known.map(hash => [hash, context.blobUrl(hash)])) })
}

/** How the vendor's CLI stores a snapshot, once its blobs are uploaded. */
const putManifest: Handler = (context, request, [id]) => {
  const files = field(request, 'files') as StoredFile[]
  const snapshot = {
    projectHash: String(field(request, 'projectHash')),
    fileCount: files.length,
    totalSize: files.reduce((sum, file) => sum + file.size, 0),
    createdAt: context.now(),
    createdBy: 'embedded@example.com',
    files,
  }
  agentOf(context, id).snapshot = snapshot
  return success(context, snapshot, 201)
}

const listPrimitives: Handler = (context, _request, [kind, id]) =>
  success(context, { [kind as string]: agentOf(context, id).primitives[kind as PrimitiveKind] ?? [] })

const createPrimitive: Handler = (context, request, [kind, id]) => {
  const agent = agentOf(context, id)
  const list = agent.primitives[kind as PrimitiveKind] ?? []
  agent.primitives[kind as PrimitiveKind] = list
  const name = String(field(request, 'name'))
  const created = {
    id: createHash('sha256').update(`${kind}/${name}`).digest('hex').slice(0, 24),
    name,
    versions: [],
  }
  list.push(created)
  return success(context, created, 201)
}

const listMcpServers: Handler = (context, _request, [id]) => success(context, agentOf(context, id).mcpServers)

/** Kinds that only the vendor's CLI asks for; this server has none of them. */
const listNewerKind: Handler = (context, _request, [kind, id]) => {
  agentOf(context, id)
  return success(context, { [kind as string]: [] })
}

const PRIMITIVE = PRIMITIVE_KINDS.join('|')
const NEWER = 'triggers|devices|device-triggers|voice-agents|workflows'

const ROUTES: [string, RegExp, Handler][] = [
  ['GET', /^\/admin\/agents\/([^/]+)$/, getAgent],
  ['PATCH', /^\/agents\/([^/]+)\/sub-agent$/, updateAgent],
  ['GET', /^\/agents\/self-serve\/models$/, listModels],
  ['GET', /^\/developer\/agents\/([^/]+)\/persona\/versions$/, listVersions],
  ['POST', /^\/developer\/agents\/([^/]+)\/persona\/version$/, createVersion],
  ['POST', /^\/developer\/agents\/([^/]+)\/persona\/version\/([^/]+)$/, deployVersion],
  ['GET', /^\/developer\/agents\/([^/]+)\/backup$/, getSnapshot],
  ['GET', /^\/developer\/agents\/([^/]+)\/backup\/manifest$/, getManifest],
  ['POST', /^\/developer\/agents\/([^/]+)\/backup\/manifest$/, putManifest],
  ['POST', /^\/developer\/agents\/([^/]+)\/backup\/blob-urls$/, blobUrls],
  ['POST', /^\/developer\/agents\/([^/]+)\/backup\/check-blobs$/, checkBlobs],
  ['POST', /^\/developer\/agents\/([^/]+)\/backup\/blob-upload-urls$/, uploadUrls],
  ['GET', /^\/developer\/agents\/([^/]+)\/mcp-servers$/, listMcpServers],
  ['GET', new RegExp(`^/developer/(${PRIMITIVE})/([^/]+)$`), listPrimitives],
  ['GET', new RegExp(`^/developer/(${NEWER})/([^/]+)$`), listNewerKind],
  ['POST', new RegExp(`^/developer/(${PRIMITIVE})/([^/]+)$`), createPrimitive],
]

/** Answers a request for a blob: signed, and without the API key, as a real object store wants it. */
export function answerBlob(state: ServerState, signature: string, request: RouteRequest): Answer {
  if (request.headers.authorization !== undefined) return refusedBlob(400, 'Only one auth mechanism allowed')
  if (request.query.get('signature') !== signature) return refusedBlob(403, 'SignatureDoesNotMatch')
  const hash = /^\/blobs\/([^/]+)$/.exec(request.path)?.[1] ?? ''
  if (request.method === 'PUT') {
    state.blobs[hash] = { base64: request.raw.toString('base64') }
    return { status: 200, headers: {}, body: Buffer.alloc(0) }
  }
  const blob = Object.hasOwn(state.blobs, hash) ? state.blobs[hash] : undefined
  if (!blob || request.method !== 'GET') return refusedBlob(404, 'NoSuchKey')
  const bytes = Buffer.from(blob.base64, 'base64')
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: blob.gzip ? gzipSync(bytes) : bytes,
  }
}

function refusedBlob(status: number, code: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(`<Error>${code}</Error>`),
  }
}
