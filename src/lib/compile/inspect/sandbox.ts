/** The globals of the platform's sandbox, as stubs: code that touches them at load goes on as if they were there. */

import fs from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Names that the sandbox provides: the exports of the vendor's package. */
const PLATFORM_NAMES = [
  'User',
  'Data',
  'Products',
  'Baskets',
  'Orders',
  'Jobs',
  'AI',
  'CDN',
  'Templates',
  'Lua',
  'Agents',
  'Channels',
  'Integrations',
  'Team',
  'Voice',
  'Workflows',
  'BasketStatus',
  'OrderStatus',
  'ToolFlag',
  'UserDataInstance',
  'DataEntryInstance',
  'ProductInstance',
  'BasketInstance',
  'OrderInstance',
  'JobInstance',
]

/** Something that can be called, constructed and asked for any member, and answers with itself. */
function inert(): unknown {
  const stub: unknown = new Proxy(function stub() {}, {
    get: (_, key) => (key === 'then' || typeof key === 'symbol' ? undefined : stub),
    apply: () => stub,
    construct: () => stub as object,
  })
  return stub
}

/** Part of every text that stands in for an environment variable. */
export const PLACEHOLDER = 'not-known-while-compiling'

/** What a variable may answer, where only something of its kind makes a difference. */
const ANSWERS = [`https://${PLACEHOLDER}.example`, '1']

/** Which environment variables were asked for, and what they answer. */
export class FakeEnvironment {
  readonly missing = new Set<string>()
  /** What variables answer; nothing unless set. */
  #answer: ((key: string) => string) | undefined
  /** Which of them; all unless set. */
  #answering: readonly string[] | undefined
  /** What code has set itself. */
  #own: Record<string, string | undefined> = {}
  /** Names that are listed where code asks for all. */
  #names: string[] = []

  /** Forgets all that was asked for or set. @param code whose words may be names of variables */
  reset(code: string): void {
    this.missing.clear()
    this.#own = {}
    this.#names = [...new Set(code.match(/\b[A-Z][A-Z0-9]*_?[A-Z0-9_]+\b/g))].slice(0, 100)
  }

  /** Ways to answer that are tried one after the other: a placeholder, `guesses`, and texts that are often asked for. */
  answers(guesses: readonly string[]): ((key: string) => string)[] {
    return [placeholder, ...[...guesses, ...ANSWERS].map(guess => () => guess)]
  }

  /** Runs something with these variables set, or with all; without an answer, to a placeholder. */
  async answering<T>(run: () => Promise<T>, answer = placeholder, variables?: readonly string[]): Promise<T> {
    this.#answer = answer
    this.#answering = variables
    try {
      return await run()
    } finally {
      this.#answer = undefined
    }
  }

  read(key: string): string | undefined {
    this.missing.add(key)
    const isSet =
      this.#answering === undefined || this.#answering.includes(key) || this.#answering.includes(ALL)
    return isSet ? this.#answer?.(key) : undefined
  }

  /** Takes the place of `process.env`. */
  asObject(): Record<string, string | undefined> {
    const isOwn = (key: string | symbol) => typeof key === 'symbol' || Object.hasOwn(this.#own, key)
    const get = (key: string | symbol) => (isOwn(key) ? this.#own[String(key)] : this.read(String(key)))
    return new Proxy({} as Record<string, string | undefined>, {
      get: (_, key) => get(key),
      set: (_, key, value) => Reflect.set(this.#own, key, String(value)),
      deleteProperty: (_, key) => Reflect.deleteProperty(this.#own, key),
      has: (_, key) => get(key) !== undefined,
      ownKeys: () => {
        this.missing.add(ALL)
        return [...new Set([...Object.keys(this.#own), ...(this.#answer ? this.#names : [])])]
      },
      getOwnPropertyDescriptor: (_, key) => {
        const value = get(key)
        return value === undefined
          ? undefined
          : { value, configurable: true, enumerable: true, writable: true }
      },
      defineProperty: (_, key, { value }) => Reflect.set(this.#own, key, String(value)),
    })
  }
}

/** The variables that code gets when it asks for all of them. */
const ALL = 'process.env'

const placeholder = (key: string) => `${key.toLowerCase()}-${PLACEHOLDER}`

/**
 * Puts the stubs in place. Environment variables are not passed on: an artifact must load where they are other
 * ones, and a secret must not end up in a manifest.
 */
export function installSandbox(environment: FakeEnvironment): void {
  for (const name of PLATFORM_NAMES) define(globalThis, name, inert())
  define(globalThis, 'env', (key: string) => environment.read(String(key)))
  define(process, 'env', environment.asObject())
}

function define(holder: object, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { configurable: true, writable: true, enumerable: true, value })
}

/**
 * Lets code read these texts where it asks for their files; the disk itself it cannot see.
 * @returns the paths of those that it has read, as they come
 */
export function serveFiles(files: Record<string, string>): ReadonlySet<string> {
  const asked = new Set<string>()
  if (Object.keys(files).length === 0) return asked
  const { readFileSync, existsSync } = fs
  const textOf = (path: unknown) => {
    const key = path instanceof URL ? fileURLToPath(path) : resolve(String(path))
    if (!Object.hasOwn(files, key)) return undefined
    asked.add(key)
    return files[key]
  }
  const read = (path: unknown, options?: BufferEncoding | { encoding?: BufferEncoding | null } | null) => {
    const text = textOf(path)
    if (text === undefined) return readFileSync(path as string, options)
    const encoding = typeof options === 'string' ? options : options?.encoding
    const bytes = Buffer.from(text, 'utf8')
    return encoding ? bytes.toString(encoding) : bytes
  }
  Object.assign(fs, {
    readFileSync: read,
    existsSync: (path: string) => textOf(path) !== undefined || existsSync(path),
  })
  Object.assign(fs.promises, { readFile: async (...args: Parameters<typeof read>) => read(...args) })
  return asked
}
