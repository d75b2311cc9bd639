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
export function keepKeysSecret(root: string | undefined, environment: Environment): void {
  for (const { raw } of keyPlaces(root, environment)) keepSecret(raw.trim())
}

/** A place that holds a key, or was meant to. */
interface KeyPlace {
  /** For messages. */
  name: string
  raw: string
  /** The server that it names for its own key. */
  url?: string
}

/** Those there are, the first of which wins. */
function keyPlaces(root: string | undefined, { apiKey, home }: Environment): KeyPlace[] {
  const dotEnv = root === undefined ? {} : readDotEnv(root)
  const stored = home === undefined ? undefined : readText(join(home, '.lua-cli', 'credentials'))
  return [
    { name: 'the environment variable LUA_API_KEY', raw: apiKey },
    { name: "LUA_API_KEY in the project's .env", raw: dotEnv.LUA_API_KEY, url: dotEnv.LUA_API_URL?.trim() },
    { name: 'the file ~/.lua-cli/credentials', raw: stored },
  ].flatMap(({ raw, ...place }) => (raw === undefined ? [] : [{ ...place, raw }]))
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
export function findAccess(root: string, environment: Environment): Access {
  const places = keyPlaces(root, environment)
  const found = places.find(({ raw }) => raw.trim() !== '')
  if (found) return { apiKey: checked(found), apiUrl: environment.apiUrl || found.url || DEFAULT_API_URL }
  const empty = places.map(({ name }) => name)
  throw new LuaError('NO_KEY', noKeyMessage(empty, environment.home), { hint: THREE_WAYS })
}

function checked({ raw, name }: KeyPlace): string {
  const key = raw.trim()
  // A key that no header can carry is refused here, which keeps its text out of the HTTP library's message.
  if (!/[^\x21-\x7e]/.test(key)) return key
  throw new LuaError(
    'NO_KEY',
    `The API key in ${name} has characters that no key has (spaces, line breaks …).`,
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
