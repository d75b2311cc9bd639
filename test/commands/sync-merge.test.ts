import { join } from 'node:path'
import { expect } from 'chai'
import { agentSource } from '../support/project.js'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'

const BASE = 'You help.\nYou are kind.\nYou are brief.'
const OURS = BASE.replace('kind', 'patient')
const THEIRS = BASE.replace('kind', 'friendly')
const MARKED =
  'You help.\n<<<<<<< local\nYou are patient.\n||||||| base\nYou are kind.\n=======\nYou are friendly.\n>>>>>>> server\nYou are brief.'

describe('lua sync --merge', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open({ persona: BASE })
    await scene.agree()
  })
  afterEach(() => scene.close())

  const diverge = (ours = OURS, theirs: unknown = THEIRS) => {
    scene.edit({ persona: ours })
    scene.colleague(theirs)
  }

  it('merges both sides’ sentences inside one line, and no two edits of one sentence', async () => {
    scene.edit({ persona: 'You help. You are kind.' })
    await scene.lua('sync', '--push')
    diverge('You help a lot. You are kind.', 'You help. You are kind to all.')
    expect(await scene.lua('sync', '--merge')).to.include({ code: 0, stderr: '' })
    expect(scene.source).to.equal(agentSource({ persona: 'You help a lot. You are kind to all.' }))
    await scene.lua('sync', '--push')
    diverge('You may not help. You are kind to all.', 'You must help. You are kind to all.')
    expect((await scene.lua('sync', '--merge')).code).to.equal(21)
  })

  it('has nothing to do where only the code changed: exit 0, done', async () => {
    scene.edit({ persona: OURS })
    const { code, stdout } = await scene.lua('sync', '--merge', '--json')
    expect(code).to.equal(0)
    const { status, components } = JSON.parse(stdout)
    expect(status).to.equal('done')
    expect(components[1]).to.include({ state: 'ahead', action: 'skip' })
  })

  it('has nothing to do where only the code changed: says so, done, exit 0', async () => {
    scene.edit({ persona: `${BASE}\nOne more.` })
    const run = await scene.lua('sync', '--merge')
    expect(run.code).to.equal(0)
    expect(run.stdout).to.include('only your code changed, so there is nothing to merge')
    expect(JSON.parse((await scene.lua('sync', '--merge', '--json')).stdout)).to.include({ status: 'done' })
  })

  it('merges name and persona, each by who moved', async () => {
    diverge('You help.\nYou are kind.\nYou are very brief.', 'We help.\nYou are kind.\nYou are brief.')
    scene.agent.name = 'Renamed'
    const run = await scene.lua('sync', '--merge', '--push')
    expect(run.code).to.equal(0)
    expect(scene.source).to.equal(
      agentSource({ name: 'Renamed', persona: 'We help.\nYou are kind.\nYou are very brief.' }),
    )
    expect(scene.versions.at(-1)).to.equal('We help.\nYou are kind.\nYou are very brief.')
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
  })

  describe('where both sides changed the same words', () => {
    it('writes nothing where nobody can be asked: exit 21', async () => {
      diverge()
      const before = scene.project.bytes()
      const run = await scene.lua('sync', '--merge', '--push')
      expect(run.code).to.equal(21)
      expect(run.stderr)
        .to.include('Both sides changed the same passage of the persona; nothing was written.')
        .and.to.include('--markers')
        .and.to.include('src/index.ts:5')
      expect(scene.project.bytes()).to.deep.equal(before)
      expect(scene.versions).to.have.length(2)
    })

    it('with --markers writes them into the value, and every later push refuses', async () => {
      diverge()
      const merge = await scene.lua('sync', '--merge', '--markers')
      expect(merge.code).to.equal(0)
      expect(scene.source).to.equal(agentSource({ persona: MARKED }))
      for (const args of [['--push'], ['--push', '--deploy'], ['--merge', '--push']]) {
        const push = await scene.lua('sync', ...args)
        expect(push.code, args.join(' ')).to.equal(21)
        expect(push.stderr).to.include('conflict markers')
      }
      expect(scene.versions).to.have.length(2)
      scene.edit({ persona: OURS })
      expect((await scene.lua('sync', '--push')).code).to.equal(0)
      expect(scene.versions.at(-1)).to.equal(OURS)
    })

    it('with --markers --push merges, refuses the push, and says that a part was done', async () => {
      diverge()
      const run = await scene.lua('sync', '--merge', '--markers', '--push')
      expect(run.code).to.equal(22)
      expect(run.stdout).to.include('Persona merged')
      expect(run.stderr).to.include('conflict markers')
      expect(scene.versions).to.have.length(2)
    })

    it('does not pull conflict markers from the server', async () => {
      scene.colleague(MARKED)
      expect((await scene.lua('sync', '--pull')).code).to.equal(21)
      expect((await scene.lua('sync', '--pull', '--force')).code).to.equal(0)
      expect(scene.source).to.equal(agentSource({ persona: MARKED }))
    })

    const answers: [label: string, downs: number, result: string][] = [
      ['Ours (local)', 0, OURS],
      ['Theirs (server)', 1, THEIRS],
      ['Both, ours first', 2, 'You help.\nYou are patient.\nYou are friendly.\nYou are brief.'],
      ['Edit', 3, 'You help.\nYou are calm.\nYou are friendly.\nYou are brief.'],
    ]
    for (const [label, downs, result] of answers) {
      it(`asks on a terminal, with ours, theirs and base: ${label}`, async () => {
        diverge()
        const terminal = scene.terminal(['sync', '--merge'], { EDITOR: 'sed -i s/patient/calm/' })
        await terminal.waitFor('Conflict 1 of 1 in persona')
        await terminal.waitFor('ours (local)\n  You are patient.')
        await terminal.waitFor('theirs (server)\n  You are friendly.')
        await terminal.waitFor('base\n  You are kind.')
        await terminal.waitFor('❯ Ours (local)')
        for (let down = 0; down < downs; down++) terminal.type(KEYS.down)
        if (downs > 0) await terminal.waitFor(`❯ ${label}`)
        terminal.type(KEYS.enter)
        expect(await terminal.exit()).to.equal(0)
        expect(scene.source).to.equal(agentSource({ persona: result }))
        expect(scene.versions).to.have.length(2)
      })
    }

    const toEdit = async (editor: string) => {
      diverge()
      const terminal = scene.terminal(['sync', '--merge'], { EDITOR: editor })
      await terminal.waitFor('❯ Ours (local)')
      terminal.type(KEYS.down.repeat(3))
      await terminal.waitFor('❯ Edit')
      terminal.type(KEYS.enter)
      return terminal
    }

    it('asks again where nothing was changed in the editor', async () => {
      const terminal = await toEdit('true')
      await terminal.waitFor('Nothing was changed in the editor')
      await terminal.waitFor('❯ Ours (local)')
      terminal.type(KEYS.enter)
      expect(await terminal.exit()).to.equal(0)
      expect(scene.source).to.equal(agentSource({ persona: OURS }))
    })

    it('keeps what was saved in the editor, and says where, if the source changed meanwhile', async () => {
      const source = join(scene.project.root, 'src/index.ts')
      scene.project.write('editor.sh', `sed -i s/patient/calm/ "$1"; echo '// mine' >> ${source}\n`)
      const terminal = await toEdit(`sh ${join(scene.project.root, 'editor.sh')}`)
      expect(await terminal.exit(), terminal.text).to.equal(21)
      const [, path] = /was kept in (\.lua\/edited\/\S+)\./.exec(terminal.text)!
      expect(scene.project.read(path!)).to.equal('You are calm.\nYou are friendly.')
    })

    it('stops at Ctrl-C, and nothing was written', async () => {
      diverge()
      const terminal = scene.terminal(['sync', '--merge'])
      await terminal.waitFor('❯ Ours')
      terminal.type(KEYS.ctrlC)
      expect(await terminal.exit()).to.equal(130)
      expect(terminal.text).to.include('Nothing was changed')
      expect(scene.source).to.equal(agentSource({ persona: OURS }))
    })
  })

  it('cannot merge one text with channels, and says how to go on', async () => {
    diverge(OURS, { base: THEIRS, voice: 'Speak slowly.' })
    const run = await scene.lua('sync', '--merge')
    expect(run.code).to.equal(21)
    expect(run.stderr).to.include('it cannot be merged').and.to.include('lua sync --pull --force')
  })

  it('merges channel by channel', async () => {
    const channels = (base: string, voice: string) =>
      `import { LuaAgent } from 'lua-cli'\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: { base: '${base}', voice: '${voice}' } })\n`
    scene.project.write('src/index.ts', channels('You help.', 'Speak.'))
    scene.colleague({ base: 'You help.', voice: 'Speak.' })
    await scene.agree()
    scene.project.write('src/index.ts', channels('You help a lot.', 'Speak.'))
    scene.colleague({ base: 'You help.', voice: 'Speak slowly.', text: 'Write.' })
    expect((await scene.lua('sync', '--merge', '--push')).code).to.equal(0)
    expect(scene.versions.at(-1)).to.deep.equal({
      base: 'You help a lot.',
      voice: 'Speak slowly.',
      text: 'Write.',
    })
  })

  for (const other of ['--check', '--pull', '--accept', '--undo', '--history', '--diff=1']) {
    it(`excludes ${other}`, async () => {
      const run = await scene.lua('sync', '--merge', other)
      expect(run.code).to.equal(2)
    })
  }

  it('needs --merge for --markers', async () => {
    expect((await scene.lua('sync', '--push', '--markers')).code).to.equal(2)
  })
})
