/**
 * Heavy projects: what a check of them costs is measured by `npm run bench load`, that it is right by the tests.
 */

import { newState, type ServerState, seedAgent, seedVersion } from '../../support/lua-server.js'
import { agentSource } from '../../support/project.js'

export interface Load {
  label: string
  /** Milliseconds that a check may take, on a small machine. */
  goalMs: number
  /** What the check exits with. */
  code: number
  source: string
  state(): ServerState
}

const text = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

function withPersona(persona: string): ServerState {
  const state = newState()
  seedAgent(state, { name: 'Test Agent', personas: [persona] })
  return state
}

const WIDE = 'x'.repeat(40)

export const LOADS: Load[] = [
  {
    label: '5 MB against 5 MB that share nothing',
    goalMs: 3000,
    code: 1,
    source: agentSource({ persona: text(100_000, index => `mine ${index} ${WIDE}`) }),
    state: () => withPersona(text(100_000, index => `theirs ${index} ${WIDE}`)),
  },
  {
    // Short lines: what is shown of them, the beginning, is too much for an exact diff as well.
    label: '5 MB against 5 MB in another order',
    goalMs: 3000,
    code: 1,
    source: agentSource({ persona: text(500_000, index => `rule ${index % 10_000}`) }),
    state: () => withPersona(text(500_000, index => `rule ${(500_000 - index) % 10_000}`)),
  },
  {
    label: '20,000 lines, 5% of them changed',
    goalMs: 1000,
    code: 1,
    source: agentSource({
      persona: text(20_000, index => (index % 20 === 7 ? `new ${index}` : `line ${index}`)),
    }),
    state: () => withPersona(text(20_000, index => `line ${index}`)),
  },
  {
    label: '2,000 persona versions',
    goalMs: 1000,
    code: 0,
    source: agentSource({ persona: 'Version 2000.' }),
    state() {
      const state = newState()
      const agent = seedAgent(state, { name: 'Test Agent' })
      for (let version = 1; version <= 2000; version++)
        seedVersion(agent, { persona: `Version ${version}.`, isCurrent: false })
      return state
    },
  },
]
