/** A repository of 200 agents, checked at once against a server that takes 50 ms for every answer. */

import { DEFAULT_KEY } from '../test/support/lua-server.js'
import { manyAgents } from '../test/support/many-agents.js'
import { LUA } from '../test/support/run-lua.js'
import { startServerProcess } from '../test/support/server-process.js'
import { measure } from './measure.js'

const AGENTS = 200
const DELAY = 50
const GOAL_SECONDS = 6

/** Times `lua sync --check --all`. */
export async function benchAll(): Promise<void> {
  const { state, folder } = manyAgents(AGENTS)
  const server = await startServerProcess({ state })
  const check = {
    label: `lua sync --check --all, ${AGENTS} agents`,
    args: [LUA, 'sync', '--check', '--all'],
    cwd: folder.root,
    env: { LUA_API_URL: server.url, LUA_API_KEY: DEFAULT_KEY },
  }
  try {
    await server.fault({ path: '*' }, { kind: 'delay', ms: DELAY })
    const [row] = await measure([check], 3)
    const seconds = (row!.ms / 1000).toFixed(2)
    console.log(`\n${row!.label}, each answer ${DELAY} ms late (median of 3)`)
    console.log(`  ${seconds} s  (goal: at most ${GOAL_SECONDS} s)`)
  } finally {
    await server.close()
    folder.remove()
  }
}
