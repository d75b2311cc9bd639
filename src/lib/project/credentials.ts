/**
 * The API key: where it may be set, which place wins, and what to say when there is none.
 */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { LuaError } from '../errors.js'
import { Fence } from '../fence.js'
import { MAX_STATE, readIfReadable } from '../files.js'
import { keepSecret } from '../secrets.js'
import type { Environment } from './environment.js'

const DEFAULT_API_URL = 'https://api.heylua.ai'

const KEYS_PAGE = 'You make a key on the API keys page of the Lua dashboard (https://admin.heylua.ai).'
const THREE_WAYS = `Give one in any of three ways: the environment variable LUA_API_KEY, a line LUA_API_KEY=… in the .env of the project, or the file ~/.lua-cli/credentials (the bare key, mode 0600). ${KEYS_PAGE}`

/** Every key that is found anywhere is a secret from here on, whichever is used. */
export function keepKeysSecret(root: string | undefined, { apiKey, home }: Environment): void {
  const inProject = root === undefined ? undefined : readDotEnv(root).LUA_API_KEY
  for (const key of [apiKey, inProject, storedKey(home)]) if (key !== undefined) keepSecret(key.trim())
}

/** The key, and the server that it may be sent to. */
interface Access {
  apiKey: string
  apiUrl: string
}

/**
 * The key, first match wins: environment, the project's `.env`, credentials file. A place that leaves it empty (as a
 * pipeline does with a secret that is not set) counts as none. The `.env` names the server only for its own key: else a
 * cloned repository could have anybody's key sent anywhere.
 * @throws LuaError NO_KEY
 */
export function findAccess(root: string, { apiKey, apiUrl, home }: Environment): Access {
  const dotEnv = readDotEnv(root)
  const places: { place: string; raw: string | undefined; url?: string }[] = [
    { place: 'the environment variable LUA_API_KEY', raw: apiKey },
    { place: "LUA_API_KEY in the project's .env", raw: dotEnv.LUA_API_KEY, url: dotEnv.LUA_API_URL?.trim() },
    { place: 'the file ~/.lua-cli/credentials', raw: storedKey(home) },
  ]
  const found = places.find(({ raw }) => raw !== undefined && raw.trim() !== '')
  if (found)
    return { apiKey: checked(found.raw!, found.place), apiUrl: apiUrl || found.url || DEFAULT_API_URL }
  const empty = places.filter(({ raw }) => raw !== undefined).map(({ place }) => place)
  throw new LuaError('NO_KEY', noKeyMessage(empty, home), { hint: THREE_WAYS })
}

function checked(raw: string, place: string): string {
  const key = raw.trim()
  // A key that no header can carry is refused here, which keeps its text out of the HTTP library's message.
  if (!/[^\x21-\x7e]/.test(key)) return key
  throw new LuaError(
    'NO_KEY',
    `The API key in ${place} has characters that no key has (spaces, line breaks …).`,
    { hint: THREE_WAYS },
  )
}

const SESSION =
  'You are logged in by e-mail (~/.lua-cli/sessions), but that session is not used here: make an API key at https://admin.heylua.ai.'

function noKeyMessage(empty: string[], home: string | undefined): string {
  const problem =
    empty.length > 0 ? `The API key is empty in ${empty.join(', and in ')}.` : 'No API key was found.'
  return home !== undefined && hasLoginSession(home) ? `${problem} ${SESSION}` : problem
}

function hasLoginSession(home: string): boolean {
  try {
    return readdirSync(join(home, '.lua-cli', 'sessions')).some(name => name.endsWith('.json'))
  } catch {
    return false
  }
}

function storedKey(home: string | undefined): string | undefined {
  return home === undefined ? undefined : readText(join(home, '.lua-cli', 'credentials'))
}

/** A `.env` that links out of the workspace is somebody else's. */
function readDotEnv(root: string): NodeJS.Dict<string> {
  const path = join(root, '.env')
  const text = (new Fence(root).contains(path) ? readText(path) : undefined) ?? ''
  // Some editors begin a file with a byte order mark.
  return parseEnv(text.replace(/^\ufeff/, ''))
}

function readText(path: string): string | undefined {
  return readIfReadable(path, { limit: MAX_STATE })?.toString('utf8')
}
