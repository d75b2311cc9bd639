/** Reading a file that may not exist: never waits on a pipe or a device, never takes more than its limit. */

import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { relative, sep } from 'node:path'
import { LuaError } from './errors.js'

const MB = 1024 * 1024
/** The most that is read of a source, a text or any other file of a project. */
export const MAX_FILE = 64 * MB
/** The most that is read of a file of `.lua`, or of one that only holds settings. */
export const MAX_STATE = MB

interface ReadOptions {
  /** Bytes. */
  limit?: number
  /** False: a symbolic link of that name is not followed, but refused. */
  follow?: boolean
}

/** Not there, or a name that nothing can have. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']

/**
 * The bytes of an ordinary file; undefined where there is none, or a folder.
 * @throws LuaError FILE_REFUSED for a pipe, a device or a socket, past the limit, and for what cannot be read
 */
export function readIfThere(
  path: string,
  { limit = MAX_FILE, follow = true }: ReadOptions = {},
): Buffer | undefined {
  try {
    // Looked at before it is opened, too: to open a device can do something.
    if (!isOrdinary(path, statSync(path))) return undefined
    const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants
    const file = openSync(path, O_RDONLY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW))
    try {
      const stat = fstatSync(file)
      return isOrdinary(path, stat) ? readUpTo(path, file, stat.size, limit) : undefined
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (ABSENT.includes(code)) return undefined
    if (error instanceof LuaError) throw error
    if (code === 'ELOOP') throw notRead(path, 'it is a symbolic link that may not be followed', error)
    throw notRead(path, message, error)
  }
}

/** As `readIfThere`, for what is only a help: whatever cannot be read is not there. */
export function readIfReadable(path: string, options?: ReadOptions): Buffer | undefined {
  try {
    return readIfThere(path, options)
  } catch {
    return undefined
  }
}

/** Makes sure that what another program is about to read is no pipe or device, and not too large. @throws LuaError FILE_REFUSED */
export function requireOrdinary(path: string, limit: number): void {
  const stat = statOf(path)
  if (stat !== undefined && isOrdinary(path, stat) && stat.size > limit) throw tooLarge(path, limit)
}

/** The way from a folder to a file, as it is told and kept: with `/` on every system. */
export function relativePath(from: string, to: string): string {
  return relative(from, to).replaceAll(sep, '/')
}

/** What lies at a path, links followed; undefined also where it cannot be looked at. */
export function statOf(path: string): Stats | undefined {
  return unlessFailing(() => statSync(path))
}

/** As `statOf`, of a link itself. */
export function lstatOf(path: string): Stats | undefined {
  return unlessFailing(() => lstatSync(path))
}

/** A path without links; undefined where nothing lies there, or it cannot be reached. */
export function realPathOf(path: string): string | undefined {
  return unlessFailing(() => realpathSync(path))
}

/** What lies in a folder; nothing where it cannot be read. */
export function entriesOf(folder: string): Dirent[] {
  return unlessFailing(() => readdirSync(folder, { withFileTypes: true })) ?? []
}

function unlessFailing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

export function notRead(path: string, reason: string, cause?: unknown): LuaError {
  return new LuaError('FILE_REFUSED', `${path} was not read: ${reason}.`, {
    hint: 'Replace it by an ordinary, readable file of the project, or remove it.',
    cause,
  })
}

function tooLarge(path: string, limit: number): LuaError {
  return notRead(path, `it is larger than ${Math.floor(limit / MB)} MB`)
}

function isOrdinary(path: string, stat: Stats): boolean {
  if (stat.isFile() || stat.isDirectory()) return stat.isFile()
  throw notRead(path, 'it is a pipe, a device or a socket')
}

/** The size may be wrong: that of a system file is 0, and that of a growing file is too small. */
function readUpTo(path: string, file: number, size: number, limit: number): Buffer {
  if (size > limit) throw tooLarge(path, limit)
  const chunks: Buffer[] = []
  let length = 0
  for (let expected = size + 1; ; expected = 64 * 1024) {
    const chunk = Buffer.allocUnsafe(expected)
    const read = readSync(file, chunk)
    if (read === 0) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)
    chunks.push(chunk.subarray(0, read))
    length += read
    if (length > limit) throw tooLarge(path, limit)
  }
}
