/** After a crash: finish what was begun, or put everything back; and after a failure: put everything back. */
import { Fence } from '../fence.js'
import { relativePath } from '../files.js'
import { endJournal, enterPhase, hasJournal, type Journal, type Move, readJournal } from './journal.js'
import { hasStaleLock } from './lock.js'
import { canMove, isInPlace, isMoved, moveBack, moveForward, sweep, syncDirs } from './moves.js'
import { projectOf } from './paths.js'
import { sweepState } from './state.js'
import { requireAllowed } from './targets.js'

/** What `recoverFiles` did about an interrupted run. Paths are relative to the project, with `/`. */
export interface Recovery {
  /** `finished`: every file now is as that run wanted it. `undone`: every file is as it was before that run. */
  outcome: 'finished' | 'undone'
  files: string[]
  /** Files that somebody has written since the crash: left as they are. */
  left: string[]
}

/** What was done, as sentences for a person. */
export function describeRecovery({ outcome, files, left }: Recovery): string {
  const kept = left.length > 0 ? ` Changed since, so left alone: ${someOf(left)}.` : ''
  return `An earlier run was interrupted while it wrote ${someOf(files)}. It was ${outcome}.${kept}`
}

function someOf(files: string[]): string {
  const shown = files.slice(0, 5).join(', ')
  return files.length > 5 ? `${shown} and ${files.length - 5} more` : shown
}

/** Did a killed run leave anything behind: a journal, temporary files, its lock? Only looks. */
export function needsRecovery(stateDir: string): boolean {
  return hasJournal(stateDir) || hasStaleLock(stateDir)
}

/**
 * Cleans up after a run that was killed while writing; call it under the lock, before anything is read.
 * No temporary file of that run remains.
 * @returns what was done; undefined when nothing was left to do
 * @throws FILE_REFUSED when the journal names files that may not be written
 */
export async function recoverFiles(stateDir: string): Promise<Recovery | undefined> {
  sweepState(stateDir)
  const journal = readJournal(stateDir)
  if (journal === undefined) return undefined
  const root = projectOf(stateDir)
  const fence = new Fence(root)
  for (const { target } of journal.moves) requireAllowed(fence, target)
  const { outcome, left } = finish(stateDir, journal)
  return {
    outcome,
    files: journal.moves.map(move => relativePath(root, move.target)),
    left: left.map(move => relativePath(root, move.target)),
  }
}

function finish(stateDir: string, journal: Journal): { outcome: Recovery['outcome']; left: Move[] } {
  if (journal.phase !== 'moving' || !journal.moves.every(move => isMoved(move) || canMove(move))) {
    return { outcome: 'undone', left: undoJournal(stateDir, journal) }
  }
  try {
    for (const move of journal.moves) if (!isMoved(move)) moveForward(move)
  } catch {
    // A file changed in this very moment, or the disk refuses: then everything goes back instead.
    return { outcome: 'undone', left: undoJournal(stateDir, journal) }
  }
  const left = journal.moves.filter(move => !isInPlace(move))
  syncDirs(journal.moves)
  sweep(journal)
  endJournal(stateDir, journal)
  return { outcome: 'finished', left }
}

/**
 * Puts back what a commit has moved, removes its temporary files, the folders it created, and the journal.
 * @returns the moves whose file somebody has written since: those files are left as they are
 */
export function undoJournal(stateDir: string, journal: Journal): Move[] {
  if (journal.phase === 'moving') enterPhase(stateDir, journal, 'undoing')
  const moved = journal.phase === 'staging' ? [] : journal.moves.filter(isMoved)
  const left = moved.toReversed().filter(move => !moveBack(move))
  syncDirs(moved)
  sweep(journal)
  endJournal(stateDir, journal)
  return left
}
