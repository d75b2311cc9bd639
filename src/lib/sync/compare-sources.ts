/**
 * What a restore of the sources would really change. A file with a persona in it differs from the snapshot's as soon as
 * the persona does, and `lua.skill.yaml` has comments of its own; so for those few the restored text is worked out.
 */

import { LuaError } from '../errors.js'
import { fetchRestore, prepareRestore, type RestoreItem, type RestorePlan } from '../snapshot/index.js'
import { COMPONENTS } from './components/index.js'
import { asTheyAre } from './incoming.js'
import type { Run } from './run.js'
import { planChange, withRestored } from './write-plan.js'

/**
 * Paths of the files that a restore would change.
 * @throws LuaError as the server room does
 */
export async function differingFiles(run: Run): Promise<string[]> {
  const plan = await prepareRestore(run.project, await run.server.getSnapshotManifest())
  const { items } = await withoutUnchanged(run, plan)
  return items.map(({ place }) => place.path).sort()
}

/**
 * The plan of a restore, and whether it would change anything. Files in which nothing but the agent's texts was changed
 * here are not in its way, because those are kept.
 * @throws LuaError as the server room does
 */
export async function planWithTexts(run: Run): Promise<{ plan: RestorePlan; differs: boolean }> {
  const plan = await prepareRestore(run.project, await run.server.getSnapshotManifest())
  const { locallyChanged: changed } = plan
  const mixed = new Set(plan.items.filter(isMixed(run)).map(({ place }) => place.path))
  const matters =
    changed.length > 0 ? changed.every(path => mixed.has(path)) : run.request.only?.includes('sources')
  // Where nothing is in the way, or other local work is as well, nothing need be fetched to know.
  if (!matters) return { plan, differs: plan.items.length > 0 }
  const { items, locallyChanged } = await withoutUnchanged(run, plan)
  return { plan: { ...plan, locallyChanged }, differs: items.length > 0 }
}

/** Would it be written as a mixture of the snapshot's file and what is here? */
function isMixed({ local }: Run): (item: RestoreItem) => boolean {
  const files = new Set(COMPONENTS.map(component => component.local(local).location.file))
  return ({ place, merge, existing }) => existing !== undefined && (merge || files.has(place.absolute))
}

/** The plan without the files that would stay as they are once the agent's texts are in them. */
async function withoutUnchanged(run: Run, plan: RestorePlan): Promise<RestorePlan> {
  const mixed = plan.items.filter(isMixed(run))
  if (mixed.length === 0) return plan
  const restored = await fetchRestore(run.server, run.project, { ...plan, items: mixed })
  const kept = asTheyAre(run)
  let changed: string[]
  try {
    const writes = withRestored(run.project, await planChange(run, kept, restored), restored)
    changed = writes.map(({ path }) => path)
  } catch (error) {
    // Where the texts cannot be written into the snapshot's files, these surely differ.
    if (error instanceof LuaError) return plan
    throw error
  }
  const items = plan.items.filter(item => !mixed.includes(item) || changed.includes(item.place.absolute))
  const paths = new Set(items.map(({ place }) => place.path))
  return { ...plan, items, locallyChanged: plan.locallyChanged.filter(path => paths.has(path)) }
}
