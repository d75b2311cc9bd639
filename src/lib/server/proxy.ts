/** HTTPS through a proxy: CONNECT, then TLS with the server itself, so that the proxy sees neither key nor text. */
import http from 'node:http'
import https, { Agent, type AgentOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls'
import { NetworkFailure } from './failures.js'
import type { ProxyOptions } from './types.js'
import { isLoopback, parsed } from './url.js'

/**
 * The proxy for this URL, or undefined where none is to be used: plain http, loopback, or named in NO_PROXY.
 * Throws NetworkFailure when HTTPS_PROXY is not a URL.
 */
export function proxyFor(url: URL, { https: setting, noProxy }: ProxyOptions): URL | undefined {
  if (!setting || url.protocol !== 'https:' || isLoopback(url.hostname) || isExcepted(url, noProxy)) {
    return undefined
  }
  const proxy = parsed(setting.includes('://') ? setting : `http://${setting}`)
  if (!proxy || !['http:', 'https:'].includes(proxy.protocol)) {
    throw new NetworkFailure('BAD_PROXY', 'HTTPS_PROXY is not an http(s) URL', false, false)
  }
  return proxy
}

/** NO_PROXY as curl reads it: `*`, or names that match themselves and what ends in `.name`, with a port or not. */
function isExcepted(url: URL, noProxy = ''): boolean {
  const port = url.port === '' ? '443' : url.port
  return noProxy.split(/[\s,]+/).some(entry => {
    if (entry === '*') return true
    const [, name = '', entryPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    if (name === '' || (entryPort !== undefined && entryPort !== port)) return false
    return url.hostname === name || url.hostname.endsWith(`.${name}`)
  })
}

/** An agent whose connections all go through the proxy. */
export function tunnelAgent(proxy: URL, connectMs: number): Agent {
  return new TunnelAgent(proxy, connectMs)
}

type Opened = (error: Error | null, socket: Duplex) => void
type Target = AgentOptions & ConnectionOptions

class TunnelAgent extends Agent {
  constructor(
    private readonly proxy: URL,
    private readonly connectMs: number,
  ) {
    super({ keepAlive: false })
  }

  override createConnection(target: Target, opened?: Opened): undefined {
    openTunnel(this.proxy, `${target.host}:${target.port}`, this.connectMs).then(
      socket =>
        opened?.(null, tlsConnect({ ...target, socket, servername: target.servername ?? target.host })),
      // Node hands no socket over with an error, whatever the type says.
      error => (opened as ((error: Error) => void) | undefined)?.(error),
    )
  }
}

/** A connection to `host:port` on the far side of the proxy. */
function openTunnel(proxy: URL, destination: string, connectMs: number): Promise<Socket> {
  const fail = (reason: string, retriable: boolean) =>
    new NetworkFailure('PROXY', `the proxy ${proxy.host} ${reason}`, false, retriable)
  return new Promise((resolve, reject) => {
    const connecting = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: destination,
      headers: { host: destination, ...authorization(proxy) },
      agent: false,
      timeout: connectMs,
    })
    connecting.once('connect', (answer, socket, head) => {
      if (answer.statusCode === 200 && head.length === 0) {
        resolve(socket)
        return
      }
      socket.destroy()
      reject(fail(`answered ${answer.statusCode}`, (answer.statusCode ?? 0) >= 500))
    })
    connecting.once('response', answer => {
      connecting.destroy()
      reject(fail(`answered ${answer.statusCode}`, false))
    })
    connecting.once('timeout', () => connecting.destroy(fail('took too long', true)))
    connecting.once('error', (error: NodeJS.ErrnoException) => {
      reject(error instanceof NetworkFailure ? error : fail(`cannot be used (${error.code})`, true))
    })
    connecting.end()
  })
}

function authorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {}
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}
