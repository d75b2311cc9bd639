/** Personas that are not simply written down: what sync makes of them. */
import { expect } from 'chai'
import { Scene } from '../support/scene.js'

const agentOf = (persona: string, before = '') =>
  `import { LuaAgent } from 'lua-cli'\n${before}\nexport const agent = new LuaAgent({\n  name: 'Test Agent',\n  persona: ${persona},\n})\n`

describe('lua sync: what it reads', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open()
  })
  afterEach(() => scene.close())

  describe('a value that depends on the environment', () => {
    beforeEach(() => scene.project.write('src/index.ts', agentOf("process.env.PERSONA_TEXT ?? 'You help.'")))

    it('is its default, as compile deploys it, and says so', async () => {
      const run = await scene.lua('sync', '--check')
      expect(run.code).to.equal(0)
      expect(run.stderr).to.include('PERSONA_TEXT (src/index.ts:5)')
      const { notes } = JSON.parse((await scene.lua('sync', '--check', '--json')).stdout)
      expect(notes).to.have.lengthOf(1)
    })

    it('has its default written by a pull', async () => {
      scene.colleague('You help a lot.')
      await scene.lua('sync', '--pull')
      expect(scene.source).to.equal(agentOf("process.env.PERSONA_TEXT ?? 'You help a lot.'"))
      expect((await scene.lua('sync', '--check')).code).to.equal(0)
    })

    it('without a default: says which variable, and how to go on without the persona', async () => {
      scene.project.write('src/index.ts', agentOf('process.env.PERSONA_TEXT'))
      const run = await scene.lua('sync', '--check')
      expect(run.code).to.equal(20)
      expect(run.stderr).to.include('PERSONA_TEXT').and.to.include('--only name')
      expect((await scene.lua('sync', '--check', '--only', 'name')).code).to.equal(0)
    })
  })

  it('a text file that is imported by its name is read and written', async () => {
    scene.project.write('src/index.ts', agentOf('persona', "import persona from './persona.md'"))
    scene.project.write('src/persona.md', 'You help.\n')
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
    scene.colleague('You help.\n\n- a lot')
    expect((await scene.lua('sync', '--pull')).code).to.equal(0)
    expect(scene.project.read('src/persona.md')).to.equal('You help.\n\n- a lot\n')
  })
})
