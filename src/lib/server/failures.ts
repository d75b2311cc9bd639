/** What went wrong between us and the server, as the errors of this project. */
import { STATUS_CODES } from 'node:http'
import { type ErrorCode, LuaError } from '../errors.js'
import { RETRIED } from './retry.js'
import { excerpt } from './text.js'

/** Which call, for messages, and what must never be in them. */
export interface CallInfo {
  method: string
  /** Path of an API call, host of a blob. */
  target: string
  /** Base URL of the API, or origin of the blob store. */
  server: string
  secrets: string[]
  /** Whose agent a call is about: `agent x of organization y`. */
  about?: string
}

/** No answer, or only a part of one. `reached`: the request may have got to the server. */
export class NetworkFailure extends Error {
  constructor(
    readonly code: string,
    readonly reason: string,
    readonly reached: boolean,
    readonly retriable: boolean,
    cause?: unknown,
  ) {
    super(reason, { cause })
  }

  get timedOut(): boolean {
    return this.code === 'ETIMEDOUT'
  }
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'its name cannot be found (DNS)',
  EAI_AGAIN: 'its name cannot be looked up now (DNS)',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no network',
  ETIMEDOUT: 'it took too long',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (is the clock of this machine right?)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** Failures after which not a byte of the request can have reached the server. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/

/** Anything that the HTTP layer threw. `connected`: the connection stood when it happened. */
export function networkFailure(thrown: Error, connected: boolean): NetworkFailure {
  const name = codeOf(thrown)
  const certificate = CERTIFICATE.test(name)
  const reached = connected && !certificate && !BEFORE_SENDING.has(name)
  const reason =
    REASONS[name] ?? (name.startsWith('HPE_') ? 'its answer is not valid HTTP' : `network error ${name}`)
  return new NetworkFailure(name, reason, reached, !certificate, thrown)
}

/** What the agent threw because there was no tunnel. The proxy got no request that it could have passed on. */
export function proxyFailure(proxy: URL, thrown: Error): NetworkFailure {
  const { message } = thrown
  const code = codeOf(thrown)
  const status = /^Bad response: (\d+)$/.exec(message)?.[1]
  const late = message === 'Proxy timeout' || code === 'ETIMEDOUT'
  const reason = status ? `answered ${status}` : late ? 'took too long' : `cannot be used (${code})`
  const retriable = status === undefined || Number(status) >= 500
  return new NetworkFailure('PROXY', `the proxy ${proxy.host} ${reason}`, false, retriable, thrown)
}

/** What the system, the parser or got calls an error. A time limit for a whole call has only a name. */
function codeOf(thrown: Error): string {
  const { code, name } = thrown as { code?: unknown; name: string }
  if (name === 'TimeoutError') return 'ETIMEDOUT'
  return typeof code === 'string' ? code : 'UNKNOWN'
}

/** With these the server itself says that the work was not done; after any other 5xx that is unknown. */
export function isUnclear(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 503 && status !== 501)
}

const NETWORK_HINT = 'Check the network, HTTPS_PROXY and LUA_API_URL, and try again.'

export function unreachable(call: CallInfo, failure: NetworkFailure, unclear: boolean): LuaError {
  const certificate = CERTIFICATE.test(failure.code)
  return new LuaError('SERVER_UNREACHABLE', `${call.server} could not be reached: ${failure.reason}.`, {
    hint: certificate ? 'Behind a company proxy, NODE_EXTRA_CA_CERTS names its certificate.' : NETWORK_HINT,
    unclear,
    cause: failure.cause,
  })
}

export function invalid(call: CallInfo, problem: string, shown?: string, unclear = false): LuaError {
  const quote = shown === undefined || shown === '' ? '' : `: ${excerpt(shown, call.secrets)}`
  return new LuaError('SERVER_INVALID', `The answer to ${call.method} ${call.target} ${problem}${quote}`, {
    hint: `Is LUA_API_URL right, and nothing between here and ${call.server} (a login page, a proxy)?`,
    unclear,
  })
}

const HINTS: { [code in ErrorCode]?: string } = {
  KEY_REJECTED:
    'Check LUA_API_KEY, .env or ~/.lua-cli/credentials: the key may have been revoked or mistyped.',
  FORBIDDEN: 'Ask the owner of the organization for access, or use the key of an account that has it.',
  SERVER_NOT_FOUND: 'Check agentId in lua.skill.yaml, and that the API key belongs to its organization.',
  SERVER_UNREACHABLE: 'Try again in a moment.',
  SERVER_REFUSED: 'The message above is what the server said; nothing was changed by this request.',
}

/**
 * A status other than 2xx, with what the server says about it.
 * @param patience ms that it asks to wait
 */
export function refused(
  call: CallInfo,
  status: number,
  body: Buffer,
  { unclear, patience = 0 }: { unclear: boolean; patience?: number },
): LuaError {
  if (status === 401 && isNotAdmin(body)) return notAdmin(call, body)
  const code = errorFor(status)
  const said = saidBy(body, call.secrets)
  const name = STATUS_CODES[status] === undefined ? String(status) : `${status} ${STATUS_CODES[status]}`
  const message = `${call.server} answered ${name} to ${call.method} ${call.target}${said}`
  const hint =
    code === 'SERVER_REFUSED' && unclear ? undefined : patience > 0 ? waitHint(patience) : HINTS[code]
  return new LuaError(code, message, { hint, unclear })
}

function waitHint(patience: number): string {
  const seconds = Math.ceil(patience / 1000)
  return `The server asks to wait ${seconds === 1 ? 'a second' : `${seconds} seconds`} before the next request.`
}

/** The server knows the key, but its account may not see this agent. */
function isNotAdmin(body: Buffer): boolean {
  return /\bnot an admin/i.test(body.toString('utf8'))
}

function notAdmin(call: CallInfo, body: Buffer): LuaError {
  const message = `The API key is valid, but ${call.about ?? 'this agent'} belongs to somebody else${saidBy(body, call.secrets)}`
  return new LuaError('NOT_ADMIN', message, {
    hint: 'Use a key of an administrator of that organization, or correct agent.agentId in lua.skill.yaml.',
  })
}

function errorFor(status: number): ErrorCode {
  if (status === 401) return 'KEY_REJECTED'
  if (status === 403) return 'FORBIDDEN'
  if (status === 404) return 'SERVER_NOT_FOUND'
  if (RETRIED.includes(status) || status >= 500) return 'SERVER_UNREACHABLE'
  return status >= 400 ? 'SERVER_REFUSED' : 'SERVER_INVALID'
}

/** `: message (request id)` from an error body, as far as there is one. */
export function saidBy(body: Buffer | Record<string, unknown>, secrets: string[]): string {
  const value = Buffer.isBuffer(body) ? parsedObject(body) : body
  const text = textIn(value.message) || textIn(value.error)
  const said = text ? `: ${excerpt(text, secrets)}` : ''
  const id = typeof value.requestId === 'string' ? ` (request ${excerpt(value.requestId, secrets)})` : ''
  return said + id
}

/** A text, several of them, or the message of a nested error. */
function textIn(said: unknown): string {
  if (typeof said === 'string') return said.trim()
  if (Array.isArray(said)) return said.map(textIn).filter(Boolean).join('; ')
  return typeof said === 'object' && said !== null && 'message' in said ? textIn(said.message) : ''
}

/** How long the server asks to wait, where its error says so in the body; ms. */
export function retryAfterIn(body: Buffer): number | undefined {
  const { retryAfterSeconds: asked } = parsedObject(body)
  const seconds = typeof asked === 'string' && asked.trim() !== '' ? Number(asked) : asked
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined
}

function parsedObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
