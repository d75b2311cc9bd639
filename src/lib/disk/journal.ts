/**
 * What is about to happen to a set of files, on disk before it happens. The journal is one sealed file in the state
 * folder; its *name* says how far we are, so that going on is a rename, which needs no space on a full disk:
 *
 *   staging   nothing of the user's has been touched; temporary files may exist
 *   moving    everything is staged; some files may be in place, the rest can follow
 *   undoing   something came in between; what was moved is being put back
 */
import { createHash, randomBytes } from 'node:crypto'
import { renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { refuse } from './refusals.js'
import { seal, unseal } from './seal.js'
import { hasState, leftBehind, namesIn, privateWrite, readState, syncDir } from './state.js'

const PHASES = ['staging', 'moving', 'undoing'] as const
type Phase = (typeof PHASES)[number]

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
  moves: Move[]
  /** Folders that the commit creates, outermost first. */
  dirs: string[]
}

export function hashOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex')
}

export function newId(): string {
  return randomBytes(6).toString('hex')
}

/** The temporary names follow from id and number, so they can never be anybody else's. */
export function moveOf(id: string, index: number, target: string, before?: string, after?: string): Move {
  const stem = join(dirname(target), `.lua-sync-${id}-${index}`)
  return { target, temp: `${stem}.tmp`, old: `${stem}.old`, before, after }
}

/** The name is unique, so that a journal that is not ours does no harm. */
function nameOf(id: string, phase: Phase): string {
  return `commit-${id}-${phase}.json`
}

function pathOf(stateDir: string, id: string, phase: Phase): string {
  return join(stateDir, nameOf(id, phase))
}

/**
 * Records a commit before its first step, whole or not at all: a run that is killed here has left nothing to do.
 * @throws FILE_REFUSED while an interrupted one waits for recovery
 */
export function beginJournal(stateDir: string, journal: Omit<Journal, 'phase'>): Journal {
  const left = readJournal(stateDir)
  if (left !== undefined) {
    throw refuse(
      pathOf(stateDir, left.id, left.phase),
      'an interrupted run waits to be cleaned up',
      'Run the command again.',
    )
  }
  privateWrite(stateDir, nameOf(journal.id, 'staging'), seal(stateDir, 'journal', journal))
  return { ...journal, phase: 'staging' }
}

/** Goes on to the next phase, durably. */
export function enterPhase(stateDir: string, journal: Journal, phase: Phase): void {
  const { id } = journal
  renameSync(pathOf(stateDir, id, journal.phase), pathOf(stateDir, id, phase))
  journal.phase = phase
  syncDir(stateDir)
}

export function endJournal(stateDir: string, { id }: Journal): void {
  for (const phase of PHASES) rmSync(pathOf(stateDir, id, phase), { force: true })
}

/** Did a run that was killed leave its work unfinished, or a temporary file? Only looks. */
export function hasJournal(stateDir: string): boolean {
  return readJournal(stateDir) !== undefined || leftBehind(stateDir).length > 0
}

/** The journal that a crash left. One that this person's runs did not write is none. */
export function readJournal(stateDir: string): Journal | undefined {
  if (!hasState(stateDir)) return undefined
  for (const name of namesIn(stateDir)) {
    const [, id, phase] = NAME.exec(name) ?? []
    if (id === undefined) continue
    const journal = unseal(stateDir, 'journal', readState(stateDir, name)) as Journal | undefined
    if (journal?.id === id) return { ...journal, phase: phase as Phase }
  }
  return undefined
}

const NAME = /^commit-([0-9a-f]{12})-(staging|moving|undoing)\.json$/
