/** Where a project keeps its own state. */

import { join } from 'node:path'
import { lstatOf } from '../files.js'
import { trackedFiles } from './git.js'
import { mayTrack } from './git-history.js'

const STATE_FOLDER = '.lua'

/** What others may have committed there: the vendor's CLI keeps the first one, a pull brings files below the last. */
const NOT_STATE = [/^\.lua\/backup-manifest\.json$/, /^\.lua\/\.gitignore$/, /^\.lua\/external\//]

interface StateFolder {
  stateDir: string
  notes: string[]
}

/**
 * `.lua`; where git tracks files of state in it, a folder in it that git does not know. State is this machine's own:
 * what comes with a checkout is not believed, not followed, and, being the person's files, not overwritten either.
 */
export async function stateFolder(root: string): Promise<StateFolder> {
  const folder = join(root, STATE_FOLDER)
  const isOwn = lstatOf(folder) === undefined || !mayTrack(root, STATE_FOLDER)
  if (isOwn) return { stateDir: folder, notes: [] }
  const tracked = (await trackedFiles(root, STATE_FOLDER)).filter(
    path => !NOT_STATE.some(each => each.test(path)),
  )
  const [first] = tracked
  if (first === undefined) return { stateDir: folder, notes: [] }
  const more = tracked.length > 1 ? ` and ${tracked.length - 1} more` : ''
  const note =
    `Git tracks ${first}${more}: ignored, for what lies in ${STATE_FOLDER} belongs to one machine. ` +
    `Take it out of git with: git rm -r --cached ${STATE_FOLDER}`
  return { stateDir: join(folder, freeName(tracked)), notes: [note] }
}

function freeName(tracked: readonly string[]): string {
  const isTaken = (name: string) =>
    tracked.some(path => path === `${STATE_FOLDER}/${name}` || path.startsWith(`${STATE_FOLDER}/${name}/`))
  for (let name = 'local', count = 2; ; name = `local-${count++}`) if (!isTaken(name)) return name
}
