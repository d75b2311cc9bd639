/** Disks, folders and clocks that misbehave, and other programs that write at the same time. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { startOf } from '../../src/lib/disk/process.js'
import { runHosted } from '../support/hosted.js'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  seedAgent,
  seedSnapshot,
  seedVersion,
  startLuaServer,
} from '../support/lua-server.js'
import { makeProject, type TestProject } from '../support/project.js'
import { type LuaOptions, type LuaRun, runLua } from '../support/run-lua.js'
import { litterIn } from './support/cell.js'
import { Gate } from './support/gate.js'
import { oneIn } from './support/sample.js'
import { tried } from './support/tally.js'

const BROKEN_DISK = pathToFileURL(join(import.meta.dirname, 'support', 'broken-disk.mjs')).href
const NEW_PERSONA = 'You help.\nKindly.'

describe('faults: disk and process', function () {
  this.timeout(120_000)
  let server: LuaServer
  let project: TestProject
  let onRequest: ((path: string) => void) | undefined

  beforeEach(async () => {
    const state = newState()
    const agent = seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
    seedVersion(agent, { persona: NEW_PERSONA })
    server = await startLuaServer({ state, onRequest: ({ path }) => onRequest?.(path) })
    project = openProject()
  })
  afterEach(async () => {
    onRequest = undefined
    project.remove()
    await server.close()
  })

  const openProject = () => makeProject({}, 'lua-broken-')
  const lua = (args: string[], options: Partial<LuaOptions> = {}): Promise<LuaRun> =>
    runLua(args, { cwd: project.root, url: server.url, ...options })
  const disk = <T>(body: () => Promise<T>) => tried('disk and process', body)

  /** How a disk breaks, and after how many writes: the whole way for the two that come in the middle. */
  const often = Array.from({ length: 54 }, (_, index) => index).filter(index => index % oneIn(6) === 0)
  const breaks = { ENOSPC: often, EIO: often, EROFS: [0, 9, 36], EACCES: [0, 9, 36] }

  for (const [code, writes] of Object.entries(breaks)) {
    it(`loses nothing, whenever the disk gives ${code}`, async () => {
      seedSnapshot(server.state, server.state.agents[DEFAULT_AGENT]!, { 'src/new.ts': 'export {}\n' })
      const gate = new Gate(4)
      const ends = await Promise.all(
        writes.map(after => gate.through(() => disk(() => breakAt(code, after)))),
      )
      // Otherwise the disk never broke, and nothing was tested.
      expect(ends).to.include(21).and.to.include(0)
    })
  }

  /** A pull on a disk that breaks after so many writes, then the same on one that is well again. */
  async function breakAt(code: string, after: number): Promise<number | null> {
    const own = openProject()
    try {
      const before = own.bytes()
      const env = { NODE_OPTIONS: `--import=${BROKEN_DISK}`, BROKEN_CODE: code, BROKEN_AFTER: String(after) }
      const run = await runLua(['sync', '--pull'], { cwd: own.root, url: server.url, env })
      expect(run.stderr, run.stderr).not.to.include('bug in')
      expect(run.code, run.stderr).to.be.oneOf([0, 21, 22])
      if (run.code === 21) expect(sources(own.bytes())).to.deep.equal(before)
      if (run.code !== 0) expect(run.stderr).to.match(/❌ .*\n(.|\n)*→ /)
      const again = await runHosted(['sync', '--pull'], { cwd: own.root, url: server.url })
      expect(again.code, again.stderr).to.equal(0)
      expect(own.read('src/index.ts')).to.include(NEW_PERSONA)
      expect(litterIn(own.root)).to.deep.equal([])
      return run.code
    } finally {
      own.remove()
    }
  }

  /** What a broken disk could not sweep is no file of the user's. */
  function sources(files: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes('.lua-sync-')))
  }

  it('tells that `.lua` is a file, and touches nothing', () =>
    disk(async () => {
      project.write('.lua', 'mine')
      const before = project.bytes()
      const run = await lua(['sync', '--pull'])
      expect(run.code).to.equal(21)
      expect(run.stderr).to.include('it is not a folder').and.to.include('→')
      expect(project.read('.lua')).to.equal('mine')
      expect(project.bytes()).to.deep.equal(before)
      // A check keeps only a memory there, and goes on without one.
      expect((await lua(['sync', '--check'])).code).to.equal(1)
    }))

  it('says in a check without drift, too, what it could not keep, or goes on without', () =>
    disk(async () => {
      project.write('.lua', 'mine')
      server.state.agents[DEFAULT_AGENT]!.personaVersions.pop()
      const run = await lua(['sync', '--check'])
      expect(run.code, run.stderr).to.equal(0)
      expect(run.stdout).to.include('No drift detected')
    }))

  it('leaves a read-only file as it is, and says so', () =>
    disk(async () => {
      const file = join(project.root, 'src/index.ts')
      chmodSync(file, 0o444)
      const before = project.bytes()
      const run = await lua(['sync', '--pull'])
      expect(run.code).to.equal(21)
      expect(run.stderr).to.include('src/index.ts').and.to.include('→')
      expect(project.bytes()).to.deep.equal(before)
      expect(litterIn(project.root)).to.deep.equal([])
    }))

  for (const home of [undefined, '/nonexistent', '']) {
    it(`works without a home: HOME=${home}`, () =>
      disk(async () => {
        const run = await lua(['sync', '--pull'], { env: { HOME: home } })
        expect(run.code, run.stderr).to.equal(0)
        expect(project.read('src/index.ts')).to.include(NEW_PERSONA)
      }))
  }

  it('works when the clock was set back by ten years', () =>
    disk(async () => {
      const back =
        'data:text/javascript,const now = Date.now; Date.now = () => now() - 10 * 365 * 86400000'.replaceAll(
          ' ',
          '%20',
        )
      const run = await lua(['sync', '--pull'])
      expect(run.code).to.equal(0)
      seedVersion(server.state.agents[DEFAULT_AGENT]!, { persona: 'You help.\nGently.' })
      const earlier = await lua(['sync', '--pull'], { env: { NODE_OPTIONS: `--import=${back}` } })
      expect(earlier.code, earlier.stderr).to.equal(0)
      expect(project.read('src/index.ts')).to.include('Gently.')
      // The last pull is what an undo takes back, whatever the clock said.
      expect((await lua(['sync', '--undo'])).code).to.equal(0)
      expect(project.read('src/index.ts')).to.include('Kindly.')
    }))

  it('never overwrites what an editor saved between our read and our write', () =>
    disk(async () => {
      const saved = `${project.read('src/index.ts')}// saved meanwhile\n`
      // The snapshot is asked for after the code was read.
      onRequest = path => {
        if (path.endsWith('/backup')) project.write('src/index.ts', saved)
      }
      const run = await lua(['sync', '--pull'])
      expect(run.code, run.stdout + run.stderr).to.equal(21)
      expect(run.stderr).to.include('while it was being worked on')
      expect(project.read('src/index.ts')).to.equal(saved)
      expect(litterIn(project.root)).to.deep.equal([])
    }))

  describe('two runs at once', () => {
    let holder: ChildProcess

    /** A process that lives until it is told to end, and holds the lock as long. */
    beforeEach(async () => {
      holder = spawn(process.execPath, ['-e', 'console.log(1); process.stdin.resume()'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      await once(holder.stdout!, 'data')
      mkdirSync(join(project.root, '.lua'), { recursive: true })
      const start = startOf(holder.pid!)
      const lock = { token: 'other', pid: holder.pid, start, host: hostname(), command: 'lua sync --push' }
      writeFileSync(join(project.root, '.lua/lock'), JSON.stringify(lock))
    })
    afterEach(() => {
      holder.kill('SIGKILL')
    })

    it('waits ten seconds, then names the other process', () =>
      disk(async () => {
        const before = project.bytes()
        const run = await lua(['sync', '--pull'])
        expect(run.code).to.equal(2)
        expect(run.stderr).to.include(`lua sync --push, process ${holder.pid}`)
        expect(run.elapsed).to.be.within(10_000, 20_000)
        expect(project.bytes()).to.deep.equal(before)
        expect(existsSync(join(project.root, '.lua/lock')), 'the other one keeps it').to.equal(true)
        // A check needs no lock.
        expect((await lua(['sync', '--check'])).code).to.equal(1)
      }))

    it('takes over the lock of a process that has died', () =>
      disk(async () => {
        const gone = once(holder, 'exit')
        holder.kill('SIGKILL')
        await gone
        const run = await lua(['sync', '--pull'])
        expect(run.code, run.stderr).to.equal(0)
        expect(litterIn(project.root)).to.deep.equal([])
      }))

    it('takes over a lock that is torn', () =>
      disk(async () => {
        writeFileSync(join(project.root, '.lua/lock'), '{"tok')
        expect((await lua(['sync', '--pull'])).code).to.equal(0)
        expect(litterIn(project.root)).to.deep.equal([])
      }))

    it('goes one after the other: eight pulls of one project', () =>
      disk(async () => {
        rmSync(join(project.root, '.lua/lock'))
        const runs = await Promise.all(Array.from({ length: 8 }, () => lua(['sync', '--pull'])))
        for (const run of runs) expect(run.code, run.stderr).to.equal(0)
        expect(readFileSync(join(project.root, 'src/index.ts'), 'utf8').split('Kindly.')).to.have.length(2)
        expect(litterIn(project.root)).to.deep.equal([])
      }))

    it('is not fooled by the age of a lock', () =>
      disk(async () => {
        const old = new Date(0)
        utimesSync(join(project.root, '.lua/lock'), old, old)
        expect((await lua(['sync', '--pull'])).code).to.equal(2)
      }))
  })
})
