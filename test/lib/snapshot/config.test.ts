import { expect } from 'chai'
import { mergeConfig } from '../../../src/lib/snapshot/config.js'

const OURS = `# The support agent. Ask Ana before you rename anything.
agent:
  agentId: ours  # production
  orgId: org

skills: # managed by the CLI
  - name: support
    version: '1.0.0' # pinned for the demo
  - { name: local-only, version: 0.1.0 }
webhooks:
  # none yet
jobs: []

# the end
`

describe('mergeConfig', () => {
  it('takes state from the snapshot and leaves comments, order and identity as they are', async () => {
    const incoming = `agent: { agentId: theirs, orgId: theirs }
skills:
  - { name: support, version: 2.0.0, skillId: s1 } # their comment
  - { name: fresh, version: 1.0.0 }
webhooks: [ { name: hook, version: 1.0.0 } ]
jobs: [ { name: nightly, version: 1.0.0, jobId: j1 } ]
backup: { lastHash: abc, activeVersion: 3 }
`
    expect(
      await mergeConfig(OURS, incoming),
    ).to.equal(`# The support agent. Ask Ana before you rename anything.
agent:
  agentId: ours  # production
  orgId: org

skills: # managed by the CLI
  - name: support
    version: '2.0.0' # pinned for the demo
    skillId: s1
  - { name: local-only, version: 0.1.0 }
  - name: fresh
    version: 1.0.0
webhooks:
  - name: hook
    version: 1.0.0
  # none yet
jobs:
  - name: nightly
    version: 1.0.0
    jobId: j1
backup:
  lastHash: abc
  activeVersion: 3

# the end
`)
  })

  it('gives back the very text when the snapshot brings nothing new', async () => {
    const odd = 'agent:   {agentId: "ours"}\r\nskills:\r\n-   name:  a\r\n    version:   1.0.0   # odd\r\n'
    for (const incoming of [
      'skills: [ { name: a, version: 1.0.0 } ]',
      'agent: { agentId: theirs }',
      'skills:\njobs: null\nwebhooks: []',
      'skills: [ { version: 9.9.9 }, 3, null ]',
    ]) {
      expect(await mergeConfig(odd, incoming)).to.equal(odd)
    }
  })

  it('keeps line ends and the way lists are indented', async () => {
    const ours = 'agent:\r\n    agentId: a\r\nskills:\r\n- name: a\r\n  version: 1.0.0\r\n'
    expect(await mergeConfig(ours, 'skills: [ { name: a, version: 2.0.0 } ]')).to.equal(
      'agent:\r\n    agentId: a\r\nskills:\r\n- name: a\r\n  version: 2.0.0\r\n',
    )
  })

  const added = 'skills: [ { name: b, version: 1.0.0 } ]'
  const layouts: [string, string, string, string][] = [
    ['nothing after the key', 'skills:', added, 'skills:\n  - name: b\n    version: 1.0.0'],
    [
      'an empty list and a comment',
      'skills: []   # c\nx: 1\n',
      added,
      'skills:   # c\n  - name: b\n    version: 1.0.0\nx: 1\n',
    ],
    ['a null', 'skills: ~ # c\n', added, 'skills: # c\n  - name: b\n    version: 1.0.0\n'],
    [
      'no such key',
      'agent:\n  agentId: a\n# end',
      added,
      'agent:\n  agentId: a\nskills:\n  - name: b\n    version: 1.0.0\n# end',
    ],
    [
      'a flow list',
      'skills: [ {name: a} ] # c\n',
      added,
      'skills: [ {name: a}, { name: b, version: 1.0.0 } ] # c\n',
    ],
    [
      'a flow list over lines',
      'skills: [\n  {name: a}, # c\n]\n',
      'skills: [ {name: a, version: 2.0.0} ]',
      'skills: [\n  {name: a, version: 2.0.0}, # c\n]\n',
    ],
    [
      'a flow root',
      '{agent: {agentId: a}, skills: [{name: b}]}',
      added,
      '{agent: {agentId: a}, skills: [{name: b, version: 1.0.0}]}',
    ],
    [
      'quotes',
      'skills:\n  - name: "b"\n    version: "0.9.0"  # c\n',
      added,
      'skills:\n  - name: "b"\n    version: "1.0.0"  # c\n',
    ],
    [
      'a list not indented',
      'skills:\n- name: a\n\n# c\njobs:\n',
      added,
      'skills:\n- name: a\n- name: b\n  version: 1.0.0\n\n# c\njobs:\n',
    ],
    ['a wide dash', 'skills:\n-   name: b\n', added, 'skills:\n-   name: b\n    version: 1.0.0\n'],
    [
      'a value of nothing at the end',
      'skills:\n  - name: b\n    note:\n',
      added,
      'skills:\n  - name: b\n    note:\n    version: 1.0.0\n',
    ],
    [
      'a text over lines at the end',
      'skills:\n  - name: a\n    note: |\n      two\n      lines\n',
      added,
      'skills:\n  - name: a\n    note: |\n      two\n      lines\n  - name: b\n    version: 1.0.0\n',
    ],
    [
      'a value that needs quotes',
      'backup:\n  lastHash: x\n',
      'backup: { lastHash: "123", note: "a: b # c" }',
      'backup:\n  lastHash: "123"\n  note: "a: b # c"\n',
    ],
  ]
  for (const [name, ours, incoming, expected] of layouts) {
    it(`finds the place in ${name}`, async () => {
      expect(await mergeConfig(ours, incoming)).to.equal(expected)
      const crlf = (text: string) => text.replaceAll('\n', '\r\n')
      if (ours.includes('\n')) expect(await mergeConfig(crlf(ours), incoming)).to.equal(crlf(expected))
    })
  }

  it('leaves ours alone rather than guess', async () => {
    for (const ours of [
      'base: &b { name: b, version: 0.1.0 }\nskills: [ *b ]\n',
      'skills: &s []\n',
      'skills: {}\n',
      'skills:\n  - name: b\n    version: >\n      0.9\n',
      'a: 1\n---\nb: 2\n',
    ]) {
      expect(await mergeConfig(ours, added), ours).to.be.oneOf([undefined, ours])
    }
  })

  it('leaves ours alone when one of them cannot be read', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((key, n) => `${key}: &${key} [${Array(10).fill(`*${'abcdefgh'[n]}`)}]`)
      .join('\n')}\n`
    for (const incoming of ['{', 'just text', '- a list', '', bomb, `# ${'x'.repeat(1024 * 1024)}`]) {
      expect(await mergeConfig(OURS, incoming), incoming.slice(0, 20)).to.equal(undefined)
    }
    expect(await mergeConfig('a: [', 'skills: []')).to.equal(undefined)
    expect(await mergeConfig('', 'skills: []')).to.equal(undefined)
  })

  it('treats hostile keys as keys', async () => {
    const merged = await mergeConfig(
      'agent: { agentId: a }\n',
      '__proto__: { polluted: true }\nskills: [ { name: __proto__ } ]\n',
    )
    expect(merged).to.contain('__proto__')
    expect(({} as { polluted?: boolean }).polluted).to.equal(undefined)
  })

  it('settles: merging the same snapshot again changes nothing', async () => {
    const incoming = 'skills: [ { name: support, version: 2.0.0 } ]\nvoices: [ { name: v } ]\n'
    const once = await mergeConfig(OURS, incoming)
    expect(await mergeConfig(once!, incoming)).to.equal(once)
  })
})
