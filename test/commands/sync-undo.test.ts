import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { agentSource } from '../support/project.js'
import { Scene } from '../support/scene.js'

const BASE = 'You help.\nYou are kind.'
const OURS = 'You help a lot.\nYou are kind.'
const THEIRS = 'You help.\nYou are gentle.'

describe('lua sync --undo', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open({ persona: BASE })
    await scene.agree()
  })
  afterEach(() => scene.close())

  const undo = (...flags: string[]) => scene.lua('sync', '--undo', ...flags)
  const undoFolder = () => join(scene.project.root, '.lua', 'undo')

  it('has nothing to undo at first', async () => {
    expect(await undo()).to.include({ code: 0, stdout: 'There is nothing to undo.\n' })
  })

  it('puts the file of a pull back, to the byte, and the base with it', async () => {
    scene.colleague(THEIRS)
    const before = scene.project.bytes()
    const pull = await scene.lua('sync', '--pull')
    expect(pull.stdout).to.match(/Take it back with: lua sync --undo\n$/)
    const run = await undo()
    expect(run.code).to.equal(0)
    expect(run.stdout).to.match(/^✅ Undone: the pull, just now \(put back src\/index\.ts\)\.\n$/)
    expect(scene.project.bytes()).to.deep.equal(before)
    expect(await scene.state()).to.equal('behind')
  })

  it('gives back what --pull --force overwrote', async () => {
    scene.edit({ persona: OURS })
    await scene.lua('sync', '--pull', '--force')
    expect(scene.source).to.equal(agentSource({ persona: BASE }))
    await undo()
    expect(scene.source).to.equal(agentSource({ persona: OURS }))
    expect(await scene.state()).to.equal('ahead')
  })

  it('puts the server back after a push: the name renamed, the persona as a new version', async () => {
    scene.edit({ name: 'New Name', persona: OURS })
    await scene.lua('sync', '--push')
    const run = await undo()
    expect(run.code).to.equal(0)
    expect(run.stdout).to.include('name and persona on the server')
    expect(scene.agent.name).to.equal('Test Agent')
    expect(scene.versions).to.deep.equal([BASE, OURS, BASE])
    expect(scene.source).to.equal(agentSource({ name: 'New Name', persona: OURS }))
    expect(await scene.state()).to.equal('ahead')
  })

  it('undoes a merge that was pushed in two steps, the last first', async () => {
    scene.edit({ persona: OURS })
    scene.colleague(THEIRS)
    await scene.lua('sync', '--merge', '--push')
    const merged = scene.versions.at(-1)
    expect((await undo()).stdout).to.include('the push')
    expect(scene.versions).to.deep.equal([BASE, THEIRS, merged, THEIRS])
    expect((await undo()).stdout).to.include('the merge')
    expect(scene.source).to.equal(agentSource({ persona: OURS }))
    expect(await undo()).to.include({ stdout: 'There is nothing to undo.\n' })
  })

  it('refuses where the file was changed since, says so, and with --force keeps that change for another undo', async () => {
    scene.colleague(THEIRS)
    await scene.lua('sync', '--pull')
    scene.edit({ persona: `${THEIRS}\nAnd one thing more.` })
    const refused = await undo()
    expect(refused.code).to.equal(21)
    expect(refused.stderr).to.include('src/index.ts').and.to.include('--force')
    expect(scene.source).to.include('And one thing more.')
    expect((await undo('--force')).code).to.equal(0)
    expect(scene.source).to.equal(agentSource({ persona: BASE }))
    expect((await undo()).code).to.equal(0)
    expect(scene.source).to.include('And one thing more.')
  })

  it('refuses where the server moved since, and goes on with --force', async () => {
    scene.edit({ persona: OURS })
    await scene.lua('sync', '--push')
    scene.colleague(THEIRS)
    const refused = await undo()
    expect(refused.code).to.equal(21)
    expect(refused.stderr).to.include('the persona on the server changed since')
    expect(scene.versions).to.have.length(3)
    expect((await undo('--force')).code).to.equal(0)
    expect(scene.versions.at(-1)).to.equal(BASE)
  })

  it('keeps nothing of a push that did not happen', async () => {
    scene.edit({ persona: OURS })
    scene.server.fault({ method: 'POST' }, { kind: 'answer', status: 422, body: { message: 'not this one' } })
    const push = await scene.lua('sync', '--push')
    expect(push.code).to.equal(10)
    expect(push.stderr).to.include('not this one')
    expect(await undo()).to.include({ stdout: 'There is nothing to undo.\n' })
  })

  it('keeps nothing of a deploy, which takes nothing away', async () => {
    scene.colleague(THEIRS)
    await scene.lua('sync', '--pull')
    await scene.lua('sync', '--push', '--deploy')
    expect((await undo()).stdout).to.include('the pull')
  })

  it('keeps what it takes away itself, out of the way of the next undo', async () => {
    scene.edit({ persona: OURS })
    scene.colleague(THEIRS)
    await scene.lua('sync', '--merge')
    const merged = scene.source
    await undo()
    const kept = readdirSync(undoFolder(), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('index.ts'))
      .map(path => scene.project.read(`.lua/undo/${path}`))
    expect(kept).to.deep.equal([merged])
    expect((await undo()).stdout).to.equal('There is nothing to undo.\n')
  })

  it('keeps the last 20, private to the user', async () => {
    for (let turn = 0; turn < 22; turn++) {
      scene.project.write(`.lua/undo/2025-01-01T00-00-${String(turn).padStart(2, '0')}.000Z/entry.json`, '{}')
    }
    scene.colleague(THEIRS)
    await scene.lua('sync', '--pull')
    expect(readdirSync(undoFolder())).to.have.length.at.most(20)
    const [last] = readdirSync(undoFolder()).toReversed()
    expect(statSync(join(undoFolder(), last!)).mode & 0o777).to.equal(0o700)
    for (const file of readdirSync(join(undoFolder(), last!))) {
      expect(statSync(join(undoFolder(), last!, file)).mode & 0o777, file).to.equal(0o600)
    }
  })
})
