import { basename } from 'node:path'
import { LuaError } from '../errors.js'
import { holdsSecret } from '../secrets.js'

/** The system's own code of a failed call (`ENOSPC`, …), if it was one. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : undefined
}

const READ_ONLY = {
  message: 'it may not be written',
  hint: 'Make the file and its folder writable (chmod u+w), then run again.',
}
const FULL = {
  message: 'the disk is full',
  hint: 'Free some space (or raise the quota), then run again.',
}

/** What each system code means to a person, and what to do about it. */
const MEANINGS: Record<string, { message: string; hint: string }> = {
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  EROFS: { message: 'its file system is read-only', hint: 'Mount it writable, then run again.' },
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  ENOENT: { message: 'its folder has vanished', hint: 'Bring the folder back, then run again.' },
  ENOTDIR: { message: 'a part of its path is a file, not a folder', hint: 'Move that file away.' },
  EISDIR: { message: 'it is a folder', hint: 'Move that folder away.' },
  ELOOP: { message: 'its symbolic links go round in a circle', hint: 'Repair the links.' },
  ENAMETOOLONG: { message: 'its name is too long for this disk', hint: 'Use a shorter path.' },
  EXDEV: { message: 'it lies on another disk than its folder', hint: 'Unmount it, or edit it by hand.' },
  EMFILE: { message: 'too many files are open', hint: 'Close other programs, or raise ulimit -n.' },
}

/** FILE_REFUSED for `path`: the reason as half a sentence, and the way out. */
export function refuse(path: string, reason: string, hint: string, cause?: unknown): LuaError {
  return new LuaError('FILE_REFUSED', `${path} was not written: ${reason}.`, { hint, cause })
}

/** Refuses to write, or to keep a copy of, what holds an API key. */
export function refuseSecret(path: string, bytes: Uint8Array | undefined): void {
  if (bytes === undefined || !holdsSecret(bytes)) return
  throw refuse(
    path,
    'its text holds your API key',
    'Take the key out of it: it belongs into .env, or ~/.lua-cli/credentials, alone.',
  )
}

/** Whatever a file call threw, as a `LuaError` that names the file; a `LuaError` stays what it is. */
export function refusal(path: string, thrown: unknown): LuaError {
  if (thrown instanceof LuaError) return thrown
  const code = errnoOf(thrown)
  const known = code === undefined ? undefined : MEANINGS[code]
  if (known !== undefined) return refuse(path, known.message, known.hint, thrown)
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return refuse(path, detail, `Look at ${basename(path)} and its folder, then run again.`, thrown)
}

/** FILE_CHANGED for `path`: somebody else wrote it while we worked. */
export function changed(path: string, how: string): LuaError {
  return new LuaError('FILE_CHANGED', `${path} ${how} while it was being worked on; nothing was written.`, {
    hint: 'Save it in your editor, then run again.',
  })
}
