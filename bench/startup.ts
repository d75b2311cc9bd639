/**
 * What a person waits for: `lua --help`, and `lua sync --check` against a server on loopback, with and without delay.
 */

import { DEFAULT_KEY, newState, seedAgent } from '../test/support/lua-server.js'
import { makeProject } from '../test/support/project.js'
import { LUA } from '../test/support/run-lua.js'
import { startServerProcess } from '../test/support/server-process.js'
import { measure, report } from './measure.js'

const DELAY = 200

/** Times start-up and a check; the goals are the project's. */
export async function benchStartup(): Promise<void> {
  const state = newState()
  seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
  const server = await startServerProcess({ state })
  const project = makeProject()
  const env = { LUA_API_URL: server.url, LUA_API_KEY: DEFAULT_KEY }
  const check = {
    label: 'lua sync --check, no drift',
    args: [LUA, 'sync', '--check'],
    cwd: project.root,
    env,
  }
  const node = { label: 'node -e 0', args: ['-e', '0'] }
  try {
    const rows = await measure([node, { label: 'lua --help', args: [LUA, '--help'] }, check])
    report('Start-up (median of 9)', rows, { 'lua --help': 3, [check.label]: 4.5 })
    await server.fault({ path: '*' }, { kind: 'delay', ms: DELAY })
    const delayed = await measure([node, check], 5)
    const delays = (delayed[1]!.ms - rows[2]!.ms) / DELAY
    console.log(`  each answer ${DELAY} ms late: +${delays.toFixed(2)} delays  (goal: at most 1.2)`)
  } finally {
    await server.close()
    project.remove()
  }
}
