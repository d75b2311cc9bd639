/** The one way in which this tool writes a user's files: staged, journalled, compared, moved into place. */
import { lstatSync } from 'node:fs'
import { LuaError } from '../errors.js'
import { Fence } from '../fence.js'
import {
  beginJournal,
  endJournal,
  enterPhase,
  hashOf,
  type Journal,
  type Move,
  moveOf,
  newId,
} from './journal.js'
import { moveForward, sweep, syncDirs, wasOverwritten } from './moves.js'
import { projectOf } from './paths.js'
import { undoJournal } from './recover.js'
import { changed, refusal, refuse, refuseSecret } from './refusals.js'
import { type Staged, stageAll } from './stage.js'
import { ensureStateDir } from './state.js'
import { readNow, resolveTarget, type Target } from './targets.js'

export interface FileWrite {
  /** Absolute path. A symbolic link is written at its target. */
  path: string
  /** The bytes that the file is expected to hold now; undefined: it must not exist. */
  before: Uint8Array | undefined
  /** What it will hold; undefined: it is deleted. */
  after: Uint8Array | undefined
  /** Mode bits of a file that is created; 0666 less the umask if not given. An existing file keeps its own. */
  mode?: number
}

interface CommitOptions {
  /** Where the project keeps its state; created where it is missing. */
  stateDir: string
}

interface Job {
  write: FileWrite
  target: Target
}

/**
 * Writes several files together or not at all, each one only if it still holds what the caller has read.
 * After a crash at any point `recoverFiles` finishes or undoes the set.
 *
 * What remains of the race with an editor: a file that is *replaced* (not written in place) by another
 * program between our last look and our rename, some ten microseconds later, is overwritten. One that is
 * written in place even then is noticed afterwards and put back.
 * @throws FILE_CHANGED when a file is not what the caller has read; FILE_REFUSED when one may not or cannot
 *   be written. In both cases every file is as it was and no temporary file is left.
 */
export async function commitFiles(writes: readonly FileWrite[], options: CommitOptions): Promise<void> {
  const commit = commitAll(writes, options)
  underWay.add(commit)
  try {
    await commit
  } finally {
    underWay.delete(commit)
  }
}

const underWay = new Set<Promise<void>>()

/** Resolves when no commit is under way in this process, which is a good moment to end it. */
export async function commitsDone(): Promise<void> {
  await Promise.allSettled(underWay)
}

async function commitAll(writes: readonly FileWrite[], options: CommitOptions): Promise<void> {
  const jobs = resolveAll(writes, new Fence(projectOf(options.stateDir)))
  if (jobs.length === 0) return
  ensureStateDir(options.stateDir)
  const journal = begin(jobs, options.stateDir)
  try {
    await stageAll(stagedOf(jobs, journal), journal.dirs)
    enterPhase(options.stateDir, journal, 'moving')
    moveAll(jobs, journal)
  } catch (error) {
    throw takeBack(options.stateDir, journal, refusal(options.stateDir, error))
  }
  try {
    sweep(journal)
    endJournal(options.stateDir, journal)
  } catch {
    // The files are in place, which is what was asked; the journal still stands, so the next run sweeps.
  }
}

/** Every write that changes something, with the real file behind it, checked; nothing is created yet. */
function resolveAll(writes: readonly FileWrite[], fence: Fence): Job[] {
  const seen = new Set<string>()
  return writes
    .filter(write => !same(write.before, write.after))
    .map(write => {
      refuseSecret(write.path, write.after)
      const target = resolveTarget(write.path, write.before !== undefined, fence)
      if (seen.has(target.real))
        throw refuse(write.path, 'two changes of one run meet in it', 'Make one at a time.')
      seen.add(target.real)
      if (write.after === undefined && lstatSync(write.path).isSymbolicLink()) {
        throw refuse(write.path, 'it is a symbolic link, and those are not deleted', 'Delete it by hand.')
      }
      if (!same(readNow(target.real), write.before)) throw changed(write.path, 'was changed')
      return { write, target }
    })
}

function begin(jobs: readonly Job[], stateDir: string): Journal {
  const id = newId()
  const moves = jobs.map(({ write, target }, index) =>
    moveOf(id, index, target.real, hashOf(write.before), hashOf(write.after)),
  )
  const dirs = [...new Set(jobs.flatMap(job => job.target.missingDirs))]
  try {
    return beginJournal(stateDir, { id, moves, dirs })
  } catch (error) {
    throw refusal(stateDir, error)
  }
}

function stagedOf(jobs: readonly Job[], journal: Journal): Staged[] {
  return jobs.map(({ write, target }, index) => ({
    move: journal.moves[index]!,
    target,
    after: write.after,
    mode: write.mode,
  }))
}

function moveAll(jobs: readonly Job[], journal: Journal): void {
  const each = (action: (move: Move) => void) => {
    for (const [index, move] of journal.moves.entries()) {
      try {
        action(move)
      } catch (error) {
        throw refusal(jobs[index]!.write.path, error)
      }
    }
  }
  each(moveForward)
  syncDirs(journal.moves)
  each(move => {
    if (wasOverwritten(move)) throw changed(move.target, 'was saved by another program')
  })
}

/** Undoes a commit that failed; what cannot be put back now is left to the next run's recovery, and said. */
function takeBack(stateDir: string, journal: Journal, cause: LuaError): LuaError {
  try {
    const left = undoJournal(stateDir, journal)
    if (left.length === 0) return cause
    const names = left.map(move => move.target).join(', ')
    return new LuaError(cause.code, cause.message, {
      cause,
      hint: `${cause.hint} ${names} was written by another program meanwhile and was left as it is.`,
    })
  } catch (error) {
    return new LuaError('PARTIAL', `${cause.message} Not everything could be put back.`, {
      cause: error,
      hint: `${cause.hint} The next run puts back the rest.`,
    })
  }
}

function same(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : Buffer.compare(one, other) === 0
}
