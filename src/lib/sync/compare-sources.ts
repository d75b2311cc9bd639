/**
 * A run that is about the sources compares the files themselves: not whether there is a newer snapshot, but what a
 * restore would change.
 */

import { LuaError } from '../errors.js'
import { fetchRestore, prepareRestore, type RestoreItem } from '../snapshot/index.js'
import { asTheyAre } from './incoming.js'
import type { Run } from './run.js'
import { planChange, withRestored } from './write-plan.js'

/**
 * Paths of the files that a restore would change. A file with a persona in it differs from the snapshot's as soon as
 * the persona does, and `lua.skill.yaml` has comments of its own; so of those few what they would become is looked at.
 * @throws LuaError as the server room does
 */
export async function differingFiles(run: Run): Promise<string[]> {
  const plan = await prepareRestore(run.project, await run.server.getSnapshotManifest())
  const mixed = mixedFiles(run)
  const [unclear, clear] = [plan.items.filter(mixed), plan.items.filter(item => !mixed(item))]
  const items = unclear.length > 0 ? [...clear, ...(await changing(run, plan, unclear))] : clear
  return items.map(({ place }) => place.path).sort()
}

/** Is it a file that holds more than the snapshot's text? */
function mixedFiles({ local }: Run): (item: RestoreItem) => boolean {
  const files = new Set([local.name.location.file, local.persona.location.file])
  return ({ place, merge, existing }) => existing !== undefined && (merge || files.has(place.absolute))
}

async function changing(
  run: Run,
  plan: Awaited<ReturnType<typeof prepareRestore>>,
  items: RestoreItem[],
): Promise<RestoreItem[]> {
  const restored = await fetchRestore(run.server, run.project, { ...plan, items })
  const kept = asTheyAre(run)
  try {
    const writes = withRestored(run.project, await planChange(run, kept, restored), restored)
    return items.filter(({ place }) => writes.some(({ path }) => path === place.absolute))
  } catch (error) {
    // Where the texts cannot be written into the snapshot's files, these surely differ.
    if (error instanceof LuaError) return items
    throw error
  }
}
