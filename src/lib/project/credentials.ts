/**
 * The API key: where it may stand, in which order, and what to say when it stands nowhere.
 */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { LuaError } from '../errors.js'
import { Fence } from '../fence.js'
import { MAX_STATE, readIfReadable } from '../files.js'
import { keepSecret } from '../secrets.js'
import type { Environment } from './environment.js'

const THREE_WAYS =
  'Give one in any of three ways: the environment variable LUA_API_KEY, the file ~/.lua-cli/credentials ' +
  '(the bare key, mode 0600), or a line LUA_API_KEY=… in the .env of the project. ' +
  'You get a key on the API keys page of the Lua dashboard.'

/** Every key that stands anywhere is a secret from here on, whichever is used. */
export function keepKeysSecret(root: string | undefined, { apiKey, home }: Environment): void {
  const dotEnv = root === undefined ? undefined : readDotEnv(root)
  const stored = home === undefined ? undefined : readText(join(home, '.lua-cli', 'credentials'))
  const keys = [apiKey, stored, dotEnv === undefined ? undefined : parseEnv(dotEnv).LUA_API_KEY]
  for (const key of keys) if (key !== undefined) keepSecret(key.trim())
}

/**
 * The key, first match wins: environment, credentials file, the project's `.env` (platform contract, section 1).
 * A place that names the key but leaves it empty is an error of its own: falling through would hide it.
 * @throws LuaError NO_KEY
 */
export function findApiKey(root: string, environment: Environment): string {
  const { apiKey, home } = environment
  if (apiKey !== undefined) return checked(apiKey, 'the environment variable LUA_API_KEY')
  const inFile = home === undefined ? undefined : readText(join(home, '.lua-cli', 'credentials'))
  if (inFile !== undefined) return checked(inFile, 'the file ~/.lua-cli/credentials')
  const dotEnv = readDotEnv(root)
  const inDotEnv = dotEnv === undefined ? undefined : parseEnv(dotEnv).LUA_API_KEY
  if (inDotEnv !== undefined) return checked(inDotEnv, "LUA_API_KEY in the project's .env")
  throw new LuaError('NO_KEY', noKeyMessage(home), { hint: THREE_WAYS })
}

function checked(raw: string, place: string): string {
  const key = raw.trim()
  if (key === '')
    throw new LuaError('NO_KEY', `The API key is empty: ${place} holds no text.`, { hint: THREE_WAYS })
  // What a header cannot carry can be no key; saying so here keeps its text out of the HTTP library's message.
  if (/[^\x21-\x7e]/.test(key)) {
    throw new LuaError(
      'NO_KEY',
      `The API key in ${place} has characters that no key has (spaces, line breaks …).`,
      {
        hint: THREE_WAYS,
      },
    )
  }
  return key
}

function noKeyMessage(home: string | undefined): string {
  return home !== undefined && hasLoginSession(home)
    ? 'No API key was found. You are logged in by e-mail (~/.lua-cli/sessions), but that session is not used here: an API key is needed.'
    : 'No API key was found.'
}

function hasLoginSession(home: string): boolean {
  try {
    return readdirSync(join(home, '.lua-cli', 'sessions')).some(name => name.endsWith('.json'))
  } catch {
    return false
  }
}

/** A `.env` that leads out of the workspace is somebody else's. */
function readDotEnv(root: string): string | undefined {
  const path = join(root, '.env')
  return new Fence(root).contains(path) ? readText(path) : undefined
}

function readText(path: string): string | undefined {
  return readIfReadable(path, { limit: MAX_STATE })?.toString('utf8')
}
