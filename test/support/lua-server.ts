/**
 * A Lua server for tests, benches and the demo: real HTTP on 127.0.0.1, the routes of the platform, a
 * request log, and faults on demand. Blobs live on a second port, as they live on another origin in production.
 *
 * In a process of its own: `node --import tsx test/support/lua-server.ts [--state FILE] [--port N]`. The first
 * line on stdout is `listening URL`; the state is read from FILE if it exists, and saved there on every change.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import {
  type Answer,
  type Fault,
  type FaultMatcher,
  Faults,
  json,
  misbehave,
  send,
} from './lua-server-faults.js'
import { answerApi, answerBlob, type RouteContext, type RouteRequest } from './lua-server-routes.js'
import { newState, type ServerState } from './lua-server-state.js'
import { EXPIRED, SELF_SIGNED, TEST_KEY } from './lua-server-tls.js'

export * from './lua-server-state.js'
export type { Fault, FaultMatcher }

/** A request as it came in; `headers` are in lower case. */
export interface LoggedRequest {
  origin: 'api' | 'blob'
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string | string[] | undefined>
  body: unknown
  /** Epoch ms. */
  at: number
}

export interface LuaServerOptions {
  /** Where to begin; the object is used as it is, so a test may change it while the server runs. */
  state?: ServerState
  /** Read at the start if it exists (it wins over `state`), saved on every change. */
  stateFile?: string
  /** 0 (default): any free port. */
  port?: number
  now?: () => number
  /** Serve the API over https, with a certificate that nobody trusts. */
  tls?: 'self-signed' | 'expired'
  /** Called with each request, before it is answered. */
  onRequest?: (request: LoggedRequest) => void
}

export interface LuaServer {
  /** Origin of the API, without a slash at the end. */
  readonly url: string
  /** Origin of the blob store. */
  readonly blobUrl: string
  state: ServerState
  readonly requests: LoggedRequest[]
  fault(matcher: FaultMatcher, fault: Fault): void
  clearFaults(): void
  /** Closes both ports and every open connection. */
  close(): Promise<void>
}

/** Starts the server; it is ready when the promise resolves. */
export async function startLuaServer(options: LuaServerOptions = {}): Promise<LuaServer> {
  const faults = new Faults()
  const requests: LoggedRequest[] = []
  const signature = randomUUID()
  const answered = new Map<string, Answer>()

  const blobPort = createServer((request, response) => {
    serve('blob', request, response, read => answerBlob(server.state, signature, read))
  })
  const apiPort = createApi(options.tls, (request, response) => {
    serve('api', request, response, read => {
      const answer = answerApi(context(), read)
      if (read.method !== 'GET' && options.stateFile) saveState(options.stateFile, server.state)
      return answer
    })
  })
  const context = (): RouteContext => ({
    state: server.state,
    now: options.now ?? Date.now,
    requestId: () => `req-${requests.length}`,
    blobUrl: hash => `${server.blobUrl}/blobs/${encodeURIComponent(hash)}?signature=${signature}`,
    answered,
  })

  async function serve(
    origin: 'api' | 'blob',
    request: IncomingMessage,
    response: ServerResponse,
    answer: (read: RouteRequest) => Answer,
  ): Promise<void> {
    const read = await readRequest(request)
    if (!read) return
    const { raw: _, ...logged } = read
    const entry = { ...logged, origin, query: Object.fromEntries(read.query), at: Date.now() }
    requests.push(entry)
    options.onRequest?.(entry)
    const work = () => {
      try {
        return answer(read)
      } catch (error) {
        return json(500, { message: `embedded server: ${String(error)}` })
      }
    }
    const fault = faults.take(origin, read.method, read.path)
    if (fault) await misbehave(fault, request, response, work)
    else send(response, work())
  }

  const server = {
    url: '',
    blobUrl: '',
    state: initialState(options),
    requests,
    fault: (matcher: FaultMatcher, fault: Fault) => faults.add(matcher, fault),
    clearFaults: () => faults.clear(),
    close: async () => {
      await Promise.all([shut(apiPort), shut(blobPort)])
    },
  }
  server.blobUrl = await listen(blobPort, 0)
  server.url = (await listen(apiPort, options.port ?? 0)).replace(/^http:/, options.tls ? 'https:' : 'http:')
  return server
}

function createApi(tls: LuaServerOptions['tls'], listener: RequestListener): Server {
  if (!tls) return createServer(listener)
  return createTlsServer({ key: TEST_KEY, cert: tls === 'expired' ? EXPIRED : SELF_SIGNED }, listener)
}

function initialState({ state, stateFile }: LuaServerOptions): ServerState {
  if (stateFile && existsSync(stateFile)) {
    return newState(JSON.parse(readFileSync(stateFile, 'utf8')) as Partial<ServerState>)
  }
  return state ?? newState()
}

function saveState(file: string, state: ServerState): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    })
  })
}

function shut(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** The whole request, or undefined when the client went away before it was all sent. */
async function readRequest(request: IncomingMessage): Promise<RouteRequest | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    return undefined
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const raw = Buffer.concat(chunks)
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: parsedBody(raw.toString('utf8')),
    raw,
  }
}

function parsedBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What a parent process may ask over IPC, and how it is answered (see server-process.ts). */
export type Ask =
  | { id: number; ask: 'state' | 'requests' | 'clear-faults' }
  | { id: number; ask: 'set-state'; state: ServerState }
  | { id: number; ask: 'fault'; matcher: FaultMatcher; fault: Fault }

function answerParent(server: LuaServer, message: Ask): unknown {
  switch (message.ask) {
    case 'state':
      return server.state
    case 'requests':
      return server.requests
    case 'clear-faults':
      return server.clearFaults()
    case 'set-state':
      server.state = message.state
      return undefined
    case 'fault':
      return server.fault(message.matcher, message.fault)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { state: { type: 'string' }, port: { type: 'string' } } })
  const server = await startLuaServer({ stateFile: values.state, port: Number(values.port ?? 0) })
  process.on('message', (message: Ask) => {
    process.send?.({ id: message.id, value: answerParent(server, message) })
  })
  // A server must not outlive the test run that started it.
  process.on('disconnect', () => process.exit(0))
  console.log(`listening ${server.url}`)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main()
