/**
 * The same work in every project of a repository: for every command that knows `--all`.
 */

import { join } from 'node:path'
import { atOnce } from '../lib/disk/index.js'
import { LuaError } from '../lib/errors.js'
import { findProjects } from '../lib/project/find-projects.js'
import { CONFIG_FILE } from '../lib/project/project.js'
import type { Shard } from './flags.js'

/** Projects at a time: enough to hide the server's delays, few enough for a small machine. */
const AT_ONCE = 8

export interface EachProject<T> {
  shard?: Shard
  /**
   * @param project folder from the root, with `/`; `.` for the root itself
   * @param folder the same, absolute
   */
  work(project: string, folder: string): Promise<T>
  /** Called for one project after the other, in the order of their paths, as soon as all before it are done. */
  done?(result: T): Promise<void> | void
}

/**
 * Runs `work` in every project in `root` and below, or in one shard of them, eight at a time.
 * @returns the results in the order of the projects' paths
 * @throws LuaError NO_PROJECT if there is none; what `work` throws ends the run
 */
export async function eachProject<T>(root: string, { shard, work, done }: EachProject<T>): Promise<T[]> {
  const found = await findProjects(root)
  if (found.length === 0) {
    throw new LuaError('NO_PROJECT', `No Lua project here: looked for ${CONFIG_FILE} in ${root} and below.`, {
      hint: 'Folders that git ignores are skipped, and so are node_modules, dist and folders whose names begin with a dot.',
    })
  }
  const projects = found.filter((_, index) => !shard || index % shard.of === shard.index - 1)
  const results: (T | undefined)[] = projects.map(() => undefined)
  let told = 0
  let telling = Promise.resolve()
  const tellAll = async () => {
    for (let next = results[told]; next !== undefined; next = results[told]) {
      told += 1
      await done?.(next)
    }
  }
  await atOnce(AT_ONCE, projects, async (project, index) => {
    results[index] = await work(project, join(root, project))
    telling = telling.then(tellAll)
    await telling
  })
  return results as T[]
}
