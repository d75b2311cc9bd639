/**
 * The one place that reads the process's environment. Everything else takes these values as arguments.
 */

import { homeFolder } from '../fence.js'

export interface Environment {
  /** `LUA_API_URL`; undefined when it is not set, or empty. */
  apiUrl?: string
  /** `LUA_API_KEY` as it stands, the empty text included; undefined when it is not set. */
  apiKey?: string
  /** Accept plain http to other hosts than loopback: `LUA_ALLOW_HTTP=1`. */
  allowHttp: boolean
  /** `HTTPS_PROXY` and `NO_PROXY`, upper or lower case. */
  proxy: { https?: string; noProxy?: string }
  /** The user's home folder, or undefined where there is none. */
  home?: string
}

/** Reads the variables that the product knows; `env` is for tests. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  return {
    apiUrl: env.LUA_API_URL?.trim() || undefined,
    apiKey: env.LUA_API_KEY,
    allowHttp: env.LUA_ALLOW_HTTP === '1',
    proxy: {
      https: env.HTTPS_PROXY || env.https_proxy,
      noProxy: env.NO_PROXY || env.no_proxy,
    },
    home: homeFolder(),
  }
}
