/** Where the files of a snapshot go on this disk, and which of them may not go anywhere. */

import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { LuaError } from '../errors.js'
import { foldPath } from '../fence.js'
import { CONFIG_FILE } from '../project/project.js'
import type { SnapshotFile } from '../server/index.js'
import { nameRefusal } from './names.js'

/** Files from outside the colleague's project are kept here, for reading; they never go back outside. */
const EXTERNAL = '.lua/external'

export interface Place {
  file: SnapshotFile
  /** From the project's root, with `/`: where the file goes. */
  path: string
  /** Absolute. */
  absolute: string
}

export interface Refused {
  /** As the server named it. */
  relativePath: string
  /** The rest of a sentence that begins with the path: "it leads upwards". */
  reason: string
}

/**
 * Finds a place for every file of a snapshot: inside the project, through no link that leaves it, and each
 * place once. Looks at the disk and writes nothing.
 * @throws LuaError FILE_REFUSED for a snapshot that would make a git repository of a folder
 */
export function placesOf(
  root: string,
  files: readonly SnapshotFile[],
): { places: Place[]; refused: Refused[] } {
  const places: Place[] = []
  const refused: Refused[] = []
  const disk = new Disk(root)
  const taken = new Taken()
  for (const file of files) {
    const path = file.external ? externalPath(file.relativePath) : file.relativePath
    const reason = nameOf(file, path) ?? disk.refusal(path, file.external) ?? taken.refusal(disk.real(path))
    if (reason === undefined) places.push({ file, path, absolute: join(root, path) })
    else refused.push({ relativePath: file.relativePath, reason })
  }
  refuseRepository(
    root,
    places.map(({ path }) => disk.real(path)!),
  )
  return { places, refused }
}

/** Git takes a folder that has these for a repository, and its `config` may name commands that git then runs. */
const REPOSITORY = ['HEAD', 'objects', 'refs']

function refuseRepository(root: string, paths: readonly string[]): void {
  const children = new Map<string, Set<string>>()
  for (const path of paths) {
    for (const folder of ['', ...parentsOf(path)]) {
      const below = folder === '' ? path : path.slice(folder.length + 1)
      const names = children.get(folder) ?? new Set()
      children.set(folder, names.add(foldPath(below.split('/')[0]!)))
    }
  }
  for (const [folder, names] of children) {
    const isThere = (name: string) => names.has(foldPath(name)) || existsSync(join(root, folder, name))
    if (!REPOSITORY.some(name => names.has(foldPath(name))) || !REPOSITORY.every(isThere)) continue
    throw new LuaError(
      'FILE_REFUSED',
      `The snapshot was not restored: it would make a git repository of ${folder || 'the project'}, and git runs what such a one says.`,
      { hint: 'Look at who pushed it. lua sync --pull --no-sources pulls everything else.' },
    )
  }
}

/** `../shared/a.ts` becomes `.lua/external/up/shared/a.ts`: as far up as it was, but below us. */
function externalPath(path: string): string {
  const parts = path.split('/')
  const ups = parts.findIndex(part => part !== '..')
  return [EXTERNAL, ...Array<string>(Math.max(ups, 0)).fill('up'), ...parts.slice(Math.max(ups, 0))].join('/')
}

function nameOf(file: SnapshotFile, path: string): string | undefined {
  return nameRefusal(file.external ? path.slice(EXTERNAL.length + 1) : path)
}

/** What is on the disk already: links, and folders and files in each other's way. Remembers what it has seen. */
class Disk {
  readonly #root: string
  readonly #dirs = new Map<string, string | undefined>()

  constructor(root: string) {
    this.#root = realpathSync(root)
  }

  /** The path without links, from the root; undefined when it leaves the root. */
  real(path: string): string | undefined {
    const parent = this.#dir(dirname(path))
    if (parent === undefined) return undefined
    const absolute = join(this.#root, parent, path.slice(path.lastIndexOf('/') + 1))
    return this.#inside(isLink(absolute) ? realpathSync(absolute) : absolute)
  }

  refusal(path: string, external: boolean): string | undefined {
    try {
      const real = this.real(path)
      if (real === undefined) return 'a symbolic link in it leads outside the project'
      // A link may also stay inside and lead to what must not be written: `docs -> .git`.
      const wrong = external
        ? real === path
          ? undefined
          : 'there is a symbolic link in it'
        : nameRefusal(real)
      if (wrong !== undefined) return wrong
      // Its agent must stay: it is merged under its own name, and overwritten under no other.
      if (real === CONFIG_FILE && path !== CONFIG_FILE) return `it leads to ${CONFIG_FILE}`
      const stat = statSync(join(this.#root, real), { throwIfNoEntry: false })
      return stat === undefined || stat.isFile() ? undefined : 'something that is not a file is in its place'
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOTDIR') return 'a file is where it needs a folder'
      return code === 'ENOENT' ? 'a symbolic link in it leads to nothing' : `it cannot be reached (${code})`
    }
  }

  #dir(path: string): string | undefined {
    if (path === '.') return ''
    if (!this.#dirs.has(path)) this.#dirs.set(path, this.#resolveDir(path))
    return this.#dirs.get(path)
  }

  #resolveDir(path: string): string | undefined {
    const parent = this.#dir(dirname(path))
    if (parent === undefined) return undefined
    const absolute = join(this.#root, parent, path.slice(path.lastIndexOf('/') + 1))
    const real = isLink(absolute) ? realpathSync(absolute) : absolute
    const stat = statSync(real, { throwIfNoEntry: false })
    if (stat !== undefined && !stat.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    return this.#inside(real)
  }

  #inside(absolute: string): string | undefined {
    if (absolute !== this.#root && !absolute.startsWith(this.#root + sep)) return undefined
    return relative(this.#root, absolute).replaceAll(sep, '/')
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

/** Places that are given away: each once, and no file where another one needs a folder. */
class Taken {
  readonly #files = new Set<string>()
  readonly #dirs = new Set<string>()

  refusal(real: string | undefined): string | undefined {
    const path = foldPath(real ?? '')
    if (this.#files.has(path) || this.#dirs.has(path)) return 'another file of the snapshot has that place'
    const dirs = parentsOf(path)
    if (dirs.some(dir => this.#files.has(dir))) return 'another file of the snapshot has that place'
    this.#files.add(path)
    for (const dir of dirs) this.#dirs.add(dir)
    return undefined
  }
}

function parentsOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}
