import { SETTINGS } from '../../server/index.js'
import { canonical } from '../canonical.js'
import { localProperty } from '../local.js'
import type { Component, ServerState } from './component.js'
import { json, type Values } from './values.js'

/** Looked at in a check, and written to neither side. */
interface CheckedOnly extends Values, Pick<Component, 'key' | 'local' | 'server'> {
  /** Does this server tell it at all? */
  isTold(state: ServerState): boolean
}

/** What else an agent declares. Other tools send it, and take away what is not declared: here it is only compared. */
export const settings: readonly CheckedOnly[] = SETTINGS.map(key => ({
  ...json,
  shown: value => (typeof value === 'string' ? value : canonical(value)),
  key,
  local: agent => localProperty(agent, key, value => ({ value: declared(value) })),
  server: ({ agent }) => ({ value: declared(agent.settings?.[key]) }),
  isTold: ({ agent }) => agent.settings !== undefined && Object.hasOwn(agent.settings, key),
}))

function declared(value: unknown) {
  return value === null || value === '' ? undefined : (value as string | undefined)
}
