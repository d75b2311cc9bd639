/** The folder `dist-v2`: written whole beside the old one, then put in its place. */

import {
  accessSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureStateDir } from '../disk/index.js'
import { LuaError } from '../errors.js'

export const OUTPUT = 'dist-v2'

/** A file of the output: its path in the folder, with `/`, and its content, or the file that has it already. */
export type OutputFile = { path: string } & ({ data: string | Uint8Array } | { from: string })

/** In the project's `.lua`, which is on the same file system and never part of a snapshot. */
const STAGED = `${OUTPUT}.new`
const RETIRED = `${OUTPUT}.old`

/** The folder of the project and its state folder (`.lua`), both absolute. */
export interface OutputPlace {
  root: string
  stateDir: string
}

/** A new `dist-v2` that is complete, beside the one that is in use. */
export interface StagedOutput {
  /** Puts it in the place of the old one. A crash between the two renames is healed by `recoverOutput`. */
  publish(): void
  /** Throws it away. */
  discard(): void
}

/**
 * Writes a folder with exactly these files. The old one stands untouched until `publish`. Nothing is flushed to the
 * disk: after a power cut, compile again.
 * @throws LuaError COMPILE_FAILED when it cannot be written; the old folder is then as before
 */
export function stageOutput(place: OutputPlace, files: Iterable<OutputFile>): StagedOutput {
  const staged = join(place.stateDir, STAGED)
  const discard = () => rmSync(staged, { recursive: true, force: true })
  const guarded = (work: () => void) => {
    try {
      work()
    } catch (error) {
      discard()
      throw error instanceof LuaError ? error : notWritten(place, error as NodeJS.ErrnoException)
    }
  }
  guarded(() => {
    checkReplaceable(join(place.root, OUTPUT))
    ensureStateDir(place.stateDir)
    recoverOutput(place)
    stage(staged, files)
  })
  return { publish: () => guarded(() => swap(place)), discard }
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

function stage(folder: string, files: Iterable<OutputFile>): void {
  const made = new Set<string>()
  mkdirSync(folder)
  for (const entry of files) {
    const file = join(folder, entry.path)
    const parent = dirname(file)
    if (!made.has(parent)) mkdirSync(parent, { recursive: true })
    made.add(parent)
    if ('data' in entry) writeFileSync(file, entry.data, { flag: 'wx' })
    else linkOrCopy(entry.from, file)
  }
}

/** The old folder goes, so that a second name for one of its files is as good as a copy, and quicker. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to, constants.COPYFILE_EXCL)
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

/** A folder may be renamed although it is read-only; who made it so means that it stays as it is. */
function checkReplaceable(current: string): void {
  const stat = lstatSync(current, { throwIfNoEntry: false })
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

function notWritten({ root }: OutputPlace, error: NodeJS.ErrnoException): LuaError {
  const folder = join(root, OUTPUT)
  const [why, hint] = REASONS[error.code ?? ''] ?? [error.message, 'Check the folder and its permissions.']
  return new LuaError('COMPILE_FAILED', `${folder} cannot be written: ${why}. It is as it was.`, {
    hint,
    cause: error,
  })
}

const exists = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined
