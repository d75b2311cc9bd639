import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { runHosted } from '../support/hosted.js'
import { type LuaServer, seedVersion, startLuaServer } from '../support/lua-server.js'
import { agentId, agentPath, manyAgents } from '../support/many-agents.js'
import type { TestProject } from '../support/project.js'

const COUNT = 4

describe('lua compile --all', () => {
  let server: LuaServer
  let folder: TestProject

  beforeEach(async () => {
    const many = manyAgents(COUNT)
    folder = many.folder
    server = await startLuaServer({ state: many.state })
  })
  afterEach(async () => {
    folder.remove()
    await server.close()
  })

  const lua = (...args: string[]) => runHosted(['compile', ...args], { cwd: folder.root, url: server.url })
  const lines = (text: string) => text.trimEnd().split('\n')
  const isCompiled = (index: number) =>
    existsSync(join(folder.root, agentPath(index), 'dist-v2', 'manifest.json'))

  it('compiles every agent, one line each, and goes on after a failure', async () => {
    folder.write(`${agentPath(1)}/src/index.ts`, 'const = new LuaAgent({})\n')
    const run = await lua('--all')
    expect(run).to.include({ code: 20, stderr: '' })
    expect(lines(run.stdout)).to.have.length(COUNT + 1)
    expect(lines(run.stdout)[0]).to.match(/^✅ agents\/000: compiled 1 primitive \(\d+ ms\)$/)
    expect(lines(run.stdout)[1]).to.match(/^❌ agents\/001: /)
    expect(lines(run.stdout).at(-1)).to.equal('4 agents: 3 compiled, 1 failed (--verbose shows why).')
    expect([0, 1, 2, 3].map(isCompiled)).to.deep.equal([true, false, true, true])
    expect(server.requests).to.deep.equal([])
    const verbose = await lua('--all', '--verbose')
    expect(verbose.stderr).to.include('at src/index.ts:1:7')
    expect(lines(verbose.stdout).at(-1)).to.equal('4 agents: 3 compiled, 1 failed.')
  })

  it('is one JSON document, and takes a shard', async () => {
    const run = await lua('--all', '--json', '--shard', '2/2')
    expect(run).to.include({ code: 0, stderr: '' })
    const { status, agents } = JSON.parse(run.stdout)
    expect(status).to.equal('done')
    expect(agents.map(({ project }: { project: string }) => project)).to.deep.equal([
      agentPath(1),
      agentPath(3),
    ])
  })

  it('checks all of them first with --sync', async () => {
    seedVersion(server.state.agents[agentId(2)]!, { persona: 'You are two.' })
    const warned = await lua('--all', '--sync')
    expect(warned.code).to.equal(0)
    expect(warned.stderr).to.include('⚠️  agents/002: Persona: server is 1 version ahead')
    expect(isCompiled(2)).to.equal(true)
    const failed = await lua('--all', '--sync', '--fail-on-drift', '--json')
    expect(failed.code).to.equal(1)
    expect(JSON.parse(failed.stdout)).to.include({ status: 'drift' })
  })

  it('fails with --require-server where nothing could be checked', async () => {
    server.fault({ path: '*' }, { kind: 'reset', when: 'before' })
    const cwd = join(folder.root, agentPath(0))
    const run = await runHosted(['compile', '--sync', '--require-server'], { cwd, url: server.url })
    expect(run).to.include({ code: 11, stdout: '' })
    expect(isCompiled(0)).to.equal(false)
  })
})
