import { expect } from 'chai'
import { runHosted } from '../support/hosted.js'
import { type LuaServer, seedVersion, startLuaServer } from '../support/lua-server.js'
import { agentId, agentPath, manyAgents } from '../support/many-agents.js'
import { agentSource, type TestProject } from '../support/project.js'
import { runLua } from '../support/run-lua.js'

const COUNT = 12

describe('lua sync --all', () => {
  let server: LuaServer
  let folder: TestProject

  beforeEach(async () => {
    const many = manyAgents(COUNT)
    folder = many.folder
    server = await startLuaServer({ state: many.state })
  })
  afterEach(async () => {
    folder.remove()
    await server.close()
  })

  const lua = (...args: string[]) => runHosted(args, { cwd: folder.root, url: server.url })
  const lines = (text: string) => text.trimEnd().split('\n')
  const colleague = (index: number, persona: string) =>
    seedVersion(server.state.agents[agentId(index)]!, { persona })
  const edit = (index: number, persona: string) =>
    folder.write(`${agentPath(index)}/src/index.ts`, agentSource({ name: `Agent ${index}`, persona }))

  it('checks every agent, one line each in the order of their paths, and a summary', async () => {
    const run = await lua('sync', '--check', '--all')
    expect(run).to.include({ code: 0, stderr: '' })
    expect(lines(run.stdout)).to.deep.equal([
      ...Array.from({ length: COUNT }, (_, index) => `✅ ${agentPath(index)}: in sync`),
      `${COUNT} agents: ${COUNT} in sync.`,
    ])
  })

  it('goes on after a failure, and exits by the worst', async () => {
    colleague(3, 'You are three.')
    const drifted = await lua('sync', '--check', '--all')
    expect(drifted.code).to.equal(1)
    expect(lines(drifted.stdout)[3]).to.match(/^⚠️ {2}agents\/003: Persona: server is 1 version ahead/)
    folder.write(`${agentPath(1)}/lua.skill.yaml`, 'agent: {}\n')
    folder.write(`${agentPath(5)}/src/index.ts`, 'export const nothing = 1\n')
    const failed = await lua('sync', '--check', '--all')
    expect(failed.code).to.equal(20)
    expect(lines(failed.stdout)).to.have.length(COUNT + 1)
    expect(lines(failed.stdout)[1]).to.match(/^❌ agents\/001: .*no agent\.agentId/)
    expect(lines(failed.stdout)[5]).to.match(/^❌ agents\/005: /)
    expect(lines(failed.stdout).at(-1)).to.equal('12 agents: 9 in sync, 1 drifted, 2 failed.')
  })

  it('pulls all, refuses what would lose work, and changes nothing else', async () => {
    // A check without drift is remembered: from now on it is known who moved.
    await lua('sync', '--check', '--all')
    colleague(2, 'You are two.')
    colleague(7, 'You are seven.')
    edit(9, 'Local work.')
    const before = folder.bytes()
    const run = await lua('sync', '--pull', '--all')
    expect(run.code, 'something was done').to.equal(22)
    expect(run.stderr).to.equal('')
    expect(lines(run.stdout)[2]).to.equal('✅ agents/002: persona pulled')
    expect(lines(run.stdout)[9]).to.match(/^❌ agents\/009: A pull would overwrite local changes/)
    expect(folder.read(`${agentPath(2)}/src/index.ts`)).to.include('You are two.')
    const after = folder.bytes()
    const changed = Object.keys(after).filter(
      path => !path.includes('/.lua/') && after[path] !== before[path],
    )
    expect(changed).to.have.members([`${agentPath(2)}/src/index.ts`, `${agentPath(7)}/src/index.ts`])
  })

  it('is 21 where nothing was done, and partly done as one document where something was', async () => {
    await lua('sync', '--check', '--all')
    colleague(9, 'You are nine.')
    edit(9, 'Local work.')
    const refused = await lua('sync', '--pull', '--all', '--verbose')
    expect(refused).to.include({ code: 21 })
    expect(refused.stderr).to.match(/→ Three ways on: .*--force/)
    expect(JSON.parse((await lua('sync', '--pull', '--all', '--json')).stdout)).to.include({
      status: 'conflict',
    })
    colleague(2, 'You are two.')
    const run = await lua('sync', '--pull', '--all', '--json')
    expect(run.code).to.equal(22)
    expect(JSON.parse(run.stdout)).to.include({ status: 'partial' })
  })

  it('is partly done, whatever kept one agent from it, where another was changed', async () => {
    folder.write(`${agentPath(5)}/src/index.ts`, 'export const nothing = 1\n')
    expect((await lua('sync', '--pull', '--all')).code).to.equal(20)
    colleague(2, 'You are two.')
    const run = await lua('sync', '--pull', '--all', '--json')
    expect(run.code).to.equal(22)
    expect(JSON.parse(run.stdout)).to.include({ status: 'partial' })
  })

  it('pulls agents that share one persona file one after the other: the last find nothing left to do', async () => {
    folder.write('package.json', '{ "private": true, "workspaces": ["agents/*"] }')
    folder.write('shared/persona.ts', 'export const PERSONA = `You are all.`\n')
    for (let index = 0; index < COUNT; index++) {
      folder.write(`${agentPath(index)}/package.json`, `{ "name": "agent-${index}" }`)
      folder.write(
        `${agentPath(index)}/src/index.ts`,
        `import { LuaAgent } from 'lua-cli'\nimport { PERSONA } from '../../../shared/persona'\nexport default new LuaAgent({ name: 'Agent ${index}', persona: PERSONA })\n`,
      )
      colleague(index, 'You are all.')
      colleague(index, 'You are all one.')
    }
    const run = await lua('sync', '--pull', '--all')
    expect(run.code, run.stdout).to.equal(0)
    expect(folder.read('shared/persona.ts')).to.equal('export const PERSONA = `You are all one.`\n')
    expect(lines(run.stdout).at(-1)).to.match(/^12 agents: \d+ in sync, \d+ done\.$/)
    expect((await lua('sync', '--check', '--all')).code).to.equal(0)
  })

  it('pushes all that moved here', async () => {
    edit(0, 'New zero.')
    edit(11, 'New eleven.')
    const run = await lua('sync', '--push', '--all')
    expect(run).to.include({ code: 0, stderr: '' })
    expect(lines(run.stdout).at(-1)).to.equal('12 agents: 10 in sync, 2 done.')
    expect(server.state.agents[agentId(11)]!.personaVersions.at(-1)).to.include({ persona: 'New eleven.' })
    expect(server.requests.filter(({ method }) => method !== 'GET')).to.have.length(2)
  })

  it('is one JSON document of all results', async () => {
    colleague(4, 'You are four.')
    folder.write(`${agentPath(6)}/lua.skill.yaml`, 'agent: {}\n')
    const run = await lua('sync', '--check', '--all', '--json')
    expect(run.code).to.equal(2)
    const { status, agents } = JSON.parse(run.stdout)
    expect(status).to.equal('error')
    expect(agents).to.have.length(COUNT)
    expect(agents[4]).to.include({ project: agentPath(4), status: 'drift', agentId: agentId(4) })
    expect(agents[4].components[1]).to.include({ file: 'src/index.ts', state: 'behind' })
    expect(agents[6].error).to.deep.include({ code: 'PROJECT_INVALID', exitCode: 2 })
    expect(agents[6].error.location.file).to.equal('lua.skill.yaml')
  })

  it('is one JUnit document, and annotations with paths from the root', async () => {
    colleague(4, 'You are four.')
    const junit = await lua('sync', '--check', '--all', '--format', 'junit')
    expect(junit.stdout.match(/<testsuite /g)).to.have.length(COUNT)
    const github = await lua('sync', '--check', '--all', '--format=github')
    expect(github.stdout).to.match(
      /^::error file=agents\/004\/src\/index\.ts,line=5,title=[^\n]*agents\/004[^\n]*\n$/,
    )
  })

  it('divides the list among machines the same way every time', async () => {
    const shards: string[][] = []
    for (const index of [1, 2, 3, 4, 5]) {
      const { stdout, code } = await lua('sync', '--check', '--all', '--shard', `${index}/5`)
      expect(code).to.equal(0)
      shards.push(lines(stdout).slice(0, -1))
    }
    expect(shards.flat().sort()).to.deep.equal(
      Array.from({ length: COUNT }, (_, index) => `✅ ${agentPath(index)}: in sync`),
    )
    expect(shards.map(({ length }) => length)).to.deep.equal([3, 3, 2, 2, 2])
    const empty = await lua('sync', '--check', '--all', '--shard', '20/20')
    expect(empty).to.include({ code: 0, stdout: '0 agents.\n' })
  })

  it('says so where there is no project', async () => {
    const run = await lua('sync', '--check', '--all', '--cwd', 'agents/000/src')
    expect(run.code).to.equal(2)
    expect(run.stderr).to.include('No Lua project here').and.to.include('src and below')
  })

  it('waits for the server with eight agents at a time', async () => {
    server.fault({ path: '*' }, { kind: 'delay', ms: 400 })
    await lua('sync', '--check', '--all')
    const times = server.requests.map(({ at }) => at).sort((a, b) => a - b)
    // Two requests each: the first eight agents ask before the first answer is out, the others after it.
    expect(times[15]! - times[0]!).to.be.lessThan(400)
    expect(times[16]! - times[0]!).to.be.at.least(380)
  })

  it('does not try a server that is down again and again', async () => {
    const many = manyAgents(24)
    try {
      server.fault({ path: '*' }, { kind: 'reset', when: 'before' })
      const run = await runLua(['sync', '--check', '--all', '--json'], {
        cwd: many.folder.root,
        url: server.url,
      })
      expect(run.code).to.equal(0)
      const { status, agents } = JSON.parse(run.stdout)
      expect(status).to.equal('unverified')
      expect(agents.map(({ agentId }: { agentId: string }) => agentId)).to.deep.equal(
        Array.from({ length: 24 }, (_, index) => agentId(index)),
      )
      // Eight at a time: while the eighth is still waiting, up to seven more have begun.
      expect(new Set(server.requests.map(({ path }) => path.split('/')[3])).size).to.be.within(8, 15)
    } finally {
      many.folder.remove()
    }
  })

  for (const flags of [
    ['--all'],
    ['--check', '--shard', '1/2'],
    ['--check', '--all', '--shard', '0/2'],
    ['--check', '--all', '--shard', '3/2'],
    ['--check', '--all', '--shard', 'x'],
    ['--history', '--all'],
  ]) {
    it(`refuses ${flags.join(' ')}`, async () => {
      const run = await lua('sync', ...flags)
      expect(run).to.include({ code: 2, stdout: '' })
      expect(server.requests).to.deep.equal([])
    })
  }
})
