import { readFileSync } from 'node:fs'
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
import { type LuaRun, runLua } from '../support/run-lua.js'

const HOSTILE = 'You help.\n::error::pwned\n##[error]pwned\n```\n</failure>\x1b[2J'

describe('what lua sync writes for programs', () => {
  let server: LuaServer
  let project: TestProject

  beforeEach(async () => {
    const state = newState()
    seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
    server = await startLuaServer({ state })
    project = makeProject()
  })
  afterEach(async () => {
    project.remove()
    await server.close()
  })

  const agent = () => server.state.agents[DEFAULT_AGENT]!
  const lua = (args: string[], env: Record<string, string> = {}): Promise<LuaRun> =>
    runHosted(['sync', ...args], { cwd: project.root, url: server.url, env })
  const summary = () => join(project.root, 'summary.md')

  it('is the same with --json and --format json, and ends with the same code', async () => {
    seedVersion(agent(), { persona: 'Other.' })
    const [json, format] = [await lua(['--check', '--json']), await lua(['--check', '--format', 'json'])]
    expect(json).to.include({ code: 1, stderr: '' })
    expect(format).to.include({ code: 1, stderr: '', stdout: json.stdout })
  })

  it('is an annotation on the line of the persona', async () => {
    seedVersion(agent(), { persona: 'Other.' })
    const run = await lua(['--check', '--format', 'github'])
    expect(run).to.include({ code: 1, stderr: '' })
    expect(run.stdout).to.match(
      /^::error file=src\/index\.ts,line=5,title=lua sync%3A persona drifted::.*\n$/,
    )
  })

  for (const [format, start] of [
    ['markdown', '## ⚠️'],
    ['junit', '<?xml '],
  ] as const) {
    it(`is ${format} and nothing else`, async () => {
      seedVersion(agent(), { persona: HOSTILE })
      const run = await lua(['--check', '--format', format], { GITHUB_ACTIONS: 'true' })
      expect(run).to.include({ code: 1, stderr: '' })
      expect(run.stdout.startsWith(start)).to.equal(true)
      expect(run.stdout)
        .to.include('pwned')
        .and.not.to.match(/\x1b|^::/m)
    })
  }

  it('tells an error in every format, with its exit code, and to people on stderr', async () => {
    project.write('src/index.ts', 'const = new LuaAgent({})\n')
    for (const [format, sign] of [
      ['github', /^::error file=src\/index\.ts,line=1,title=lua sync%3A SYNTAX::/],
      ['markdown', /\*\*SYNTAX\*\* in `src\/index\.ts:1`/],
      ['junit', /<error message="[^"]+" type="SYNTAX"\/>/],
    ] as const) {
      const run = await lua(['--check', '--format', format])
      expect(run.code).to.equal(20)
      expect(run.stdout).to.match(sign)
    }
    const json = await lua(['--check', '--json'])
    expect(json).to.include({ code: 20, stderr: '' })
    expect(JSON.parse(json.stdout).error).to.deep.include({
      code: 'SYNTAX',
      exitCode: 20,
      location: { file: 'src/index.ts', line: 1, column: 7 },
    })
  })

  it('is one document also where the command line is wrong, or the command unknown', async () => {
    const wrong = await lua(['--chekc', '--format', 'junit'])
    expect(wrong.code).to.equal(2)
    expect(wrong.stdout).to.match(/^<\?xml .*USAGE.*<\/testsuites>\n$/s)
    const unknown = await runLua(['snyc', '--json'], { cwd: project.root })
    expect(unknown).to.include({ code: 2, stderr: '' })
    expect(JSON.parse(unknown.stdout).error.hint).to.equal('Did you mean lua sync?')
    expect((await lua(['--check', '--format', 'yaml'])).code).to.equal(2)
    expect((await lua(['--history', '--format', 'junit'])).code).to.equal(2)
  })

  it('describes history, versions and undo as documents of their own', async () => {
    seedVersion(agent(), { persona: 'You help more.' })
    const history = JSON.parse((await lua(['--history', '--json'])).stdout)
    expect(history.versions.map(({ version }: { version: number }) => version)).to.deep.equal([2, 1])
    expect(JSON.parse((await lua(['--diff', '2', '--json'])).stdout)).to.include({
      from: 1,
      to: 2,
      after: 'You help more.',
    })
    expect(JSON.parse((await lua(['--undo', '--json'])).stdout).undone).to.equal(null)
    const pull = JSON.parse((await lua(['--pull', '--json'])).stdout)
    expect(pull).to.include({ status: 'done', undoable: true })
    expect(pull.components[1]).to.deep.include({
      action: 'pull',
      outcome: { written: [{ file: 'src/index.ts', line: 5 }], notes: [] },
    })
    expect(JSON.parse((await lua(['--undo', '--json'])).stdout).undone).to.deep.include({
      reason: 'pull',
      files: ['src/index.ts'],
    })
  })

  it('says what a push did', async () => {
    project.write('src/index.ts', agentSource({ persona: 'New.' }))
    const { components } = JSON.parse((await lua(['--push', '--json'])).stdout)
    expect(components[1].outcome).to.include({ version: 2, created: true, status: 'published' })
  })

  it('is a document for a conflict, and for a decision that nobody can make', async () => {
    await lua(['--check'])
    project.write('src/index.ts', agentSource({ persona: 'Mine.' }))
    const conflict = await lua(['--pull', '--json'])
    expect(conflict.code).to.equal(21)
    expect(JSON.parse(conflict.stdout)).to.include({ status: 'conflict' })
    const asked = await lua(['--json'])
    expect(asked.code).to.equal(2)
    expect(JSON.parse(asked.stdout).error).to.include({ code: 'PROMPT_NEEDED', exitCode: 2 })
  })

  describe('under GitHub Actions', () => {
    const actions = () => ({ GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_STEP_SUMMARY: summary() })

    it('annotates after the text, and adds a report to the summary of the step', async () => {
      seedVersion(agent(), { persona: HOSTILE })
      project.write('summary.md', '# Before\n')
      const run = await lua(['--check'], actions())
      expect(run).to.include({ code: 1, stderr: '' })
      const commands = run.stdout.split('\n').filter(line => /^\s*::|##\[/.test(line))
      expect(commands).to.have.length(1)
      expect(commands[0]).to.match(/^::error file=src\/index\.ts,line=5,/)
      expect(run.stdout).to.include('PERSONA DIFF')
      const report = readFileSync(summary(), 'utf8')
      expect(report).to.match(/^# Before\n## ⚠️ lua sync --check/)
      expect(report).to.include('````diff\n').and.to.include('-::error::pwned')
    })

    it('breaks up what an error quotes, too', async () => {
      server.fault(
        { path: '*' },
        { kind: 'answer', status: 403, body: { message: 'no\n::warning::pwned ##[error]pwned' } },
      )
      const run = await lua(['--check'], actions())
      expect(run.code).to.equal(10)
      expect(run.stderr)
        .to.include('pwned')
        .and.not.to.match(/^\s*::|##\[/m)
      expect(run.stdout.split('\n').filter(line => /^\s*::/.test(line))).to.have.length(1)
    })

    it('never writes annotations into a JSON document', async () => {
      seedVersion(agent(), { persona: HOSTILE })
      const run = await lua(['--check', '--json', '--verbose'], actions())
      expect(run.code).to.equal(1)
      expect(run.stdout).not.to.match(/^\s*::|##\[/m)
      expect(JSON.parse(run.stdout).components[1].server.text).to.equal(HOSTILE)
      expect(readFileSync(summary(), 'utf8')).to.include('persona drifted')
    })

    it('says nothing of a pull', async () => {
      seedVersion(agent(), { persona: 'Other.' })
      expect((await lua(['--pull'], actions())).stdout).not.to.include('::')
    })

    it('goes on where the summary cannot be written', async () => {
      const run = await lua(['--check'], { ...actions(), GITHUB_STEP_SUMMARY: project.root })
      expect(run.code).to.equal(0)
      expect(run.stderr).to.include('summary of the step could not be written')
    })
  })

  describe('--require-server', () => {
    it('fails a check that could not be made, in text and JSON alike', async () => {
      server.fault({ path: '*' }, { kind: 'reset', when: 'before' })
      for (const mode of [['--check'], []]) {
        const text = await lua([...mode, '--require-server'])
        expect(text).to.include({ code: 11, stdout: '' })
        expect(text.stderr).to.include('❌')
        const json = await lua([...mode, '--require-server', '--json'])
        expect(json).to.include({ code: 11, stderr: '' })
        expect(JSON.parse(json.stdout)).to.include({ status: 'unverified' })
        const without = await lua([...mode, '--json'])
        expect(without.code).to.equal(0)
        expect(JSON.parse(without.stdout)).to.include({ status: 'unverified' })
      }
    })
  })

  describe('--quiet', () => {
    it('leaves results and errors, and drops notes', async () => {
      seedVersion(agent(), { persona: 'Other.' })
      const loud = await lua(['--accept'])
      expect(loud.stderr).to.include('deprecated')
      await lua(['--undo'])
      const quiet = await lua(['--accept', '--quiet'])
      expect(quiet).to.include({ code: 0, stderr: '' })
      expect(quiet.stdout).to.equal(loud.stdout)
      server.fault({ path: '*' }, { kind: 'reset', when: 'before' })
      expect((await lua(['--check', '--quiet'])).stderr).to.match(/^Drift was NOT checked/)
      expect((await lua(['--pull', '--quiet'])).stderr).to.match(/^❌/)
    })
  })

  describe('--cwd', () => {
    it('works in another folder', async () => {
      const elsewhere = { cwd: '/', url: server.url }
      expect(await runHosted(['sync', '--check', '--cwd', project.root], elsewhere)).to.include({ code: 0 })
      const src = join(project.root, 'src')
      expect(await runHosted(['sync', '--check', `--cwd=${src}`], elsewhere)).to.include({ code: 0 })
      const nowhere = await runHosted(['sync', '--check', '--cwd', 'no/where'], elsewhere)
      expect(nowhere.code).to.equal(2)
      expect(nowhere.stderr).to.include('/no/where is not a folder')
    })
  })

  describe('DEBUG=lua*', () => {
    const KEY = 'canary-key-5d1f'

    it('traces requests, files and timings on stderr, without the key', async () => {
      server.state.apiKeys.push(KEY)
      seedVersion(agent(), { persona: 'Other.' })
      const run = await lua(['--pull'], { DEBUG: 'lua*', LUA_API_KEY: KEY })
      expect(run.code).to.equal(0)
      expect(run.stderr).to.match(/^lua:request GET http:.*\/admin\/agents\/\S+ 200 in \d+ ms \+\d+ms$/m)
      expect(run.stderr).to.match(/^lua:file project .*lua\.skill\.yaml/m)
      expect(run.stderr).to.match(/^lua:file wrote persona to .*src\/index\.ts:5 /m)
      expect(run.stderr).to.match(/^lua:time done after \d+ ms/m)
      expect(run.stdout + run.stderr).not.to.include(KEY)
    })

    it('leaves stdout as it is, and traces where an error comes from', async () => {
      server.fault({ path: '*' }, { kind: 'answer', status: 401, body: { message: `bad key ${KEY}` } })
      const run = await lua(['--check', '--json'], { DEBUG: 'lua:*', LUA_API_KEY: KEY })
      expect(run.code).to.equal(9)
      expect(JSON.parse(run.stdout).error.code).to.equal('KEY_REJECTED')
      expect(run.stderr)
        .to.match(/^lua:error LuaError: /m)
        .and.to.match(/^ +at /m)
      expect(run.stdout + run.stderr).not.to.include(KEY)
    })

    it('is silent for other names', async () => {
      for (const DEBUG of ['other*', '-lua*', 'lua*,-lua:trace', 'lua:sync']) {
        expect((await lua(['--check'], { DEBUG })).stderr, DEBUG).not.to.include('lua:request')
      }
    })
  })
})
