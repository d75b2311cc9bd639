/**
 * What is about to happen to a set of files, on disk before it happens. The journal is one file in the state
 * folder; its *name* says how far we are, so that going on is a rename, which needs no space on a full disk:
 *
 *   staging   nothing of the user's has been touched; temporary files may exist
 *   moving    everything is staged; some files may be in place, the rest can follow
 *   undoing   something came in between; what was moved is being put back
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { isInside, realRoots } from './paths.js'
import { refuse } from './refusals.js'
import { leftBehind, syncDir, writeNew } from './state.js'

export const PHASES = ['staging', 'moving', 'undoing'] as const
export type Phase = (typeof PHASES)[number]

/** One file of a commit. `before` and `after` are hashes; undefined: there is (will be) no such file. */
export interface Move {
  target: string
  temp: string
  /** The former content, kept beside the file until the whole commit is through. */
  old: string
  before?: string
  after?: string
}

export interface Journal {
  phase: Phase
  id: string
  /** Epoch ms. */
  startedAt: number
  moves: Move[]
  /** Folders that the commit creates, outermost first. */
  dirs: string[]
}

interface Recorded {
  id: string
  startedAt: number
  files: { path: string; before?: string; after?: string }[]
  dirs: string[]
}

export function hashOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex')
}

export function newId(): string {
  return randomBytes(6).toString('hex')
}

/** The temporary names follow from id and number, so a journal can never name anybody else's file. */
export function moveOf(id: string, index: number, target: string, before?: string, after?: string): Move {
  const stem = join(dirname(target), `.lua-sync-${id}-${index}`)
  return { target, temp: `${stem}.tmp`, old: `${stem}.old`, before, after }
}

function pathOf(stateDir: string, phase: Phase): string {
  return join(stateDir, `commit-${phase}.json`)
}

/** Records a commit before its first step. @throws FILE_REFUSED while an interrupted one waits for recovery */
export function beginJournal(stateDir: string, journal: Omit<Journal, 'phase'>): Journal {
  const left = PHASES.find(phase => existsSync(pathOf(stateDir, phase)))
  if (left !== undefined) {
    throw refuse(
      pathOf(stateDir, left),
      'an interrupted run waits to be cleaned up',
      'Run the command again.',
    )
  }
  const root = realpathSync(dirname(stateDir))
  const recorded: Recorded = {
    id: journal.id,
    startedAt: journal.startedAt,
    files: journal.moves.map(m => ({ path: relative(root, m.target), before: m.before, after: m.after })),
    dirs: journal.dirs.map(dir => relative(root, dir)),
  }
  writeNew(pathOf(stateDir, 'staging'), JSON.stringify(recorded))
  syncDir(stateDir)
  return { ...journal, phase: 'staging' }
}

/** Goes on to the next phase, durably. */
export function enterPhase(stateDir: string, journal: Journal, phase: Phase): void {
  renameSync(pathOf(stateDir, journal.phase), pathOf(stateDir, phase))
  journal.phase = phase
  syncDir(stateDir)
}

export function endJournal(stateDir: string): void {
  for (const phase of PHASES) rmSync(pathOf(stateDir, phase), { force: true })
}

/** Did a run that was killed leave its work unfinished, or a temporary file? Only looks. */
export function hasJournal(stateDir: string): boolean {
  return PHASES.some(phase => existsSync(pathOf(stateDir, phase))) || leftBehind(stateDir).length > 0
}

/**
 * The journal that a crash left. One that cannot be read was torn while it was being written, before the
 * first step: there is nothing to do for it, and it is removed.
 * @throws FILE_REFUSED when it speaks of files outside the roots: then it is not one of ours
 */
export function readJournal(stateDir: string, allowedRoots: readonly string[]): Journal | undefined {
  const phase = PHASES.find(each => existsSync(pathOf(stateDir, each)))
  if (phase === undefined) return undefined
  const recorded = parse(readFileSync(pathOf(stateDir, phase), 'utf8'))
  if (recorded === undefined) {
    endJournal(stateDir)
    return undefined
  }
  const root = realpathSync(dirname(stateDir))
  const roots = realRoots(allowedRoots)
  const locate = (path: string) => inside(resolve(root, path), roots, pathOf(stateDir, phase))
  const moves = recorded.files.map((f, index) =>
    moveOf(recorded.id, index, locate(f.path), f.before, f.after),
  )
  return { phase, id: recorded.id, startedAt: recorded.startedAt, moves, dirs: recorded.dirs.map(locate) }
}

function inside(path: string, roots: readonly string[], journal: string): string {
  const real = existsSync(dirname(path)) ? join(realpathSync(dirname(path)), basename(path)) : path
  if (isInside(real, roots)) return real
  throw refuse(
    real,
    'a journal of an interrupted run names it, but it lies outside the project',
    `Look at ${journal} and delete it.`,
  )
}

function parse(text: string): Recorded | undefined {
  try {
    const value = JSON.parse(text) as Recorded
    const hash = (each: unknown) => each === undefined || typeof each === 'string'
    const sound =
      /^[0-9a-f]{12}$/.test(value.id) &&
      Number.isFinite(value.startedAt) &&
      value.files.every(f => typeof f.path === 'string' && hash(f.before) && hash(f.after)) &&
      value.dirs.every(dir => typeof dir === 'string')
    return sound ? value : undefined
  } catch {
    return undefined
  }
}
