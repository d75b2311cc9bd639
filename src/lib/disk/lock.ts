/**
 * One run at a time in a project. The lock is a file that names its holder; it appears complete (a link to a
 * finished file) or not at all. It is not re-entrant: a run takes it once.
 */
import { linkSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LuaError } from '../errors.js'
import { lstatOf, MAX_STATE, readIfReadable } from '../files.js'
import { newId } from './journal.js'
import { onExit } from './on-exit.js'
import { isAlive, startOf } from './process.js'
import { errnoOf, refusal } from './refusals.js'
import { createWhole, ensureStateDir, hasState, privateTemp } from './state.js'

interface Holder {
  token: string
  pid: number
  /** Of the process, where the system tells: process numbers are used again. */
  start?: string
  host: string
  command: string
}

interface LockOptions {
  /** How long to wait for another run, in milliseconds. */
  waitMs?: number
  /** What this run is ("lua sync --pull"), for the message of a run that has to wait. */
  command?: string
  /**

   */
  silentMs?: number
  /** Aborted when nobody wants to wait any longer. */
  stop?: AbortSignal
}

const POLL_MS = 50
const HEARTBEAT_MS = 2000

const held = new Set<string>()

/**
 * Runs `fn` while holding the project's lock. A lock whose process is dead is taken over.
 * @throws LOCKED when another run still holds it after `waitMs`; INTERRUPTED when `stop` comes first; FILE_REFUSED when `.lua` cannot be written
 */
export async function withLock<T>(
  stateDir: string,
  fn: () => Promise<T>,
  { waitMs = 10_000, command = 'lua', silentMs = 8000, stop }: LockOptions = {},
): Promise<T> {
  ensureStateDir(stateDir)
  const path = join(stateDir, 'lock')
  const mine: Holder = {
    token: newId(),
    pid: process.pid,
    start: startOf(process.pid),
    host: hostname(),
    command,
  }
  // Known as ours before it is there: to us, a lock with our number that we do not know is a dead process's.
  held.add(mine.token)
  try {
    await acquire(path, mine, { waitMs, silentMs, stop })
    return await runHolding(path, mine, fn)
  } finally {
    held.delete(mine.token)
  }
}

async function runHolding<T>(path: string, mine: Holder, fn: () => Promise<T>): Promise<T> {
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS)
  heartbeat.unref()
  // Whoever ends the process meanwhile (on Ctrl-C, say) leaves no lock either.
  const release = () => {
    if (read(path)?.token === mine.token) rmSync(path, { force: true })
  }
  const callOff = onExit(release)
  try {
    return await fn()
  } finally {
    clearInterval(heartbeat)
    callOff()
    release()
  }
}

async function acquire(
  path: string,
  mine: Holder,
  { waitMs, silentMs, stop }: { waitMs: number; silentMs: number; stop?: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + waitMs
  let sign: { of: string; since: number } | undefined
  while (!tryTake(path, mine)) {
    if (stop?.aborted) throw new LuaError('INTERRUPTED', 'Stopped.')
    const holder = read(path)
    const beat = `${holder?.token} ${lastBeat(path)}`
    if (sign?.of !== beat) sign = { of: beat, since: performance.now() }
    if (isStale(holder, performance.now() - sign.since, silentMs)) takeAway(path, holder)
    else if (performance.now() >= deadline) throw locked(path, holder)
    else await sleep(POLL_MS)
  }
}

function tryTake(path: string, mine: Holder): boolean {
  if (isThere(path)) return false
  try {
    return createWhole(path, JSON.stringify(mine))
  } catch (error) {
    throw refusal(path, error)
  }
}

/** Is there a lock whose process is dead? Only looks. */
export function hasStaleLock(stateDir: string): boolean {
  const path = join(stateDir, 'lock')
  return hasState(stateDir) && isThere(path) && isStale(read(path), 0, Number.POSITIVE_INFINITY)
}

function isStale(holder: Holder | undefined, quietMs: number, maxMs: number): boolean {
  // Unreadable: torn by a crash, or gone since; if it is gone, taking it away does nothing.
  if (holder === undefined) return quietMs > POLL_MS * 4
  if (holder.host !== hostname()) return quietMs > maxMs
  if (holder.pid === process.pid) return !held.has(holder.token)
  if (!isAlive(holder.pid)) return true
  // Where the system tells, every run of ours has said it: a lock that came with a checkout cannot know it.
  const start = startOf(holder.pid)
  return start !== undefined && start !== holder.start
}

/** Moves a stale lock aside, and back if it turns out that another run has just taken it over. */
function takeAway(path: string, stale: Holder | undefined): void {
  const aside = privateTemp(dirname(path))
  try {
    renameSync(path, aside)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw refusal(path, error)
  }
  try {
    if (read(aside)?.token !== stale?.token) linkSync(aside, path)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw refusal(path, error)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

function read(path: string): Holder | undefined {
  try {
    const text = String(readIfReadable(path, { limit: MAX_STATE, follow: false }))
    const holder = JSON.parse(text) as Holder
    return holder.pid > 0 ? holder : undefined
  } catch {
    return undefined
  }
}

function isThere(path: string): boolean {
  return lstatOf(path) !== undefined
}

function lastBeat(path: string): number | undefined {
  return lstatOf(path)?.mtimeMs
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {
    // Without a beat others may think us dead only if they run on another machine; nothing better can be done.
  }
}

function locked(path: string, holder: Holder | undefined): LuaError {
  const who =
    holder === undefined
      ? 'Another run'
      : `Another run (${printable(holder.command)}, process ${holder.pid}${holder.host === hostname() ? '' : ` on ${printable(holder.host)}`})`
  return new LuaError('LOCKED', `${who} is working in this project.`, {
    hint: `Wait until it has finished, or stop it. If it no longer runs, delete ${path}.`,
  })
}

/** The lock is a file like any other: what it says must not reach the terminal unfiltered. */
function printable(text: unknown): string {
  return String(text)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 80)
}
