import { expect } from 'chai'
import { CHANNELS, type Persona } from '../../../../src/lib/persona.js'
import { findAgent, planWrite, readPersona } from '../../../../src/lib/source/index.js'
import { sourcesOf } from '../memory.js'
import { runAgents } from '../run.js'

const LUA = "import { LuaAgent } from 'lua-cli'\n"

/** Ways to write a persona of channels; `⟦…⟧` is the code of a channel whose text is its content in capitals. */
const LAYOUTS: [title: string, files: Record<string, string>][] = [
  [
    'one line',
    {
      'src/index.ts': `${LUA}new LuaAgent({ name: 'n', persona: { base: ⟦'BASE'⟧, voice: ⟦"VOICE"⟧, text: ⟦\`TEXT\`⟧ } })`,
    },
  ],
  [
    'lines and comments',
    {
      'src/index.ts': `${LUA}new LuaAgent({\n  // who\n  persona: {\n    // first\n    base: ⟦\`BASE\`⟧, // b\n    /* v */ voice: ⟦'VOICE'⟧,\n    text: ⟦'TEXT'⟧ // t\n  },\n  name: 'n',\n})\n`,
    },
  ],
  [
    'a trailing comma, tabs, CRLF',
    {
      'src/index.ts':
        `${LUA}new LuaAgent({\n\tpersona: {\n\t\tbase: ⟦'BASE'⟧,\n\t\tvoice: ⟦'VOICE'⟧,\n\t\ttext: ⟦'TEXT'⟧,\n\t},\n})\n`.replaceAll(
          '\n',
          '\r\n',
        ),
    },
  ],
  [
    'another order',
    {
      'src/index.ts': `${LUA}new LuaAgent({ persona: {\n  text: ⟦'TEXT'⟧,\n  voice: ⟦'VOICE'⟧,\n  base: ⟦'BASE'⟧ } })`,
    },
  ],
  [
    'a const',
    {
      'src/index.ts': `${LUA}const persona = {\n  base: ⟦'BASE'⟧,\n  voice: ⟦'VOICE'⟧,\n  text: ⟦'TEXT'⟧,\n} as const\nnew LuaAgent({ persona })\n`,
    },
  ],
  [
    'shorthand channels',
    {
      'src/index.ts': `${LUA}const base = ⟦'BASE'⟧, voice = ⟦'VOICE'⟧\nconst text = ⟦'TEXT'⟧\nnew LuaAgent({ persona: { base, voice, text } })\n`,
    },
  ],
  [
    'imported channels',
    {
      'src/index.ts': `${LUA}import { base, voice, text } from './texts'\nnew LuaAgent({ persona: { base, voice, text: text.trim() } })\n`,
      'src/texts.ts':
        "export const base = ⟦'BASE'⟧\nexport const voice = ⟦'VOICE'⟧\nexport const text = ⟦`\n  TEXT\n`⟧\n",
    },
  ],
  [
    'an imported object',
    {
      'src/index.ts': `${LUA}import { persona } from './texts'\nnew LuaAgent({ persona })\n`,
      'src/texts.ts': "export const persona = { base: ⟦'BASE'⟧, voice: ⟦'VOICE'⟧, text: ⟦'TEXT'⟧ }\n",
    },
  ],
  [
    'JSON',
    {
      'src/index.ts': `${LUA}import config from './agent.json'\nnew LuaAgent(config)\n`,
      'src/agent.json':
        '{\n  "persona": {\n    "base": ⟦"BASE"⟧,\n    "voice": ⟦"VOICE"⟧,\n    "text": ⟦"TEXT"⟧\n  },\n  "name": "n"\n}\n',
    },
  ],
  [
    'a class field',
    {
      'src/index.ts': `${LUA}export default class A extends LuaAgent {\n  persona = {\n    base: ⟦'BASE'⟧,\n    voice: ⟦'VOICE'⟧,\n    text: ⟦'TEXT'⟧,\n  };\n}\n`,
    },
  ],
  [
    'a casted object',
    {
      'src/index.ts': `${LUA}new LuaAgent({ persona: ({ base: ⟦'BASE'⟧, voice: ⟦'VOICE'⟧, text: ⟦'TEXT'⟧ } satisfies object) })`,
    },
  ],
]

/** Every set of channels, with those texts that stay and those that change; and plain personas. */
const TARGETS: Persona[] = [
  ...[1, 2, 3, 4, 5, 6, 7].flatMap(set =>
    [false, true].map(changes =>
      Object.fromEntries(
        CHANNELS.flatMap((channel, index) => {
          if ((set & (1 << index)) === 0) return []
          const isChanged = changes && index % 2 === 0
          return [[channel, isChanged ? `new ${channel}\n\`\${x}\`\\` : channel.toUpperCase()]]
        }),
      ),
    ),
  ),
  'BASE',
  'a new text',
  'several\nlines `${x}`',
]

describe('source: channels', () => {
  for (const [title, marked] of LAYOUTS) {
    const files = Object.fromEntries(
      Object.entries(marked).map(([path, code]) => [path, code.replace(/[⟦⟧]/g, '')]),
    )
    const codeOf = new Map(
      Object.values(marked).flatMap(code =>
        [...code.matchAll(/⟦([^⟧]*)⟧/g)].map(
          ([, slot = '']) => [/[A-Z]+/.exec(slot)?.[0].toLowerCase(), slot] as const,
        ),
      ),
    )

    it(`turns ${title} into every other persona, and runs it`, async () => {
      const variants: Map<string, string>[] = []
      for (const persona of TARGETS) {
        const sources = sourcesOf(files)
        const { edits } = await planWrite(sources, findAgent(sources), { persona })
        const after = new Map(Object.entries(files).map(([path, code]) => [`/project/${path}`, code]))
        for (const edit of edits) after.set(edit.path, Buffer.from(edit.after).toString('utf8'))
        variants.push(after)
        const label = `${title} to ${JSON.stringify(persona)}`
        const written = [...after.values()].join('\n')
        for (const channel of CHANNELS) {
          const isKept = typeof persona === 'object' && persona[channel] === channel.toUpperCase()
          if (isKept) expect(written, label).to.contain(codeOf.get(channel))
        }
        const comments = [
          ...Object.values(files)
            .join('\n')
            .matchAll(/\/\/ \w+|\/\* \w+ \*\//g),
        ]
        for (const [comment] of comments) expect(written, label).to.contain(comment)
        const again = sources.overlay(new Map(edits.map(edit => [edit.path, edit.after])))
        expect(readPersona(again, findAgent(again))?.value, label).to.deep.equal(persona)
        expect((await planWrite(again, findAgent(again), { persona })).edits, label).to.deep.equal([])
      }
      const agents = await runAgents(variants)
      for (const [index, persona] of TARGETS.entries()) {
        const found = JSON.parse(JSON.stringify(agents[index]?.persona))
        expect(found, `${title} to ${JSON.stringify(persona)}`).to.deep.equal(persona)
      }
    })
  }

  it('turns a plain persona into every persona of channels', async () => {
    const plain = [
      `${LUA}new LuaAgent({ name: 'n', persona: 'BASE' })`,
      `${LUA}new LuaAgent({\n  persona: \`BASE\`, // why\n})\n`,
      `${LUA}const persona = 'BA' + 'SE'\nnew LuaAgent({ persona })`,
      `${LUA}class A extends LuaAgent {\n  persona = (('BASE') as string)\n}\nexport default new A()`,
    ]
    for (const code of plain) {
      const variants: Map<string, string>[] = []
      for (const persona of TARGETS) {
        const sources = sourcesOf({ 'src/index.ts': code })
        const { edits } = await planWrite(sources, findAgent(sources), { persona }, { force: true })
        const written = edits[0] ? Buffer.from(edits[0].after).toString('utf8') : code
        if (code.includes('// why')) expect(written).to.contain('// why')
        variants.push(new Map([['/project/src/index.ts', written]]))
      }
      const agents = await runAgents(variants)
      for (const [index, persona] of TARGETS.entries()) {
        expect(JSON.parse(JSON.stringify(agents[index]?.persona)), code).to.deep.equal(persona)
      }
    }
  })

  it('inserts every persona where there is none', async () => {
    const without = [
      `${LUA}new LuaAgent()`,
      `${LUA}new LuaAgent({})`,
      `${LUA}new LuaAgent({\n  // nothing yet\n})`,
      `${LUA}new LuaAgent({ name: 'n' })`,
      `${LUA}new LuaAgent({ name: 'n', })`,
      `${LUA}new LuaAgent({\n  name: 'n', // who\n  skills: [],\n})`,
      `${LUA}new LuaAgent({ name: 'n' /* , not a comma */\n // c\n , skills: [] })`,
      `${LUA}new LuaAgent({\r\n\tskills: [],\r\n\tname: 'n'\r\n})`,
      `${LUA}const base = { name: 'n' }\nnew LuaAgent({ ...base, skills: [] })`,
      `${LUA}new LuaAgent({ persona: undefined })`,
      `${LUA}export class A extends LuaAgent {}`,
      `${LUA}export class A extends LuaAgent {\n  name = 'n'\n\n  run() {}\n}`,
      `${LUA}export class A extends LuaAgent { name = 'n'; skills = [] }`,
      `${LUA}export class A extends LuaAgent {\n  run() {}\n}`,
      `${LUA}export class A extends LuaAgent { constructor() { super({ name: 'n' }) } }`,
    ]
    for (const code of without) {
      const variants: Map<string, string>[] = []
      for (const persona of TARGETS) {
        const sources = sourcesOf({ 'src/index.ts': code })
        const { edits } = await planWrite(sources, findAgent(sources), { persona })
        variants.push(
          new Map([['/project/src/index.ts', Buffer.from(edits[0]?.after ?? []).toString('utf8')]]),
        )
      }
      const agents = await runAgents(variants)
      for (const [index, persona] of TARGETS.entries()) {
        expect(JSON.parse(JSON.stringify(agents[index]?.persona)), code).to.deep.equal(persona)
      }
    }
  })
})
