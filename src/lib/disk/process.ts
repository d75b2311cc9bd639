import { readFileSync } from 'node:fs'
import { errnoOf } from './refusals.js'

/** Does a process with this number run on this machine (ours to signal or not)? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}

/**
 * When a process began, in ticks since the machine did: together with the number that names one process for good;
 * numbers alone are used again. Only Linux tells; elsewhere undefined.
 */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in brackets and may hold anything; the rest begins after the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
