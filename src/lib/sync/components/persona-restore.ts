/** Taking a pushed persona back: the former text becomes the latest published one again, and production's. */

import { LuaError } from '../../errors.js'
import type { Persona } from '../../persona.js'
import { type LuaServer, latestPublished, personaOf } from '../../server/index.js'
import { sameValue } from '../equality.js'
import type { Pushed, Restored } from './component.js'
import { deployVersion, holds, pushPersona, serving } from './persona-push.js'
import { havingDone } from './unclear-write.js'
import { asPersona } from './values.js'

/** The first version that was ever published stays. */
export function lastingPersona({ state, before }: Pushed): string | undefined {
  if (before !== undefined || latestPublished(state.published) === undefined) return undefined
  return 'the server had none before, and a published version cannot be taken away'
}

/** @throws LuaError as a push does; PARTIAL where the former text would only be a draft */
export async function restorePersona(server: LuaServer, pushed: Pushed): Promise<Restored> {
  const { state } = pushed
  const latest = latestPublished(state.published)
  const now = latest && personaOf(latest)
  // Where there was none, and what was pushed was never published, all is as before.
  if (pushed.before === undefined) return { done: false }
  const before = asPersona(pushed.before)
  const left = pushed.left === undefined ? undefined : asPersona(pushed.left)
  const live = serving(state)
  const redeploy = pushed.deployed !== undefined && live && left !== undefined && holds(live, left)
  if (now !== undefined && sameValue(now, before) && !redeploy) {
    return { done: false, notes: await draftNotes(server, left) }
  }
  const { version, status } = await pushPersona(server, before, false)
  const created = `Persona version ${version} has the former text`
  if (status === 'draft') {
    if (!redeploy) throw onlyDraft(created, version!)
    await havingDone(created, () => deployVersion(server, version!))
  }
  const done = now === undefined || !sameValue(now, before)
  if (!redeploy) return { done, notes: done ? [LIVE_STAYS] : [] }
  const production = await havingDone(created, () =>
    putLiveBack(server, { ...pushed, value: before, version: version! }),
  )
  return { done, production }
}

const LIVE_STAYS = 'Production keeps the version that is current there (lua sync --history).'

/** What was pushed and never published stays. */
async function draftNotes(server: LuaServer, left: Persona | undefined): Promise<string[]> {
  const drafts = left === undefined ? [] : await server.listPersonaVersions('draft')
  const draft = drafts.find(each => holds(each, left!))
  return draft ? [`Version ${draft.version} stays a draft, which neither sync nor production sees.`] : []
}

/** Production serves what it served before the push: the same version, or the former text under its new number. */
async function putLiveBack(
  server: LuaServer,
  { deployed, state, value, version }: Pushed & { value: Persona; version: number },
): Promise<number> {
  const before = state.published.find(each => each.version === deployed?.before)
  const former = before && !holds(before, value) ? before.version : version
  await deployVersion(server, former)
  return former
}

function onlyDraft(created: string, version: number): LuaError {
  return new LuaError(
    'PARTIAL',
    `${created}, but it is a draft: until it is deployed, sync and production keep what was pushed.`,
    {
      hint: `Deploy version ${version} in the dashboard. This undo deploys nothing, because the push did not.`,
    },
  )
}
