import { expect } from 'chai'
import { addEntries, type StateEntry } from '../../../../src/lib/compile/output/skill-yaml.js'

const skill = (name: string): StateEntry => ({ list: 'skills', name, versioned: true })
const server = (name: string): StateEntry => ({ list: 'mcpServers', name, versioned: false })
const HEAD = '# mine\nagent:\n  agentId: baseAgent_x # id\n'

interface Case {
  what: string
  before: string
  wanted: StateEntry[]
  after: string
}

const CASES: Case[] = [
  {
    what: 'appends a list that is not there',
    before: HEAD,
    wanted: [skill('one'), skill('two')],
    after: `${HEAD}skills:\n  - name: one\n    version: 1.0.0\n  - name: two\n    version: 1.0.0\n`,
  },
  {
    what: 'ends the last line first',
    before: 'agent: { agentId: x }',
    wanted: [skill('one')],
    after: 'agent: { agentId: x }\nskills:\n  - name: one\n    version: 1.0.0',
  },
  {
    what: 'fills a key that has only comments under it',
    before: `${HEAD}skills: # none yet\n  # - name: later\njobs:\n`,
    wanted: [skill('one')],
    after: `${HEAD}skills: # none yet\n  - name: one\n    version: 1.0.0\n  # - name: later\njobs:\n`,
  },
  {
    what: 'replaces a written-out null',
    before: `skills: null # none\n${HEAD}`,
    wanted: [skill('one')],
    after: `skills: # none\n  - name: one\n    version: 1.0.0\n${HEAD}`,
  },
  {
    what: 'fills an empty list',
    before: `${HEAD}skills: []\njobs: [ ]\n`,
    wanted: [skill('one'), { list: 'jobs', name: 'j', versioned: true }],
    after: `${HEAD}skills:\n  - name: one\n    version: 1.0.0\njobs:\n  - name: j\n    version: 1.0.0\n`,
  },
  {
    what: 'adds to a list in flow style',
    before: `${HEAD}skills: [ { name: a, version: 2.0.0, skillId: z } ]\n`,
    wanted: [skill('a'), skill('b')],
    after: `${HEAD}skills: [ { name: a, version: 2.0.0, skillId: z }, { name: b, version: 1.0.0 } ]\n`,
  },
  {
    what: 'adds behind the last item, comments and blank lines kept, dashes where they are',
    before: `skills:\n- name: a # first\n  version: 2.0.0 # two\n\n# about jobs\njobs:\n    - name: j\n      version: 1.0.0\n`,
    wanted: [skill('b'), { list: 'jobs', name: 'k', versioned: true }],
    after: `skills:\n- name: a # first\n  version: 2.0.0 # two\n- name: b\n  version: 1.0.0\n\n# about jobs\njobs:\n    - name: j\n      version: 1.0.0\n    - name: k\n      version: 1.0.0\n`,
  },
  {
    what: 'keeps CRLF',
    before: 'agent:\r\n  agentId: x\r\nskills:\r\n  - name: a\r\n    version: 1.0.0\r\n',
    wanted: [skill('b')],
    after:
      'agent:\r\n  agentId: x\r\nskills:\r\n  - name: a\r\n    version: 1.0.0\r\n  - name: b\r\n    version: 1.0.0\r\n',
  },
  {
    what: 'quotes what YAML would take for something else',
    before: HEAD,
    wanted: [skill('true'), skill('12'), skill('a: b'), skill('yes'), skill('é "q"')],
    after: `${HEAD}skills:\n  - name: "true"\n    version: 1.0.0\n  - name: "12"\n    version: 1.0.0\n  - name: "a: b"\n    version: 1.0.0\n  - name: "yes"\n    version: 1.0.0\n  - name: é "q"\n    version: 1.0.0\n`,
  },
  {
    what: 'adds to a document in flow style',
    before: '{ agent: { agentId: x } }\n',
    wanted: [server('m')],
    after: '{ agent: { agentId: x }, mcpServers: [ { name: m } ] }\n',
  },
  {
    what: 'begins a file that is empty',
    before: '',
    wanted: [server('m')],
    after: 'mcpServers:\n  - name: m\n',
  },
  {
    what: 'begins a file of comments',
    before: '# mine',
    wanted: [server('m')],
    after: '# mine\nmcpServers:\n  - name: m\n',
  },
  {
    what: 'gives an MCP server no version',
    before: HEAD,
    wanted: [server('m')],
    after: `${HEAD}mcpServers:\n  - name: m\n`,
  },
  {
    what: 'works on a file without a final line break in the list',
    before: `${HEAD}skills:\n  - name: a\n    version: 1.0.0`,
    wanted: [skill('b')],
    after: `${HEAD}skills:\n  - name: a\n    version: 1.0.0\n  - name: b\n    version: 1.0.0`,
  },
]

describe('new entries in lua.skill.yaml', () => {
  for (const { what, before, wanted, after } of CASES) {
    it(what, async () => {
      expect(await addEntries(before, wanted)).to.deep.equal({ text: after, left: [] })
    })

    it(`${what}: a second time changes nothing`, async () => {
      expect((await addEntries(after, wanted)).text).to.equal(after)
    })
  }

  it('gives back the very text when every entry is there', async () => {
    const text = `${HEAD}skills:   [ {name:  a} ]   # odd\n\n\n...`
    expect((await addEntries(text, [skill('a')])).text).to.equal(text)
  })

  for (const [what, text] of Object.entries({
    'a list that is an alias': 'other: &x []\nskills: *x\n',
    'a list that is a text': 'skills: none\n',
    'a list that is a map': 'skills: { a: 1 }\n',
    'what is no YAML': 'skills: [\n',
  })) {
    it(`leaves ${what} alone and says so`, async () => {
      const entry = skill('a')
      expect(await addEntries(text, [entry])).to.deep.equal({ text, left: [entry] })
    })
  }
})
