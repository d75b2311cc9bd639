import { expect } from 'chai'
import { seedVersion } from '../support/lua-server.js'
import { agentSource } from '../support/project.js'
import { Scene } from '../support/scene.js'

const V1 = 'You help.\nYou are kind.'
const V2 = 'You help.\nYou are kind.\nYou are brief.'
const V3 = 'You serve.\nYou are kind.\nYou are brief.\nYou are fast.'

describe('lua sync, looking back', () => {
  let scene: Scene

  beforeEach(async () => {
    const hours = (ago: number) => Date.now() - ago * 3_600_000 - 60_000
    scene = await Scene.open({ persona: V1 })
    scene.agent.personaVersions.length = 0
    seedVersion(scene.agent, { persona: V1, createdDate: hours(72) })
    seedVersion(scene.agent, { persona: V2, createdDate: hours(2) })
    seedVersion(scene.agent, { persona: V3, createdDate: hours(1), isCurrent: false })
    seedVersion(scene.agent, {
      persona: 'A draft.',
      createdDate: hours(0),
      status: 'draft',
      isCurrent: false,
    })
    scene.agent.personaVersions.reverse()
  })
  afterEach(() => scene.close())

  describe('--history', () => {
    it('lists published versions: number, age, lines, production, and which one the code has', async () => {
      expect(await scene.lua('sync', '--history')).to.include({
        code: 0,
        stderr: '',
        stdout: [
          'v3  1 hour ago   +2 −1',
          'v2  2 hours ago  +1 −0  current in production',
          'v1  3 days ago          your code',
          '',
        ].join('\n'),
      })
    })

    it('needs no code that compiles', async () => {
      scene.project.write('src/index.ts', 'new LuaAgent({ persona: process.env.PERSONA })')
      const run = await scene.lua('sync', '--history')
      expect(run.code).to.equal(0)
      expect(run.stdout).to.include('v1').and.not.to.include('your code')
    })

    it('says so where nothing has been published', async () => {
      scene.agent.personaVersions.length = 0
      expect((await scene.lua('sync', '--history')).stdout).to.equal('No persona has been published yet.\n')
    })

    it('cannot do without the server', async () => {
      scene.server.fault({ path: '*' }, { kind: 'reset', when: 'before' })
      expect((await scene.lua('sync', '--history')).code).to.equal(11)
    })
  })

  describe('--diff', () => {
    it('shows what one version changed', async () => {
      const { code, stdout } = await scene.lua('sync', '--diff', '2')
      expect(code).to.equal(0)
      expect(stdout).to.include('- v1  + v2').and.to.include('  You are kind.\n+ You are brief.\n')
    })

    it('shows the first version as a whole', async () => {
      const { stdout } = await scene.lua('sync', '--diff', '1')
      expect(stdout).to.include('- (nothing)  + v1').and.to.include('+ You help.\n+ You are kind.\n')
    })

    it('says so where there is none', async () => {
      expect((await scene.lua('sync', '--diff', '2..2')).stdout).to.equal(
        'The persona is the same in v2 and v2.\n',
      )
    })

    it('shows the difference of two, in either order', async () => {
      expect((await scene.lua('sync', '--diff', '1..3')).stdout).to.include('- You help.\n+ You serve.\n')
      expect((await scene.lua('sync', '--diff', 'v3..v1')).stdout).to.include('- You serve.\n+ You help.\n')
    })

    for (const wrong of ['9', '1..9', '4', 'x', '1...2', '-1', '']) {
      it(`refuses ${JSON.stringify(wrong)}: exit 2, and says where the versions are`, async () => {
        const run = await scene.lua('sync', `--diff=${wrong}`)
        expect(run.code).to.equal(2)
        expect(run.stderr).to.include('lua sync --history')
      })
    }
  })

  describe('--pull --from', () => {
    it('pulls an older version, which a push then makes the newest', async () => {
      scene.edit({ persona: V3 })
      await scene.agree()
      const run = await scene.lua('sync', '--pull', '--from', '2')
      expect(run.code).to.equal(0)
      expect(run.stdout).to.match(/Persona pulled into src\/index\.ts:5\.\n.*lua sync --undo\n$/)
      expect(scene.source).to.equal(agentSource({ persona: V2 }))
      expect(await scene.state()).to.equal('ahead')
      expect((await scene.lua('sync', '--push')).stdout).to.include('version 5 created')
      expect(await scene.state()).to.equal('in-sync')
      expect(scene.agent.personaVersions.at(-1)).to.include({ version: 5, persona: V2 })
    })

    it('says of a version that the code has that it has it, and which one is the latest', async () => {
      const run = await scene.lua('sync', '--pull', '--from', '1')
      expect(run).to.include({ code: 0 })
      expect(run.stdout)
        .to.include('your code has version 1 already; the latest on the server is version 3')
        .and.not.to.include('in sync')
      expect(await scene.state()).to.equal('behind')
      scene.edit({ persona: V3 })
      const latest = await scene.lua('sync', '--pull', '--from', '3', '--json')
      expect(JSON.parse(latest.stdout)).to.include({ status: 'done' })
    })

    it('says of an older version that it is not the latest, and not that the server changed', async () => {
      scene.edit({ persona: V3 })
      await scene.agree()
      const run = await scene.lua('sync', '--pull', '--from', '2')
      expect(run.stdout).to.include('against the version that was asked for (v2, 2 hours ago)')
      expect(run.stderr).to.include('Version 3 is still the latest on the server')
    })

    it('goes from one older version to another, which loses nothing', async () => {
      scene.edit({ persona: V3 })
      await scene.agree()
      await scene.lua('sync', '--pull', '--from', '2')
      expect((await scene.lua('sync', '--pull', '--from', '1')).code).to.equal(0)
      expect(scene.source).to.equal(agentSource({ persona: V1 }))
    })

    it('guards local work as any pull does', async () => {
      scene.edit({ persona: V3 })
      await scene.agree()
      scene.edit({ persona: `${V3}\nOne more.` })
      const before = scene.project.bytes()
      expect((await scene.lua('sync', '--pull', '--from', '1')).code).to.equal(21)
      expect(scene.project.bytes()).to.deep.equal(before)
      expect((await scene.lua('sync', '--pull', '--from', '1', '--force')).code).to.equal(0)
      expect(scene.source).to.equal(agentSource({ persona: V1 }))
    })

    for (const wrong of [['9'], ['4'], ['0'], ['x'], ['1', '--only', 'name']]) {
      it(`refuses ${wrong.join(' ')}: exit 2, nothing touched`, async () => {
        const before = scene.project.bytes()
        expect((await scene.lua('sync', '--pull', '--from', ...wrong)).code).to.equal(2)
        expect(scene.project.bytes()).to.deep.equal(before)
      })
    }

    it('needs --pull', async () => {
      expect((await scene.lua('sync', '--from', '1')).code).to.equal(2)
      expect((await scene.lua('sync', '--check', '--from', '1')).code).to.equal(2)
    })
  })

  describe('against the code', () => {
    it('shows a version against it, either way round', async () => {
      scene.edit({ persona: `${V3}\nOne more.` })
      const towards = await scene.lua('sync', '--diff', '3..local')
      expect(towards.stdout).to.include('- v3  + Local (code)').and.to.include('+ One more.')
      const away = await scene.lua('sync', '--diff', 'local..3')
      expect(away.stdout).to.include('- Local (code)  + v3').and.to.include('- One more.')
      const { from, to } = JSON.parse((await scene.lua('sync', '--diff', '3..local', '--json')).stdout)
      expect([from, to]).to.deep.equal([3, 'local'])
    })
  })

  describe('--limit', () => {
    it('lists the newest, and says how many there are', async () => {
      const { stdout } = await scene.lua('sync', '--history', '--limit', '2')
      expect(stdout).to.match(/^v3 .*\nv2 .*\n… and 1 older\n$/)
      const { total, versions } = JSON.parse(
        (await scene.lua('sync', '--history', '--limit', '2', '--json')).stdout,
      )
      expect([total, versions.length]).to.deep.equal([3, 2])
    })

    it('needs --history', async () => {
      expect((await scene.lua('sync', '--limit', '2')).code).to.equal(2)
    })
  })
})
