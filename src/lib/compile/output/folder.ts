/** The folder `dist-v2`: written whole beside the old one, then put in its place. */

import { accessSync, constants, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { copyFile, link, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ensureStateDir } from '../../disk/index.js'
import { LuaError, type SourceLocation } from '../../errors.js'
import { lstatOf } from '../../files.js'
import { holdsSecret } from '../../secrets.js'
import { OUTPUT } from '../names.js'

/**
 * A file of the output: its path in the folder, with `/`, and its content, a function that gives it, or the file of the
 * old output that has it already.
 */
export type OutputFile = { path: string } & (
  | { data: string | Uint8Array }
  | { read: () => Promise<Uint8Array> }
  | { from: string }
)

/** In the project's `.lua`, which is on the same file system and never part of a snapshot. */
const STAGED = `${OUTPUT}.new`
const RETIRED = `${OUTPUT}.old`

/** The folder of the project and its state folder (`.lua`), both absolute. */
export interface OutputPlace {
  root: string
  stateDir: string
}

/** Files being written at the same time. */
const WRITERS = 8

/**
 * A new `dist-v2` beside the one that is in use, written in the background while it is being made. The old one stands
 * untouched until `publish`. Nothing is flushed to the disk: after a power cut, compile again.
 * Everything here throws LuaError COMPILE_FAILED when it cannot write; the old folder is then as before.
 */
export class StagedOutput {
  readonly #place: OutputPlace
  readonly #folder: string
  readonly #folders = new Set<string>()
  readonly #queue: OutputFile[] = []
  readonly #writers = new Set<Promise<void>>()
  readonly #paths: string[] = []
  #error: unknown

  private constructor(place: OutputPlace) {
    this.#place = place
    this.#folder = join(place.stateDir, STAGED)
  }

  /** Begins a new one; call it under the project's lock. */
  static open(place: OutputPlace): StagedOutput {
    try {
      checkReplaceable(join(place.root, OUTPUT))
      ensureStateDir(place.stateDir)
      recoverOutput(place)
      mkdirSync(join(place.stateDir, STAGED))
      return new StagedOutput(place)
    } catch (error) {
      throw notWritten(place, error)
    }
  }

  /** What was added so far, below the folder. */
  get paths(): readonly string[] {
    return this.#paths
  }

  /** Has a file written; `publish` tells if that failed. */
  add(file: OutputFile): void {
    this.#paths.push(file.path)
    this.#queue.push(file)
    if (this.#writers.size < WRITERS) this.#startWriter()
  }

  /** Puts it in the place of the old one. A crash between the two renames is healed by `recoverOutput`. */
  async publish(): Promise<void> {
    try {
      await this.complete()
      swap(this.#place)
    } catch (error) {
      await this.discard()
      throw notWritten(this.#place, error)
    }
  }

  /** Waits until all that was added is written. */
  async complete(): Promise<void> {
    while (this.#writers.size > 0) await Promise.all(this.#writers)
    if (this.#error !== undefined) throw notWritten(this.#place, this.#error)
  }

  /** Throws it away. */
  async discard(): Promise<void> {
    this.#queue.length = 0
    while (this.#writers.size > 0) await Promise.all(this.#writers)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #startWriter(): void {
    const writer = this.#write().finally(() => this.#writers.delete(writer))
    this.#writers.add(writer)
  }

  async #write(): Promise<void> {
    try {
      for (let file = this.#queue.shift(); file; file = this.#queue.shift()) await this.#writeOne(file)
    } catch (error) {
      this.#error ??= error
      this.#queue.length = 0
    }
  }

  async #writeOne(entry: OutputFile): Promise<void> {
    const file = join(this.#folder, entry.path)
    const parent = dirname(file)
    if (!this.#folders.has(parent)) mkdirSync(parent, { recursive: true })
    this.#folders.add(parent)
    if ('from' in entry) return linkOrCopy(entry.from, file)
    const data = 'data' in entry ? entry.data : await entry.read()
    if (holdsSecret(data)) throw secretIn(`${OUTPUT}/${entry.path}`)
    await writeFile(file, data, { flag: 'wx' })
  }
}

/** COMPILE_FAILED: what is deployed, and every copy of it, is without the key. */
export function secretIn(file: string, location?: SourceLocation): LuaError {
  return new LuaError('COMPILE_FAILED', `${file} would hold your API key.`, {
    hint: 'Take the key out of the code: env(…) gives it where the agent runs.',
    location,
  })
}

/** Has a run been killed while it replaced the output, or is one doing so now? */
export function isOutputLeft({ stateDir }: OutputPlace): boolean {
  return exists(join(stateDir, RETIRED)) || exists(join(stateDir, STAGED))
}

/** Undoes what a crash left: brings the old folder back if the new one never got in its place. */
export function recoverOutput({ root, stateDir }: OutputPlace): void {
  const retired = join(stateDir, RETIRED)
  if (exists(retired) && !exists(join(root, OUTPUT))) renameSync(retired, join(root, OUTPUT))
  for (const name of [RETIRED, STAGED]) rmSync(join(stateDir, name), { recursive: true, force: true })
}

/** The old folder goes, so that a second name for one of its files is as good as a copy, and quicker. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch {
    await copyFile(from, to, constants.COPYFILE_EXCL)
  }
}

function swap({ root, stateDir }: OutputPlace): void {
  const current = join(root, OUTPUT)
  const retired = join(stateDir, RETIRED)
  const had = exists(current)
  if (had) renameSync(current, retired)
  try {
    renameSync(join(stateDir, STAGED), current)
  } catch (error) {
    if (had) renameSync(retired, current)
    throw error
  }
  try {
    rmSync(retired, { recursive: true, force: true })
  } catch {
    // The new output is in place; what is left of the old one goes with the next compile.
  }
}

/** A read-only folder can be renamed all the same; but somebody made it read-only so that it stays as it is. */
function checkReplaceable(current: string): void {
  const stat = lstatOf(current)
  if (!stat) return
  if (!stat.isDirectory()) {
    throw new LuaError('COMPILE_FAILED', `${current} is not a folder.`, {
      hint: 'Move it away, then compile again.',
    })
  }
  const folders = [
    current,
    ...readdirSync(current, { withFileTypes: true }).flatMap(entry =>
      entry.isDirectory() ? [join(current, entry.name)] : [],
    ),
  ]
  for (const folder of folders) {
    accessSync(folder, constants.W_OK)
    if ((lstatSync(folder).mode & 0o222) === 0)
      throw Object.assign(new Error('read-only'), { code: 'EACCES' })
  }
}

const REASONS: Record<string, [why: string, hint: string]> = {
  EACCES: ['it is read-only', 'Make it writable (chmod -R u+w dist-v2), or remove it.'],
  EPERM: ['it is not ours to write', 'Check who owns the folder.'],
  EROFS: ['the file system is read-only', 'Compile in a folder that can be written.'],
  ENOSPC: ['the disk is full', 'Make room, then compile again.'],
  EDQUOT: ['the disk quota is used up', 'Make room, then compile again.'],
}

function notWritten({ root }: OutputPlace, thrown: unknown): LuaError {
  if (thrown instanceof LuaError) return thrown
  const error = thrown as NodeJS.ErrnoException
  const folder = join(root, OUTPUT)
  const [why, hint] = REASONS[error.code ?? ''] ?? [error.message, 'Check the folder and its permissions.']
  return new LuaError('COMPILE_FAILED', `${folder} cannot be written: ${why}. It is as it was.`, {
    hint,
    cause: error,
  })
}

const exists = (path: string) => lstatOf(path) !== undefined
