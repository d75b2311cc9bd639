/**
 * What a person has chosen for a checkout, once and for all: kept on this machine, in `~/.lua-cli/`, where no checkout
 * can reach. It names real folders, so a copy of a checkout is asked about anew.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { homeFolder } from '../fence.js'
import { readIfReadable } from '../files.js'
import { replace } from './state.js'

/** `compute`: the project's code may be run to learn what the agent is. */
export type Choice = 'compute'

const FILE = 'sync-choices.json'

/** Was this chosen for the project in this folder? */
export function isChosen(root: string, choice: Choice): boolean {
  return rootsOf(choice).includes(root)
}

/** Remembers a choice; where nothing can be kept, it is asked again the next time. */
export function rememberChoice(root: string, choice: Choice): void {
  if (isChosen(root, choice)) return
  try {
    const folder = folderOfChoices()
    const all = { ...kept(), [choice]: [...rootsOf(choice), root] }
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    replace(folder, join(folder, FILE), `${JSON.stringify(all, null, 2)}\n`)
  } catch {
    // See above.
  }
}

function rootsOf(choice: Choice): string[] {
  const roots = kept()[choice]
  return Array.isArray(roots) ? roots : []
}

function kept(): { [choice in Choice]?: unknown } {
  try {
    return Object(JSON.parse(String(readIfReadable(join(folderOfChoices(), FILE)))))
  } catch {
    return {}
  }
}

/** @throws where the person has no home folder */
function folderOfChoices(): string {
  return join(homeFolder()!, '.lua-cli')
}
