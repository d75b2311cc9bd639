import { cpSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { runHosted } from '../support/hosted.js'
import { DEFAULT_AGENT, seedAgent, seedSnapshot, seedVersion, startLuaServer } from '../support/lua-server.js'
import { agentSource } from '../support/project.js'
import { runLua } from '../support/run-lua.js'
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

  it('undoes a merge that was pushed as one: the code and the server', async () => {
    scene.edit({ persona: OURS })
    scene.colleague(THEIRS)
    await scene.lua('sync', '--merge', '--push')
    const merged = scene.versions.at(-1)
    const run = await undo()
    expect(run.stdout)
      .to.include('the merge')
      .and.to.include('src/index.ts')
      .and.to.include('the persona on the server')
    expect(scene.versions).to.deep.equal([BASE, THEIRS, merged, THEIRS])
    expect(scene.source).to.equal(agentSource({ persona: OURS }))
    expect(await scene.state()).to.equal('diverged')
    expect(await undo()).to.include({ stdout: 'There is nothing to undo.\n' })
  })

  it('undoes the written half of a merge whose push failed, and claims no more', async () => {
    scene.edit({ persona: OURS })
    scene.colleague(THEIRS)
    scene.server.fault({ method: 'POST' }, { kind: 'answer', status: 422, body: { message: 'not this one' } })
    expect((await scene.lua('sync', '--merge', '--push')).code).to.equal(22)
    scene.server.clearFaults()
    const run = await undo()
    expect(run).to.include({ code: 0 })
    expect(run.stdout).to.include('put back src/index.ts').and.not.to.include('on the server')
    expect(scene.versions).to.deep.equal([BASE, THEIRS])
    expect(scene.source).to.equal(agentSource({ persona: OURS }))
  })

  it('leaves the local edit ahead of the server: the next pull refuses to overwrite it', async () => {
    scene.edit({ persona: OURS })
    await scene.lua('sync', '--push')
    await undo()
    expect((await scene.lua('sync', '--pull')).code).to.equal(21)
    expect(scene.source).to.equal(agentSource({ persona: OURS }))
  })

  describe('of another agent or server', () => {
    const elsewhere = (agentId: string) => {
      const config = scene.project.read('lua.skill.yaml')
      scene.project.write('lua.skill.yaml', config.replace(/agentId: .*/, `agentId: ${agentId}`))
    }

    for (const flags of [[], ['--force']]) {
      it(`is refused and said${flags.length > 0 ? ', by force too' : ''}: nothing is written`, async () => {
        scene.edit({ name: 'New Name', persona: OURS })
        await scene.lua('sync', '--push')
        const other = seedAgent(scene.server.state, { id: 'baseAgent_production', personas: ['Live.'] })
        elsewhere('baseAgent_production')
        const run = await undo(...flags)
        expect(run.code).to.equal(21)
        expect(run.stderr).to.include(DEFAULT_AGENT).and.to.include('baseAgent_production')
        expect(other).to.deep.include({ name: 'Test Agent' })
        expect(other.personaVersions).to.have.length(1)
        elsewhere(DEFAULT_AGENT)
        expect((await undo()).code).to.equal(0)
      })
    }

    it('also where only files would be put back, and where the server is another', async () => {
      scene.colleague(THEIRS)
      await scene.lua('sync', '--pull')
      const twin = await startLuaServer({ state: structuredClone(scene.server.state) })
      const run = await runLua(['sync', '--undo'], { cwd: scene.project.root, url: twin.url })
      await twin.close()
      expect(run.code).to.equal(21)
      expect(run.stderr).to.include(scene.server.url).and.to.include(twin.url)
      expect(scene.source).to.equal(agentSource({ persona: THEIRS }))
    })
  })

  describe('of a push and production', () => {
    const live = () => scene.agent.personaVersions.find(({ isCurrent }) => isCurrent)?.version

    it('leaves production alone where the push deployed nothing', async () => {
      scene.edit({ persona: OURS })
      await scene.lua('sync', '--push')
      const run = await undo()
      expect(run.stdout).to.include('Production keeps the version')
      expect(live()).to.equal(1)
      expect(scene.server.requests.filter(({ path }) => /persona\/version\/\d/.test(path))).to.deep.equal([])
    })

    for (const publishOnCreate of [true, false]) {
      const account = publishOnCreate ? 'published at once' : 'drafts'
      it(`deploys the former text again where the push deployed; new versions are ${account}`, async () => {
        scene.server.state.publishOnCreate = publishOnCreate
        scene.edit({ persona: OURS })
        await scene.lua('sync', '--push', '--deploy')
        expect(live()).to.equal(2)
        const run = await undo()
        expect(run.code, run.stderr).to.equal(0)
        expect(run.stdout).to.include('Production serves its former text again (version 3).')
        expect(scene.versions).to.deep.equal([BASE, OURS, BASE])
        expect(live()).to.equal(3)
        expect(await scene.state()).to.equal('ahead')
      })

      it(`gives production back what it served where that was an older version; they are ${account}`, async () => {
        scene.colleague(THEIRS)
        await scene.lua('sync', '--pull')
        for (const each of scene.agent.personaVersions) each.isCurrent = each.version === 1
        scene.server.state.publishOnCreate = publishOnCreate
        scene.edit({ persona: OURS })
        await scene.lua('sync', '--push', '--deploy')
        const run = JSON.parse((await undo('--json')).stdout)
        expect(run.undone).to.deep.include({ components: ['persona'], production: 1 })
        expect(scene.versions.at(-1)).to.equal(THEIRS)
        expect(scene.agent.personaVersions.at(-1)).to.include({ status: 'published' })
        expect(live()).to.equal(1)
        expect(await scene.state()).to.equal('ahead')
      })
    }

    it('gives the code, the server and production back after a merge that was pushed and deployed', async () => {
      scene.edit({ persona: OURS })
      scene.colleague(THEIRS)
      expect((await scene.lua('sync', '--merge', '--push', '--deploy')).code).to.equal(0)
      expect(live()).to.equal(3)
      expect((await undo()).stdout).to.include('Production serves its former text again (version 4).')
      expect(scene.versions.at(-1)).to.equal(THEIRS)
      expect(scene.source).to.equal(agentSource({ persona: OURS }))
    })

    it('leaves production alone where somebody has deployed another version since', async () => {
      scene.edit({ persona: OURS })
      await scene.lua('sync', '--push', '--deploy')
      for (const each of scene.agent.personaVersions) each.isCurrent = each.version === 1
      expect((await undo()).stdout).to.include('Production keeps the version')
      expect(live()).to.equal(1)
    })

    it('says of a pushed draft that it stays one', async () => {
      scene.server.state.publishOnCreate = false
      scene.edit({ persona: OURS })
      await scene.lua('sync', '--push')
      const run = await undo()
      expect(run.code).to.equal(0)
      expect(run.stdout).to.include('Version 2 stays a draft')
      expect(scene.versions).to.deep.equal([BASE, OURS])
    })

    it('says that it was not done where the former text is only a draft: exit 22', async () => {
      scene.server.state.publishOnCreate = false
      scene.edit({ persona: OURS })
      await scene.lua('sync', '--push')
      Object.assign(scene.agent.personaVersions[1]!, { status: 'published', isCurrent: true })
      scene.agent.personaVersions[0]!.isCurrent = false
      const run = await undo()
      expect(run.code).to.equal(22)
      expect(run.stdout).not.to.include('Undone')
      expect(run.stderr).to.include('version 3').and.to.include('it is a draft')
      expect(live()).to.equal(2)
    })
  })

  it('says what was put back on the server where the rest was refused: exit 22', async () => {
    scene.edit({ name: 'New Name', persona: OURS })
    await scene.lua('sync', '--push')
    scene.server.fault({ method: 'POST' }, { kind: 'answer', status: 403, body: { message: 'no' } })
    const run = await undo()
    expect(run.code).to.equal(22)
    expect(run.stderr).to.include('The name on the server was put back, but then:')
    scene.server.clearFaults()
    expect((await undo()).code).to.equal(0)
    expect(scene.agent.name).to.equal('Test Agent')
    expect(scene.versions).to.deep.equal([BASE, OURS, BASE])
  })

  it('changes no file where the server refuses its part', async () => {
    scene.edit({ persona: OURS })
    scene.colleague(THEIRS)
    await scene.lua('sync', '--merge', '--push')
    const merged = scene.source
    scene.server.fault({ method: 'POST' }, { kind: 'answer', status: 403, body: { message: 'no' } })
    expect((await undo()).code).to.equal(10)
    expect(scene.source).to.equal(merged)
    scene.server.clearFaults()
    expect((await undo()).code).to.equal(0)
    expect(scene.source).to.equal(agentSource({ persona: OURS }))
  })

  it('finishes first what a killed run left: nothing of it comes back later', async () => {
    scene.project.write('src/tool.ts', 'export const tool = 1\n')
    seedSnapshot(scene.server.state, scene.agent, {
      'src/index.ts': `${agentSource({ persona: BASE })}// from the snapshot\n`,
      'src/tool.ts': 'export const tool = 2\n',
    })
    const before = scene.project.bytes()
    const dying = `data:text/javascript,${encodeURIComponent(
      `import fs from 'node:fs'
       import { syncBuiltinESMExports } from 'node:module'
       const real = fs.renameSync
       fs.renameSync = (from, to) => {
         if (String(to).endsWith('tool.ts')) process.kill(process.pid, 'SIGKILL')
         real(from, to)
       }
       syncBuiltinESMExports()`,
    )}`
    const killed = await runLua(['sync', '--pull', '--force'], {
      cwd: scene.project.root,
      url: scene.server.url,
      env: { NODE_OPTIONS: `--import=${dying}` },
    })
    expect(killed.signal).to.equal('SIGKILL')
    expect(scene.project.bytes()).not.to.deep.equal(before)
    expect((await undo()).code).to.equal(0)
    expect(scene.project.bytes()).to.deep.equal(before)
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
    expect(scene.project.bytes()).to.deep.equal(before)
  })

  it('removes the folders that a restore made, but none that holds something else by now', async () => {
    seedSnapshot(scene.server.state, scene.agent, {
      'src/index.ts': agentSource({ persona: BASE }),
      'src/new/deep/one.ts': 'export {}\n',
      'src/other/two.ts': 'export {}\n',
    })
    await scene.lua('sync', '--pull')
    scene.project.write('src/other/mine.ts', 'export {}\n')
    expect((await undo()).code).to.equal(0)
    expect(readdirSync(join(scene.project.root, 'src')).sort()).to.deep.equal(['index.ts', 'other'])
    expect(readdirSync(join(scene.project.root, 'src/other'))).to.deep.equal(['mine.ts'])
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

  it('gives production back what it served before a push that only deployed', async () => {
    seedVersion(scene.agent, { persona: THEIRS, isCurrent: false })
    await scene.lua('sync', '--pull')
    const former = scene.agent.personaVersions.find(({ isCurrent }) => isCurrent)!
    await scene.lua('sync', '--push', '--deploy')
    expect(former.isCurrent).to.equal(false)
    expect((await undo('--dry-run')).stdout)
      .to.include('Would undo the push')
      .and.include('deploy the text of version 1 again')
    expect((await undo()).stdout)
      .to.include('Undone: the push')
      .and.include('Production serves its former text again (version 1).')
    expect(former.isCurrent).to.equal(true)
    expect(scene.versions).to.deep.equal([BASE, THEIRS])
    expect((await undo()).stdout).to.include('the pull')
  })

  it('keeps nothing of a deploy that changes nothing', async () => {
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

  it('says where the runs can be undone of a checkout that was copied, and that what it remembers does not count', async () => {
    scene.colleague(THEIRS)
    await scene.lua('sync', '--pull')
    const { root } = scene.project
    const copy = `${root}-copy`
    cpSync(root, copy, { recursive: true })
    try {
      const lua = (...args: string[]) =>
        runHosted([...args, '--cwd', copy], { cwd: root, url: scene.server.url })
      const where = `project’s folder was ${root}`
      expect((await lua('sync', '--undo')).stderr)
        .to.include(where)
        .and.to.include('do not count')
      expect((await lua('sync', '--check', '--all')).stderr)
        .to.include(where)
        .and.to.include('was ignored')
      expect((await undo()).stdout).to.include('✅ Undone: the pull')
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
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

describe('sync --undo of a first push', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open()
    scene.agent.personaVersions = []
  })
  afterEach(() => scene.close())

  it('a first persona stays, which is said, and the run before is not taken back instead', async () => {
    scene.edit({ name: 'Pushed' })
    expect((await scene.lua('sync', '--push', '--only', 'name')).code).to.equal(0)
    expect((await scene.lua('sync', '--push')).code).to.equal(0)
    const refused = await scene.lua('sync', '--undo')
    expect(refused.code).to.equal(21)
    expect(refused.stderr).to.include('had none before').and.to.include('Nothing was modified')
    expect(scene.agent.name).to.equal('Pushed')
    const forgotten = await scene.lua('sync', '--undo', '--force')
    expect(forgotten.code, forgotten.stderr).to.equal(0)
    expect(forgotten.stdout).to.include('The persona on the server stays')
    expect((await scene.lua('sync', '--undo')).code).to.equal(0)
    expect(scene.agent.name).to.equal('Test Agent')
    expect(scene.versions).to.deep.equal(['You help.'])
  })

  it('what came with it is put back: undone in part', async () => {
    scene.edit({ name: 'Pushed' })
    expect((await scene.lua('sync', '--push')).code).to.equal(0)
    const run = await scene.lua('sync', '--undo')
    expect(run.code).to.equal(22)
    expect(run.stderr).to.include('the name put back').and.to.include('The persona on the server stays')
    expect(scene.agent.name).to.equal('Test Agent')
    expect((await scene.lua('sync', '--undo')).stdout).to.include('nothing to undo')
  })
})
