/**
 * What an undo would put back, and why it is refused or done in part.
 */

import type { UndoPlan } from '../disk/index.js'
import { LuaError } from '../errors.js'
import type { LuaServer } from '../server/index.js'
import { componentOf, type ServerState, sameOrNone } from './components/index.js'
import type { Memo, ServerLoss } from './keep.js'
import type { ComponentKey, PlannedFile } from './model.js'

/** What a record holds, as sync wrote it. */
export interface Plan extends UndoPlan {
  server?: ServerLoss
}

/** What was put back. */
export interface Undone {
  /** What was undone: `pull`, `push`, `merge` … */
  reason: string
  /** Epoch milliseconds of what was undone. */
  at: number
  /** Absolute paths that were put back. */
  files: string[]
  /** Components that were put back on the server. */
  components: ComponentKey[]
  /** The version that production serves again, where the run had deployed another. */
  production?: number
  /** Things worth knowing. */
  notes: string[]
  /** Of a dry run: the files that would change. */
  planned?: PlannedFile[]
}

/** What was overwritten for one agent is never written to another, not even by force. */
export function refuseForeign({ reason }: Plan, { agentId, serverUrl }: Memo, server: LuaServer): void {
  if (agentId === server.agentId && serverUrl === server.url) return
  const other =
    agentId !== server.agentId ? `the agent ${agentId ?? '(not recorded)'}` : `the server ${serverUrl}`
  const here = agentId !== server.agentId ? server.agentId : server.url
  throw new LuaError(
    'CONFLICT',
    `The last ${reason} cannot be undone here: it was of ${other}, and this is ${here}. Nothing was modified.`,
    {
      hint: 'Set agent.agentId in lua.skill.yaml and LUA_API_URL back to what they were, then undo it there.',
    },
  )
}

/** @throws LuaError CONFLICT if a file is not what the run left */
export function refuseChangedFiles({ differing, reason }: Plan): void {
  if (differing.length === 0) return
  const problems = differing.map(file => new LuaError('CONFLICT', `${file} was changed since.`))
  throw new LuaError(
    'CONFLICT',
    `The last ${reason} cannot be undone: files were changed since. Nothing was modified.`,
    {
      hint: 'lua sync --undo --force overwrites those changes (and keeps them for another undo).',
      problems,
    },
  )
}

/** @throws LuaError CONFLICT if the server holds neither what the run left there nor what it had before */
export function refuseChangedServer(
  plan: Plan,
  { left }: Memo,
  keys: ComponentKey[],
  state: ServerState,
): void {
  for (const key of keys) {
    const now = componentOf(key).server(state).value
    if (now !== undefined && sameOrNone(componentOf(key), now, left?.[key])) continue
    // A draft that was never published left the published text as it was: putting that back changes nothing.
    if (sameOrNone(componentOf(key), now, plan.server?.values[key] ?? undefined)) continue
    throw new LuaError(
      'CONFLICT',
      `The last ${plan.reason} cannot be undone: the ${key} on the server changed since. Nothing was modified.`,
      {
        hint: 'See what it says now with lua sync, or overwrite it with lua sync --undo --force.',
      },
    )
  }
}

/** Nothing of the run can be put back. */
export function nothingBack({ reason }: Plan, lasting: Map<ComponentKey, string>): LuaError {
  return new LuaError(
    'CONFLICT',
    `The last ${reason} cannot be undone. ${[...lasting.values()].join(' ')} Nothing was modified.`,
    {
      hint: 'lua sync --undo --force leaves it there and forgets this run: the next undo takes back the one before.',
    },
  )
}

/** The rest was put back. */
export function onlyPartly(
  { reason, files, components }: Undone,
  lasting: Map<ComponentKey, string>,
): LuaError {
  const parts = [...(files.length > 0 ? ['the files'] : []), ...components.map(key => `the ${key}`)].join(
    ' and ',
  )
  return new LuaError(
    'PARTIAL',
    `The last ${reason} was undone in part (${parts || 'nothing'} put back). ${[...lasting.values()].join(' ')}`,
    { hint: 'Change it in the code or in the dashboard, and push.' },
  )
}
