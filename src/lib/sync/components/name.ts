import { LuaError } from '../../errors.js'
import type { Persona } from '../../persona.js'
import type { Component } from './component.js'

/** The agent's name. The server keeps no versions of it: a push overwrites for good. */
export const name: Component = {
  key: 'name',
  local: agent => agent.name,
  server: state => ({ value: state.agent.name }),
  change: value => ({ name: asText(value) }),
  async push(server, value) {
    await server.renameAgent(asText(value))
    const { name: now } = await server.getAgent()
    if (now !== value) {
      throw new LuaError('SERVER_INVALID', `The agent was renamed, but the server now calls it "${now}".`, {
        hint: 'Someone may have renamed it at the same moment. Run lua sync again.',
      })
    }
    return { created: true, status: 'published', deployed: false }
  },
}

function asText(value: Persona): string {
  if (typeof value !== 'string') throw new TypeError('a name is a text')
  return value
}
