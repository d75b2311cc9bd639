/** Where a write really goes: links followed, fenced in, and checked before anything is created. */
import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Fence } from '../fence.js'
import { readIfThere } from '../files.js'
import { changed, errnoOf, refusal, refuse } from './refusals.js'

export interface Target {
  /** As the caller named it; errors say this. */
  path: string
  /** The file that is really written: no symbolic link in it. */
  real: string
  /** Mode bits and owner to keep, when the file exists. */
  mode?: number
  owner?: { uid: number; gid: number }
  /** Folders that must be created first, outermost first. */
  missingDirs: string[]
}

/**
 * Finds the real file behind `path` and makes sure that it may be written.
 * @param exists whether the caller expects the file to be there
 * @throws FILE_REFUSED for what the fence forbids, folders, devices and what is not writable;
 *   FILE_CHANGED when the file is there and should not be, or the reverse
 */
export function resolveTarget(path: string, exists: boolean, fence: Fence): Target {
  try {
    const target = exists ? existing(path) : fresh(path)
    refuseForbidden(path, target.real, fence)
    return target
  } catch (error) {
    throw refusal(path, error)
  }
}

/** That a path of a journal is still the place that it was, and may be written. @throws FILE_REFUSED */
export function requireAllowed(fence: Fence, path: string): void {
  const dir = dirname(path)
  refuseForbidden(path, isThere(dir) ? join(realpathSync(dir), basename(path)) : path, fence)
}

function refuseForbidden(path: string, real: string, fence: Fence): void {
  const reason = fence.writeRefusal(path, real)
  if (reason === undefined) return
  throw refuse(path, reason, 'Write that file by hand, or keep the text in a source file of the project.')
}

function existing(path: string): Target {
  const real = realOf(path)
  const stat = statSync(real)
  if (stat.isDirectory()) throw refuse(path, 'it is a folder', 'Move that folder away.')
  if (!stat.isFile()) throw refuse(path, 'it is not an ordinary file', 'Replace it by an ordinary file.')
  // By its mode too: root may write anything, but whoever took the write bits away meant it.
  if ((stat.mode & 0o200) === 0) throw refuse(path, 'it is read-only', 'chmod u+w it, then run again.')
  accessSync(real, constants.W_OK)
  requireWritableDir(path, dirname(real))
  return { path, real, mode: stat.mode & 0o7777, owner: { uid: stat.uid, gid: stat.gid }, missingDirs: [] }
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    if (isLink(path)) throw refuse(path, 'it is a symbolic link to nothing', 'Repair the link or remove it.')
    if (isThere(dirname(path))) throw changed(path, 'was deleted')
    throw error
  }
}

function fresh(path: string): Target {
  if (isLink(path)) throw refuse(path, 'a symbolic link of that name is in the way', 'Remove the link.')
  if (isThere(path)) throw changed(path, 'appeared')
  const names = [basename(path)]
  let dir = dirname(path)
  while (!isThere(dir)) {
    // A dangling link is "not there" to stat, but mkdir would trip over it.
    if (isLink(dir) || dirname(dir) === dir) throw refuse(path, 'its folder has vanished', 'Bring it back.')
    names.unshift(basename(dir))
    dir = dirname(dir)
  }
  const realDir = realpathSync(dir)
  requireWritableDir(path, realDir)
  const missingDirs = names.slice(1).map((_, depth) => join(realDir, ...names.slice(0, depth + 1)))
  return { path, real: join(realDir, ...names), missingDirs }
}

function requireWritableDir(path: string, dir: string): void {
  const stat = statSync(dir)
  if (!stat.isDirectory()) throw refuse(path, 'a part of its path is a file, not a folder', 'Move it away.')
  // Windows sets the read-only bit of folders for reasons of its own; it does not mean read-only there.
  if (process.platform !== 'win32' && (stat.mode & 0o200) === 0) {
    throw refuse(path, `its folder ${dir} is read-only`, 'chmod u+w the folder, then run again.')
  }
  accessSync(dir, constants.W_OK)
}

/** The bytes of an ordinary file; undefined when there is none. Never waits on a pipe or a device. */
export function readNow(real: string): Buffer | undefined {
  return readIfThere(real, { limit: Number.POSITIVE_INFINITY })
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
