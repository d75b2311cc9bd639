import { expect } from 'chai'
import { Scene } from '../support/scene.js'

const source = (rest: string) => `import { LuaAgent } from 'lua-cli'

export const agent = new LuaAgent({
  name: 'Test Agent',
  persona: 'You help.',
${rest}})
`

describe('sync: what a check looks at besides', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open({
      files: {
        'src/index.ts': source("  description: 'Helps.',\n  modelSettings: { temperature: 0.2, topP: 1 },\n"),
      },
    })
  })
  afterEach(() => scene.close())

  const drifted = async (...args: string[]) => {
    const run = await scene.lua('sync', '--check', '--json', ...args)
    const { components } = JSON.parse(run.stdout)
    return components.flatMap((each: { component: string; drift: boolean }) =>
      each.drift ? each.component : [],
    )
  }

  it('is not compared where the server does not tell it', async () => {
    expect(await drifted('--strict')).to.deep.equal([])
    expect((await scene.lua('sync', '--check')).stdout).not.to.include('description')
  })

  it('is compared where the server tells it, and written to neither side', async () => {
    scene.agent.settings = { description: 'Helps.', modelSettings: { topP: 1, temperature: 0.2 } }
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
    scene.agent.settings = {
      description: 'Else.',
      modelSettings: { topP: 1, temperature: 0.9 },
      browser: null,
    }
    const run = await scene.lua('sync', '--check')
    expect(run.code).to.equal(1)
    expect(run.stdout)
      .to.include('DESCRIPTION DIFF')
      .and.to.include('-   "temperature": 0.9')
      .and.to.include('Sync only compares description and modelSettings:')
      .and.not.to.include('lua sync --pull')
    const before = scene.project.bytes()
    for (const mode of ['--push', '--pull', '--merge']) {
      expect((await scene.lua('sync', mode, '--force')).code, mode).to.equal(0)
    }
    expect(scene.project.bytes()).to.deep.equal(before)
    expect(scene.server.requests.every(({ method }) => method === 'GET')).to.equal(true)
    expect(await drifted('--only', 'name,persona')).to.deep.equal([])
  })

  it('is drift where the server says that it has none, and none of ours where the code declares none', async () => {
    scene.agent.settings = { description: '', modelSettings: null, batching: { wait: 5 } }
    expect(await drifted()).to.deep.equal(['description', 'modelSettings'])
    expect(await drifted('--strict')).to.deep.equal(['description', 'modelSettings', 'batching'])
  })
})
