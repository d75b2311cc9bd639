import { expect } from 'chai'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'

const source = (rest: string) => `import { LuaAgent } from 'lua-cli'

export const agent = new LuaAgent({
  name: 'Test Agent',
  persona: 'You help.',
${rest}})
`

describe('sync: the model', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open()
  })
  afterEach(() => scene.close())

  const code = (rest: string) => scene.project.write('src/index.ts', source(rest))
  const writes = () => scene.server.requests.filter(({ method }) => method !== 'GET')

  it('is compared with the two requests of a check, and its diff shown', async () => {
    code("  model: 'openai/gpt-4o',\n")
    scene.agent.model = 'anthropic/claude'
    const run = await scene.lua('sync', '--check')
    expect(run.code).to.equal(1)
    expect(run.stdout)
      .to.include('MODEL DIFF')
      .and.to.include('- anthropic/claude')
      .and.to.include('+ openai/gpt-4o')
    expect(scene.server.requests).to.have.length(2)
  })

  for (const none of [undefined, null, '', '  ']) {
    it(`neither side has one (${JSON.stringify(none)}): nothing is said of it`, async () => {
      scene.agent.model = none
      code(`  model: ${JSON.stringify(none ?? '')},\n`)
      const run = await scene.lua('sync', '--check', '--json')
      expect(run.code).to.equal(0)
      expect(
        JSON.parse(run.stdout).components.map((each: { component: string }) => each.component),
      ).to.deep.equal(['name', 'persona'])
    })
  }

  it('undeclared it is not managed: no drift, a note with --verbose, drift with --strict, and no push or pull', async () => {
    code('')
    scene.agent.model = 'openai/gpt-4o'
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
    const verbose = await scene.lua('sync', '--check', '--verbose')
    expect(verbose).to.include({ code: 0 })
    expect(verbose.stdout).to.include(
      'Model: not managed (your code declares none); the server has "openai/gpt-4o"',
    )
    expect((await scene.lua('sync', '--check', '--strict')).code).to.equal(1)
    for (const mode of ['--pull', '--push', '--merge']) {
      expect((await scene.lua('sync', mode, '--strict', '--force')).code, mode).to.equal(0)
      expect(scene.source).to.equal(source(''))
      expect(scene.agent.model).to.equal('openai/gpt-4o')
    }
  })

  it('undeclared it is pulled if it is asked for by name', async () => {
    code('')
    scene.agent.model = 'openai/gpt-4o'
    const run = await scene.lua('sync', '--pull', '--only', 'model')
    expect(run.code, run.stderr).to.equal(0)
    expect(scene.source).to.equal(source("  model: 'openai/gpt-4o',\n"))
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
  })

  it('is pulled as a name is, and the pull undone', async () => {
    code("  model: 'openai/gpt-4o', // fast\n")
    scene.agent.model = 'anthropic/claude'
    const run = await scene.lua('sync', '--pull')
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.include('Model pulled into src/index.ts:6')
    expect(scene.source).to.equal(source("  model: 'anthropic/claude', // fast\n"))
    expect((await scene.lua('sync', '--undo')).code).to.equal(0)
    expect(scene.source).to.equal(source("  model: 'openai/gpt-4o', // fast\n"))
  })

  it('is pushed, says what it superseded, and the push is undone', async () => {
    code("  model: 'openai/gpt-4o',\n")
    scene.agent.model = 'anthropic/claude'
    const run = await scene.lua('sync', '--push')
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.include('Model pushed. The old model was "anthropic/claude".')
    expect(writes().map(({ body }) => body)).to.deep.equal([
      { id: 'agent_1760473281625_goc3sv7ac', model: 'openai/gpt-4o' },
    ])
    const undone = await scene.lua('sync', '--undo')
    expect(undone.code, undone.stderr).to.equal(0)
    expect(scene.agent.model).to.equal('anthropic/claude')
  })

  it('knows who moved from the record: a push that would revert is refused', async () => {
    code("  model: 'a/one',\n")
    scene.agent.model = 'a/one'
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
    scene.agent.model = 'a/two'
    const behind = await scene.lua('sync', '--push')
    expect(behind.code).to.equal(21)
    expect(behind.stderr).to.include('the model on the server (now "a/two")')
    expect(scene.agent.model).to.equal('a/two')
    code("  model: 'a/three',\n")
    expect((await scene.lua('sync', '--merge')).code).to.equal(21)
    expect((await scene.lua('sync', '--push', '--force')).code).to.equal(0)
    expect(scene.agent.model).to.equal('a/three')
  })

  it('that both sides changed is one or the other: no markers, no merge at the prompt, and a choice of two', async () => {
    code("  model: 'a/one',\n")
    scene.agent.model = 'a/one'
    await scene.agree()
    scene.agent.model = 'a/two'
    code("  model: 'a/three',\n")
    const marked = await scene.lua('sync', '--merge', '--markers')
    expect(marked.code).to.equal(21)
    expect(marked.stderr).to.include('Both sides changed the model').and.to.include('Take one side')
    const prompt = scene.terminal()
    await prompt.waitFor('❯ ⏭️  Skip')
    expect(await prompt.screen()).to.match(
      /\? What .*\n {2}📤[^\n]*\n {2}📥[^\n]*\n {2}🔎[^\n]*\n❯ ⏭️ {2}Skip\n/,
    )
    prompt.type(KEYS.enter)
    expect(await prompt.exit()).to.equal(0)
    const merge = scene.terminal(['sync', '--merge'])
    await merge.waitFor('Theirs (server)')
    expect(await merge.screen()).to.match(/Ours \(local\)\n {2}Theirs \(server\)\n {2}Skip/)
    merge.type(KEYS.down + KEYS.enter)
    expect(await merge.exit()).to.equal(0)
    expect(scene.source).to.equal(source("  model: 'a/two',\n"))
  })

  it('declared only in the code it is drift; a pull has nothing to take, a push goes', async () => {
    code("  model: 'openai/gpt-4o',\n")
    expect((await scene.lua('sync', '--check')).code).to.equal(1)
    const pull = await scene.lua('sync', '--pull')
    expect(pull.code, pull.stderr).to.equal(0)
    expect(pull.stdout).to.include('model: the server has none')
    expect((await scene.lua('sync', '--push')).code).to.equal(0)
    expect(scene.agent.model).to.equal('openai/gpt-4o')
  })

  it('declared only in the code a merge leaves it, and with --push sends it', async () => {
    code("  model: 'openai/gpt-4o',\n")
    const merge = await scene.lua('sync', '--merge')
    expect(merge.code, merge.stderr).to.equal(0)
    expect(merge.stdout).to.include('model: only your code changed').and.not.to.include('No drift')
    expect(writes()).to.deep.equal([])
    expect((await scene.lua('sync', '--merge', '--push')).code).to.equal(0)
    expect(scene.agent.model).to.equal('openai/gpt-4o')
  })

  it('a first one that was pushed is taken back: the server has none again', async () => {
    code("  model: 'openai/gpt-4o',\n")
    expect((await scene.lua('sync', '--push')).code).to.equal(0)
    const planned = await scene.lua('sync', '--undo', '--dry-run', '--json')
    expect(JSON.parse(planned.stdout).undone.components).to.deep.equal(['model'])
    const undone = await scene.lua('sync', '--undo')
    expect(undone.code, undone.stderr).to.equal(0)
    expect(undone.stdout).to.include('put back the model on the server').and.to.include('has no model again')
    expect(scene.agent.model).to.equal(null)
    expect((await scene.lua('sync', '--push')).code).to.equal(0)
    scene.agent.model = 'a/other'
    expect((await scene.lua('sync', '--undo')).code).to.equal(21)
    expect(scene.agent.model).to.equal('a/other')
  })

  it('a server that keeps it is said so', async () => {
    code("  model: 'openai/gpt-4o',\n")
    expect((await scene.lua('sync', '--push')).code).to.equal(0)
    scene.server.fault({ method: 'PATCH', path: '/agents/*' }, { kind: 'answer', status: 200, body: {} })
    const kept = await scene.lua('sync', '--undo')
    expect(kept.code).to.equal(11)
    expect(kept.stderr).to.include('has "openai/gpt-4o" now')
  })

  const resolver = '  model: async request => (request.channel ? `a/${request.channel}` : "a/b"),\n'
  it('a function is not managed, and overwritten by force alone', async () => {
    code(resolver)
    scene.agent.model = 'a/b'
    const check = await scene.lua('sync', '--check', '--verbose')
    expect(check.code).to.equal(0)
    expect(check.stdout).to.include('Model: not managed (it is a function)')
    const json = await scene.lua('sync', '--check', '--json')
    const { state, unmanaged, line } = JSON.parse(json.stdout).components.at(-1)
    expect({ state, unmanaged, line }).to.deep.equal({
      state: 'unmanaged',
      unmanaged: 'it is a function',
      line: 6,
    })
    for (const args of [['--push'], ['--pull'], ['--push', '--only', 'model']]) {
      await scene.lua('sync', ...args)
      expect(scene.source).to.equal(source(resolver))
      expect(scene.agent.model).to.equal('a/b')
    }
    const refused = await scene.lua('sync', '--pull', '--only', 'model')
    expect(refused.code).to.equal(21)
    expect(refused.stderr).to.include('is not overwritten').and.to.include('src/index.ts:6')
    const forced = await scene.lua('sync', '--pull', '--only', 'model', '--force')
    expect(forced.code, forced.stderr).to.equal(0)
    expect(scene.source).to.equal(source("  model: 'a/b',\n"))
  })

  for (const none of ['undefined', 'null', "''", 'void 0']) {
    it(`that says ${none} it is pulled by name, without force`, async () => {
      code(`  model: ${none},\n`)
      scene.agent.model = 'a/b'
      expect((await scene.lua('sync', '--check')).code).to.equal(0)
      const run = await scene.lua('sync', '--pull', '--only', 'model')
      expect(run.code, run.stderr).to.equal(0)
      expect(scene.source).to.match(/model: ['"]a\/b['"],/)
    })
  }

  it('a method is overwritten by force alone, as a whole; a getter not at all', async () => {
    scene.agent.model = 'a/b'
    code("  async model(request) {\n    return 'x/y'\n  },\n")
    expect((await scene.lua('sync', '--pull', '--only', 'model')).code).to.equal(21)
    const run = await scene.lua('sync', '--pull', '--only', 'model', '--force')
    expect(run.code, run.stderr).to.equal(0)
    expect(scene.source).to.equal(source("  model: 'a/b',\n"))
    for (const method of ["  model = () => 'x/y'\n", "  model() {\n    return 'x/y'\n  }\n"]) {
      const ofClass = (rest: string) =>
        `import { LuaAgent } from 'lua-cli'\nexport class A extends LuaAgent {\n  name = 'Test Agent'\n  persona = 'You help.'\n${rest}}\nexport default new A()\n`
      scene.project.write('src/index.ts', ofClass(method))
      expect((await scene.lua('sync', '--pull', '--only', 'model')).code).to.equal(21)
      expect((await scene.lua('sync', '--pull', '--only', 'model', '--force')).code).to.equal(0)
      expect(scene.source).to.match(/^ {2}model = 'a\/b';?$/m)
    }
    const getter = "  get model() {\n    return 'x/y'\n  },\n"
    code(getter)
    const refused = await scene.lua('sync', '--pull', '--only', 'model', '--force')
    expect(refused.code).to.equal(21)
    expect(refused.stderr).to.include('is a getter').and.to.include('Change it by hand')
    expect(scene.source).to.equal(source(getter))
  })

  const allow = (...codes: string[]) => {
    scene.server.state.models = codes.map(code => ({
      provider: 'x',
      code: `x/${code}`,
      model: code,
      description: '',
    }))
  }
  it('is looked up before anything of the run is pushed, and in a dry run', async () => {
    allow('gpt-4o')
    scene.project.write('src/index.ts', source("  model: 'x/other',\n").replace('Test Agent', 'New Name'))
    for (const args of [['--push', '--dry-run'], ['--push']]) {
      const run = await scene.lua('sync', ...args)
      expect(run.code, args.join(' ')).to.equal(10)
      expect(run.stderr).to.include('nothing was pushed')
    }
    expect(writes()).to.deep.equal([])
  })

  it('close ones are of the same name with their provider, and of the same provider', async () => {
    const others = Array.from({ length: 30 }, (_, index) => ({ code: `other/m-${index}` }))
    const models = [...others, { provider: 'x', code: 'x/gpt-4o' }, { provider: 'x', code: 'gpt-3' }]
    scene.server.fault(
      { path: '/agents/self-serve/models' },
      { kind: 'answer', status: 200, body: { success: true, data: { models } } },
    )
    code("  model: 'gpt-4o',\n")
    expect((await scene.lua('sync', '--push')).stderr).to.include('Did you mean x/gpt-4o?')
    code("  model: 'x/opus',\n")
    expect((await scene.lua('sync', '--push')).stderr).to.include('Available: x/gpt-4o, x/gpt-3, other/m-0,')
    expect(writes()).to.deep.equal([])
  })

  for (const fault of [
    { kind: 'answer', status: 401 },
    { kind: 'answer', status: 200, body: [] },
    { kind: 'answer', status: 200, body: [1, { code: null }] },
    { kind: 'not-json' },
  ] as const) {
    it(`a list that cannot be had (${JSON.stringify(fault)}) keeps nobody from pushing`, async () => {
      scene.server.fault({ path: '/agents/self-serve/models' }, fault)
      code("  model: 'x/gpt-4',\n")
      const run = await scene.lua('sync', '--push')
      expect(run.code, run.stderr).to.equal(0)
      expect(scene.agent.model).to.equal('x/gpt-4')
    })
  }

  it('one that the organization does not have is refused with names that are close', async () => {
    allow('gpt-4o', 'claude-sonnet')
    code("  model: 'x/gpt-4',\n")
    const run = await scene.lua('sync', '--push')
    expect(run.code).to.equal(10)
    expect(run.stderr).to.include('"x/gpt-4" isn\'t available').and.to.include('Did you mean x/gpt-4o?')
    expect(writes()).to.deep.equal([])
    code("  model: 'x/gpt-4o',\n")
    expect((await scene.lua('sync', '--push')).code).to.equal(0)
  })
})
