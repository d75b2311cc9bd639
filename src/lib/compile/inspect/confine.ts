/**
 * What the process that loads artifacts may do, where the system and Node can say so: read its own code and the
 * project's zod, and nothing else. So project code that is compiled cannot read `/proc`, where the environment of the
 * processes above it stands with the API key, nor the stored credentials, nor anything of the user's.
 */

import { closeSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { devNull } from 'node:os'
import { dirname, join } from 'node:path'
import { allowedNodeEnvironmentFlags } from 'node:process'
import { MAX_STATE, readIfReadable } from '../../files.js'

/** Node 22 and later; before them it has the longer name. */
const PERMISSION = ['--permission', '--experimental-permission']
/** Opens, makes and attaches files anywhere, unseen by the permission model. */
const NO_SQLITE = '--no-experimental-sqlite'

/**
 * Arguments for Node: its permission model, without writing, child processes, workers, addons, and where Node can deny
 * it (25 and later) network. Reading is for `program` and what is below the folder `zod`.
 */
export function permissionArguments(program: string, root: string): string[] {
  const flags = [PERMISSION.find(isKnown), [NO_SQLITE].find(isKnown)].filter(flag => flag !== undefined)
  const zod = zodFolder(root)
  const readable = [program, realpathSync(program), ...(zod === undefined ? [] : [zod, realpathSync(zod)])]
  return [...flags, ...[...new Set(readable)].map(folder => `--allow-fs-read=${join(folder, '*')}`)]
}

function isKnown(flag: string): boolean {
  return allowedNodeEnvironmentFlags.has(flag)
}

/**
 * The folder from which the project's `zod` is resolved without a link on the way, where there is one: in a
 * `node_modules` that is a link itself, Node would have to read what else lies there.
 */
export function zodBase(root: string): string {
  const zod = zodFolder(root)
  if (zod === undefined) return root
  const modules = dirname(realpathSync(zod))
  return realpathSync(zod) === join(dirname(modules), 'node_modules', 'zod') ? dirname(modules) : root
}

/** The zod that the project gets. Node follows links out of what may be read, so one that holds any is left out. */
function zodFolder(root: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const zod = join(folder, 'node_modules', 'zod')
    try {
      return isPackage(zod) && !hasLinks(zod) ? zod : undefined
    } catch {
      if (folder === dirname(folder)) return undefined
    }
  }
}

/** @throws if there is no such folder */
function isPackage(folder: string): boolean {
  const names = readdirSync(folder)
  if (!names.includes('package.json')) return false
  try {
    const bytes = readIfReadable(join(folder, 'package.json'), { limit: MAX_STATE })
    return JSON.parse(String(bytes)).name === 'zod'
  } catch {
    return false
  }
}

function hasLinks(folder: string): boolean {
  return readdirSync(realpathSync(folder), { recursive: true, withFileTypes: true }).some(
    entry => !entry.isFile() && !entry.isDirectory(),
  )
}

/** Beyond this no descriptor is looked for. */
const MOST_DESCRIPTORS = 1024

/**
 * Starts a child with the `stdio` of its first descriptors, and hides all others that it would inherit behind
 * `/dev/null`: Node marks those that it opens itself, but passes on some of those that it was started with.
 */
export function withoutOtherDescriptors<T>(
  stdio: readonly ('ignore' | 'pipe')[],
  start: (stdio: (number | 'ignore' | 'pipe')[]) => T,
): T {
  const others = inheritable().filter(descriptor => descriptor >= stdio.length)
  if (others.length === 0) return start([...stdio])
  const nothing = openSync(devNull, 'r')
  try {
    const all: (number | 'ignore' | 'pipe')[] = [...stdio]
    while (all.length <= Math.max(...others)) all.push(others.includes(all.length) ? nothing : 'ignore')
    return start(all)
  } finally {
    closeSync(nothing)
  }
}

/** Descriptors that a program that is started gets, where the system tells. */
function inheritable(): number[] {
  try {
    return readdirSync('/proc/self/fdinfo')
      .map(Number)
      .filter(descriptor => descriptor < MOST_DESCRIPTORS && !closesOnStart(descriptor))
  } catch {
    return []
  }
}

const O_CLOEXEC = 0o2000000

function closesOnStart(descriptor: number): boolean {
  try {
    const [, flags] = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1')) ?? []
    return (Number.parseInt(flags ?? '', 8) & O_CLOEXEC) !== 0
  } catch {
    // The one through which the list was read.
    return true
  }
}
