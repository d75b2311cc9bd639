/**
 * Whom we trust: nobody. The key is nowhere but in the header of requests to the API, and what the server says is
 * data wherever it goes.
 */

import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
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
import { agentSource, makeProject, type TestProject } from '../support/project.js'
import { type LuaRun, runLua } from '../support/run-lua.js'
import { tried } from './support/tally.js'

const CANARY = 'canary-7f3a9c51e0d24b86'
/** What steers a terminal, a CI runner, a Markdown reader, and what a careless parser takes for a prototype. */
const EVIL =
  'x\x1b[2J\x1b]0;owned\x07\x9b31m\r\u202e\n::error file=a::b\n::set-output name=a::b\n````\n# heading\n`${process.exit(7)}`\n__proto__'
const STEERING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

describe('faults: trust', function () {
  this.timeout(60_000)
  let server: LuaServer
  let project: TestProject

  beforeEach(async () => {
    const state = newState({ apiKeys: [CANARY] })
    seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
    server = await startLuaServer({ state })
    project = makeProject({ '.env': `LUA_API_KEY=${CANARY}\n` })
  })
  afterEach(async () => {
    project.remove()
    await server.close()
  })

  const agent = () => server.state.agents[DEFAULT_AGENT]!
  /** What makes the program talkative is read when it starts; everything else needs no program of its own. */
  const lua = (args: string[], env: Record<string, string> = {}): Promise<LuaRun> =>
    (env.DEBUG ? runLua : runHosted)(args, { cwd: project.root, env: { LUA_API_URL: server.url, ...env } })
  const trust = <T>(body: () => Promise<T>) => tried('trust', body)

  describe('the key', () => {
    /** Everything that a day of work produces, told with every switch that makes us talkative. */
    async function dayOfWork(): Promise<string[]> {
      const said: string[] = []
      const step = async (args: string[]) => {
        for (const env of [{}, { DEBUG: 'lua*' }] as Record<string, string>[]) {
          const { stdout, stderr } = await lua(args, env)
          said.push(stdout, stderr)
        }
      }
      seedVersion(agent(), { persona: 'You help.\nKindly.' })
      seedSnapshot(server.state, agent(), { 'src/extra.ts': 'export const extra = 1\n' })
      await step(['sync', '--check', '--verbose'])
      await step(['sync', '--pull'])
      project.write('src/index.ts', agentSource({ persona: 'Mine.' }))
      await step(['sync', '--push', '--deploy', '--json', '--verbose'])
      await step(['sync', '--history'])
      await step(['sync', '--undo'])
      await step(['compile', '--verbose'])
      return said
    }

    /** Each way to fail, the server quoting the key at us. */
    async function badDay(): Promise<string[]> {
      const said: string[] = []
      const quoting = { message: `your key ${CANARY} is bad`, requestId: CANARY, code: CANARY }
      for (const status of [400, 401, 403, 404, 409, 422, 500]) {
        server.clearFaults()
        server.fault({}, { kind: 'answer', status, body: quoting })
        for (const args of [['--check'], ['--pull', '--json'], ['--push']]) {
          const env: Record<string, string> = args.includes('--check') ? { DEBUG: 'lua*' } : {}
          const { stdout, stderr } = await lua(['sync', ...args], env)
          said.push(stdout, stderr)
        }
      }
      server.clearFaults()
      server.fault({}, { kind: 'answer', status: 200, body: `<p>${CANARY}</p>` })
      const { stdout, stderr } = await lua(['sync', '--check'], { DEBUG: 'lua*' })
      return [...said, stdout, stderr]
    }

    const filesBelow = (folder: string) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))

    it('is in nothing that a full run produces', () =>
      trust(async () => {
        const said = await dayOfWork()
        for (const text of said) expect(text).not.to.include(CANARY)
        expect(said.join('')).to.include('lua:request')
        const files = filesBelow(project.root).filter(path => path !== join(project.root, '.env'))
        expect(files.length).to.be.above(5)
        for (const path of files) expect(readFileSync(path, 'latin1'), path).not.to.include(CANARY)
        for (const { origin, path, query, headers, body } of server.requests) {
          const outside = origin === 'api' ? { ...headers, authorization: '' } : headers
          expect(JSON.stringify({ path, query, outside, body })).not.to.include(CANARY)
        }
        expect(server.requests.some(({ origin }) => origin === 'blob')).to.equal(true)
      }))

    it('is in no error, though the server quotes it', () =>
      trust(async () => {
        for (const text of await badDay()) expect(text).not.to.include(CANARY)
      }))

    const forms = {
      bare: CANARY,
      base64: Buffer.from(`x:${CANARY}`).toString('base64'),
      percent: encodeURIComponent(`${CANARY}+/`),
    }
    for (const [form, text] of Object.entries(forms)) {
      it(`is struck from every report of a text that holds it (${form})`, () =>
        trust(async () => {
          if (form === 'percent') {
            server.state.apiKeys.push(`${CANARY}+/`)
            project.write('.env', `LUA_API_KEY=${CANARY}+/\n`)
          }
          seedVersion(agent(), { persona: `You help.\n${text}` })
          const held = form === 'base64' ? text.slice(4, -4) : text
          for (const format of ['text', 'json', 'markdown', 'junit', 'github']) {
            const { code, stdout, stderr } = await lua(['sync', '--check', '--verbose', '--format', format], {
              GITHUB_ACTIONS: 'true',
            })
            expect(code, stderr).to.equal(1)
            expect(stdout + stderr).not.to.include(held)
          }
        }))
    }

    it('is neither pulled nor pushed nor compiled, and nothing keeps a copy', () =>
      trust(async () => {
        const before = project.bytes()
        seedVersion(agent(), { persona: `You help.\n${CANARY}` })
        const pull = await lua(['sync', '--pull', '--force'])
        expect(pull.code, pull.stdout + pull.stderr).to.equal(21)
        expect(pull.stderr).to.include('holds your API key')
        expect(project.bytes()).to.deep.equal(before)
        project.write('src/index.ts', agentSource({ persona: `Mine. ${CANARY}` }))
        const push = await lua(['sync', '--push', '--force'])
        expect(push.code, push.stdout + push.stderr).to.equal(21)
        const compile = await lua(['compile'])
        expect(compile.code).to.equal(20)
        expect(compile.stderr).to.include('src/index.ts would hold your API key')
        for (const path of filesBelow(project.root).filter(path => !/\.env$|index\.ts$/.test(path)))
          expect(readFileSync(path, 'latin1'), path).not.to.include(CANARY)
        for (const { body } of server.requests) expect(JSON.stringify(body ?? '')).not.to.include(CANARY)
      }))

    it('does not follow a redirect', () =>
      trust(async () => {
        const other = await startLuaServer()
        try {
          for (const status of [301, 302, 303, 307, 308]) {
            server.clearFaults()
            server.fault({}, { kind: 'redirect', to: `${other.url}/admin`, status })
            expect((await lua(['sync', '--check'])).code).to.equal(11)
          }
          expect(other.requests).to.deep.equal([])
        } finally {
          await other.close()
        }
      }))
  })

  describe('what the server says', () => {
    const modes = [
      ['--check'],
      ['--check', '--verbose'],
      ['--history'],
      ['--diff', '2'],
      ['--pull', '--force'],
    ]

    for (const mode of modes) {
      it(`never steers the terminal: sync ${mode.join(' ')}`, () =>
        trust(async () => {
          agent().name = EVIL
          seedVersion(agent(), { persona: EVIL })
          const { stdout, stderr } = await lua(['sync', ...mode])
          expect(stdout + stderr).not.to.match(STEERING)
        }))
    }

    it('never steers the terminal from an error, in any field', () =>
      trust(async () => {
        for (const status of [400, 401, 404, 500]) {
          server.clearFaults()
          server.fault({}, { kind: 'answer', status, body: { message: EVIL, error: EVIL, requestId: EVIL } })
          const { stdout, stderr } = await lua(['sync', '--pull'])
          expect(stdout + stderr).not.to.match(STEERING)
        }
      }))

    it('never steers the terminal from a snapshot: who made it, and what it names its files', () =>
      trust(async () => {
        seedSnapshot(
          server.state,
          agent(),
          { 'src/a\x1b[2J.ts': 'a', 'src/b\nc.ts': 'b' },
          { createdBy: EVIL },
        )
        project.write('.lua/backup-manifest.json', '{"lastHash":"x","files":[]}')
        for (const mode of ['--check', '--pull']) {
          const { stdout, stderr } = await lua(['sync', mode])
          expect(stdout + stderr).not.to.match(STEERING)
        }
      }))

    it('never becomes code, or a prototype', () =>
      trust(async () => {
        seedVersion(agent(), { persona: EVIL })
        expect((await lua(['sync', '--pull', '--force'])).code).to.equal(0)
        // It is text: it reads back as the server has it.
        const check = await lua(['sync', '--check', '--json'])
        expect(check.code, check.stdout).to.equal(0)
        expect(JSON.parse(check.stdout).status).to.equal('in-sync')
      }))

    it('never gets to a prototype from JSON or YAML', () =>
      trust(async () => {
        const polluted =
          '{"success":true,"data":{"versions":[{"version":2,"persona":"You help.","__proto__":{"status":"published","createdDate":9},"constructor":{"prototype":{"polluted":1}}}],"__proto__":{"polluted":1}}}'
        server.fault({ path: '*/persona/versions' }, { kind: 'answer', status: 200, body: polluted })
        project.write(
          'lua.skill.yaml',
          `${project.read('lua.skill.yaml')}\n__proto__:\n  polluted: 1\nconstructor: { prototype: { polluted: 1 } }\n`,
        )
        const { code, stdout, stderr } = await lua(['sync', '--check', '--json'])
        expect(code, stdout + stderr).to.equal(0)
        expect(stdout).not.to.include('polluted')
      }))

    for (const channel of ['__proto__', 'constructor', 'toString']) {
      it(`takes a persona with the channel ${channel} for no persona`, () =>
        trust(async () => {
          const before = project.bytes()
          const body = `{"versions":[{"version":2,"createdDate":2,"status":"published","persona":{"${channel}":"x","base":"y"}}]}`
          server.fault({ path: '*/persona/versions' }, { kind: 'answer', status: 200, body })
          const { code } = await lua(['sync', '--pull'])
          expect(code).to.equal(11)
          expect(project.bytes()).to.deep.equal(before)
        }))
    }

    it('is obeyed by no CI runner, and closes no fence', () =>
      trust(async () => {
        const summary = join(mkdtempSync(join(tmpdir(), 'lua-summary-')), 'summary.md')
        agent().name = EVIL
        seedVersion(agent(), { persona: EVIL })
        const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }
        const { stdout, code } = await lua(['sync', '--check'], env)
        expect(code).to.equal(1)
        const commands = stdout.split('\n').filter(line => /^\s*(::|##\[)/.test(line))
        for (const command of commands)
          expect(command).to.match(/^::(error|warning|notice) file=src\/index\.ts,line=\d/)
        expect(commands.length).to.be.above(0)
        expectFenced(readFileSync(summary, 'utf8'))
        rmSync(join(summary, '..'), { recursive: true })
      }))
  })

  describe('what we keep', () => {
    it('is readable by its owner alone, and ignored by git', () =>
      trust(async () => {
        const git = (...args: string[]) => execFileSync('git', args, { cwd: project.root, encoding: 'utf8' })
        git('init', '-q')
        project.write('.gitignore', '.env\n')
        seedVersion(agent(), { persona: 'You help.\nKindly.' })
        seedSnapshot(server.state, agent(), { 'src/extra.ts': 'export const extra = 1\n' })
        expect((await lua(['sync', '--pull'])).code).to.equal(0)
        const root = join(project.root, '.lua')
        const paths = [root, ...readdirSync(root, { recursive: true }).map(name => join(root, String(name)))]
        expect(paths.length).to.be.above(4)
        for (const path of paths) {
          const stat = lstatSync(path)
          expect(stat.mode & 0o777, path).to.equal(stat.isDirectory() ? 0o700 : 0o600)
        }
        expect(git('status', '--porcelain', '--untracked-files=all')).not.to.include('.lua')
      }))
  })
})

/** No line of the diff ends the fence that holds it: whatever is evil stands between an opening and its end. */
function expectFenced(markdown: string): void {
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    const [ticks] = /^`{3,}/.exec(line) ?? []
    if (fence === undefined && ticks) fence = ticks
    else if (fence !== undefined && ticks && ticks.length >= fence.length && line.trim() === ticks)
      fence = undefined
    else if (fence === undefined) expect(line).not.to.match(/^# heading|^::/)
  }
  expect(fence, 'every fence is closed').to.equal(undefined)
}
