/**
 * What is about to be lost, kept in `.lua/undo/<time>/` before it is lost: the exact bytes of each file that
 * is overwritten, and what the server held. It lives in the disk room because it needs nothing but files.
 *
 * A record is complete when its `entry.json` is there; it is written last.
 */
import { existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { relativePath } from '../files.js'
import { atOnce } from './at-once.js'
import type { FileWrite } from './commit.js'
import { hashOf } from './journal.js'
import { projectOf } from './paths.js'
import { refusal, refuse, refuseSecret } from './refusals.js'
import { formerFolder, seal, unseal } from './seal.js'
import { ensureStateDir, hasState, isFolder, namesIn, privateWrite, readState, syncDir } from './state.js'
import { readNow } from './targets.js'

/** How many records are kept. */
const KEPT = 20
const AT_ONCE = 16

interface UndoEntry {
  /** Which run it was, in a word or two: `pull`, `merge`, `restore`. */
  reason: string
  files: FileWrite[]
  /** What the server held before it was overwritten, as JSON; the caller checks the shape itself. */
  server?: unknown
  /** Whatever else the caller wants to read again at an undo, likewise. */
  memo?: unknown
  /** Epoch ms. */
  at: number
}

/** Name of a record's folder: its time, in a form that sorts. */
export type UndoId = string

interface RecordedFile {
  /** From the project's root, with `/`. */
  path: string
  /** SHA-256, hex; absent: there was (is) no such file. */
  before?: string
  after?: string
}

interface Recorded {
  schemaVersion: 1
  reason: string
  at: number
  files: RecordedFile[]
  /** Folders that are made for the files, from the project's root, outermost first. */
  folders: string[]
  server?: unknown
  memo?: unknown
}

export interface UndoPlan {
  id: UndoId
  reason: string
  /** Epoch ms. */
  at: number
  /** For `commitFiles`: every file that is not already as it was. */
  writes: FileWrite[]
  /** Files (absolute) that are neither as we left them nor as they were: to write them would lose work. */
  differing: string[]
  /** Folders (absolute) that were made for the files, outermost first. */
  folders: string[]
  server?: unknown
  memo?: unknown
}

/**
 * Keeps what a run is about to overwrite; call it under the lock, before the first byte changes. Only the last
 * 20 records stay.
 * @throws FILE_REFUSED when `.lua` cannot be written; then the run must not go on
 */
export async function recordUndo(stateDir: string, entry: UndoEntry): Promise<UndoId> {
  ensureStateDir(stateDir)
  const present = completeIds(stateDir)
  const id = nextId(present.at(-1), entry.at)
  const dir = join(stateDir, 'undo', id)
  try {
    const folder = dirname(dir)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!isFolder(folder)) throw refuse(folder, 'a symbolic link is in its place', 'Remove the link.')
    mkdirSync(dir, { mode: 0o700 })
    for (const { path, before } of entry.files) refuseSecret(path, before)
    await atOnce(AT_ONCE, entry.files, async (file, index) => {
      if (file.before !== undefined) await keep(join(dir, storedName(index, file.path)), file.before)
    })
    syncDir(dir)
    privateWrite(stateDir, entryOf(id), seal(stateDir, 'undo', recordedOf(stateDir, entry), 2))
  } catch (error) {
    discardUndo(stateDir, id)
    throw refusal(dir, error)
  }
  prune(stateDir, [...present.slice(1 - KEPT), id])
  return id
}

/** Forgets a record, when what it was kept for was not done after all. */
export function discardUndo(stateDir: string, id: UndoId): void {
  if (idsIn(stateDir).includes(id)) rmSync(join(stateDir, 'undo', id), { recursive: true, force: true })
}

/**
 * Are there records that this person's runs did not write here? They are passed over.
 * @returns where the project was when they were written, if they are this person's after all
 */
export function foreignUndo(stateDir: string): { from?: string } | undefined {
  const foreign = idsIn(stateDir).flatMap(id => {
    const content = readState(stateDir, entryOf(id))
    return content === undefined || readEntry(stateDir, id) !== undefined ? [] : [content]
  })
  return foreign.length === 0 ? undefined : { from: formerFolder(stateDir, 'undo', foreign.at(-1)) }
}

/**
 * How to put the last record back. Pure looking: it writes nothing.
 * @param passes records whose memo this holds for are passed over: kept for a person, not for an undo
 * @returns undefined when there is no record (or none that can be read)
 */
export function planUndo(
  stateDir: string,
  passes: (memo: unknown) => boolean = () => false,
): UndoPlan | undefined {
  for (const id of idsIn(stateDir).toReversed()) {
    const plan = planOf(stateDir, id)
    if (plan !== undefined && !passes(plan.memo)) return plan
  }
  return undefined
}

function planOf(stateDir: string, id: UndoId): UndoPlan | undefined {
  const recorded = readEntry(stateDir, id)
  if (recorded === undefined) return undefined
  const { reason, at, server, memo } = recorded
  const root = projectOf(stateDir)
  const folders = recorded.folders.map(folder => resolve(root, folder))
  const plan: UndoPlan = { id, reason, at, server, memo, writes: [], differing: [], folders }
  for (const [index, file] of recorded.files.entries()) {
    const path = resolve(root, file.path)
    const now = readNow(path)
    if (hashOf(now) === file.before) continue
    const kept = readNow(join(stateDir, 'undo', id, storedName(index, path)))
    // Bytes that are not what we kept are nobody's former file.
    if (hashOf(kept) !== file.before) return undefined
    if (hashOf(now) !== file.after) plan.differing.push(path)
    plan.writes.push({ path, before: now, after: kept })
  }
  return plan
}

/** Removes the folders that were made for the files, once those are gone; one that holds anything else stays. */
export function removeFolders({ folders }: UndoPlan): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder)
    } catch {
      // Not empty, or gone already: both are fine.
    }
  }
}

function readEntry(stateDir: string, id: UndoId): Recorded | undefined {
  const entry = readState(stateDir, entryOf(id))
  const recorded = unseal(stateDir, 'undo', entry) as Recorded | undefined
  return recorded?.schemaVersion === 1 ? recorded : undefined
}

function recordedOf(stateDir: string, { reason, at, files, server, memo }: UndoEntry): Recorded {
  const named = (path: string) => relativePath(projectOf(stateDir), path)
  return {
    schemaVersion: 1,
    reason,
    at,
    files: files.map(({ path, before, after }) => ({
      path: named(path),
      before: hashOf(before),
      after: hashOf(after),
    })),
    folders: missingFolders(files).map(named),
    server,
    memo,
  }
}

function missingFolders(files: readonly FileWrite[]): string[] {
  const missing = new Set<string>()
  for (const { path, after } of files) {
    if (after === undefined) continue
    for (let dir = dirname(path); !missing.has(dir) && !existsSync(dir); dir = dirname(dir)) missing.add(dir)
  }
  return [...missing].sort()
}

async function keep(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

function entryOf(id: UndoId): string {
  return `undo/${id}/entry.json`
}

/** A person may look for a text here by hand, so the file's own name is part of it. */
function storedName(index: number, path: string): string {
  return `${index}-${basename(path).slice(-200)}`
}

/** Later than every record there is, also when the clock was set back. */
function nextId(last: UndoId | undefined, at: number): UndoId {
  const lastTime = last === undefined ? Number.NEGATIVE_INFINITY : timeOf(last)
  return new Date(Math.max(at, lastTime + 1)).toISOString().replaceAll(':', '-')
}

function timeOf(id: UndoId): number {
  return Date.parse(id.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'))
}

function completeIds(stateDir: string): UndoId[] {
  return idsIn(stateDir).filter(id => readEntry(stateDir, id) !== undefined)
}

function idsIn(stateDir: string): UndoId[] {
  const names = hasState(stateDir) ? namesIn(join(stateDir, 'undo')) : []
  return names.filter(name => Number.isFinite(timeOf(name)) && isFolder(join(stateDir, 'undo', name))).sort()
}

/** Removes all but the given records, torn ones too: whoever wrote them is dead, for we hold the lock. */
function prune(stateDir: string, keptIds: readonly UndoId[]): void {
  for (const id of idsIn(stateDir)) if (!keptIds.includes(id)) discardUndo(stateDir, id)
}
