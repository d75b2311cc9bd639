import type { ChildProcess } from 'node:child_process'
import { expect } from 'chai'
import { newState, seedAgent, startLuaServer } from '../support/lua-server.js'
import { manyAgents } from '../support/many-agents.js'
import { makeProject } from '../support/project.js'
import { runLua } from '../support/run-lua.js'

/** Sends Ctrl-C as soon as `sign` stands in what the run traces. */
function stopAt(sign: RegExp) {
  return (child: ChildProcess) => {
    let seen = ''
    child.stderr!.on('data', (chunk: Buffer) => {
      const before = sign.test(seen)
      seen += chunk
      if (!before && sign.test(seen)) child.kill('SIGINT')
    })
  }
}

describe('a run that is stopped with Ctrl-C', () => {
  const DEBUG = 'lua*'

  it('still is one JSON document', async () => {
    const state = newState()
    seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
    const server = await startLuaServer({ state })
    const project = makeProject()
    server.fault({ path: '/developer/*' }, { kind: 'hang' })
    try {
      const run = await runLua(['sync', '--check', '--json'], {
        cwd: project.root,
        url: server.url,
        env: { DEBUG },
        onSpawn: stopAt(/lua:request GET \S+admin/),
      })
      expect(run.code).to.equal(130)
      expect(JSON.parse(run.stdout).error).to.include({ code: 'INTERRUPTED', exitCode: 130 })
    } finally {
      project.remove()
      await server.close()
    }
  })

  it('still is one JSON document of many agents, each with what it came to', async () => {
    const { state, folder } = manyAgents(20)
    const server = await startLuaServer({ state })
    server.fault({ path: '/developer/*' }, { kind: 'hang' })
    try {
      const run = await runLua(['sync', '--check', '--all', '--json'], {
        cwd: folder.root,
        url: server.url,
        env: { DEBUG },
        onSpawn: stopAt(/lua:request GET \S+admin/),
      })
      expect(run.code).to.equal(130)
      const { agents } = JSON.parse(run.stdout)
      expect(agents).to.have.length(20)
      expect(agents[19].error).to.include({ code: 'INTERRUPTED' })
    } finally {
      folder.remove()
      await server.close()
    }
  })

  it('still is one JSON document of a compile, and leaves no output behind', async () => {
    const project = makeProject({
      'src/index.ts': [
        "import { LuaAgent, LuaWebhook } from 'lua-cli'",
        'for (;;) {}',
        "const hook = new LuaWebhook({ name: 'h', description: 'd', execute: async () => 1 })",
        "export const agent = new LuaAgent({ name: 'A', persona: 'P', webhooks: [hook] })",
        '',
      ].join('\n'),
    })
    try {
      const run = await runLua(['compile', '--json'], {
        cwd: project.root,
        env: { DEBUG },
        onSpawn: stopAt(/compile discover/),
      })
      expect(run.code).to.equal(130)
      expect(JSON.parse(run.stdout).error).to.include({ code: 'INTERRUPTED', exitCode: 130 })
      expect(Object.keys(project.bytes()).sort()).to.deep.equal(['lua.skill.yaml', 'src/index.ts'])
    } finally {
      project.remove()
    }
  })
})
