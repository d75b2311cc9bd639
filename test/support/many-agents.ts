/** A repository of many agents, and a server that knows them all. */

import { newState, type ServerState, seedAgent } from './lua-server-state.js'
import { agentSource, makeProject, type TestProject } from './project.js'

export interface ManyAgents {
  state: ServerState
  folder: TestProject
}

export const agentId = (index: number) => `baseAgent_agent_${index}`
export const agentPath = (index: number) => `agents/${String(index).padStart(3, '0')}`

/** `count` agents in `agents/000` and so on, all in sync. */
export function manyAgents(count: number): ManyAgents {
  const state = newState()
  const folder = makeProject({ 'lua.skill.yaml': undefined, 'src/index.ts': undefined })
  for (let index = 0; index < count; index++) {
    seedAgent(state, { id: agentId(index), name: `Agent ${index}`, personas: [`You are ${index}.`] })
    folder.write(`${agentPath(index)}/lua.skill.yaml`, `agent:\n  agentId: ${agentId(index)}\n`)
    folder.write(
      `${agentPath(index)}/src/index.ts`,
      agentSource({ name: `Agent ${index}`, persona: `You are ${index}.` }),
    )
  }
  return { state, folder }
}
