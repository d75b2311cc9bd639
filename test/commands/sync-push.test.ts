import { expect } from 'chai'
import { agentSource } from '../support/project.js'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'

const BASE = 'You help.\nYou are kind.'
const OURS = 'You help a lot.\nYou are kind.'
const CREATE = { method: 'POST', path: '*/persona/version' }
const DEPLOY = { method: 'POST', path: '*/persona/version/*' }
const RENAME = { method: 'PATCH' }
const LIST = { method: 'GET', path: '*/persona/versions' }

describe('lua sync --push, when it goes wrong', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open({ persona: BASE })
    await scene.agree()
  })
  afterEach(() => scene.close())

  describe('an answer that gets lost', () => {
    it('goes on as created where the server has the new version', async () => {
      scene.edit({ persona: OURS })
      scene.server.fault(CREATE, { kind: 'reset', when: 'before', applied: true })
      const run = await scene.lua('sync', '--push')
      expect(run.code, run.stderr).to.equal(0)
      expect(run.stdout).to.include('version 2 created')
      expect(scene.versions).to.deep.equal([BASE, OURS])
      expect(await scene.state()).to.equal('in-sync')
    })

    it('says that it was not created where the server does not have it', async () => {
      scene.edit({ persona: OURS })
      scene.server.fault(CREATE, { kind: 'reset', when: 'before' })
      const run = await scene.lua('sync', '--push')
      expect(run.code).to.equal(11)
      expect(run.stderr).to.include('The persona version was not created.')
      expect(run.stdout).not.to.include('created')
      expect(scene.versions).to.deep.equal([BASE])
    })

    it('says that it is not known, and how to find out, where the server cannot be read any more', async () => {
      scene.edit({ persona: OURS })
      scene.server.fault(CREATE, { kind: 'reset', when: 'before', applied: true })
      // The versions are listed to compare, again before the write, and twice to look for the text; then never more.
      scene.server.fault({ ...LIST, skip: 4 }, { kind: 'reset', when: 'before' })
      const run = await scene.lua('sync', '--push')
      expect(run.code).to.equal(11)
      expect(run.stderr)
        .to.include('It is not known whether the persona version was created.')
        .and.to.include('lua sync --push again')
      scene.server.clearFaults()
      const again = await scene.lua('sync', '--push')
      expect(again.code).to.equal(0)
      expect(scene.versions).to.deep.equal([BASE, OURS])
    })

    it('keeps what it overwrote, since it may have been done', async () => {
      scene.edit({ persona: OURS })
      scene.server.fault(CREATE, { kind: 'reset', when: 'before', applied: true })
      scene.server.fault({ ...LIST, skip: 4 }, { kind: 'reset', when: 'before' })
      expect((await scene.lua('sync', '--push')).code).to.equal(11)
      scene.server.clearFaults()
      expect((await scene.lua('sync', '--undo')).stdout).to.include('the persona on the server')
      expect(scene.versions).to.deep.equal([BASE, OURS, BASE])
    })

    it('says of a version that was created but cannot be read back that it was created', async () => {
      scene.edit({ persona: OURS })
      scene.server.fault({ ...LIST, skip: 4 }, { kind: 'reset', when: 'before' })
      const run = await scene.lua('sync', '--push')
      expect(run.code).to.equal(22)
      expect(run.stderr).to.include('Persona version 2 was created, but then:')
    })

    it('says of a version that was created but not deployed that it was created', async () => {
      scene.edit({ persona: OURS })
      scene.server.fault(DEPLOY, { kind: 'answer', status: 409, body: { message: 'busy' } })
      const run = await scene.lua('sync', '--push', '--deploy')
      expect(run.code).to.equal(22)
      expect(run.stderr).to.include('Persona version 2 was created, but then:').and.to.include('busy')
    })

    for (const [applied, code, says] of [
      [true, 0, 'It is deployed'],
      [false, 22, 'Persona version 2 was not deployed.'],
    ] as const) {
      it(`learns of a deployment that it was ${applied ? '' : 'not '}made`, async () => {
        scene.edit({ persona: OURS })
        scene.server.fault(DEPLOY, { kind: 'reset', when: 'before', applied })
        const run = await scene.lua('sync', '--push', '--deploy')
        expect(run.code, run.stderr).to.equal(code)
        expect(run.stdout + run.stderr).to.include(says)
      })

      it(`learns of a new name that it was ${applied ? '' : 'not '}set`, async () => {
        scene.edit({ name: 'New Name' })
        scene.server.fault(RENAME, { kind: 'reset', when: 'before', applied })
        const run = await scene.lua('sync', '--push')
        expect(run.code, run.stderr).to.equal(applied ? 0 : 11)
        expect(run.stdout + run.stderr).to.include(applied ? 'Name pushed.' : 'The agent was not renamed.')
        expect(scene.agent.name).to.equal(applied ? 'New Name' : 'Test Agent')
      })
    }
  })

  it('says which part was done where the second one fails', async () => {
    scene.edit({ name: 'New Name', persona: OURS })
    scene.server.fault(CREATE, { kind: 'answer', status: 403, body: { message: 'no' } })
    const run = await scene.lua('sync', '--push')
    expect(run.code).to.equal(22)
    expect(run.stdout).to.include('Name pushed. The old name was "Test Agent".')
    await scene.lua('sync', '--undo')
    expect(scene.agent.name).to.equal('Test Agent')
  })

  it('refuses where the server moved while the person was looking at the diff: exit 21', async () => {
    scene.edit({ persona: OURS })
    const terminal = scene.terminal()
    await terminal.waitFor('❯ 📤 Push')
    scene.colleague('Quite another.')
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).to.equal(21)
    expect(terminal.text).to.include('changed since it was compared; nothing was pushed')
    expect(scene.versions).to.deep.equal([BASE, 'Quite another.'])
  })

  it('refuses where the server moved between the comparison and the write of --push', async () => {
    scene.edit({ persona: OURS })
    // On the second look the persona is gone.
    scene.server.fault(
      { ...LIST, skip: 1, times: 1 },
      { kind: 'answer', status: 200, body: { versions: [] } },
    )
    const run = await scene.lua('sync', '--push')
    expect(run.code).to.equal(21)
    expect(scene.versions).to.deep.equal([BASE])
  })

  it('refuses where a new version with the same text came between: somebody said it anew', async () => {
    scene.edit({ persona: OURS })
    const [first] = scene.agent.personaVersions
    scene.server.fault(
      { ...LIST, skip: 1, times: 1 },
      { kind: 'answer', status: 200, body: { versions: [first, { ...first, version: 2 }] } },
    )
    expect((await scene.lua('sync', '--push')).code).to.equal(21)
    expect(scene.versions).to.deep.equal([BASE])
  })

  it('sends no sources, and says what does', async () => {
    const run = await scene.lua('sync', '--push', '--only', 'sources')
    expect(run.code).to.equal(2)
    expect(run.stderr).to.include('lua push backup')
    expect(scene.server.requests).to.have.length(2)
  })

  it('has nothing to send where the code declares nothing: says so, and the drift stays', async () => {
    scene.project.write(
      'src/index.ts',
      "import { LuaAgent } from 'lua-cli'\nexport const agent = new LuaAgent({ name: 'Test Agent' })\n",
    )
    const run = await scene.lua('sync', '--push')
    expect(run.code).to.equal(0)
    expect(run.stdout).to.include('the code declares no persona, so there is nothing to push')
    const json = JSON.parse((await scene.lua('sync', '--push', '--json')).stdout)
    expect(json).to.include({ status: 'drift' })
    expect(json.components[1]).to.include({ component: 'persona', action: 'skip' })
    expect(scene.versions).to.deep.equal([BASE])
  })

  it('limits itself with --only', async () => {
    scene.edit({ name: 'New Name', persona: OURS })
    const run = await scene.lua('sync', '--push', '--only', 'persona')
    expect(run.code).to.equal(0)
    expect(scene.agent.name).to.equal('Test Agent')
    expect(scene.versions).to.deep.equal([BASE, OURS])
    const check = await scene.lua('sync', '--check', '--only', 'persona')
    expect(check).to.include({ code: 0, stdout: '✅ No drift detected in persona.\n' })
    expect((await scene.lua('sync', '--check', '--only', 'name,persona')).code).to.equal(1)
  })
})

describe('guards against poison', () => {
  let scene: Scene
  const LONG = Array.from({ length: 30 }, (_, line) => `Rule ${line}: be kind to everybody.`).join('\n')

  beforeEach(async () => {
    scene = await Scene.open({ persona: LONG })
    await scene.agree()
  })
  afterEach(() => scene.close())

  const poisons: [title: string, persona: string, directions: ('push' | 'pull')[]][] = [
    ['a text of which little is left', 'Rule 1.', ['push', 'pull']],
    ['the word undefined', 'undefined', ['push', 'pull']],
    ['an object that became a text', '[object Object]', ['push', 'pull']],
    ['conflict markers', `${LONG}\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b`, ['push', 'pull']],
    ['a secret key', `${LONG}\nUse sk-${'a1'.repeat(16)}.`, ['push']],
  ]
  for (const [title, persona, directions] of poisons) {
    for (const direction of ['push', 'pull'] as const) {
      const refuses = directions.includes(direction)
      it(`${direction}: ${title} is ${refuses ? 'refused, and passes with --force' : 'let through'}`, async () => {
        if (direction === 'push') scene.edit({ persona })
        else scene.colleague(persona)
        const [source, versions] = [scene.source, scene.versions]
        const run = await scene.lua('sync', `--${direction}`)
        expect(run.code, run.stderr).to.equal(refuses ? 21 : 0)
        if (refuses) {
          expect(run.stderr).to.include(`lua sync --${direction} --force`)
          expect(run.stderr).not.to.include('a1a1')
          expect([scene.source, scene.versions]).to.deep.equal([source, versions])
          expect((await scene.lua('sync', `--${direction}`, '--force')).code).to.equal(0)
        }
        expect(scene.source).to.equal(agentSource({ persona }))
        expect(scene.versions.at(-1)).to.equal(persona)
      })
    }
  }

  it('an empty text is refused as a push, and passes with --force; one that is published is none', async () => {
    scene.edit({ persona: '' })
    expect((await scene.lua('sync', '--push')).code).to.equal(21)
    expect(scene.versions).to.deep.equal([LONG])
    const forced = await scene.lua('sync', '--push', '--force')
    expect(forced.code, forced.stderr).to.equal(0)
    expect(scene.versions).to.deep.equal([LONG, ''])
    scene.edit({ persona: LONG })
    expect((await scene.lua('sync', '--pull')).code).to.equal(0)
    expect(scene.source).to.equal(agentSource({ persona: LONG }))
  })

  it('stands in the way of a name, too', async () => {
    scene.edit({ name: 'undefined' })
    expect((await scene.lua('sync', '--push')).code).to.equal(21)
    expect(scene.agent.name).to.equal('Test Agent')
  })
})
