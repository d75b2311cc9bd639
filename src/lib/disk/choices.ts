/**
 * What a person has chosen for a checkout, once and for all: kept on this machine, in `~/.lua-cli/`, where no checkout
 * can reach. It names real folders, so a copy of a checkout is asked about anew.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { homeFolder } from '../fence.js'
import { readIfReadable } from '../files.js'
import { writeNew } from './state.js'

/** `compute`: the project's code may be run to learn what the agent is. */
export type Choice = 'compute'

const FILE = 'sync-choices.json'

/** Was this chosen for the project in this folder? */
export function isChosen(root: string, choice: Choice): boolean {
  return chosen()[choice]?.includes(root) ?? false
}

/** Remembers a choice; where nothing can be kept, it is asked again the next time. */
export function rememberChoice(root: string, choice: Choice): void {
  const home = homeFolder()
  if (home === undefined || isChosen(root, choice)) return
  const folder = join(home, '.lua-cli')
  const draft = join(folder, `.${FILE}-${randomBytes(6).toString('hex')}`)
  const all = chosen()
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeNew(draft, `${JSON.stringify({ ...all, [choice]: [...(all[choice] ?? []), root] }, null, 2)}\n`)
    renameSync(draft, join(folder, FILE))
  } catch {
    // See above.
  }
}

function chosen(): { [choice in Choice]?: string[] } {
  const home = homeFolder()
  const bytes = home === undefined ? undefined : readIfReadable(join(home, '.lua-cli', FILE))
  try {
    const { compute } = JSON.parse(bytes?.toString('utf8') ?? '{}')
    return { compute: Array.isArray(compute) ? compute.filter(root => typeof root === 'string') : [] }
  } catch {
    return {}
  }
}
