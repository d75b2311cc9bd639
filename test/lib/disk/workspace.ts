/** A throw-away project folder for the tests of the disk room, and faults for the file calls it makes. */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Workspace {
  root: string
  stateDir: string
  path: (name: string) => string
  put: (name: string, text: string) => string
  text: (name: string) => string | undefined
  /** Every name below the root (folders too), `.lua` and its content excepted. */
  names: () => string[]
  /** Every name in `.lua`. */
  state: () => string[]
}

export function workspace(): Workspace {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'lua-disk-')))
  const path = (name: string) => join(root, name)
  const all = (dir: string) =>
    fs.existsSync(dir) ? (fs.readdirSync(dir, { recursive: true }) as string[]).sort() : []
  return {
    root,
    stateDir: path('.lua'),
    path,
    put: (name, text) => {
      fs.mkdirSync(join(path(name), '..'), { recursive: true })
      fs.writeFileSync(path(name), text)
      return path(name)
    },
    text: name => (fs.existsSync(path(name)) ? fs.readFileSync(path(name), 'utf8') : undefined),
    names: () => all(root).filter(name => name !== '.lua' && !name.startsWith('.lua/')),
    state: () => all(path('.lua')),
  }
}

/** A change of one file, as the room takes it: undefined means that there is (will be) no file. */
export function write(path: string, before: string | undefined, after: string | undefined) {
  const bytes = (text: string | undefined) => (text === undefined ? undefined : Buffer.from(text))
  return { path, before: bytes(before), after: bytes(after) }
}

/** What disks without hard links may answer. */
export const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EACCES']

type Around = (real: (...args: unknown[]) => unknown, args: unknown[]) => unknown

/**
 * While `fn` runs, calls of one `node:fs` function (`open` means that of `node:fs/promises`) pass through
 * `around`, which may throw or act first. The code under test is the real one, and so is the disk.
 */
export async function tampered<T>(name: string, around: Around, fn: () => Promise<T>): Promise<T> {
  const table = (name === 'open' ? fs.promises : fs) as unknown as Record<string, unknown>
  const real = table[name] as (...args: unknown[]) => unknown
  table[name] = (...args: unknown[]) => around(real, args)
  syncBuiltinESMExports()
  try {
    return await fn()
  } finally {
    table[name] = real
    syncBuiltinESMExports()
  }
}

export function errno(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code })
}
