/**
 * Ctrl-C at moments that matter: while we wait, while something is being written, twice.
 */

import type { ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startOf } from '../../src/lib/disk/process.js'
import { inProcess } from '../support/in-process.js'
import { DEFAULT_AGENT, type LuaServer, newState, seedAgent, startLuaServer } from '../support/lua-server.js'
import { agentSource, makeProject, type TestProject } from '../support/project.js'
import { type LuaRun, runLua } from '../support/run-lua.js'
import { litterIn } from './support/cell.js'
import { tried } from './support/tally.js'

const WAITING = `/developer/agents/${DEFAULT_AGENT}/persona/versions`
const RENAMING = '/agents/baseAgent/sub-agent'

describe('faults: Ctrl-C', function () {
  this.timeout(60_000)
  let server: LuaServer
  let project: TestProject
  /** What happens when the server gets a request for that path. */
  let at: { path: string; act: () => void } | undefined

  beforeEach(async () => {
    const state = newState()
    seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
    server = await startLuaServer({
      state,
      onRequest: ({ path }) => {
        if (path === at?.path) at.act()
      },
    })
    project = makeProject({ 'src/index.ts': agentSource({ name: 'New Name', persona: 'You help a lot.' }) })
  })
  afterEach(async () => {
    at = undefined
    project.remove()
    await server.close()
  })

  /** Runs `lua sync`, and sends the signals when the server is asked for `path`. */
  function stopAt(path: string, args: string[], signals: NodeJS.Signals[]): Promise<LuaRun> {
    return tried('process: Ctrl-C at chosen moments', async () => {
      let child: ChildProcess | undefined
      at = { path, act: () => signals.forEach(signal => void child?.kill(signal)) }
      return runLua(['sync', ...args], {
        cwd: project.root,
        url: server.url,
        onSpawn: spawned => {
          child = spawned
        },
      })
    })
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    for (const mode of ['--check', '--pull', '--push']) {
      it(`ends ${mode} at once on ${signal} while it waits for the server`, async () => {
        const before = project.bytes()
        server.fault({ path: WAITING }, { kind: 'hang' })
        const run = await stopAt(WAITING, [mode], [signal])
        expect(run.code).to.equal(130)
        expect(run.stderr).to.include('Stopped.')
        expect(run.elapsed).to.be.below(10_000)
        expect(project.bytes()).to.deep.equal(before)
        expect(litterIn(project.root)).to.deep.equal([])
      })
    }
  }

  it('finishes what is being written, begins nothing more, and says what was done', async () => {
    server.fault({ path: RENAMING }, { kind: 'delay', ms: 500 })
    const run = await stopAt(RENAMING, ['--push'], ['SIGINT'])
    expect(run.code).to.equal(130)
    expect(run.stdout + run.stderr).to.include('Stopped. Already done: name pushed.')
    const agent = server.state.agents[DEFAULT_AGENT]!
    expect(agent.name).to.equal('New Name')
    expect(agent.personaVersions).to.have.length(1)
    expect(litterIn(project.root)).to.deep.equal([])
  })

  it('says the same as JSON: one document', async () => {
    server.fault({ path: RENAMING }, { kind: 'delay', ms: 500 })
    const run = await stopAt(RENAMING, ['--push', '--json'], ['SIGINT'])
    expect(run.code).to.equal(130)
    const document = JSON.parse(run.stdout)
    expect(document.status).to.equal('partial')
    expect(document.error).to.include({ code: 'INTERRUPTED', exitCode: 130 })
    expect(document.components[0]).to.deep.include({ component: 'name', action: 'push' })
  })

  it('ends at once when asked twice, and the next run puts things right', async () => {
    server.fault({ path: RENAMING }, { kind: 'hang' })
    const run = await stopAt(RENAMING, ['--push'], ['SIGINT', 'SIGTERM'])
    expect(run.code).to.equal(130)
    expect(run.elapsed).to.be.below(10_000)
    server.clearFaults()
    const again = await runLua(['sync', '--push'], { cwd: project.root, url: server.url })
    expect(again.code).to.equal(0)
    expect(server.state.agents[DEFAULT_AGENT]!.personaVersions).to.have.length(2)
    expect(litterIn(project.root)).to.deep.equal([])
  })

  it('ends at once while it waits for another run', () =>
    tried('process: Ctrl-C at chosen moments', async () => {
      const start = startOf(process.ppid)
      const holder = { token: 'x', pid: process.ppid, start, host: hostname(), command: 'lua sync --push' }
      mkdirSync(join(project.root, '.lua'))
      writeFileSync(join(project.root, '.lua/lock'), JSON.stringify(holder))
      const started = performance.now()
      const place = { root: project.root, url: server.url }
      const failure = await inProcess(place, { mode: 'pull' }, { stop: AbortSignal.abort() }).catch(
        error => error,
      )
      expect(failure).to.include({ code: 'INTERRUPTED', exitCode: 130 })
      expect(performance.now() - started).to.be.below(5000)
      expect(server.requests).to.deep.equal([])
    }))
})
