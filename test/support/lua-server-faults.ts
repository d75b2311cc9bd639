/**
 * How the embedded server misbehaves on request. A fault is plain data, so that it can be sent to a server
 * process; a matcher says which requests get it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** Which requests: all that are given must fit. */
export interface FaultMatcher {
  method?: string
  /** Exact path without query, or (with `*` in it) a pattern in which `*` stands for any text. */
  path?: string
  /** The API (default) or the blob store on its other port. */
  origin?: 'api' | 'blob'
  /** Let this many matching requests pass first. */
  skip?: number
  /** Only this many requests get the fault; without it, all do. */
  times?: number
}

/**
 * What goes wrong. With `applied: true` the request's work is done first (a version is created, say) and only
 * its answer is lost; the kinds marked (real) send the real answer, damaged, and so always do the work.
 */
export type Fault = { applied?: boolean } & (
  | { kind: 'delay'; ms: number } // (real)
  | { kind: 'answer'; status: number; body?: unknown; headers?: Record<string, string> }
  | { kind: 'reset'; when: 'before' | 'during' | 'after' } // during, after: (real)
  | { kind: 'hang' }
  | { kind: 'trickle'; bytesPerSecond?: number } // (real)
  | { kind: 'half-body' } // (real), then the connection ends
  | { kind: 'wrong-length'; by: number } // (real)
  | { kind: 'not-json' }
  | { kind: 'huge'; bytes: number } // (real), padded with a field of that size
  | { kind: 'gzip-bomb'; bytes: number }
  | { kind: 'redirect'; to: string; status?: number }
)

/** An answer before it is sent. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  }
}

interface Entry {
  matcher: FaultMatcher
  fault: Fault
  seen: number
}

/** The faults in force; the first whose matcher fits is taken. */
export class Faults {
  private entries: Entry[] = []

  add(matcher: FaultMatcher, fault: Fault): void {
    this.entries.push({ matcher, fault, seen: 0 })
  }

  clear(): void {
    this.entries = []
  }

  take(origin: 'api' | 'blob', method: string, path: string): Fault | undefined {
    for (const entry of this.entries) {
      if (!fits(entry.matcher, origin, method, path)) continue
      const turn = entry.seen - (entry.matcher.skip ?? 0)
      entry.seen += 1
      if (turn >= 0 && turn < (entry.matcher.times ?? Number.POSITIVE_INFINITY)) return entry.fault
    }
    return undefined
  }
}

function fits(matcher: FaultMatcher, origin: string, method: string, path: string): boolean {
  if ((matcher.origin ?? 'api') !== origin) return false
  if (matcher.method !== undefined && matcher.method !== method) return false
  if (matcher.path === undefined) return true
  const parts = matcher.path.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(path)
}

/** Sends an answer whole. */
export function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { 'content-length': String(answer.body.length), ...answer.headers })
  response.end(answer.body)
}

/** Does the request's own work happen under this fault? */
function works(fault: Fault): boolean {
  if (fault.applied) return true
  if (fault.kind === 'reset') return fault.when !== 'before'
  return ['delay', 'trickle', 'half-body', 'wrong-length', 'huge'].includes(fault.kind)
}

/** Answers a request as the fault says; `work` does what the route does and gives its real answer. */
export async function misbehave(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  work: () => Answer,
): Promise<void> {
  if (fault.kind === 'delay') await pause(fault.ms, response)
  const real = works(fault) ? work() : json(200, {})
  const { socket } = request
  switch (fault.kind) {
    case 'delay':
      return send(response, real)
    case 'answer':
      return send(response, chosenAnswer(fault.status, fault.body, fault.headers))
    case 'reset':
      return reset(fault.when, response, real)
    case 'hang':
      return
    case 'trickle':
      return trickle(response, real, fault.bytesPerSecond ?? 1)
    case 'half-body':
      response.writeHead(real.status, { ...real.headers, 'content-length': String(real.body.length) })
      response.write(real.body.subarray(0, real.body.length >> 1), () => socket.end())
      return
    case 'wrong-length':
      // Written to the socket itself: node's own response refuses to lie about its length.
      socket.end(
        Buffer.concat([
          Buffer.from(
            `HTTP/1.1 ${real.status} Faulty\r\ncontent-type: application/json\r\n` +
              `content-length: ${real.body.length + fault.by}\r\nconnection: close\r\n\r\n`,
          ),
          real.body,
        ]),
      )
      return
    case 'not-json':
      return send(response, {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: Buffer.from('<!doctype html><html><body>Welcome to the \u001b[31mcaptive portal</body></html>'),
      })
    case 'huge':
      return send(response, padded(real, fault.bytes))
    case 'gzip-bomb':
      return send(response, {
        status: 200,
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: gzipBomb(fault.bytes),
      })
    case 'redirect':
      return send(response, {
        status: fault.status ?? 302,
        headers: { location: fault.to },
        body: Buffer.alloc(0),
      })
  }
}

function chosenAnswer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  if (typeof body !== 'string') return json(status, body ?? { message: `fault ${status}` }, headers)
  return { status, headers: { 'content-type': 'text/plain', ...headers }, body: Buffer.from(body) }
}

/** `before`: no byte of an answer; `during`: headers and a third of the body; `after`: all, then a reset. */
function reset(when: 'before' | 'during' | 'after', response: ServerResponse, real: Answer): void {
  const { socket } = response
  if (when === 'before') {
    socket?.resetAndDestroy()
    return
  }
  const cut = when === 'during' ? Math.ceil(real.body.length / 3) : real.body.length
  response.writeHead(real.status, { ...real.headers, 'content-length': String(real.body.length) })
  response.write(real.body.subarray(0, cut), () => setImmediate(() => socket?.resetAndDestroy()))
}

/** Sends the headers at once and then a byte (or a few) at a time. */
async function trickle(response: ServerResponse, real: Answer, bytesPerSecond: number): Promise<void> {
  response.writeHead(real.status, { ...real.headers, 'content-length': String(real.body.length) })
  response.flushHeaders()
  for (const byte of real.body) {
    await pause(1000 / bytesPerSecond, response)
    if (response.destroyed) return
    response.write(Buffer.of(byte))
  }
  response.end()
}

function padded(real: Answer, bytes: number): Answer {
  const value = JSON.parse(real.body.toString('utf8')) as unknown
  const padding = 'x'.repeat(bytes)
  return json(real.status, Array.isArray(value) ? [...value, padding] : { ...Object(value), padding })
}

/** Gzip members one after another are one stream: a bomb of any size is cheap to make. */
function gzipBomb(bytes: number): Buffer {
  const block = 1 << 20
  const member = gzipSync(Buffer.alloc(block, ' '))
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / block) }, () => member))
}

/** Waits, but not longer than the connection lives: a closed server must not be kept up by its faults. */
function pause(ms: number, response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      response.off('close', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    response.on('close', done)
  })
}
