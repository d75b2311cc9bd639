/** One call of the API or the blob store: attempts, redirects, statuses. Its result is a body of a 2xx answer. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LuaError } from '../errors.js'
import {
  BadAnswer,
  type CallInfo,
  invalid,
  isRetried,
  isUnclear,
  NetworkFailure,
  refused,
  retryAfterIn,
  unreachable,
} from './failures.js'
import { pauseBefore, retryAfterMs } from './retry.js'
import { exchange, type Incoming, type Outgoing } from './transport.js'
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
  method: Outgoing['method']
  url: URL
  headers: Record<string, string>
  body?: string
  maxBytes: number
  /** It changes the server: a timeout is not repeated, and failures may be unclear. */
  writes: boolean
  /** Same-origin redirects of GETs are followed; of blobs, none. */
  redirects: boolean
}

const MOST_REDIRECTS = 5

/** The body of a 2xx answer. Throws LuaError, `unclear` where a write may or may not have been done. */
export async function perform(line: Line, call: Call): Promise<Buffer> {
  const until = Math.min(line.deadline, Date.now() + line.timing.callMs)
  let unclear = false
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptOnce(line, call, attempt, until)
    if (outcome instanceof LuaError) throw call.writes ? withUnclear(outcome) : outcome
    if (outcome instanceof NetworkFailure) {
      unclear ||= call.writes && outcome.reached
      const again = outcome.retriable && !(call.writes && outcome.reached && outcome.timedOut)
      const pause = again ? pauseBefore(attempt, undefined, line.timing, msLeft(until)) : undefined
      if (pause === undefined) throw unreachable(call.info, outcome, unclear)
      await sleep(pause)
      continue
    }
    const { status, headers, body } = outcome
    if (status >= 200 && status < 300) return body
    unclear ||= call.writes && isUnclear(status)
    const asked = retryAfterMs(headers['retry-after'], Date.now()) ?? retryAfterIn(body)
    const pause = isRetried(status) ? pauseBefore(attempt, asked, line.timing, msLeft(until)) : undefined
    if (pause === undefined) throw refused(call.info, status, body, unclear)
    await sleep(pause)
  }
}

function withUnclear(error: LuaError): LuaError {
  return new LuaError(error.code, error.message, { hint: error.hint, cause: error.cause, unclear: true })
}

function msLeft(until: number): number {
  return until - Date.now()
}

type Outcome = Incoming | NetworkFailure | LuaError

/** One attempt, with the redirects that may be followed. */
async function attemptOnce(line: Line, call: Call, attempt: number, until: number): Promise<Outcome> {
  let url = call.url
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const outcome = await traced(line, call, url, attempt, until)
    if (outcome instanceof Error || !isRedirect(outcome.status)) return outcome
    const next = redirectTarget(call, url, outcome)
    if (next instanceof LuaError) return next
    url = next
  }
  return invalid(call.info, `is a chain of more than ${MOST_REDIRECTS} redirects.`)
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

/** Where a redirect leads, if it may be followed: a GET, to the same origin. The key goes nowhere else. */
function redirectTarget(call: Call, from: URL, { headers }: Incoming): URL | LuaError {
  const location = headers.location ?? ''
  if (!URL.canParse(location, from.href)) return invalid(call.info, 'is a redirect to nowhere', location)
  const to = new URL(location, from)
  if (to.origin !== call.url.origin) {
    return invalid(call.info, 'is a redirect to another server, which is not followed', to.origin)
  }
  if (call.method !== 'GET' || !call.redirects) return invalid(call.info, 'is a redirect', to.pathname)
  return to
}

async function traced(line: Line, call: Call, url: URL, attempt: number, until: number): Promise<Outcome> {
  const started = Date.now()
  const outcome = await send(line, call, url, until)
  line.onRequest?.({
    method: call.method,
    url: call.redirects ? url.href : url.origin + url.pathname,
    attempt,
    ms: Date.now() - started,
    ...(outcome instanceof Error ? { error: outcome.message } : { status: outcome.status }),
  })
  return outcome
}

async function send(line: Line, call: Call, url: URL, until: number): Promise<Outcome> {
  const requestMs = Math.min(line.timing.requestMs, msLeft(until))
  if (requestMs <= 0) return new NetworkFailure('ETIMEDOUT', 'it took too long', false, false)
  const { method, headers, body, maxBytes } = call
  const { connectMs } = line.timing
  try {
    return await exchange({ method, url, headers, body, maxBytes, connectMs, requestMs, proxy: line.proxy })
  } catch (error) {
    if (error instanceof BadAnswer) return invalid(call.info, `${error.message}.`)
    if (error instanceof NetworkFailure) return error
    throw error
  }
}
