/**
 * What a pull or a push refuses because it would take back what somebody did. `--force` passes, and so does a person
 * at the prompt, who has seen the diff.
 */

import { versionsAndAge } from '../../ages.js'
import { LuaError } from '../../errors.js'
import { componentOf } from '../components/index.js'
import type { ComponentDrift } from '../model.js'
import type { Run } from '../run.js'

/**
 * This checkout remembers a base, but git was too slow to tell whether the code still descends from it.
 * @throws LuaError CONFLICT
 */
export function refuseUnknown(
  { late, record, request }: Pick<Run, 'late' | 'record' | 'request'>,
  drifts: ComponentDrift[],
): void {
  const unknown = drifts.filter(
    ({ state, component }) => state === 'differs' && record.components[component] !== undefined,
  )
  if (!late || unknown.length === 0) return
  throw new LuaError(
    'CONFLICT',
    `Git did not tell the history in time, so it is not known who changed the ${namesOf(unknown)}; nothing was modified.`,
    { hint: `Run it again, or go on without knowing (lua sync --${request.mode} --force).` },
  )
}

/** @throws LuaError CONFLICT if a function, or what only running the code would tell, would be overwritten */
export function refuseUnmanaged(drifts: ComponentDrift[]): void {
  for (const { component, local } of drifts) {
    const { unmanaged, location } = local
    if (unmanaged === undefined) continue
    throw new LuaError('CONFLICT', `The ${component} in the code is not overwritten: ${unmanaged}.`, {
      hint: `lua sync --pull --only ${component} --force writes the value of the server in its place.`,
      location,
    })
  }
}

/** @throws LuaError CONFLICT if a pull would overwrite local changes */
export function refuseLocalWork(drifts: ComponentDrift[]): void {
  refuseUnmanaged(drifts)
  const moved = drifts.filter(({ state }) => state === 'ahead' || state === 'diverged')
  if (moved.length === 0) return
  const problems = moved.map(
    ({ component, local }) =>
      new LuaError('CONFLICT', `${component} has local changes that are not on the server.`, {
        location: local.location,
      }),
  )
  throw new LuaError(
    'CONFLICT',
    `A pull would overwrite local changes to ${namesOf(moved)}; nothing was modified.`,
    {
      hint: `Three ways on: ${waysOn(moved)}, or overwrite them (lua sync --pull --force).`,
      problems,
    },
  )
}

/** A push of what has diverged would be refused as well. */
function waysOn(moved: ComponentDrift[]): string {
  return moved.some(({ state }) => state === 'diverged')
    ? 'merge both sides (lua sync --merge), push yours over the server’s (lua sync --push --force)'
    : 'push them (lua sync --push), merge both sides (lua sync --merge)'
}

/** @throws LuaError CONFLICT if a push would revert what the server has and the code does not descend from */
export function refuseServerWork(drifts: ComponentDrift[]): void {
  // Where the code declares nothing, nothing is sent.
  const moved = drifts.filter(
    ({ state, local }) => local.value !== undefined && (state === 'behind' || state === 'diverged'),
  )
  if (moved.length === 0) return
  const now = Date.now()
  const reverted = moved.map(drift => revertedBy(drift, now))
  const both = moved.some(({ state }) => state === 'diverged')
  const first = both ? 'merge both sides (lua sync --merge)' : 'take them (lua sync --pull or --merge)'
  throw new LuaError('CONFLICT', `A push would revert ${reverted.join(' and ')}; nothing was pushed.`, {
    hint: `${both ? 'Your code and the server both changed' : 'Your code does not have these changes'}. Two ways on: ${first}, or overwrite them (lua sync --push --force).`,
    location: moved[0]!.local.location,
  })
}

/** `v2 of the persona (2 hours ago)`. */
function revertedBy({ component, newer, server }: ComponentDrift, now: number): string {
  if (newer?.length) return `the ${component} on the server (${versionsAndAge(newer, now)})`
  const { shown } = server
  const isShort = typeof shown === 'string' && !componentOf(component).history && !shown.includes('\n')
  return `the ${component} on the server${isShort ? ` (now "${shown}")` : ''}`
}

function namesOf(drifts: ComponentDrift[]): string {
  return drifts.map(({ component }) => component).join(' and ')
}
