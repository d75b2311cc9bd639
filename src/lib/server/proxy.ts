/** HTTPS through a proxy: CONNECT, then TLS with the server itself, so that the proxy sees neither key nor text. */
import type { Agent } from 'node:https'
import { NetworkFailure } from './failures.js'
import type { ProxyOptions } from './types.js'
import { isLoopback, parseUrl } from './url.js'

/**
 * The proxy for this URL, or undefined where none is to be used: plain http, loopback, or named in NO_PROXY.
 * Throws NetworkFailure when HTTPS_PROXY is not a URL.
 */
export function proxyFor(url: URL, { https: setting, noProxy }: ProxyOptions): URL | undefined {
  if (!setting || url.protocol !== 'https:' || isLoopback(url.hostname) || isExcepted(url, noProxy)) {
    return undefined
  }
  const proxy = parseUrl(setting.includes('://') ? setting : `http://${setting}`)
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

/** An agent whose connections all go through the proxy, each opened within `connectMs`. */
export async function tunnelAgent(proxy: URL, connectMs: number): Promise<Agent> {
  const { HttpsProxyAgent } = await import('hpagent')
  return new HttpsProxyAgent({ proxy: withPlainHost(proxy), timeout: connectMs })
}

/** The library hands the host on as it is, and Node looks for an address of IPv6 without brackets. */
function withPlainHost(proxy: URL): URL {
  const { protocol, port, username, password } = proxy
  const hostname = proxy.hostname.replace(/^\[|\]$/g, '')
  return { protocol, hostname, port, username, password } as URL
}
