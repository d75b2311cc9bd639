/** The bundler is a program of its own that has no limits: it reads what it finds, however long that takes. */

import { readdirSync, readFileSync } from 'node:fs'
import { LuaError } from '../../errors.js'

/** A hundred artifacts of a large project take a few seconds, and a third of this memory. */
const LIMIT_MS = 60_000
const LIMIT_MB = 1536
const LOOK_MS = 250

/**
 * Waits for a build; stops the bundler, which starts again when it is next used, where it does not end.
 * @throws LuaError COMPILE_FAILED
 */
export async function withinLimits<T>(bundler: { stop(): Promise<void> }, build: Promise<T>): Promise<T> {
  const deadline = performance.now() + LIMIT_MS
  let timer: NodeJS.Timeout | undefined
  // Not left to the build, which may never end once its program has been stopped.
  const stopped = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const isLate = performance.now() > deadline
      if (!isLate && largestChildMb() <= LIMIT_MB) return
      clearInterval(timer)
      void bundler.stop()
      reject(tooMuch(isLate ? `${LIMIT_MS / 1000} seconds` : `${LIMIT_MB} MB`))
    }, LOOK_MS)
  })
  try {
    return await Promise.race([build, stopped])
  } finally {
    clearInterval(timer)
  }
}

function tooMuch(reason: string): LuaError {
  return new LuaError('COMPILE_FAILED', `The bundler took more than ${reason} and was stopped.`, {
    hint: 'Look for a file that is imported and is very large, a pipe or a device. Nothing was written.',
  })
}

/** Memory of the child process that uses the most; 0 where the system does not tell. */
function largestChildMb(): number {
  try {
    const own = `/proc/${process.pid}/task`
    const children = readdirSync(own).flatMap(task =>
      readFileSync(`${own}/${task}/children`, 'utf8').split(' ').filter(Boolean),
    )
    return Math.max(0, ...children.map(residentMb))
  } catch {
    return 0
  }
}

/** Memory that a process uses; 0 where the system does not tell. */
export function residentMb(pid: number | string | undefined): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return (pages * 4096) / 2 ** 20
  } catch {
    return 0
  }
}
