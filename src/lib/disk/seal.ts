/**
 * What lies in `.lua` is believed only if this person's runs wrote it. The folder is part of a checkout, and a checkout
 * may bring one along: a journal or an undo record in it would have us write and delete what it names, a cache would
 * have us deploy what it says, a record would decide which side moved. So each carries a keyed hash of its content, of
 * what it is, and of the real folder of the project; the key lies in `~/.lua-cli/`, which no checkout can reach. The
 * state itself stays in the project, where the vendor's CLI has its own, and goes when the checkout goes.
 *
 * Where there can be no key (a home folder that cannot be written) runs go on without a memory: there is no undo, and a
 * run that was killed is not finished by the next one.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { homeFolder } from '../fence.js'
import { readIfReadable } from '../files.js'
import { projectOf } from './paths.js'
import { createWhole } from './state.js'

type Sealed = 'journal' | 'undo' | 'record' | 'cache'

const KEY_FILE = 'sync-key'

/** A value as the text of a state file. Without a key it carries no hash, and nobody will believe it. */
export function seal(stateDir: string, what: Sealed, value: object, indent?: number): string {
  const folder = projectOf(stateDir)
  const mac = macOf(folder, what, value)
  return `${JSON.stringify({ ...value, ...(mac === undefined ? {} : { folder, mac }) }, null, indent)}\n`
}

/** The value of a state file that this person's runs wrote; undefined for any other. */
export function unseal(stateDir: string, what: Sealed, content: Uint8Array | undefined): unknown {
  const { value, mac } = parse(content)
  return isMadeIn(projectOf(stateDir), what, value, mac) ? value : undefined
}

/** Where the project was when this person's runs wrote a state file, if that was somewhere else: it does not count here. */
export function formerFolder(
  stateDir: string,
  what: Sealed,
  content: Uint8Array | undefined,
): string | undefined {
  const { value, mac, folder } = parse(content)
  const isElsewhere = typeof folder === 'string' && folder !== projectOf(stateDir)
  return isElsewhere && isMadeIn(folder, what, value, mac) ? folder : undefined
}

function parse(content: Uint8Array | undefined): { value: object; mac?: unknown; folder?: unknown } {
  try {
    const { mac, folder, ...value } = JSON.parse(Buffer.from(content ?? []).toString('utf8'))
    return { value, mac, folder }
  } catch {
    return { value: {} }
  }
}

function isMadeIn(folder: string, what: Sealed, value: object, mac: unknown): boolean {
  const expected = macOf(folder, what, value)
  return expected !== undefined && typeof mac === 'string' && isEqual(mac, expected)
}

/** Will what is written now be believed later? */
export function canSeal(): boolean {
  return machineKey() !== undefined
}

function macOf(folder: string, what: Sealed, value: object): string | undefined {
  const key = machineKey()
  return (
    key &&
    createHmac('sha256', key)
      .update(JSON.stringify([what, folder, value]))
      .digest('hex')
  )
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

let known: { home: string; key: string | undefined } | undefined

/** Made where it is missing. */
function machineKey(): string | undefined {
  const home = homeFolder()
  if (home === undefined) return undefined
  if (known?.home !== home) known = { home, key: readKey(home) ?? makeKey(home) }
  return known.key
}

function readKey(home: string): string | undefined {
  const text = String(readIfReadable(join(home, '.lua-cli', KEY_FILE))).trim()
  return /^[0-9a-f]{64}$/.test(text) ? text : undefined
}

function makeKey(home: string): string | undefined {
  const folder = join(home, '.lua-cli')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    createWhole(join(folder, KEY_FILE), `${randomBytes(32).toString('hex')}\n`)
  } catch {
    // There can be none here.
  }
  return readKey(home)
}
