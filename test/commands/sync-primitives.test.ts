import { expect } from 'chai'
import { Scene } from '../support/scene.js'

const YAML = `agent:
  agentId: baseAgent_agent_1760473281625_goc3sv7ac
skills:
  - { name: support, version: 1.0.0, skillId: a }
  - { name: sales, version: 1.0.0 }
webhooks:
jobs: null
mcpServers:
  - { name: tools, mcpServerId: m }
`

describe('sync --only primitives', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open({ files: { 'lua.skill.yaml': YAML } })
    scene.agent.mcpServers.push({ id: 'm', name: 'tools', active: true })
    scene.agent.primitives.skills = [
      { id: 'a', name: 'support', versions: [{ version: '1.0.0', active: true }, { version: '0.9.0' }] },
    ]
  })
  afterEach(() => scene.close())

  it('compares names and active versions, as a table, and writes nothing', async () => {
    scene.agent.primitives.jobs = [
      { id: 'j', name: 'nightly', versions: [{ version: '2.0.0', active: true }] },
    ]
    const before = scene.project.bytes()
    const run = await scene.lua('sync', '--check', '--only', 'primitives')
    expect(run.code, run.stderr).to.equal(1)
    expect(run.stdout).to.equal(`KIND        NAME     LOCAL  SERVER  STATE
skills      sales    1.0.0  —       missing
skills      support  1.0.0  1.0.0   in-sync
jobs        nightly  —      2.0.0   missing
mcpServers  tools    yes    yes     in-sync

2 of 4 drifted.
`)
    expect(scene.project.bytes()).to.deep.equal(before)
    expect(scene.server.requests.every(({ method }) => method === 'GET')).to.equal(true)
  })

  it('finds another version, and no drift where there is none; the same as JSON', async () => {
    scene.agent.primitives.skills!.push({
      id: 'b',
      name: 'sales',
      versions: [{ version: '1.1.0', active: true }],
    })
    const json = await scene.lua('sync', '--check', '--only', 'primitives', '--json')
    expect(json.code).to.equal(1)
    expect(JSON.parse(json.stdout).primitives[0]).to.deep.equal({
      kind: 'skills',
      name: 'sales',
      state: 'differs',
      local: { version: '1.0.0' },
      server: { version: '1.1.0' },
    })
    scene.agent.primitives.skills![1]!.versions[0]!.version = '1.0.0'
    expect((await scene.lua('sync', '--only', 'primitives')).code).to.equal(0)
  })

  it('a version is what is written, not the number that it looks like', async () => {
    scene.project.write('lua.skill.yaml', YAML.replaceAll('1.0.0', '1.10').replace(/webhooks[\s\S]*/, ''))
    scene.agent.mcpServers = []
    scene.agent.primitives.skills = ['support', 'sales'].map(name => ({
      id: name,
      name,
      versions: [{ version: '1.10', active: true }],
    }))
    const run = await scene.lua('sync', '--check', '--only', 'primitives')
    expect(run.code, run.stdout).to.equal(0)
  })

  it('which version is active is said in several ways; none is "no version", and no list is an empty one', async () => {
    const skills = ['a', 'b', 'c', 'd'].map(name => `  - { name: ${name}, version: 2 }\n`).join('')
    scene.project.write(
      'lua.skill.yaml',
      YAML.replace(/skills:[\s\S]*/, `skills:\n${skills}  - { name: 日本, version: 2 }\n  - { name: '' }\n`),
    )
    scene.agent.mcpServers = []
    const two = [
      { id: 'x', version: '1' },
      { id: 'y', version: 2 },
    ]
    const body = {
      skills: [
        { name: 'a', versions: [{ version: '1' }, { version: '2', active: true }] },
        { name: 'b', versions: two, activeVersionId: 'y' },
        { name: 'c', versions: [{ _id: 7, version: '2' }], activeVersionId: '7' },
        { name: 'd', versions: [{ version: '2' }], activeVersionId: null },
        { name: '日本', versions: two, activeVersionId: 'x' },
      ],
    }
    scene.server.fault({ path: '/developer/skills/*' }, { kind: 'answer', status: 200, body })
    scene.server.fault({ path: '/developer/jobs/*' }, { kind: 'answer', status: 200, body: { jobs: null } })
    const run = await scene.lua('sync', '--check', '--only', 'primitives')
    expect(run.stdout, run.stderr).to.equal(`KIND    NAME  LOCAL  SERVER      STATE
skills  a     2      2           in-sync
skills  b     2      2           in-sync
skills  c     2      2           in-sync
skills  d     2      no version  differs
skills  日本  2      1           differs

2 of 5 drifted.
`)
  })

  it('an unreachable server stops nobody, unless it is required', async () => {
    scene.server.fault({ path: '/developer/jobs/*' }, { kind: 'answer', status: 503 })
    const run = await scene.lua('sync', '--check', '--only', 'primitives')
    expect(run.code).to.equal(0)
    expect(run.stderr).to.include('Drift was NOT checked')
    const json = await scene.lua('sync', '--check', '--only', 'primitives', '--json')
    expect(json.code).to.equal(0)
    expect(JSON.parse(json.stdout)).to.deep.include({ status: 'unverified', primitives: [] })
    const required = await scene.lua('sync', '--check', '--only', 'primitives', '--require-server')
    expect(required.code).to.equal(11)
  })

  it('an undo, which takes back a whole run, is not limited to them', async () => {
    expect((await scene.lua('sync', '--undo', '--only', 'primitives')).code).to.equal(2)
    expect((await scene.lua('sync', '--undo', '--only', 'name')).code).to.equal(2)
  })

  it('takes no part in a pull or push, nor in other runs', async () => {
    for (const args of [
      ['--pull', '--only', 'primitives'],
      ['--check', '--only', 'primitives,name'],
      ['--check', '--only', 'primitives', '--format', 'junit'],
    ]) {
      const run = await scene.lua('sync', ...args)
      expect(run.code).to.equal(2)
      expect(run.stderr).to.include('Primitives are looked at alone')
    }
    scene.server.requests.length = 0
    await scene.lua('sync', '--check')
    expect(scene.server.requests).to.have.length(2)
  })
})
