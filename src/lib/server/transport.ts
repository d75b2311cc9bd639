/** One HTTP exchange, once: bounded in time and in bytes. The only file that knows got. */
import type { ClientRequest, IncomingHttpHeaders } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import type { Request } from 'got'
import { BadAnswer, NetworkFailure, networkFailure } from './failures.js'
import type { ProxyOptions } from './types.js'

export interface Outgoing {
  method: 'GET' | 'POST' | 'PATCH'
  url: URL
  headers: Record<string, string>
  body?: string
  /** Largest body that is read, in bytes, after decompression. */
  maxBytes: number
  /** For each of: finding the address, connecting, the TLS handshake. */
  connectMs: number
  /** For all of it, the last byte included. */
  requestMs: number
  proxy?: ProxyOptions
}

export interface Incoming {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Sends and reads; follows nothing, repeats nothing. Throws NetworkFailure or BadAnswer. */
export async function exchange(outgoing: Outgoing): Promise<Incoming> {
  const [{ got }, agent] = await Promise.all([import('got'), tunnel(outgoing)])
  const { connectMs } = outgoing
  const stream = got.stream(outgoing.url, {
    method: outgoing.method,
    headers: { 'user-agent': 'lua-plugin-sync', ...outgoing.headers },
    body: outgoing.body,
    ...(agent ? { agent: { https: agent } } : {}),
    timeout: {
      lookup: connectMs,
      connect: connectMs,
      secureConnect: connectMs,
      request: outgoing.requestMs,
    },
    // Redirects are the caller's to judge, since the key must not follow one; so are repetitions.
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
  })
  const isConnected = watchConnection(stream, outgoing.url.protocol)
  try {
    const body = await readWithin(stream, outgoing.maxBytes)
    const { response } = stream
    if (!response) throw new NetworkFailure('ECONNRESET', 'the connection was closed', true, true)
    return { status: response.statusCode, headers: response.headers, body }
  } catch (error) {
    stream.destroy()
    if (error instanceof BadAnswer) throw error
    throw networkFailure(error, isConnected())
  }
}

/** Tells whether the connection stood, that is, whether the server may have got the request. */
function watchConnection(stream: Request, protocol: string): () => boolean {
  let connected = false
  stream.once('request', (request: ClientRequest) => {
    const watch = (socket: Socket) => {
      connected = !socket.connecting
      // A socket that is kept alive comes by here many times: no listener where there is nothing to wait for.
      if (connected) return
      socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        connected = true
      })
    }
    if (request.socket) watch(request.socket)
    else request.once('socket', watch)
  })
  return () => connected
}

async function readWithin(stream: AsyncIterable<unknown>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > maxBytes) throw new BadAnswer(`is larger than ${Math.ceil(maxBytes / 2 ** 20)} MB`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The proxy is loaded only where one is set. */
async function tunnel({ url, proxy, connectMs }: Outgoing): Promise<HttpsAgent | undefined> {
  if (!proxy?.https) return undefined
  const { proxyFor, tunnelAgent } = await import('./proxy.js')
  const address = proxyFor(url, proxy)
  return address && tunnelAgent(address, connectMs)
}
