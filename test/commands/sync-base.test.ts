import { execFileSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { seal } from '../../src/lib/disk/index.js'
import { agentSource } from '../support/project.js'
import { Scene } from '../support/scene.js'

const V1 = 'You help.\nYou are kind.'
const V2 = 'You help.\nYou are kind.\nYou are brief.'
const OWN = 'You help a lot.\nYou are kind.'

describe('the base of lua sync', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open({ persona: V1 })
  })
  afterEach(() => scene.close())

  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: scene.project.root,
      stdio: 'pipe',
    })
  const record = () => JSON.parse(scene.project.read('.lua/sync.json'))
  const stateOf = async (component: string) => {
    const { stdout } = await scene.lua('sync', '--check', '--json')
    return JSON.parse(stdout).components.find((each: { component: string }) => each.component === component)
  }

  it('is recorded by a check that finds no drift: agent, version, hash and text, private and ignored by git', async () => {
    await scene.lua('sync', '--check')
    expect(record()).to.deep.include({ agentId: scene.agent.id })
    expect(record().components.persona).to.include({ text: V1, version: 1 })
    expect(record().components.persona.hash).to.match(/^[0-9a-f]{16}$/)
    expect(record().components.name).to.include({ text: 'Test Agent' })
    expect(statSync(join(scene.project.root, '.lua/sync.json')).mode & 0o777).to.equal(0o600)
    expect(scene.project.read('.lua/.gitignore')).to.equal('*\n')
  })

  it('is recorded by a check for the components that agree, and kept for the one that drifted', async () => {
    scene.agent.name = 'Renamed'
    await scene.lua('sync', '--check')
    expect(record().components).to.have.all.keys('persona')
    scene.agent.name = 'Test Agent'
    scene.colleague(V2)
    await scene.lua('sync', '--check')
    expect(record().components.name).to.include({ text: 'Test Agent' })
    expect(record().components.persona).to.include({ text: V1, version: 1 })
  })

  it('is recorded by a pull for the component that took no part', async () => {
    scene.agent.name = 'Renamed'
    await scene.lua('sync', '--pull', '--only', 'name')
    await scene.lua('sync', '--check')
    rmSync(join(scene.project.root, '.lua/sync.json'))
    scene.agent.name = 'Renamed again'
    await scene.lua('sync', '--pull')
    scene.edit({ name: 'Renamed again', persona: OWN })
    scene.colleague(V2)
    expect((await scene.lua('sync', '--pull')).code).to.equal(21)
    expect(await stateOf('persona')).to.include({ state: 'diverged' })
  })

  it('is recorded, too, for a component that --only leaves out', async () => {
    scene.colleague(V2)
    await scene.lua('sync', '--pull', '--only', 'persona')
    expect(record().components.name).to.include({ text: 'Test Agent' })
    scene.edit({ name: 'Own Name', persona: V2 })
    scene.agent.name = 'Renamed'
    expect((await scene.lua('sync', '--pull')).code).to.equal(21)
  })

  it('is not recorded for one that --only leaves out and that cannot be read: the run goes on', async () => {
    scene.project.write('src/index.ts', scene.source.replace('persona: `', 'persona: missing + `'))
    expect((await scene.lua('sync', '--check', '--only', 'name')).code).to.equal(0)
    expect(Object.keys(record().components)).to.deep.equal(['name'])
  })

  it('is recorded by a push, a pull and a merge', async () => {
    scene.edit({ persona: OWN })
    await scene.lua('sync', '--push')
    expect(record().components.persona).to.include({ text: OWN, version: 2 })
    scene.colleague(V2)
    await scene.lua('sync', '--pull')
    expect(record().components.persona).to.include({ text: V2, version: 3 })
    scene.edit({ persona: V2.replace('help', 'serve') })
    scene.colleague(V2.replace('brief', 'short'))
    await scene.lua('sync', '--merge')
    expect(record().components.persona).to.include({ text: V2.replace('brief', 'short'), version: 4 })
  })

  it('is not moved by the push of a draft, which nobody sees', async () => {
    await scene.agree()
    scene.server.state.publishOnCreate = false
    scene.edit({ persona: OWN })
    await scene.lua('sync', '--push')
    expect(await stateOf('persona')).to.include({ state: 'ahead' })
  })

  it('leaves out of what is newer what an undo took back, and what it put there again', async () => {
    await scene.agree()
    scene.edit({ persona: OWN })
    await scene.lua('sync', '--push')
    await scene.lua('sync', '--undo')
    expect(await stateOf('persona')).to.include({ state: 'ahead', versionsBehind: 0 })
    scene.colleague(V2)
    expect(await stateOf('persona')).to.include({ state: 'diverged', versionsBehind: 1 })
    expect((await scene.lua('sync', '--push')).stderr).to.match(
      /would revert the persona on the server \(v4, /,
    )
  })

  it('is the published version that a fresh checkout has', async () => {
    scene.colleague(V2)
    scene.colleague(`${V2}\nYou are fast.`)
    const persona = await stateOf('persona')
    expect(persona).to.deep.include({
      state: 'behind',
      base: { version: 1, from: 'history' },
      versionsBehind: 2,
    })
    const { stdout } = await scene.lua('sync', '--check')
    expect(stdout).to.match(/server is 2 versions ahead \(v3, \d+ days ago\); your code still has v1\./)
  })

  it('is what a colleague pulled and committed, newer than the record of this checkout', async () => {
    await scene.agree()
    scene.colleague(V2)
    scene.colleague(`${V2}\nYou are fast.`)
    // git pull brings the code with version 2 in it.
    scene.edit({ persona: V2 })
    expect(await stateOf('persona')).to.deep.include({
      state: 'behind',
      base: { version: 2, from: 'history' },
    })
  })

  describe('in a git repository', () => {
    beforeEach(() => {
      git('init', '-q')
      git('add', 'src', 'lua.skill.yaml')
      git('commit', '-qm', 'one')
    })

    it('is the newest published version that HEAD has', async () => {
      scene.edit({ persona: OWN })
      const commit = git('rev-parse', 'HEAD').toString().trim()
      expect(await stateOf('persona')).to.deep.include({
        state: 'ahead',
        base: { version: 1, from: 'git', commit },
      })
      scene.colleague(V2)
      expect(await stateOf('persona')).to.deep.include({
        state: 'diverged',
        base: { version: 1, from: 'git', commit },
        versionsBehind: 1,
      })
    })

    it('is one that an earlier commit had', async () => {
      scene.edit({ persona: 'Never published.' })
      const commit = git('rev-parse', 'HEAD').toString().trim()
      git('commit', '-qam', 'two')
      scene.edit({ persona: OWN })
      expect(await stateOf('persona')).to.deep.include({
        state: 'ahead',
        base: { version: 1, from: 'git', commit },
      })
    })

    it('is found across a persona in a file of its own', async () => {
      scene.project.write('src/persona.md', V1)
      scene.project.write(
        'src/index.ts',
        "import { readFileSync } from 'node:fs'\nimport { LuaAgent } from 'lua-cli'\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: readFileSync(new URL('./persona.md', import.meta.url), 'utf8') })\n",
      )
      git('add', 'src')
      git('commit', '-qm', 'a file of its own')
      scene.project.write('src/persona.md', OWN)
      expect(await stateOf('persona')).to.deep.include({ state: 'ahead', file: 'src/persona.md' })
    })

    it('is none where git cannot be run', async () => {
      scene.edit({ persona: OWN })
      scene.project.write('.git/HEAD', 'damaged')
      expect(await stateOf('persona')).to.deep.include({ state: 'differs', base: null })
    })
  })

  describe('a record that is of no use is ignored, with a note', () => {
    const resealed = (text: string, changes: object) => {
      const { mac: _, folder: __, ...record } = JSON.parse(text)
      return seal(join(scene.project.root, '.lua'), 'record', { ...record, ...changes })
    }
    const useless: [title: string, text: (record: string) => string, says: string][] = [
      [
        'of another agent',
        text => resealed(text, { agentId: 'baseAgent_other' }),
        'belongs to another agent',
      ],
      [
        'of another server',
        text => resealed(text, { serverUrl: 'https://api.example' }),
        'belongs to another server',
      ],
      ['that is no JSON', text => text.slice(0, -20), 'is damaged'],
      ['whose text was changed', text => text.replace('You help', 'You lie'), 'is damaged'],
      ['of another shape', () => '[]', 'is damaged'],
      ['with keys that are no components', text => text.replace('"persona"', '"__proto__"'), ''],
    ]
    for (const [title, damage, says] of useless) {
      it(title, async () => {
        await scene.agree()
        scene.project.write('.lua/sync.json', damage(scene.project.read('.lua/sync.json')))
        scene.edit({ persona: OWN })
        const run = await scene.lua('sync', '--check')
        expect(run.code).to.equal(1)
        expect(run.stderr).to.include(says)
        expect(run.stdout).to.include('it is not known who changed')
      })
    }
  })

  it('tells for a name, too, who moved', async () => {
    scene.agent.name = 'Renamed'
    expect(await stateOf('name')).to.include({ state: 'differs' })
    scene.agent.name = 'Test Agent'
    await scene.agree()
    scene.agent.name = 'Renamed'
    expect(await stateOf('name')).to.include({ state: 'behind' })
    scene.edit({ name: 'Own Name' })
    expect(await stateOf('name')).to.include({ state: 'diverged' })
    scene.agent.name = 'Test Agent'
    expect(await stateOf('name')).to.include({ state: 'ahead' })
    const pull = await scene.lua('sync', '--pull')
    expect(pull.code).to.equal(21)
    expect(pull.stderr).to.include('local changes to name').and.to.include('src/index.ts:4')
    const push = await scene.lua('sync', '--push')
    expect(push.stdout).to.include('The old name was "Test Agent".')
    expect(scene.agent.name).to.equal('Own Name')
    await scene.lua('sync', '--undo')
    expect(scene.agent.name).to.equal('Test Agent')
    expect(scene.source).to.equal(agentSource({ name: 'Own Name', persona: V1 }))
  })
})
