import { expect } from 'chai'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'

const ENTRY = `import { LuaAgent } from 'lua-cli'
import { governance } from './governance'

const name = 'Test Agent'
const persona = 'You help.'
export const agent = new LuaAgent({ name, persona, governance })
`
const DECLARED = `// What the agent may do.
export const governance = {
  mode: 'sdk' as const,
  // tuned in May
  injection: { threshold: 0.7, ml: true },
  apiKey: process.env.GOVERNANCE_KEY!,
  serverUrl: process.env.GOVERNANCE_URL ?? 'https://g.example',
  rules: {
    blockTools: ['drop-table', "send-mail"], // never
    tokenBudget: 1000,
  },
}
`
const VALUE = {
  rules: { tokenBudget: 1000, blockTools: ['drop-table', 'send-mail'] },
  serverUrl: 'https://g.example',
  mode: 'sdk',
  injection: { ml: true, threshold: 0.7 },
}

describe('sync: governance', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open({ files: { 'src/governance.ts': DECLARED, 'src/index.ts': ENTRY } })
  })
  afterEach(() => scene.close())

  const declared = () => scene.project.read('src/governance.ts')
  const sent = () => scene.server.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body)

  it('is the same in another order of keys, whatever key it is sent with', async () => {
    scene.agent.governance = { ...VALUE, apiKey: 'secret' }
    const run = await scene.lua('sync', '--check', '--json', '--verbose')
    expect(run.code, run.stdout).to.equal(0)
    expect(run.stdout).not.to.include('apiKey')
    expect(scene.server.requests).to.have.length(2)
  })

  it('differs in the order of a list, shown as lines of sorted JSON', async () => {
    scene.agent.governance = { ...VALUE, rules: { ...VALUE.rules, blockTools: ['send-mail', 'drop-table'] } }
    const run = await scene.lua('sync', '--check')
    expect(run.code).to.equal(1)
    expect(run.stdout)
      .to.include('GOVERNANCE DIFF')
      .and.to.match(/^[-+] {7}"drop-table",?$/m)
  })

  it('is pulled member by member, in place', async () => {
    scene.agent.governance = {
      mode: 'api',
      apiKey: 'never-written',
      injection: { threshold: 0.9, mlThreshold: 0.5 },
      serverUrl: 'https://h.example',
      rules: {
        blockTools: ['drop-table', 'reboot', 'send-mail'],
        requireToolApproval: ['refund'],
        tokenBudget: 1000,
      },
    }
    const run = await scene.lua('sync', '--pull')
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.include('Governance pulled into src/governance.ts')
    expect(declared()).to.equal(`// What the agent may do.
export const governance = {
  mode: 'api' as const,
  // tuned in May
  injection: { threshold: 0.9, mlThreshold: 0.5 },
  apiKey: process.env.GOVERNANCE_KEY!,
  serverUrl: process.env.GOVERNANCE_URL ?? 'https://h.example',
  rules: {
    blockTools: ['drop-table', 'reboot', "send-mail"], // never
    tokenBudget: 1000,
    requireToolApproval: ['refund'],
  },
}
`)
    expect(scene.source).to.equal(ENTRY)
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
    expect((await scene.lua('sync', '--undo')).code).to.equal(0)
    expect(declared()).to.equal(DECLARED)
  })

  it('comes with the model and the name in one pull', async () => {
    scene.project.write('src/index.ts', ENTRY.replace('governance })', "model: 'a/b', governance })"))
    Object.assign(scene.agent, { name: 'Other', model: 'a/c', governance: { ...VALUE, preset: 'security' } })
    const run = await scene.lua('sync', '--pull')
    expect(run.code, run.stderr).to.equal(0)
    expect(declared()).to.include("preset: 'security'")
    expect(scene.source).to.include("model: 'a/c'").and.to.include("name = 'Other'")
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
  })

  it('takes the items of a list that change, and leaves the others with their comments', async () => {
    const list = (items: string) => DECLARED.replace('[\'drop-table\', "send-mail"]', `[\n${items}    ]`)
    scene.project.write(
      'src/governance.ts',
      list("      'a', // keep a\n      'b',\n      'c', // keep c\n      'e',\n"),
    )
    scene.agent.governance = { ...VALUE, rules: { ...VALUE.rules, blockTools: ['a', 'c', 'd', 'e', 'f'] } }
    const run = await scene.lua('sync', '--pull')
    expect(run.code, run.stderr).to.equal(0)
    expect(declared()).to.equal(
      list("      'a', // keep a\n      'c', // keep c\n      'd',\n      'e',\n      'f',\n"),
    )
  })

  const pulled: { what: string; code: string; server: object; result: string }[] = [
    {
      what: 'new members stand on the line of the others',
      code: "{ mode: 'sdk' as const, rules: { blockTools: [] } }",
      server: { mode: 'sdk', rules: { blockTools: ['a', 'b'] }, serverUrl: 'https://s', x: { y: { z: 1 } } },
      result:
        "{ mode: 'sdk' as const, rules: { blockTools: ['a', 'b'] }, serverUrl: 'https://s', x: { y: { z: 1 } } }",
    },
    {
      what: 'a member that becomes an object stays on its line',
      code: "{ mode: 'sdk', rules: { tokenBudget: 5, deep: { a: 1 } } }",
      server: { mode: 'sdk', rules: { tokenBudget: { day: 1 }, deep: null } },
      result: "{ mode: 'sdk', rules: { tokenBudget: { day: 1 }, deep: null } }",
    },
    {
      what: 'comments in what is empty stay',
      code: "{ mode: 'sdk', rules: { /* none */ }, list: [/* none */] }",
      server: { mode: 'sdk', rules: { a: 1, b: 'https://b' }, list: ['c', 'd'] },
      result: "{ mode: 'sdk', rules: { /* none */ a: 1, b: 'https://b' }, list: [/* none */ 'c', 'd'] }",
    },
    {
      what: 'a member with the name of something inherited goes, and one that would set the prototype comes',
      code: "{ mode: 'sdk', constructor: 1, toString: 2 }",
      server: JSON.parse('{ "mode": "sdk", "toString": 2, "__proto__": { "a": 1 } }'),
      result: "{ mode: 'sdk', toString: 2, ['__proto__']: { a: 1 } }",
    },
    {
      what: 'a spread of constants is written where they are',
      code: "{ ...common, rules: { blockTools } } as const\nconst common = { mode: 'sdk' }\nconst blockTools = ['a']",
      server: { mode: 'api', rules: { blockTools: ['b'] } },
      result:
        "{ ...common, rules: { blockTools } } as const\nconst common = { mode: 'api' }\nconst blockTools = ['b']",
    },
  ]
  for (const { what, code, server, result } of pulled) {
    it(`${what} after a pull`, async () => {
      scene.project.write('src/governance.ts', `export const governance = ${code}\n`)
      scene.agent.governance = server
      const run = await scene.lua('sync', '--pull')
      expect(run.code, run.stderr).to.equal(0)
      expect(declared()).to.equal(`export const governance = ${result}\n`)
      expect((await scene.lua('sync', '--check')).code).to.equal(0)
    })
  }

  it('is pushed whole, without its key, and the push is undone', async () => {
    scene.agent.governance = { mode: 'sdk', preset: 'security' }
    const run = await scene.lua('sync', '--push')
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.include('Governance pushed. It supersedes the former one')
    expect(sent()).to.deep.equal([{ id: 'agent_1760473281625_goc3sv7ac', governance: VALUE }])
    expect((await scene.lua('sync', '--undo')).code).to.equal(0)
    expect(scene.agent.governance).to.deep.equal({ mode: 'sdk', preset: 'security' })
  })

  it('what both sides changed comes together by members; one member changed twice is a conflict', async () => {
    scene.agent.governance = VALUE
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
    scene.agent.governance = { ...VALUE, preset: 'security' }
    scene.project.write('src/governance.ts', DECLARED.replace('1000', '2000'))
    const run = await scene.lua('sync', '--merge', '--push')
    expect(run.code, run.stderr).to.equal(0)
    expect(declared()).to.include('tokenBudget: 2000').and.to.include("preset: 'security'")
    expect(scene.agent.governance).to.deep.equal({
      ...VALUE,
      preset: 'security',
      rules: { ...VALUE.rules, tokenBudget: 2000 },
    })
    scene.agent.governance = { ...VALUE, preset: 'security', rules: { ...VALUE.rules, tokenBudget: 5 } }
    scene.project.write('src/governance.ts', declared().replace('2000', '3000'))
    const refused = await scene.lua('sync', '--merge')
    expect(refused.code).to.equal(21)
    expect(refused.stderr).to.include('governance.rules.tokenBudget')
  })

  it('a member that both sides changed is left at the prompt, which goes on', async () => {
    scene.agent.governance = VALUE
    await scene.agree()
    scene.agent.governance = { ...VALUE, mode: 'api', serverUrl: 'https://h.example' }
    scene.project.write('src/governance.ts', declared().replace('g.example', 'l.example'))
    const terminal = scene.terminal()
    await terminal.waitFor('❯ 🔀 Merge both')
    terminal.type(KEYS.enter)
    expect(await terminal.exit(), terminal.text).to.equal(0)
    expect(terminal.text)
      .to.include('Both sides changed governance.serverUrl: push it, or pull it.')
      .and.to.include('governance: left as it is')
    expect(declared()).to.include('l.example')
  })

  it('undeclared, or without a mode, it is left to the server', async () => {
    for (const text of [
      'export const governance = undefined\n',
      "export const governance = { preset: 'security' }\n",
    ]) {
      scene.project.write('src/governance.ts', text)
      scene.agent.governance = VALUE
      expect((await scene.lua('sync', '--check')).code).to.equal(0)
      expect((await scene.lua('sync', '--push', '--force')).code).to.equal(0)
      expect((await scene.lua('sync', '--pull', '--force', '--no-sources')).code).to.equal(0)
      expect(declared()).to.equal(text)
    }
    expect(sent()).to.deep.equal([])
  })

  for (const other of ["['sdk']", "'sdk'", 'false', '() => ({})']) {
    it(`${other} is none, and overwritten by force alone`, async () => {
      scene.project.write('src/governance.ts', `export const governance = ${other}\n`)
      scene.agent.governance = { mode: 'sdk' }
      expect((await scene.lua('sync', '--check')).code).to.equal(0)
      for (const mode of ['--pull', '--merge']) {
        const run = await scene.lua('sync', mode, '--only', 'governance')
        expect(run.code, mode).to.equal(21)
        expect(run.stderr).to.include('lua sync --pull --only governance --force')
      }
      expect((await scene.lua('sync', '--pull', '--only', 'governance', '--force')).code).to.equal(0)
      expect((await scene.lua('sync', '--check', '--strict')).code).to.equal(0)
    })
  }

  it('undeclared it is drift with --strict, and no run claims that there is none', async () => {
    scene.project.write('src/governance.ts', 'export const governance = undefined\n')
    scene.agent.governance = VALUE
    for (const mode of ['--check', '--push', '--pull', '--merge']) {
      const run = await scene.lua('sync', mode, '--strict', '--no-sources')
      expect(run.stdout, mode).to.include('not managed').and.not.to.include('No drift')
      expect(run.stdout).not.to.include('`lua sync --pull` to take')
    }
    expect(sent()).to.deep.equal([])
  })

  it('what is not static is not managed, with its place', async () => {
    scene.project.write('src/governance.ts', DECLARED.replace('1000', 'Number(process.argv[2])'))
    scene.agent.governance = { mode: 'sdk' }
    const run = await scene.lua('sync', '--check', '--verbose')
    expect(run.code, run.stderr).to.equal(0)
    expect(run.stdout).to.include('Governance: not managed')
    expect((await scene.lua('sync', '--pull')).code).to.equal(0)
    expect((await scene.lua('sync', '--pull', '--only', 'governance')).code).to.equal(21)
  })

  it('is written into the agent if it is asked for by name and there is none', async () => {
    scene.project.write(
      'src/index.ts',
      "import { LuaAgent } from 'lua-cli'\nexport default new LuaAgent({\n    name: 'Test Agent',\n    persona: 'You help.'\n})\n",
    )
    scene.agent.governance = { mode: 'sdk', rules: { blockTools: ['a'], 'x-y': null } }
    const run = await scene.lua('sync', '--pull', '--only', 'governance')
    expect(run.code, run.stderr).to.equal(0)
    expect(scene.source).to.equal(`import { LuaAgent } from 'lua-cli'
export default new LuaAgent({
    name: 'Test Agent',
    persona: 'You help.',
    governance: {
        mode: 'sdk',
        rules: {
            blockTools: ['a'],
            'x-y': null,
        },
    }
})
`)
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
  })
})
