import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
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

describe('lua sync on a terminal', () => {
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
  const open = (args = ['sync'], env: Record<string, string> = {}) =>
    new Terminal(args, { cwd: project.root, url: server.url, env })
  /** The persona drifted, and nothing says who moved. */
  const edited = () => project.write('src/index.ts', agentSource({ persona: 'You help.\nA lot.' }))

  it('shows the drift, then the documented question with its three choices', async () => {
    edited()
    const terminal = open()
    await terminal.waitFor('⚠️  Drift detected!')
    await terminal.waitFor('PERSONA DIFF')
    await terminal.waitFor('? What would you like to do with persona?')
    await terminal.waitFor('📤 Push local to server')
    await terminal.waitFor('📥 Pull server to local')
    await terminal.waitFor('⏭️  Skip')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).to.equal(130)
  })

  it('colours the diff, and honours NO_COLOR', async () => {
    edited()
    const coloured = open()
    await coloured.waitFor('What would you like')
    expect(coloured.output).to.include('\x1b[32m+ A lot.')
    coloured.type(KEYS.ctrlC)
    await coloured.exit()
    const plain = open(['sync', '--check'], { NO_COLOR: '1' })
    expect(await plain.exit()).to.equal(1)
    expect(plain.output).not.to.include('\x1b[')
  })

  it('pushes with one Enter where local moved', async () => {
    edited()
    const terminal = open()
    await terminal.waitFor('❯ 📤 Push local to server')
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).to.equal(0)
    expect(terminal.text).to.include('version 2 created')
    expect(agent().personaVersions.at(-1)).to.include({ persona: 'You help.\nA lot.' })
  })

  it('pulls with one Enter where the server moved, and nothing else changes', async () => {
    seedVersion(agent(), { persona: 'You help.\nKindly.' })
    const terminal = open()
    await terminal.waitFor('❯ 📥 Pull server to local')
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).to.equal(0)
    expect(terminal.text).to.include('src/index.ts:5').and.to.include('no drift left')
    expect(project.read('src/index.ts')).to.equal(agentSource({ persona: 'You help.\nKindly.' }))
  })

  it('skips: nothing changes on either side', async () => {
    edited()
    const before = project.bytes()
    const terminal = open()
    await terminal.waitFor('Skip')
    terminal.type(KEYS.down.repeat(9))
    await terminal.waitFor('❯ ⏭️  Skip')
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).to.equal(0)
    expect(project.bytes()).to.deep.equal(before)
    expect(agent().personaVersions).to.have.length(1)
  })

  it('stops at Ctrl-C: nothing more is applied, exit 130, and says what was done', async () => {
    agent().name = 'Renamed'
    edited()
    const terminal = open()
    await terminal.waitFor('What would you like to do with name?')
    await terminal.waitFor('❯ 📤 Push local to server')
    terminal.type(KEYS.enter)
    await terminal.waitFor('What would you like to do with persona?')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit()).to.equal(130)
    expect(terminal.text).to.match(/Stopped\. Already done: name pushed\./)
    expect(agent().name).to.equal('Test Agent')
    expect(agent().personaVersions).to.have.length(1)
  })

  describe('with the editor', () => {
    async function edit(terminal: Terminal, before = ['❯ 📥 Pull server to local']): Promise<void> {
      for (const choice of before) {
        await terminal.waitFor(choice)
        terminal.type(KEYS.down)
      }
      await terminal.waitFor('❯ 📝')
      terminal.type(KEYS.enter)
    }

    it('writes what is saved into the code, says that it is not on the server yet, and can push it', async () => {
      seedVersion(agent(), { persona: 'You help.\nKindly.' })
      const terminal = open(['sync'], { EDITOR: 'sed -i s/Kindly/Gently/' })
      await edit(terminal)
      await terminal.waitFor('What you save is written into your code')
      await terminal.waitFor('not on the server yet')
      await terminal.waitFor('Push it now?')
      terminal.type(`y${KEYS.enter}`)
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(project.read('src/index.ts')).to.equal(agentSource({ persona: 'You help.\nGently.' }))
      expect(agent().personaVersions.at(-1)).to.include({ persona: 'You help.\nGently.' })
    })

    it('pushes nothing unless it is told to', async () => {
      seedVersion(agent(), { persona: 'You help.\nKindly.' })
      const terminal = open(['sync'], { EDITOR: 'sed -i s/Kindly/Gently/' })
      await edit(terminal)
      await terminal.waitFor('Push it now?')
      terminal.type(KEYS.enter)
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(agent().personaVersions).to.have.length(2)
    })

    it('opens one file for all channels, a heading each, named for the agent', async () => {
      const source = (persona: string) =>
        `import { LuaAgent } from 'lua-cli'\nexport default new LuaAgent({ name: 'Test Agent', persona: ${persona} })\n`
      project.write('src/index.ts', source("{ base: 'You help.', voice: 'Speak.' }"))
      seedVersion(agent(), { persona: { base: 'You help.', voice: 'Kindly.' } })
      const keep = join(project.root, 'opened.md')
      const script = `cp "$1" ${keep}; basename "$1" >> ${keep}; sed -i -e s/Kindly/Gently/ -e s/help/assist/ "$1"`
      project.write('editor.sh', script)
      const terminal = open(['sync'], { EDITOR: `sh ${join(project.root, 'editor.sh')}` })
      await edit(terminal, ['❯ 📤 Push local to server', '❯ 📥'])
      await terminal.waitFor('Push it now?')
      terminal.type(KEYS.escape)
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(project.read('opened.md')).to.equal(
        '===== base =====\n\nYou help.\n\n===== voice =====\n\nKindly.\nTest-Agent-persona.md\n',
      )
      expect(project.read('src/index.ts')).to.equal(source("{ base: 'You assist.', voice: 'Gently.' }"))
    })
  })

  for (const [answer, code] of [
    ['n', 21],
    ['y', 0],
  ] as const) {
    it(`asks before it changes a constant that others use: ${answer}`, async () => {
      const source = (text: string) =>
        `import { LuaAgent } from 'lua-cli'\nconst TEXT = \`${text}\`\nexport const other = TEXT\nexport default new LuaAgent({ name: 'Test Agent', persona: TEXT })\n`
      project.write('src/index.ts', source('You help.'))
      seedVersion(agent(), { persona: 'You help.\nKindly.' })
      const terminal = open(['sync', '--pull'])
      await terminal.waitFor('Change it for all of them?')
      terminal.type(`${answer}${KEYS.enter}`)
      expect(await terminal.exit(), terminal.text).to.equal(code)
      expect(project.read('src/index.ts')).to.equal(source(code === 0 ? 'You help.\nKindly.' : 'You help.'))
    })
  }

  describe('what was saved in the editor', () => {
    const kept = () =>
      readdirSync(join(project.root, '.lua/edited')).map(name => project.read(`.lua/edited/${name}`))
    /** An editor that does this to the file that it is given, `$1`. */
    function editor(script: string): Record<string, string> {
      project.write('editor.sh', `${script}\n`)
      return { EDITOR: `sh ${join(project.root, 'editor.sh')}` }
    }
    async function chooseEdit(env: Record<string, string>): Promise<Terminal> {
      seedVersion(agent(), { persona: 'You help.\nKindly.' })
      const terminal = open(['sync'], env)
      await terminal.waitFor('❯ 📥 Pull server to local')
      terminal.type(KEYS.down)
      await terminal.waitFor('❯ 📝')
      terminal.type(KEYS.enter)
      return terminal
    }

    it('is kept, and it is said where, if the source changed meanwhile', async () => {
      const source = join(project.root, 'src/index.ts')
      const terminal = await chooseEdit(editor(`sed -i s/Kindly/Gently/ "$1"; echo '// mine' >> ${source}`))
      expect(await terminal.exit(), terminal.text).to.equal(21)
      expect(terminal.text).to.match(
        /saved in the editor for the persona was kept in \.lua\/edited\/\S+-persona\.md/,
      )
      expect(kept()).to.deep.equal(['You help.\nGently.'])
      expect(project.read('src/index.ts')).to.equal(`${agentSource()}// mine\n`)
    })

    it('is not kept where it stands in the code', async () => {
      const terminal = await chooseEdit(editor('sed -i s/Kindly/Gently/ "$1"'))
      await terminal.waitFor('Push it now?')
      terminal.type(KEYS.enter)
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(existsSync(join(project.root, '.lua/edited'))).to.equal(false)
    })

    it('is nothing where nothing was changed: nothing is applied', async () => {
      const before = project.bytes()
      const terminal = await chooseEdit({ EDITOR: 'true' })
      expect(await terminal.exit()).to.equal(0)
      expect(terminal.text).to.include('nothing was changed in the editor, so nothing was applied')
      expect(project.bytes()).to.deep.equal(before)
    })

    it('is left where the editor had saved it, if the editor fails', async () => {
      const terminal = await chooseEdit(editor('sed -i s/Kindly/Gently/ "$1"; exit 3'))
      expect(await terminal.exit()).to.equal(130)
      const file = /What it had saved is in\s(\S+Test-Agent-persona\.md)\./.exec(terminal.text)![1]!
      expect(readFileSync(file, 'utf8')).to.equal('You help.\nGently.')
      rmSync(dirname(file), { recursive: true })
    })
  })

  for (const env of [{ CI: 'true' }, { TERM: 'dumb' }] as Record<string, string>[]) {
    it(`never asks with ${JSON.stringify(env)}`, async () => {
      edited()
      const terminal = open(['sync'], env)
      expect(await terminal.exit()).to.equal(2)
      expect(terminal.output).not.to.include('\x1b[')
    })
  }
})
