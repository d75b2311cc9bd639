import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { runHosted } from '../support/hosted.js'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  seedAgent,
  seedVersion,
  startLuaServer,
} from '../support/lua-server.js'
import { agentSource, makeProject, type TestProject } from '../support/project.js'
import { KEYS, Terminal } from '../support/pty.js'

describe('the --sync hook, on lua compile', () => {
  let server: LuaServer
  let project: TestProject

  beforeEach(async () => {
    const state = newState()
    const agent = seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
    seedVersion(agent, { persona: 'You help.\nKindly.' })
    server = await startLuaServer({ state })
    project = makeProject()
  })
  afterEach(async () => {
    project.remove()
    await server.close()
  })

  const lua = (...args: string[]) => runHosted(args, { cwd: project.root, url: server.url })
  const compiled = () => existsSync(join(project.root, 'dist-v2', 'manifest.json'))
  const manifest = () => JSON.parse(project.read('dist-v2/manifest.json'))

  it('does nothing without --sync: no request is made', async () => {
    expect((await lua('compile')).code).to.equal(0)
    expect(server.requests).to.deep.equal([])
    expect(compiled()).to.equal(true)
  })

  it('warns where nobody can answer, on stderr, and goes on', async () => {
    const run = await lua('compile', '--sync')
    expect(run.code).to.equal(0)
    expect(run.stderr).to.include('PERSONA DIFF').and.to.include('- Kindly.')
    expect(run.stdout).not.to.include('PERSONA DIFF')
    expect(compiled()).to.equal(true)
  })

  it('fails with --fail-on-drift before anything is compiled', async () => {
    const run = await lua('compile', '--sync', '--fail-on-drift')
    expect(run.code).to.equal(1)
    expect(run.stderr).to.include('PERSONA DIFF')
    expect(compiled()).to.equal(false)
  })

  it('passes with --fail-on-drift where nothing drifted', async () => {
    project.write('src/index.ts', agentSource({ persona: 'You help.\nKindly.' }))
    expect((await lua('compile', '--sync', '--fail-on-drift')).code).to.equal(0)
    expect(compiled()).to.equal(true)
  })

  it('keeps stdout one JSON document', async () => {
    const run = await lua('compile', '--sync', '--json')
    expect(run.code).to.equal(0)
    expect(() => JSON.parse(run.stdout)).not.to.throw()
    const failed = await lua('compile', '--sync', '--fail-on-drift', '--json')
    expect(failed.code).to.equal(1)
    expect(JSON.parse(failed.stdout)).to.include({ schemaVersion: 1, status: 'drift' })
  })

  it('goes on without the server, and says that drift was not checked', async () => {
    server.fault({ path: '*' }, { kind: 'reset', when: 'before' })
    const run = await lua('compile', '--sync')
    expect(run.code).to.equal(0)
    expect(run.stderr).to.include('Drift was NOT checked')
    expect(compiled()).to.equal(true)
  })

  it('stops where the check itself fails, with its own exit code', async () => {
    server.fault({ path: '*' }, { kind: 'answer', status: 401, body: { message: 'no' } })
    expect((await lua('compile', '--sync')).code).to.equal(9)
    expect(compiled()).to.equal(false)
  })

  it('asks on a terminal, and compiles what was decided', async () => {
    const terminal = new Terminal(['compile', '--sync'], { cwd: project.root, url: server.url })
    await terminal.waitFor('❯ 📥 Pull server to local')
    terminal.type(KEYS.enter)
    expect(await terminal.exit(), terminal.text).to.equal(0)
    expect(manifest().primitives[0]).to.include({ kind: 'agent', persona: 'You help.\nKindly.' })
    expect(server.state.agents[DEFAULT_AGENT]!.personaVersions).to.have.length(2)
  })

  it('asks nobody on a terminal with --ci', async () => {
    const terminal = new Terminal(['compile', '--sync', '--ci'], { cwd: project.root, url: server.url })
    expect(await terminal.exit(), terminal.text).to.equal(0)
    expect(terminal.text).to.include('PERSONA DIFF').and.not.to.include('What would you like')
    expect(compiled()).to.equal(true)
  })

  it('compiles nothing after Ctrl-C', async () => {
    const terminal = new Terminal(['compile', '--sync'], { cwd: project.root, url: server.url })
    await terminal.waitFor('❯ 📥 Pull server to local')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).to.equal(130)
    expect(compiled()).to.equal(false)
  })
})
