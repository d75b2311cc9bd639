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

/** Which environment variables were asked for, and what they answer. */
export class FakeEnvironment {
  readonly missing = new Set<string>()
  /** Whether to answer with a placeholder instead of nothing; or for which variables. */
  pretend: boolean | readonly string[] = false

  read(key: string): string | undefined {
    this.missing.add(key)
    const pretends = typeof this.pretend === 'boolean' ? this.pretend : this.pretend.includes(key)
    return pretends ? `${key.toLowerCase()}-${PLACEHOLDER}` : undefined
  }
}

/**
 * Puts the stubs in place. Environment variables are not passed on: an artifact must load where they are other
 * ones, and a secret must not end up in a manifest.
 */
export function installSandbox(environment: FakeEnvironment): void {
  for (const name of PLATFORM_NAMES) define(globalThis, name, inert())
  define(globalThis, 'env', (key: string) => environment.read(String(key)))
  define(
    process,
    'env',
    new Proxy({} as Record<string, string | undefined>, {
      get: (own, key) =>
        typeof key === 'string' && !(key in own) ? environment.read(key) : own[String(key)],
    }),
  )
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
