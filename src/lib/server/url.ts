/** Where the key may go. */
import { isIPv4 } from 'node:net'
import { LuaError } from '../errors.js'

const HINT = 'Set LUA_API_URL to an https address, such as https://api.heylua.ai.'

/**
 * The API's address without a slash at the end.
 * Throws INSECURE_URL: not a URL, not http(s), user or query in it, or plain http to another machine.
 */
export function checkedUrl(text: string, allowHttp = false): string {
  const url = parseUrl(text)
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new LuaError('INSECURE_URL', 'LUA_API_URL is not an http(s) URL.', { hint: HINT })
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new LuaError('INSECURE_URL', 'LUA_API_URL may hold no user, password, query or fragment.', {
      hint: HINT,
    })
  }
  if (!isSecure(url, allowHttp)) {
    throw new LuaError(
      'INSECURE_URL',
      `LUA_API_URL is plain http to ${url.host}: the API key would travel in the clear.`,
      { hint: `${HINT} If you know what you are doing: LUA_ALLOW_HTTP=1.` },
    )
  }
  return url.href.replace(/\/+$/, '')
}

export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

/** https, or plain http that does not leave this machine (or was allowed). */
export function isSecure(url: URL, allowHttp = false): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && (allowHttp || isLoopback(url.hostname)))
}

/** Names and addresses of this machine; URL has already brought the many spellings of IPv4 into one. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
}
