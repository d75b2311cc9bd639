/**
 * The project's `.lua` folder: private to its owner, ignored by git, every file in it written whole or not
 * at all. The vendor's CLI uses the same folder, so nothing here assumes to be alone in it.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isInside } from '../fence.js'
import { lstatOf, MAX_FILE, readIfReadable } from '../files.js'
import { withoutSecrets } from '../secrets.js'
import { isAlive } from './process.js'
import { errnoOf, refusal, refuse } from './refusals.js'

const UNSYNCABLE = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOENT']
const PRIVATE_TEMP = /^\.lua-state-(\d+)-[0-9a-f]{12}\.tmp$/

/** Disks without hard links answer with one of these. */
export const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EACCES']

/**
 * Creates the project's `.lua` folder (0700) where it is missing, with a `.gitignore` that ignores all of
 * it: that touches no file of the user's. An existing folder keeps its mode; it may be the vendor's.
 * @throws FILE_REFUSED when `.lua` is a file or a symbolic link, or cannot be created
 */
export function ensureStateDir(stateDir: string): void {
  for (const folder of foldersOf(stateDir)) makeFolder(folder)
  const ignore = join(stateDir, '.gitignore')
  if (!existsSync(ignore)) replace(stateDir, ignore, '*\n')
}

/** `.lua`, and the folder in it where the state lies there. */
function foldersOf(stateDir: string): string[] {
  return basename(stateDir) === '.lua' ? [stateDir] : [dirname(stateDir), stateDir]
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw refusal(folder, error)
    if (isFolder(folder)) return
    throw refuse(folder, 'it is not a folder', 'Move it away: local state is kept in a folder of that name.')
  }
}

/** Is the state folder there, and no link that leads somewhere else? */
export function hasState(stateDir: string): boolean {
  return foldersOf(stateDir).every(isFolder)
}

export function isFolder(path: string): boolean {
  return lstatOf(path)?.isDirectory() ?? false
}

/** A file of the state folder, by its path there; undefined where there is none that can be read. No link is followed. */
export function readState(stateDir: string, name: string, limit = MAX_FILE): Buffer | undefined {
  const dirs = name.split('/').slice(0, -1)
  const isPlain = dirs.every((_, at) => isFolder(join(stateDir, dirs.slice(0, at + 1).join('/'))))
  if (!hasState(stateDir) || !isPlain) return undefined
  return readIfReadable(join(stateDir, name), { limit, follow: false })
}

/**
 * Writes one file of the state folder, which is created where it is missing: mode 0600, whole or not at all, and with
 * secrets struck out.
 * @param name path below the state folder, with `/`; folders in it are created as needed (0700)
 * @throws FILE_REFUSED when it cannot be written; then no temporary file is left
 */
export function privateWrite(stateDir: string, name: string, content: string): void {
  ensureStateDir(stateDir)
  const path = join(stateDir, name)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    if (!isInside(realpathSync(dirname(path)), realpathSync(stateDir))) {
      throw refuse(path, 'a symbolic link leads out of the folder', 'Remove the link.')
    }
  } catch (error) {
    throw refusal(path, error)
  }
  replace(stateDir, path, withoutSecrets(content))
}

/**
 * Writes a private file whole or not at all, in the place of the former one if there is any.
 * @param dir for the temporary file: the state folder itself, where `sweepState` looks for it
 */
export function replace(dir: string, path: string, content: string): void {
  const temp = privateTemp(dir)
  try {
    writeNew(temp, content)
    renameSync(temp, path)
    syncDir(dirname(path))
  } catch (error) {
    rmSync(temp, { force: true })
    throw refusal(path, error)
  }
}

/** A new name for a temporary file in the state folder; `sweepState` knows it when its process has died. */
export function privateTemp(dir: string): string {
  return join(dir, `.lua-state-${process.pid}-${randomBytes(6).toString('hex')}.tmp`)
}

/**
 * Creates a private file, complete as soon as it is there.
 * @returns false where there is something of that name already
 */
export function createWhole(path: string, content: string): boolean {
  const draft = privateTemp(dirname(path))
  try {
    writeNew(draft, content)
    // A link, unlike a rename, never replaces what another run has just made.
    try {
      linkSync(draft, path)
    } catch (error) {
      if (!NO_LINKS.includes(errnoOf(error)!)) throw error
      writeNew(path, content)
    }
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * Creates `path` (it must not exist) with mode 0600 and these bytes, and forces them to the disk. What cannot
 * be written whole is removed again.
 */
function writeNew(path: string, content: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

/** Forces a folder's entries to the disk, where the system can do that. */
export function syncDir(dir: string): void {
  try {
    const handle = openSync(dir, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    // Windows opens no folders, and some network disks sync none; the rename itself is still atomic there.
    // A folder that is gone has nothing to sync.
    if (!UNSYNCABLE.includes(errnoOf(error)!)) throw error
  }
}

/**
 * Removes the temporary files that killed processes left in `dir`. Our own are used up before anything else
 * can run, so one with our number is left by an earlier process of that number.
 */
export function sweepState(dir: string): void {
  for (const name of leftBehind(dir)) rmSync(join(dir, name), { force: true })
}

/** Names of the temporary files that `sweepState` would remove. */
export function leftBehind(dir: string): string[] {
  return namesIn(dir).filter(name => {
    const pid = PRIVATE_TEMP.exec(name)?.[1]
    return pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)))
  })
}

/** None where the folder is not there, or is a link. */
export function namesIn(dir: string): string[] {
  try {
    return isFolder(dir) ? readdirSync(dir) : []
  } catch {
    return []
  }
}
