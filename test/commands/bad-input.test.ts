import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
import { agentSource, makeProject } from '../support/project.js'
import type { LuaRun } from '../support/run-lua.js'

/** Every mode that could write must say the same and touch nothing. */
const MODES = ['--check', '--pull', '--push']

describe('bad input', () => {
  let server: LuaServer

  beforeEach(async () => {
    const state = newState()
    seedAgent(state, { name: 'Test Agent', personas: ['Other.'] })
    server = await startLuaServer({ state })
  })
  afterEach(() => server.close())

  const agent = () => server.state.agents[DEFAULT_AGENT]!

  interface Case {
    title: string
    files?: Record<string, string | undefined>
    env?: Record<string, string | undefined>
    code: number
    says: (string | RegExp)[]
  }

  const cases: Case[] = [
    {
      title: 'no lua.skill.yaml here or above',
      files: { 'lua.skill.yaml': undefined },
      code: 2,
      says: ['No Lua project here', 'lua.skill.yaml', 'A project is a folder'],
    },
    {
      title: 'malformed YAML, with its place',
      files: { 'lua.skill.yaml': 'agent:\n  agentId: "open\n' },
      code: 2,
      says: ['not valid YAML', /lua\.skill\.yaml:\d+:\d+/],
    },
    {
      title: 'a lua.skill.yaml that is a folder',
      files: { 'lua.skill.yaml': undefined, 'lua.skill.yaml/x': '' },
      code: 2,
      says: ['No Lua project here'],
    },
    { title: 'no agentId', files: { 'lua.skill.yaml': 'agent: {}\n' }, code: 2, says: ['no agent.agentId'] },
    {
      title: 'an agentId that is a number',
      files: { 'lua.skill.yaml': 'agent: { agentId: 5 }\n' },
      code: 2,
      says: ['no agent.agentId'],
    },
    {
      title: 'an empty lua.skill.yaml',
      files: { 'lua.skill.yaml': '' },
      code: 2,
      says: ['no agent.agentId'],
    },
    { title: 'no entry file', files: { 'src/index.ts': undefined }, code: 20, says: ['LuaAgent', '→'] },
    {
      title: 'no LuaAgent in it',
      files: { 'src/index.ts': 'export const x = 1\n' },
      code: 20,
      says: ['LuaAgent', '→'],
    },
    {
      title: 'two agents, with both places',
      files: {
        'src/index.ts': `${agentSource()}export const other = new LuaAgent({ name: 'b', persona: 'c' })\n`,
      },
      code: 20,
      says: ['src/index.ts', '7'],
    },
    {
      title: 'a syntax error, with a code frame',
      files: {
        'src/index.ts': "import { LuaAgent } from 'lua-cli'\nexport const agent = new LuaAgent({ name: \n",
      },
      code: 20,
      says: ['src/index.ts', /\d+ \|/],
    },
    {
      title: 'a persona that depends on the environment',
      files: { 'src/index.ts': agentSource().replace('`You help.`', 'process.env.PERSONA') },
      code: 20,
      says: ['src/index.ts:5', 'process.env.PERSONA', 'environment variable'],
    },
    {
      title: 'a name that is the result of a call',
      files: { 'src/index.ts': agentSource().replace('"Test Agent"', 'makeName()') },
      code: 20,
      says: ['src/index.ts:4', 'makeName()'],
    },
    {
      title: 'no key',
      env: { LUA_API_KEY: undefined },
      code: 9,
      says: ['No API key', 'LUA_API_KEY', '~/.lua-cli/credentials', '.env'],
    },
    {
      title: 'an empty key',
      env: { LUA_API_KEY: ' ' },
      code: 9,
      says: ['The API key is empty', 'LUA_API_KEY'],
    },
    {
      title: 'an empty key in .env',
      env: { LUA_API_KEY: undefined },
      files: { '.env': 'LUA_API_KEY=\n' },
      code: 9,
      says: ['The API key is empty', '.env'],
    },
    {
      title: 'an empty key in both',
      env: { LUA_API_KEY: '' },
      files: { '.env': 'LUA_API_KEY=" "\n' },
      code: 9,
      says: [
        "The API key is empty in the environment variable LUA_API_KEY, and in LUA_API_KEY in the project's .env",
      ],
    },
    { title: 'a key with a line break inside', env: { LUA_API_KEY: 'a\nb' }, code: 9, says: ['no key has'] },
    {
      title: 'a server URL that is none',
      env: { LUA_API_URL: 'nonsense' },
      code: 2,
      says: ['LUA_API_URL', '→'],
    },
    {
      title: 'plain http to another machine',
      env: { LUA_API_URL: 'http://example.com' },
      code: 2,
      says: ['http', '→'],
    },
  ]

  for (const { title, files, env, code, says } of cases) {
    it(`${title}: exit ${code}, says so, loses nothing`, async () => {
      const project = makeProject(files)
      try {
        const before = project.bytes()
        const runs = await Promise.all(
          MODES.map(mode => runHosted(['sync', mode], { cwd: project.root, url: server.url, env })),
        )
        for (const run of runs) expectRefusal(run, code, says)
        const json = await runHosted(['sync', '--check', '--json'], {
          cwd: project.root,
          url: server.url,
          env,
        })
        expect(json.code).to.equal(code)
        expect(JSON.parse(json.stdout).error).to.include({ exitCode: code })
        expect(project.bytes()).to.deep.equal(before)
        expect(agent().personaVersions).to.have.length(1)
      } finally {
        project.remove()
      }
    })
  }

  function expectRefusal(run: LuaRun, code: number, says: (string | RegExp)[]): void {
    expect(run.code, run.stderr).to.equal(code)
    expect(run.stdout).to.equal('')
    for (const words of says) {
      if (typeof words === 'string') expect(run.stderr).to.include(words)
      else expect(run.stderr).to.match(words)
    }
  }

  it('names an e-mail session that is no key', async () => {
    const home = mkdtempSync(join(tmpdir(), 'lua-home-'))
    const project = makeProject()
    try {
      mkdirSync(join(home, '.lua-cli', 'sessions'), { recursive: true })
      writeFileSync(join(home, '.lua-cli', 'sessions', 'a.json'), '{}')
      for (const env of [{}, { LUA_API_KEY: ' ' }]) {
        const run = await runHosted(['sync', '--check'], {
          cwd: project.root,
          env: { HOME: home, LUA_API_URL: server.url, ...env },
        })
        expectRefusal(run, 9, ['logged in by e-mail', 'make an API key at https://admin.heylua.ai'])
      }
      writeFileSync(join(home, '.lua-cli', 'credentials'), 'test-key\n')
      const found = await runHosted(['sync', '--check'], {
        cwd: project.root,
        env: { HOME: home, LUA_API_URL: server.url },
      })
      expect(found.code).to.equal(1)
    } finally {
      project.remove()
      rmSync(home, { recursive: true })
    }
  })

  it('finds the project from a folder below it', async () => {
    const project = makeProject({ 'src/deep/er/x.txt': '' })
    try {
      const run = await runHosted(['sync', '--check'], {
        cwd: join(project.root, 'src/deep/er'),
        url: server.url,
      })
      expect(run.code).to.equal(1)
    } finally {
      project.remove()
    }
  })

  describe('from the server', () => {
    const check = async (expected: (run: LuaRun) => void) => {
      const project = makeProject()
      try {
        const before = project.bytes()
        for (const mode of ['--check', '--pull', '--push']) {
          expected(await runHosted(['sync', mode], { cwd: project.root, url: server.url }))
        }
        expect(project.bytes()).to.deep.equal(before)
      } finally {
        project.remove()
      }
    }

    for (const persona of [5, ['a'], { base: 1 }, { other: 'x' }]) {
      it(`a persona that is ${JSON.stringify(persona)}: exit 11, nothing changes`, async () => {
        agent().personaVersions[0]!.persona = persona
        await check(run => expectRefusal(run, 11, ['persona of version 1']))
      })
    }

    for (const createdDate of [undefined, 'someday', null]) {
      it(`two versions, one with a createdDate that is ${createdDate}: it counts by its number`, async () => {
        seedVersion(agent(), { persona: 'You help.', createdDate })
        await check(run => expect(run).to.include({ code: 0, stderr: '' }))
      })
    }

    it('a createdDate as ISO text is a date', async () => {
      seedVersion(agent(), { persona: 'You help.', createdDate: '2031-01-01T00:00:00Z' })
      await check(run => expect(run).to.include({ code: 0, stderr: '' }))
    })
  })
})
