import type { Persona } from '../../persona.js'
import { canonical } from '../canonical.js'
import { localProperty } from '../local.js'
import type { Component } from './component.js'
import { pushSingle } from './single.js'
import { asText } from './text-value.js'

/** Never compared, sent or written. */
const SECRET = ['apiKey']

/** What the agent may do. Its value here is its JSON with sorted keys, indented: two that mean the same are one text. */
export const governance: Component = {
  key: 'governance',
  optional: true,
  json: true,
  local: agent =>
    localProperty(agent, 'governance', value => ({ value: governanceText(value) }), { without: SECRET }),
  server: ({ agent }) => ({ value: governanceText(agent.governance) }),
  change: value => ({ data: { governance: parsed(value) }, without: SECRET }),
  push: (server, value) =>
    pushSingle(server, {
      what: 'governance',
      subject: 'the governance',
      verb: 'changed',
      write: () => server.updateAgent({ governance: parsed(value) }),
      isHeld: agent => governanceText(agent.governance) === value,
      shown: agent => `has ${governanceText(agent.governance) === undefined ? 'none' : 'another'}`,
    }),
}

/** One without a mode is none. */
function governanceText(value: unknown): string | undefined {
  const kept = withoutSecret(value)
  const hasMode =
    typeof kept === 'object' && kept !== null && typeof (kept as { mode?: unknown }).mode === 'string'
  return hasMode ? canonical(kept) : undefined
}

function withoutSecret(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecret)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !SECRET.includes(key))
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSecret(inner)]))
}

function parsed(value: Persona) {
  return JSON.parse(asText(value))
}
