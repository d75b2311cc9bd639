import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { expect } from 'chai'
import { ensureStateDir } from '../../src/lib/disk/index.js'
import { beginJournal, moveOf } from '../../src/lib/disk/journal.js'
import { type CompileProject, compileProjectOf } from '../support/compile-fixture.js'
import { runHosted } from '../support/hosted.js'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  seedAgent,
  seedVersion,
  startLuaServer,
} from '../support/lua-server.js'
import { Terminal } from '../support/pty.js'
import { cleanEnv, LUA } from '../support/run-lua.js'

const INDEX = `import { LuaAgent, LuaSkill } from 'lua-cli'
import { Ping } from './ping'
const skill = new LuaSkill({ name: 'net', description: 'd', context: 'c', tools: [new Ping()] })
export const agent = new LuaAgent({ name: 'Test Agent', persona: 'You help.', skills: [skill] })
`
const PING = `import { z } from 'zod'
export class Ping {
  name = 'ping'
  description = 'Pings'
  inputSchema = z.object({})
  async execute() { return 'pong' }
}
console.log('from ping')
`
const FILES = {
  'lua.skill.yaml': `# mine\nagent:\n  agentId: ${DEFAULT_AGENT}\n`,
  'src/index.ts': INDEX,
  'src/ping.ts': PING,
}

describe('lua compile', () => {
  let copy: CompileProject
  const lua = (...args: string[]) => runHosted(args, { cwd: copy.project.root })
  const output = () => copy.path('dist-v2/manifest.json')

  beforeEach(async () => {
    copy = await compileProjectOf({ files: FILES })
  })
  afterEach(() => copy.remove())

  it('says what it compiled and in how long, and needs no key and no server', async () => {
    const run = await lua('compile')
    expect(run).to.include({ code: 0, stderr: '' })
    expect(run.stdout).to.match(/^✅ Compiled 3 primitives: 1 agent, 1 skill, 1 tool \(\d+ ms\)\n$/)
    expect(JSON.parse(readFileSync(output(), 'utf8')).primitives).to.have.length(3)
    expect(readFileSync(copy.path('.gitignore'), 'utf8')).to.equal('dist-v2/\n')
    expect(readFileSync(copy.path('lua.skill.yaml'), 'utf8')).to.equal(
      `${FILES['lua.skill.yaml']}skills:\n  - name: net\n    version: 1.0.0\n`,
    )
  })

  it('says when nothing has changed, unless it is told not to look', async () => {
    await lua('compile')
    expect((await lua('compile')).stdout).to.match(/^✅ Nothing has changed: 3 primitives \(\d+ ms\)\n$/)
    expect((await lua('compile', '--no-cache')).stdout).to.match(/^✅ Compiled 3 primitives:/)
  })

  it('builds only what has changed', async () => {
    await lua('compile')
    copy.write('src/ping.ts', PING.replace('pong', 'PONG'))
    expect((await lua('compile')).stdout).to.match(/^✅ Compiled 3 primitives, 1 of them rebuilt:/)
    expect(readFileSync(copy.path('dist-v2/artifacts/tool/ping.js'), 'utf8')).to.contain('PONG')
  })

  it('tells each step with --verbose, and what artifacts print', async () => {
    const { stdout, stderr } = await lua('compile', '--verbose')
    expect(stdout)
      .to.contain('  tool ping src/ping.ts\n')
      .and.contain('written: dist-v2, lua.skill.yaml, .gitignore')
    expect(stdout).to.match(/check \d+ ms, discover \d+ ms, bundle \d+ ms, load \d+ ms, write \d+ ms/)
    expect(stderr).to.equal('from ping\n')
  })

  it('gives one document with --json', async () => {
    const { stdout, stderr, code } = await lua('compile', '--json')
    const document = JSON.parse(stdout)
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' })
    expect(document).to.deep.include({
      schemaVersion: 1,
      status: 'done',
      cached: false,
      rebuilt: 3,
      counts: { agent: 1, skill: 1, tool: 1 },
      written: ['dist-v2', 'lua.skill.yaml', '.gitignore'],
      warnings: [],
    })
    expect(document.primitives[2]).to.include({ kind: 'tool', name: 'ping', sourcePath: 'src/ping.ts' })
    expect(document.timings).to.have.keys('check', 'discover', 'bundle', 'load', 'write', 'total')
  })

  it('warns on stderr, and in the document', async () => {
    copy.write(
      'src/index.ts',
      INDEX.replace('skills:', 'voices: [v], skills:').replace(
        'const skill',
        "import { LuaVoice } from 'lua-cli'\nconst v = new LuaVoice({ name: 'anna' })\nconst skill",
      ),
    )
    const text = await lua('compile')
    expect(text.code).to.equal(0)
    expect(text.stderr).to.contain('The voice "anna" is not compiled').and.contain('at src/index.ts:6:')
    const { warnings } = JSON.parse((await lua('compile', '--json')).stdout)
    expect(warnings[0]).to.deep.include({ location: { file: 'src/index.ts', line: 6, column: 88 } })
  })

  describe('with problems', () => {
    beforeEach(() => {
      copy.write('src/ping.ts', PING.replace('execute', 'exceute').replace("name = 'ping'", "name = ''"))
    })

    it('shows all of them with place, frame and way on, exits 20 and writes nothing', async () => {
      const run = await lua('compile')
      expect(run).to.include({ code: 20, stdout: '' })
      expect(run.stderr).to.contain('does not compile: 2 problems')
      expect(run.stderr).to.contain('at src/ping.ts:3:3').and.contain("> 3 |   name = ''")
      expect(run.stderr).to.contain('has no `execute`').and.contain('→ ')
      expect(existsSync(output())).to.equal(false)
      expect(existsSync(copy.path('.gitignore'))).to.equal(false)
    })

    it('gives them in one document with --json', async () => {
      const run = await lua('compile', '--json')
      const { status, error } = JSON.parse(run.stdout)
      expect({ code: run.code, stderr: run.stderr, status }).to.deep.equal({
        code: 20,
        stderr: '',
        status: 'error',
      })
      expect(error).to.include({ code: 'COMPILE_FAILED', exitCode: 20 })
      expect(error.problems.map((problem: { location: unknown }) => problem.location)).to.deep.equal([
        { file: 'src/ping.ts', line: 2, column: 8 },
        { file: 'src/ping.ts', line: 3, column: 3 },
      ])
    })
  })

  it('says what became of files that a killed run had left half-written', async () => {
    const stateDir = copy.path('.lua')
    ensureStateDir(stateDir)
    const move = moveOf('0123456789ab', 0, copy.path('src/ping.ts'))
    beginJournal(stateDir, { id: '0123456789ab', moves: [move], dirs: [] })
    writeFileSync(move.temp, 'half')
    const run = await lua('compile')
    expect(run.stderr).to.equal('An earlier run was interrupted while it wrote src/ping.ts. It was undone.\n')
    expect(run.stdout).to.contain('✅ Compiled 3 primitives')
    expect(existsSync(move.temp)).to.equal(false)
  })

  it('refuses wrong flags with exit 2', async () => {
    for (const flags of [['--fail-on-drift'], ['--watch', '--json'], ['--nope']]) {
      expect((await lua('compile', ...flags)).code, flags.join(' ')).to.equal(2)
    }
    expect(existsSync(output())).to.equal(false)
  })

  describe('--format', () => {
    const withoutDescription = PING.replace("description = 'Pings'", '')

    it('github: warnings as annotations, and nothing else', async () => {
      copy.write('src/ping.ts', withoutDescription)
      const run = await lua('compile', '--format', 'github')
      expect(run).to.include({ code: 0, stderr: '' })
      expect(run.stdout).to.equal(
        '::warning file=src/ping.ts,line=2,title=lua compile%3A warning::The tool "ping" has no description.%0ASay what it is for: the model reads it.\n',
      )
    })

    it('github: problems as annotations, each at its place', async () => {
      copy.write(
        'src/ping.ts',
        PING.replace('async execute', 'async run').replace("'ping'", "'a\\n::error::b'"),
      )
      const run = await lua('compile', '--format=github')
      expect(run.code).to.equal(20)
      expect(run.stdout).to.match(/^::error file=src\/ping\.ts,line=2,title=lua compile%3A COMPILE_FAILED::/)
      expect(run.stdout).to.match(/has no `execute`/)
      expect(run.stdout.trim().split('\n')).to.have.length(1)
    })

    it('junit: a case for each primitive and warning; an error for each problem', async () => {
      copy.write('src/ping.ts', withoutDescription)
      const run = await lua('compile', '--format', 'junit')
      expect(run.code).to.equal(0)
      expect(run.stdout).to.contain(
        '<testsuites name="lua compile" tests="4" failures="0" errors="0" skipped="1">',
      )
      expect(run.stdout).to.contain('name="tool ping" classname="agent" file="src/ping.ts"/>')
      copy.write('src/ping.ts', 'export class Ping {')
      const failed = await lua('compile', '--format', 'junit')
      expect(failed.code).to.equal(20)
      expect(failed.stdout).to.match(/<testcase name="SYNTAX" .*file="src\/ping\.ts" line="1">\n\s*<error /)
    })

    it('json: what --json gives', async () => {
      const documents = []
      for (const flags of [['--json'], ['--format', 'json'], ['--format=json', '--no-cache']]) {
        const {
          timings: _,
          compiledAt: __,
          written: ___,
          cached: ____,
          rebuilt: _____,
          ...document
        } = JSON.parse((await lua('compile', ...flags)).stdout)
        documents.push(document)
      }
      expect(documents[1]).to.deep.equal(documents[0])
      expect(documents[2]).to.deep.equal(documents[0])
    })

    it('refuses one that it does not have, and --watch', async () => {
      for (const flags of [['markdown'], ['nope'], ['github', '--watch']])
        expect((await lua('compile', '--format', ...flags)).code, flags.join(' ')).to.equal(2)
    })
  })

  it('shows progress on a terminal when it takes long, and takes it away', async () => {
    // Loading waits for half a second in all, so that there is something to wait for.
    const slow = 'const end = Date.now() + 700; while (Date.now() < end);\n'
    copy.write('src/ping.ts', slow + PING)
    const terminal = new Terminal(['compile'], { cwd: copy.project.root })
    expect(await terminal.exit()).to.equal(0)
    expect(terminal.output).to.contain('Building artifacts: 3 of 3')
    expect(terminal.text).to.contain('✅ Compiled 3 primitives')
  })

  describe('--watch', () => {
    let child: ChildProcessByStdio<null, Readable, Readable>
    afterEach(() => {
      child.kill('SIGKILL')
    })

    it('compiles on every change, one line for each, and survives errors', async () => {
      child = spawn(process.execPath, [LUA, 'compile', '--watch'], {
        cwd: copy.project.root,
        env: cleanEnv(),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let text = ''
      let seen = 0
      const waiters = new Set<() => void>()
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', chunk => {
          text += chunk
          for (const look of waiters) look()
        })
      }
      const says = (wanted: RegExp) =>
        new Promise<void>(resolve => {
          const look = () => {
            const match = wanted.exec(text.slice(seen))
            if (!match) return
            waiters.delete(look)
            seen += match.index + match[0].length
            resolve()
          }
          waiters.add(look)
          look()
        })
      await says(/ends it\.\n\d\d:\d\d:\d\d ✅ Compiled 3 primitives: .*\n/)
      copy.write('src/ping.ts', PING.replace('pong', 'again'))
      await says(/✅ Compiled 3 primitives, 1 of them rebuilt: .*\n/)
      copy.write('src/ping.ts', 'export class Ping {')
      await says(/\d\d:\d\d:\d\d ❌ .*\n.*at src\/ping\.ts:1:/)
      copy.write('src/deep/new/more.ts', 'export const more = 1')
      copy.write('src/ping.ts', PING.replace('pong', 'mended'))
      await says(/✅ Compiled 3 primitives/)
      expect(readFileSync(copy.path('dist-v2/artifacts/tool/ping.js'), 'utf8')).to.contain('mended')
      copy.write('node_modules/kit/index.js', "module.exports = 'first'")
      copy.write('src/ping.ts', `import kit from 'kit'\n${PING.replace("'pong'", 'kit')}`)
      await says(/✅ Compiled 3 primitives/)
      copy.write('node_modules/kit/index.js', "module.exports = 'second'")
      await says(/✅ Compiled 3 primitives/)
      expect(readFileSync(copy.path('dist-v2/artifacts/tool/ping.js'), 'utf8')).to.contain('second')
      copy.write('src/node_modules/kit/index.js', "module.exports = 'nearer'")
      await says(/✅ Compiled 3 primitives/)
      expect(readFileSync(copy.path('dist-v2/artifacts/tool/ping.js'), 'utf8')).to.contain('nearer')
      const ended = new Promise(resolve => child.on('close', resolve))
      child.kill('SIGINT')
      expect(await ended).to.equal(0)
    })
  })

  describe('--sync', () => {
    let server: LuaServer
    const synced = (...args: string[]) =>
      runHosted(['compile', '--sync', ...args], { cwd: copy.project.root, url: server.url })

    beforeEach(async () => {
      const state = newState()
      seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
      server = await startLuaServer({ state })
    })
    afterEach(() => server.close())

    it('checks first, then compiles', async () => {
      const run = await synced()
      expect(run.code).to.equal(0)
      expect(run.stdout).to.match(/^✅ Compiled 3 primitives/)
      expect(server.requests.every(({ method }) => method === 'GET')).to.equal(true)
    })

    it('warns of drift and compiles all the same; with --fail-on-drift exits 1 and does not', async () => {
      const agent = server.state.agents[DEFAULT_AGENT]
      if (agent) seedVersion(agent, { persona: 'From the dashboard.' })
      const failed = await synced('--fail-on-drift')
      expect(failed.code).to.equal(1)
      expect(existsSync(output())).to.equal(false)
      const run = await synced()
      expect(run.code).to.equal(0)
      expect(run.stderr).to.contain('From the dashboard.')
      expect(existsSync(output())).to.equal(true)
    })

    it('makes no request without the flag', async () => {
      await runHosted(['compile'], { cwd: copy.project.root, url: server.url })
      expect(server.requests).to.deep.equal([])
    })
  })
})
