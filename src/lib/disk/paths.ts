import { realpathSync } from 'node:fs'
import { basename, dirname } from 'node:path'

const STATE = '.lua'

/** The project's folder, without links: the one that holds `.lua`, in which the state may lie one folder deeper. */
export function projectOf(stateDir: string): string {
  const root = basename(stateDir) === STATE ? dirname(stateDir) : dirname(dirname(stateDir))
  try {
    return realpathSync(root)
  } catch {
    return root
  }
}
