/** Everything of a commit that can be done before the first file of the user's is touched. */
import { mkdirSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { atOnce } from './at-once.js'
import type { Move } from './journal.js'
import { keepOld } from './moves.js'
import { refusal } from './refusals.js'
import { syncDir } from './state.js'
import type { Target } from './targets.js'

export interface Staged {
  move: Move
  target: Target
  after: Uint8Array | undefined
  /** Mode of a file that is created. */
  mode?: number
}

/** Forcing a file to the disk is mostly waiting, and disks are faster when several wait together. */
const AT_ONCE = 16

/**
 * Creates the folders that are missing, writes each new content beside its file and keeps the old one there.
 * @throws FILE_REFUSED naming the file whose step failed; what was staged by then stays for the caller to sweep
 */
export async function stageAll(items: readonly Staged[], dirs: readonly string[]): Promise<void> {
  for (const dir of dirs) makeDir(dir)
  await atOnce(AT_ONCE, items, stage)
}

function makeDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true })
    syncDir(dirname(dir))
  } catch (error) {
    throw refusal(dir, error)
  }
}

async function stage({ move, target, after, mode }: Staged): Promise<void> {
  try {
    if (after !== undefined) await writeTemp(move.temp, after, target, mode)
    keepOld(move)
  } catch (error) {
    throw refusal(target.path, error)
  }
}

async function writeTemp(temp: string, bytes: Uint8Array, target: Target, mode?: number): Promise<void> {
  // Private until it is complete: it must never show more than the file it replaces.
  const file = await open(temp, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await keepOwner(file, target)
    await file.chmod(target.mode ?? mode ?? 0o666 & ~process.umask())
    await file.sync()
  } finally {
    await file.close()
  }
}

async function keepOwner(file: FileHandle, { owner }: Target): Promise<void> {
  if (owner === undefined) return
  const now = await file.stat()
  if (now.uid === owner.uid && now.gid === owner.gid) return
  try {
    await file.chown(owner.uid, owner.gid)
  } catch {
    // Only root may give files away; the file then belongs to who wrote it, as with any editor.
  }
}
