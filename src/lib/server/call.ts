/** One call of the API or the blob store: attempts, redirects, limits. The only file that knows got. */
import type { ClientRequest } from 'node:http'
import type { Agent } from 'node:https'
import type { RequestError, Response, RetryObject } from 'got'
import {
  type CallInfo,
  invalid,
  isUnclear,
  NetworkFailure,
  networkFailure,
  proxyFailure,
  refused,
  retryAfterIn,
  unreachable,
} from './failures.js'
import { isRetried, pauseBefore, RETRIED } from './retry.js'
import type { ProxyOptions, RequestEvent, Timing } from './types.js'

/** What all calls of one client share. */
export interface Line {
  timing: Timing
  /** Epoch ms. */
  deadline: number
  proxy?: ProxyOptions
  onRequest?: (event: RequestEvent) => void
}

export interface Call {
  info: CallInfo
  method: 'GET' | 'POST' | 'PATCH'
  url: URL
  headers: Record<string, string>
  body?: string
  /** Largest body that is read, in bytes, after decompression. */
  maxBytes: number
  /** It changes the server: a timeout is not repeated, and failures may be unclear. */
  writes: boolean
  /** Redirects of a GET to the same origin are followed; those of blobs are not. */
  redirects: boolean
}

const MOST_REDIRECTS = 5
const REDIRECTS = [301, 302, 303, 307, 308]

/** The body of a 2xx answer. Throws LuaError, `unclear` where a write may or may not have been done. */
export async function perform(line: Line, call: Call): Promise<Buffer> {
  const attempts = new Attempts(line, call)
  try {
    const { statusCode: status, rawBody, headers } = await attempts.answer()
    if (status >= 200 && status < 300) return rawBody
    if (REDIRECTS.includes(status)) throw redirected(call, headers.location)
    throw refused(call.info, status, rawBody, attempts)
  } finally {
    attempts.hangUp()
  }
}

/** The attempts of one call, and what is known of them. */
class Attempts {
  /** A write was sent, and it is not known whether it was done. */
  unclear = false
  /** Ms that the server asked to wait after the last one. */
  patience?: number
  private readonly until: number
  private proxy?: URL
  private current?: { url: URL; attempt: number; started: number }
  private readonly left: Response[] = []

  constructor(
    private readonly line: Line,
    private readonly call: Call,
  ) {
    this.until = Math.min(line.deadline, Date.now() + line.timing.callMs)
  }

  /** The last answer, whatever its status. Throws LuaError if there is none, or none that can be read. */
  async answer(): Promise<Response<Buffer>> {
    const tooLarge = new AbortController()
    try {
      return await this.send(tooLarge)
    } catch (error) {
      const { info, maxBytes, writes } = this.call
      if (tooLarge.signal.aborted) {
        const problem = `is larger than ${Math.ceil(maxBytes / 2 ** 20)} MB`
        this.ended({ error: problem })
        throw invalid(info, `${problem}.`, undefined, writes)
      }
      throw unreachable(info, this.failed(error), this.unclear)
    }
  }

  private async send(tooLarge: AbortController): Promise<Response<Buffer>> {
    const { method, url, headers, body, maxBytes } = this.call
    const { connectMs, requestMs, retries, retryAfterMaxMs } = this.line.timing
    if (this.msLeft <= 0) throw new NetworkFailure('ETIMEDOUT', 'it took too long', false, false)
    const [{ got }, agent] = await Promise.all([import('got'), this.tunnel()])
    const answering = got(url, {
      method,
      headers: { 'user-agent': 'lua-plugin-sync', ...headers },
      body,
      agent: { https: agent },
      responseType: 'buffer',
      throwHttpErrors: false,
      timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, request: requestMs },
      signal: AbortSignal.any([AbortSignal.timeout(Math.max(this.msLeft, 1)), tooLarge.signal]),
      followRedirect: answer => isFollowed(this.call, answer as Response),
      retry: {
        limit: retries,
        methods: [method],
        statusCodes: [...RETRIED],
        maxRetryAfter: retryAfterMaxMs,
        calculateDelay: retry => this.pauseAfter(retry),
      },
      hooks: {
        beforeRequest: [({ url }, { retryCount }) => this.began(url as URL, retryCount + 1)],
        beforeRedirect: [(_, answer) => this.leave(answer as Response)],
      },
    })
    answering.on('request', failOnce)
    answering.on('downloadProgress', ({ transferred }) => {
      if (transferred > maxBytes) tooLarge.abort()
    })
    const answer = await answering
    this.ended({ status: answer.statusCode })
    return answer
  }

  /** The proxy is loaded only where one is set. */
  private async tunnel(): Promise<Agent | undefined> {
    const { proxy, timing } = this.line
    if (!proxy?.https) return undefined
    const { proxyFor, tunnelAgent } = await import('./proxy.js')
    this.proxy = proxyFor(this.call.url, proxy)
    return this.proxy && tunnelAgent(this.proxy, timing.connectMs)
  }

  /**
   * Ms until the next attempt, 0 for none. got's own rules decide on statuses, but they cannot on errors: they list
   * those that may pass, we know those that cannot (a certificate), and they would repeat a write that timed out.
   * Its pauses begin at a second.
   */
  private pauseAfter({ error, attemptCount, retryAfter, computedValue }: RetryObject): number {
    const { writes } = this.call
    const pause = (asked?: number) => pauseBefore(attemptCount, asked, this.line.timing, this.msLeft) ?? 0
    if (error.name === 'HTTPError') {
      const { statusCode, rawBody } = error.response!
      this.ended({ status: statusCode })
      this.unclear ||= writes && isUnclear(statusCode)
      this.patience = Number.isNaN(retryAfter ?? Number.NaN) ? retryAfterIn(rawBody) : retryAfter
      return computedValue === 0 ? 0 : pause(this.patience)
    }
    const failure = this.failed(error)
    return isRetried(failure, writes) ? pause() : 0
  }

  private failed(error: unknown): NetworkFailure {
    const failure = this.failureOf(error as RequestError)
    this.ended({ error: failure.reason })
    this.unclear ||= this.call.writes && failure.reached
    return failure
  }

  private failureOf(error: RequestError | NetworkFailure): NetworkFailure {
    if (error instanceof NetworkFailure) return error
    // Behind a proxy there is no socket before there is a tunnel.
    if (this.proxy && error.timings?.socket === undefined) return proxyFailure(this.proxy, error)
    return networkFailure(error, isConnected(error, this.call.url))
  }

  private began(url: URL, attempt: number): void {
    this.current = { url, attempt, started: Date.now() }
  }

  /** Reports the attempt that is under way, once. */
  private ended(outcome: { status: number } | { error: string }): void {
    if (!this.current) return
    const { url, attempt, started } = this.current
    this.current = undefined
    this.line.onRequest?.({
      method: this.call.method,
      url: this.call.redirects ? url.href : url.origin + url.pathname,
      attempt,
      ms: Date.now() - started,
      ...outcome,
    })
  }

  private leave(answer: Response): void {
    this.ended({ status: answer.statusCode })
    this.left.push(answer)
  }

  /** got goes on reading the body of a redirect; one that never ends would keep the process alive. */
  hangUp(): void {
    for (const { complete, socket } of this.left) if (!complete) socket.destroy()
  }

  private get msLeft(): number {
    return this.until - Date.now()
  }
}

/**
 * Where no connection was made, Node 24 fails the end of the body as well, and got 14 takes that for a failure of the
 * whole call while it waits to try again.
 */
function failOnce(request: ClientRequest): void {
  const end = request.end.bind(request)
  request.end = ((done: (error?: NodeJS.ErrnoException) => void = () => {}) =>
    end((error?: NodeJS.ErrnoException) =>
      done(error?.code === 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION' ? undefined : error),
    )) as typeof end
}

/**
 * A GET, to the same origin: the key goes nowhere else. (For got, another scheme on the same host is the same place.)
 */
function isFollowed({ method, url, redirects }: Call, answer: Response): boolean {
  if (method !== 'GET' || !redirects || !REDIRECTS.includes(answer.statusCode)) return false
  // got reads the header as UTF-8, and so must we, to judge the address that it goes to.
  const location = Buffer.from(answer.headers.location!, 'latin1').toString()
  return answer.redirectUrls.length < MOST_REDIRECTS && originOf(location, answer.url) === url.origin
}

/** What is wrong with a redirect that was not followed. */
function redirected({ info, url, redirects, writes, method }: Call, location = '') {
  const problem = (what: string, shown?: string) => invalid(info, what, shown, writes)
  const origin = originOf(location, url.href)
  if (origin === undefined) return problem('is a redirect to nowhere', location)
  if (origin !== url.origin) return problem('is a redirect to another server, which is not followed', origin)
  if (method !== 'GET' || !redirects) return problem('is a redirect', new URL(location, url).pathname)
  return problem(`is a chain of more than ${MOST_REDIRECTS} redirects.`)
}

function originOf(location: string, base: string): string | undefined {
  return URL.canParse(location, base) ? new URL(location, base).origin : undefined
}

/** Was there a connection, so that the server may have received the request? */
function isConnected({ request, timings }: RequestError, { protocol }: URL): boolean {
  if (request?.reusedSocket) return true
  return (protocol === 'https:' ? timings?.secureConnect : timings?.connect) !== undefined
}
