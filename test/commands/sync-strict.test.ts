import { expect } from 'chai'
import { agentSource } from '../support/project.js'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'

const LOCAL = 'You help.\nYou are kind.'
const SERVER = ' You help.\r\nYou are kind.  \r\n'
const FROM_FILE =
  "import { LuaAgent } from 'lua-cli'\nimport persona from './persona.md?raw'\nexport const agent = new LuaAgent({ name: 'Test Agent', persona })\n"

describe('lua sync --strict', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open({ persona: LOCAL })
    scene.colleague(SERVER)
  })
  afterEach(() => scene.close())

  it('shows the white space that differs', async () => {
    expect(await scene.lua('sync', '--check')).to.include({ code: 0 })
    const run = await scene.lua('sync', '--check', '--strict')
    expect(run.code).to.equal(1)
    expect(run.stdout).to.include('- ·You help.␍\n- You are kind.··␍␊\n+ You help.\n+ You are kind.\n')
  })

  for (const way of ['--pull', '--merge']) {
    it(`${way} takes the server's white space, in a literal`, async () => {
      expect((await scene.lua('sync', way, '--strict')).code).to.equal(0)
      expect(await scene.lua('sync', '--check', '--strict')).to.include({ code: 0 })
    })

    it(`${way} takes it in a text file as well, to the character`, async () => {
      scene.project.write('src/index.ts', FROM_FILE)
      scene.project.write('src/persona.md', `${LOCAL}\n`)
      const run = await scene.lua('sync', way, '--strict')
      expect(run.stdout).to.include('into src/persona.md:1')
      expect(scene.project.read('src/persona.md')).to.equal(SERVER)
      expect(await scene.lua('sync', '--check', '--strict')).to.include({ code: 0 })
    })
  }

  it('shows it in the diff of two versions and in reports for people, too', async () => {
    expect((await scene.lua('sync', '--diff', '2')).stdout).to.include(
      '- You help.\n- You are kind.\n+ ·You help.␍\n',
    )
    const { stdout } = await scene.lua('sync', '--check', '--strict', '--format', 'markdown')
    expect(stdout).to.include('- You help.␍\n').and.to.include('-You are kind.··␍\n')
  })

  it('without it, a text file keeps its own', async () => {
    scene.project.write('src/index.ts', FROM_FILE)
    scene.project.write('src/persona.md', `${LOCAL}\n`)
    scene.colleague('You help.\nYou are gentle.')
    expect((await scene.lua('sync', '--pull')).code).to.equal(0)
    expect(scene.project.read('src/persona.md')).to.equal('You help.\nYou are gentle.\n')
  })

  it('shows blanks at the end of a line, strict or not, where they are all that differs in it', async () => {
    scene.colleague('You help.  \nYou are kind.\t')
    const run = await scene.lua('sync', '--check')
    expect(run.code).to.equal(1)
    expect(run.stdout).to.include('- You help.··\n+ You help.\n')
  })
})

describe('a version that production does not serve', () => {
  let scene: Scene
  const live = () => scene.agent.personaVersions.find(({ isCurrent }) => isCurrent)?.version

  beforeEach(async () => {
    scene = await Scene.open({ persona: LOCAL })
  })
  afterEach(() => scene.close())

  function rolledBack(persona: string): void {
    scene.colleague(persona)
    for (const each of scene.agent.personaVersions) each.isCurrent = each.version === 1
  }

  it('is told of by a check: which one is served, and what puts the other there', async () => {
    rolledBack('You help.\nYou are gentle.')
    const drifted = await scene.lua('sync', '--check')
    expect(drifted.stderr).to.include('Production serves persona version 1, not 2')
    await scene.lua('sync', '--pull')
    const same = await scene.lua('sync', '--check')
    expect(same).to.include({ code: 0 })
    expect(same.stderr).to.include('lua sync --push --deploy puts version 2 there')
    expect((await scene.lua('sync', '--push')).stderr).to.include('Production serves persona version 1')
    expect((await scene.lua('sync', '--push', '--deploy')).stdout).to.include('production uses it now')
    expect(await scene.lua('sync', '--check')).to.include({ code: 0, stderr: '' })
  })

  for (const [account, publishOnCreate, says] of [
    ['published at once', true, 'Version 2 is published, but not live: production serves version 1.'],
    ['drafts', false, 'until it is deployed. Production serves version 1.'],
  ] as const) {
    it(`is told of by a push, where new versions are ${account}`, async () => {
      scene.server.state.publishOnCreate = publishOnCreate
      scene.edit({ persona: `${LOCAL}\nAlways.` })
      const run = await scene.lua('sync', '--push')
      expect(run.stdout).to.include(says).and.to.include('lua sync --push --deploy')
      expect(live()).to.equal(1)
      const again = JSON.parse((await scene.lua('sync', '--push', '--deploy', '--json')).stdout)
      expect(again.components[1].outcome).to.include({ version: 2, deployed: true, production: null })
      expect(live()).to.equal(2)
    })
  }

  it('"Push and deploy" is a choice at the prompt, and only there', async () => {
    scene.edit({ persona: `${LOCAL}\nAlways.` })
    const usual = scene.terminal()
    await usual.waitFor('Skip')
    usual.type(KEYS.ctrlC)
    await usual.exit()
    expect(usual.text).not.to.include('Push and deploy')
    rolledBack('You help.\nYou are gentle.')
    scene.edit({ persona: 'You help.\nYou are gentle.\nAlways.' })
    const terminal = scene.terminal()
    await terminal.waitFor('❯ 📤 Push local to server')
    terminal.type(KEYS.down)
    await terminal.waitFor('❯ 🚀 Push and deploy')
    terminal.type(KEYS.enter)
    expect(await terminal.exit(), terminal.text).to.equal(0)
    expect(live()).to.equal(3)
  })
})

describe('a channel that is null', () => {
  const source = (persona: string) =>
    `import { LuaAgent } from 'lua-cli'\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: ${persona} })\n`

  it('is absent: on the server, in its history, and in the code', async () => {
    const scene = await Scene.open({ persona: LOCAL })
    try {
      scene.project.write('src/index.ts', source("{ base: 'You help.', voice: null }"))
      scene.colleague({ base: 'You help.', text: null })
      expect(await scene.lua('sync', '--check')).to.include({ code: 0 })
      expect((await scene.lua('sync', '--history')).stdout).to.include('your code')
      scene.colleague({ base: 'You help.', voice: 'Speak.', text: null })
      expect(await scene.state()).to.equal('behind')
      expect((await scene.lua('sync', '--pull')).code).to.equal(0)
      expect(scene.source).to.equal(source("{ base: 'You help.', voice: 'Speak.' }"))
    } finally {
      await scene.close()
    }
  })

  it('one version without a date does not stop a check', async () => {
    const scene = await Scene.open({ persona: LOCAL })
    try {
      scene.colleague('You help.')
      scene.agent.personaVersions[0]!.createdDate = null
      expect(await scene.lua('sync', '--check')).to.include({ code: 1 })
      expect((await scene.lua('sync', '--pull')).code).to.equal(0)
      expect(scene.source).to.equal(agentSource({ persona: 'You help.' }))
    } finally {
      await scene.close()
    }
  })
})
