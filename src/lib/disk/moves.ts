/**
 * The single steps of a commit, forward and back. All of them are synchronous: between looking at a file and
 * replacing it nothing else of this process may run, and as little as possible of any other.
 */
import { copyFileSync, linkSync, lstatSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { hashOf, type Journal, type Move } from './journal.js'
import { changed, errnoOf } from './refusals.js'
import { NO_LINKS, syncDir } from './state.js'
import { readNow } from './targets.js'

/**
 * Keeps the present content beside the file. A hard link where possible: it costs no space, and an editor
 * that is still writing into the old file writes into what we keep, so `moveForward`'s caller sees it.
 */
export function keepOld(move: Move): void {
  if (move.before === undefined) return
  try {
    linkSync(move.target, move.old)
  } catch (error) {
    if (!NO_LINKS.includes(errnoOf(error)!)) throw error
    copyFileSync(move.target, move.old)
  }
}

/** Puts the new content in place if the file still is what it was. @throws FILE_CHANGED if it is not */
export function moveForward(move: Move): void {
  if (!holds(move.target, move.before)) throw changed(move.target, 'was changed')
  // Everything that could be done earlier has been: these three lines are the whole window.
  if (move.before === undefined) create(move)
  else if (move.after === undefined) unlinkSync(move.target)
  else renameSync(move.temp, move.target)
}

function create(move: Move): void {
  try {
    // A link, unlike a rename, never replaces what somebody else has just put there.
    linkSync(move.temp, move.target)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw changed(move.target, 'appeared')
    if (!NO_LINKS.includes(errnoOf(error)!)) throw error
    if (isThere(move.target)) throw changed(move.target, 'appeared')
    renameSync(move.temp, move.target)
    return
  }
  unlinkSync(move.temp)
}

/** Has the new content taken its place (whatever became of it since)? */
export function isMoved(move: Move): boolean {
  if (move.after === undefined) return !isThere(move.target)
  return !isThere(move.temp) || holds(move.target, move.after)
}

/** Does the file hold exactly what it was meant to? */
export function isInPlace(move: Move): boolean {
  return holds(move.target, move.after)
}

/** Can this move still be made exactly as it was meant? */
export function canMove(move: Move): boolean {
  return holds(move.target, move.before) && holds(move.temp, move.after)
}

/**
 * Puts the former content back, unless somebody has written the file since: then it is theirs and stays.
 * @returns whether the file now is as it was before
 */
export function moveBack(move: Move): boolean {
  if (holds(move.target, move.before)) return true
  if (!holds(move.target, move.after)) return false
  if (move.before === undefined) unlinkSync(move.target)
  else if (!isThere(move.old)) return false
  else renameSync(move.old, move.target)
  return true
}

/** Has somebody written into the old file while it was being replaced (an editor that had it open)? */
export function wasOverwritten(move: Move): boolean {
  return !holds(move.old, move.before)
}

/** Removes what a commit keeps beside its files, and the folders it created if nothing came into them. */
export function sweep(journal: Journal): void {
  for (const move of journal.moves) {
    rmSync(move.temp, { force: true })
    rmSync(move.old, { force: true })
  }
  for (const dir of journal.dirs.toReversed()) removeIfEmpty(dir)
}

/** Forces the entries of every folder that a commit wrote to, to the disk. */
export function syncDirs(moves: readonly Move[]): void {
  for (const dir of new Set(moves.map(move => dirname(move.target)))) syncDir(dir)
}

function removeIfEmpty(dir: string): void {
  try {
    rmdirSync(dir)
  } catch {
    // Not empty, or never created: both are fine.
  }
}

function holds(path: string, hash: string | undefined): boolean {
  return hash === undefined ? !isThere(path) : hashOf(readNow(path)) === hash
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
