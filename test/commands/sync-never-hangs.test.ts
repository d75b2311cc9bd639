import { spawn } from 'node:child_process'
import { expect } from 'chai'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  seedAgent,
  seedVersion,
  startLuaServer,
} from '../support/lua-server.js'
import { makeProject, type TestProject } from '../support/project.js'
import { KEYS, Terminal } from '../support/pty.js'
import { cleanEnv, KEY, LUA, runLua } from '../support/run-lua.js'

/** Longer than the half second after which a person at a terminal is told what is being waited for. */
const SLOW = 900

describe('where nobody can answer, lua sync', () => {
  let server: LuaServer
  let project: TestProject

  beforeEach(async () => {
    const state = newState()
    const agent = seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
    seedVersion(agent, { persona: 'You help more.' })
    server = await startLuaServer({ state })
    project = makeProject()
  })
  afterEach(async () => {
    project.remove()
    await server.close()
  })

  interface Ended {
    code: number | null
    /** All that it wrote, in both streams. */
    text: string
  }

  const onTerminal = async (args: string[], env: Record<string, string>): Promise<Ended> => {
    const terminal = new Terminal(['sync', ...args], { cwd: project.root, url: server.url, env })
    return { code: await terminal.exit(), text: terminal.output }
  }

  const spawned = async (args: string[], env: Record<string, string>): Promise<Ended> => {
    const run = await runLua(['sync', ...args], { cwd: project.root, url: server.url, env })
    return { code: run.code, text: run.stdout + run.stderr }
  }

  /** Through a shell, which can do with stdin what spawn cannot. */
  const throughShell = (command: string, stdin: 'ignore' | 'pipe') => (args: string[]) => {
    const child = spawn('sh', ['-c', command, 'sh', process.execPath, LUA, 'sync', ...args], {
      cwd: project.root,
      env: cleanEnv({ LUA_API_URL: server.url, LUA_API_KEY: KEY }),
      stdio: [stdin, 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream!.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
    }
    return new Promise<Ended>(resolve => child.on('close', code => resolve({ code, text })))
  }

  const places: Record<string, (args: string[]) => Promise<Ended>> = {
    'without a terminal': args => spawned(args, {}),
    'with CI=true on a terminal': args => onTerminal(args, { CI: 'true' }),
    'with --ci on a terminal': args => onTerminal([...args, '--ci'], {}),
    'with TERM=dumb on a terminal': args => onTerminal(args, { TERM: 'dumb' }),
    'with a closed stdin': args => throughShell('exec "$@" <&-', 'ignore')(args),
    'with a stdin that never ends': args => throughShell('exec "$@"', 'pipe')(args),
  }

  for (const [place, run] of Object.entries(places)) {
    it(`says at once what to do instead, ${place}`, async () => {
      const { code, text } = await run([])
      expect(code).to.equal(2)
      expect(text).to.include('--check').and.to.include('--pull').and.to.include('--push')
      expect(text).not.to.match(/\x1b|[^\n]\r(?!\n)|\?.*What would you/)
    })

    it(`shows no progress, no colour and moves no cursor while it waits, ${place}`, async () => {
      server.fault({ path: '*' }, { kind: 'delay', ms: SLOW })
      const { code, text } = await run(['--check'])
      expect(code).to.equal(1)
      expect(text).to.include('PERSONA DIFF').and.not.to.include('Comparing')
      expect(text).not.to.match(/\x1b|\r(?!\n)/)
    })
  }

  it('colours in CI only if forced', async () => {
    const forced = await spawned(['--check'], { CI: 'true', FORCE_COLOR: '1' })
    expect(forced.text).to.include('\x1b[32m')
    const both = await spawned(['--check'], { CI: 'true', FORCE_COLOR: '1', NO_COLOR: '1' })
    expect(both.text).not.to.include('\x1b')
  })

  it('on a terminal says after half a second what it waits for, and erases it', async () => {
    server.fault({ path: '*' }, { kind: 'delay', ms: SLOW })
    const terminal = new Terminal(['sync'], { cwd: project.root, url: server.url })
    await terminal.waitFor('Comparing with the server…')
    await terminal.waitFor('Drift detected!')
    const words = '\x1b[2mComparing with the server…\x1b[22m'
    const erased = `\r${' '.repeat('Comparing with the server…'.length)}\r`
    expect(terminal.output).to.include(`${words}${erased}\x1b[33m⚠️`)
    await terminal.waitFor('What would you like')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).to.equal(130)
  })

  it('keeps quiet while it waits if told so', async () => {
    server.fault({ path: '*' }, { kind: 'delay', ms: SLOW })
    const { code, text } = await onTerminal(['--check', '--quiet'], {})
    expect(code).to.equal(1)
    expect(text).not.to.include('Comparing')
  })

  it('asks nothing of a terminal for a document', async () => {
    const { code, text } = await onTerminal(['--json'], {})
    expect(code).to.equal(2)
    expect(JSON.parse(text).error.code).to.equal('PROMPT_NEEDED')
    expect(server.state.agents[DEFAULT_AGENT]!.personaVersions).to.have.length(2)
  })
})
