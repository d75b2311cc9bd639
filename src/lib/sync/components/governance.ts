import type { Json } from '../../source/index.js'
import { localProperty } from '../local.js'
import { isMembers } from '../merge/merge-json.js'
import type { Component } from './component.js'
import { single } from './single.js'
import { json } from './values.js'

/** Never compared, sent or written. */
const SECRET = ['apiKey']

/** What the agent may do. Where the code declares none, it is not managed: the server may have an organization's own. */
export const governance: Component = {
  ...single('governance', {
    ...json,
    deed: { subject: 'the governance', verb: 'changed' },
    of: agent => declared(agent.governance),
    write: (server, value) => server.updateAgent({ governance: value as object | null }),
  }),
  optional: true,
  local: agent =>
    localProperty(
      agent,
      'governance',
      value =>
        value === null || isMembers(value)
          ? { value: declared(value) }
          : { unmanaged: 'it is not an object' },
      { without: SECRET },
    ),
  change: value => ({ data: { governance: value as Json }, without: SECRET }),
}

/** One without a mode is none. */
function declared(value: unknown): Json | undefined {
  const isThere = isMembers(value) && typeof value.mode === 'string' && value.mode.trim() !== ''
  return isThere ? (withoutSecret(value) as Json) : undefined
}

function withoutSecret(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecret)
  if (!isMembers(value)) return value
  const kept = Object.entries(value).filter(([key]) => !SECRET.includes(key))
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSecret(inner)]))
}
