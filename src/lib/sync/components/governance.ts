import type { Json } from '../../source/index.js'
import { localProperty } from '../local.js'
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
    localProperty(agent, 'governance', value => ({ value: declared(value) }), { without: SECRET }),
  change: value => ({ data: { governance: value as Json }, without: SECRET }),
}

/** One without a mode is none. */
function declared(value: unknown): Json | undefined {
  const kept = withoutSecret(value)
  const mode = typeof kept === 'object' && kept !== null && 'mode' in kept ? kept.mode : undefined
  return typeof mode === 'string' && mode !== '' ? (kept as Json) : undefined
}

function withoutSecret(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecret)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !SECRET.includes(key))
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSecret(inner)]))
}
