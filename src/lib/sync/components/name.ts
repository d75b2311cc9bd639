import { LuaError } from '../../errors.js'
import type { Persona } from '../../persona.js'
import type { LuaServer } from '../../server/index.js'
import type { Component } from './component.js'
import { after, settled } from './settled.js'

/** The agent's name. The server keeps no versions of it: a push overwrites for good. */
export const name: Component = {
  key: 'name',
  local: agent => agent.name,
  server: state => ({ value: state.agent.name }),
  change: value => ({ name: asText(value) }),
  async push(server, value) {
    await rename(server, asText(value))
    const { name: now } = await after('The agent was renamed', () => server.getAgent())
    if (now !== value) throw notHeld(now)
    return { created: true, status: 'published', deployed: false }
  },
}

async function rename(server: LuaServer, name: string): Promise<void> {
  const write = async () => {
    await server.renameAgent(name)
    return true
  }
  const look = async () => (await server.getAgent()).name === name || undefined
  await settled(write, look, {
    subject: 'the agent',
    verb: 'renamed',
    findOut: 'lua sync --check shows its name once the server answers again.',
  })
}

function notHeld(now: string): LuaError {
  return new LuaError(
    'SERVER_INVALID',
    `The server accepted the new name, but calls the agent "${now}" now.`,
    {
      hint: 'Someone may have renamed it at the same moment. Run lua sync again.',
    },
  )
}

function asText(value: Persona): string {
  if (typeof value !== 'string') throw new TypeError('a name is a text')
  return value
}
