import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import {
  type AgentChange,
  findAgent,
  type Json,
  planWrite,
  type WritePlan,
} from '../../../../src/lib/source/index.js'
import { type Files, sourcesOf } from '../memory.js'

const LUA = "import { LuaAgent } from 'lua-cli'\n"

async function plan(files: Files, change: AgentChange, force = false): Promise<WritePlan> {
  const sources = sourcesOf(files)
  return planWrite(sources, findAgent(sources), change, { force })
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')

interface Case {
  title: string
  before: string
  change: AgentChange
  after: string
  force?: boolean
  notes?: RegExp
}

const CASES: Case[] = [
  {
    title: 'takes the quotes that need fewer escapes',
    before: "new LuaAgent({ persona: 'x' })",
    change: { persona: "It's" },
    after: 'new LuaAgent({ persona: "It\'s" })',
  },
  {
    title: 'takes a template for several lines, and escapes what would run in it',
    before: "new LuaAgent({ persona: 'x' })",
    change: { persona: 'a\n`${x}`\\' },
    after: 'new LuaAgent({ persona: `a\n\\`\\${x}\\`\\\\` })',
  },
  {
    title: 'keeps the spelling of what does not change',
    before: "new LuaAgent({ persona: 'caf\\u00e9 \\x41 \\\nend' })",
    change: { persona: 'caf\u00e9 A and the end' },
    after: "new LuaAgent({ persona: 'caf\\u00e9 \\x41 and the \\\nend' })",
  },
  {
    title: 'inserts a persona after the name, behind its comment',
    before: "new LuaAgent({\n  name: 'a', // who\n  skills: [],\n})",
    change: { persona: 'p' },
    after: "new LuaAgent({\n  name: 'a', // who\n  persona: 'p',\n  skills: [],\n})",
  },
  {
    title: 'inserts behind a last property without a comma',
    before: "new LuaAgent({\n\tname: 'a' // who\n})",
    change: { persona: 'p' },
    after: "new LuaAgent({\n\tname: 'a', // who\n\tpersona: 'p'\n})",
  },
  {
    title: 'inserts in one line',
    before: 'new LuaAgent({ "name": "a" })',
    change: { persona: 'p' },
    after: 'new LuaAgent({ "name": "a", "persona": "p" })',
  },
  {
    title: 'inserts a name first',
    before: "new LuaAgent({\n  // text\n  persona: 'p',\n})",
    change: { name: 'n' },
    after: "new LuaAgent({\n  name: 'n',\n  // text\n  persona: 'p',\n})",
  },
  {
    title: 'inserts into an empty object',
    before: 'new LuaAgent({})',
    change: { name: 'n', persona: 'p' },
    after: "new LuaAgent({ name: 'n', persona: 'p' })",
  },
  {
    title: 'inserts a config',
    before: 'new LuaAgent()',
    change: { persona: { base: 'b', voice: 'v' } },
    after: "new LuaAgent({ persona: { base: 'b', voice: 'v' } })",
  },
  {
    title: 'gives a value to what is undefined',
    before: "new LuaAgent({ name: 'n', persona: undefined })",
    change: { persona: 'p' },
    after: "new LuaAgent({ name: 'n', persona: 'p' })",
  },
  {
    title: 'inserts a field as its neighbour looks',
    before: "class A extends LuaAgent {\n  override readonly name = 'n';\n\n  run() {}\n}",
    change: { persona: 'p' },
    after:
      "class A extends LuaAgent {\n  override readonly name = 'n';\n  override readonly persona = 'p';\n\n  run() {}\n}",
  },
  {
    title: 'inserts a field without what decorates its neighbour',
    before: "class A extends LuaAgent {\n  @decorate() readonly name = 'n'\n}",
    change: { persona: 'p' },
    after: "class A extends LuaAgent {\n  @decorate() readonly name = 'n'\n  persona = 'p'\n}",
  },
  {
    title: 'inserts a field into an empty class',
    before: 'export class A extends LuaAgent {}',
    change: { persona: 'p' },
    after: "export class A extends LuaAgent {\n  persona = 'p'\n}",
  },
  {
    title: 'patches the literals of a concatenation that the change touches',
    before:
      "const NAME = 'Bob'\nnew LuaAgent({ persona: 'You are ' + NAME + ', kind.\\n' + /* more */ 'And so on' })",
    change: { persona: 'You are Rob, kind.\nAnd so forth' },
    after:
      "const NAME = 'Rob'\nnew LuaAgent({ persona: 'You are ' + NAME + ', kind.\\n' + /* more */ 'And so forth' })",
  },
  {
    title: 'patches the lines of a join',
    before: "new LuaAgent({ persona: [\n  'a', // one\n  'b',\n  'c',\n].join('\\n') })",
    change: { persona: 'a\nbb\nc and d' },
    after: "new LuaAgent({ persona: [\n  'a', // one\n  'bb',\n  'c and d',\n].join('\\n') })",
  },
  {
    title: 'patches around an interpolation',
    before: 'const N = 7\nnew LuaAgent({ persona: `one ${N} two` })',
    change: { persona: 'ONE 7 ${two}' },
    after: 'const N = 7\nnew LuaAgent({ persona: `ONE ${N} \\${two}` })',
  },
  {
    title: 'changes a constant that stands in the text twice, if it changes in both places',
    before: "const N = 'Bob'\nnew LuaAgent({ persona: `${N} is ${N}.` })",
    change: { persona: 'Rob is Rob.' },
    after: "const N = 'Rob'\nnew LuaAgent({ persona: `${N} is ${N}.` })",
  },
  {
    title: 'folds by force, with the comments above',
    before: "const N = 7\nnew LuaAgent({\n  persona: [\n    'a', // one\n    N,\n  ].join('\\n'),\n})",
    change: { persona: 'q\n8' },
    force: true,
    after: 'const N = 7\nnew LuaAgent({\n  persona: // one\n  `q\n8`,\n})',
    notes: /folded/,
  },
  {
    title: 'takes a piece of a template with its line',
    before: "const A = 'a\\nb', B = 'c'\nnew LuaAgent({ persona: `${A}\n${ B }\n- d` })",
    change: { persona: 'a\nb\n- d' },
    after: "const A = 'a\\nb', B = 'c'\nnew LuaAgent({ persona: `${A}\n- d` })",
  },
  {
    title: 'takes an operand that is a constant, and the line break beside it',
    before: "const A = 'a', B = 'b'\nnew LuaAgent({ persona: A + '\\n' + (B as string) + '\\n' + 'c' })",
    change: { persona: 'a\nc' },
    after: "const A = 'a', B = 'b'\nnew LuaAgent({ persona: A + '\\n' + 'c' })",
  },
  {
    title: 'writes lines of a list inside a list',
    before: "new LuaAgent({ persona: ['# a', ['- b', '- c'].join('\\n'), '# d'].join('\\n\\n') })",
    change: { persona: '# a\n\n- c\n- e\n\n# d\n\nf' },
    after: "new LuaAgent({ persona: ['# a', ['- c', '- e'].join('\\n'), '# d', 'f'].join('\\n\\n') })",
  },
  {
    title: 'puts another line in the place of one with an interpolation',
    before: "const N = 'Ada'\nnew LuaAgent({ persona: [`You are ${N}.`, 'Be kind.'].join(' / ') })",
    change: { persona: 'Something else / Be kind.' },
    after: "const N = 'Ada'\nnew LuaAgent({ persona: ['Something else', 'Be kind.'].join(' / ') })",
  },
  {
    title: 'keeps trim',
    before: 'new LuaAgent({ persona: `\n  hello\n  `.trim() })',
    change: { persona: 'bye\nnow' },
    after: 'new LuaAgent({ persona: `\n  bye\nnow\n  `.trim() })',
  },
  {
    title: 'takes trim away when the text has blanks at its ends',
    before: 'new LuaAgent({ persona: `\n  hello\n  ` /* why */ .trim() })',
    change: { persona: ' bye\nnow' },
    after: 'new LuaAgent({ persona: /* why */ ` bye\nnow` })',
    notes: /\.trim\(\) was taken away/,
  },
  {
    title: 'keeps a dedent tag, and its indentation',
    before: "import dedent from 'dedent'\nnew LuaAgent({ persona: dedent`\n    hello\n      you\n  ` })",
    change: { persona: 'bye\n  now\n\nthen' },
    after:
      "import dedent from 'dedent'\nnew LuaAgent({ persona: dedent`\n    bye\n      now\n\n    then\n  ` })",
  },
  {
    title: 'adds a line in the middle under a dedent tag',
    before: "import dedent from 'dedent'\nnew LuaAgent({ persona: dedent`\n    a\n    b\n  ` })",
    change: { persona: 'a\nX\nb' },
    after: "import dedent from 'dedent'\nnew LuaAgent({ persona: dedent`\n    a\n    X\n    b\n  ` })",
  },
  {
    title: 'takes a dedent tag away when the text needs escapes',
    before: "import dedent from 'dedent'\nnew LuaAgent({ persona: dedent`\n    hello\n  ` })",
    change: { persona: 'a \\ ${b}' },
    after: "import dedent from 'dedent'\nnew LuaAgent({ persona: `a \\\\ \\${b}` })",
    notes: /`dedent` was taken away/,
  },
  {
    title: 'keeps String.raw when it can, and takes it away when not',
    before: 'new LuaAgent({ name: String.raw`a`, persona: String.raw`a` })',
    change: { name: 'C:\\dir', persona: 'a`b' },
    after: 'new LuaAgent({ name: String.raw`C:\\dir`, persona: `a\\`b` })',
  },
  {
    title: 'keeps replace around what it does not touch',
    before: "new LuaAgent({ persona: 'Hi NAME, welcome'.replace('NAME', 'Bob') })",
    change: { persona: 'Hello Bob, welcome' },
    after: "new LuaAgent({ persona: 'Hello NAME, welcome'.replace('NAME', 'Bob') })",
  },
  {
    title: 'wraps a plain persona whose text stays',
    before: "const P = 'x'\nnew LuaAgent({\n  name: 'a',\n  persona: P, // text\n})",
    change: { persona: { base: 'x', voice: 'v' } },
    after:
      "const P = 'x'\nnew LuaAgent({\n  name: 'a',\n  persona: {\n    base: P,\n    voice: 'v',\n  }, // text\n})",
  },
  {
    title: 'wraps a shorthand persona whose text changes',
    before: "const persona = 'x'\nnew LuaAgent({ persona })",
    change: { persona: { base: 'y', voice: 'v' } },
    after: "const persona = 'y'\nnew LuaAgent({ persona: { base: persona, voice: 'v' } })",
  },
  {
    title: 'makes a plain persona one of other channels',
    before: "new LuaAgent({ persona: 'x' })",
    change: { persona: { voice: 'v' } },
    after: "new LuaAgent({ persona: { voice: 'v' } })",
  },
  {
    title: 'unwraps channels into the code of base',
    before:
      "const P = 'x'\nnew LuaAgent({\n  persona: {\n    // keep\n    base: P,\n    voice: 'v',\n  },\n})",
    change: { persona: 'y' },
    after: "const P = 'y'\nnew LuaAgent({\n  persona: // keep\n  P,\n})",
  },
  {
    title: 'leaves an object that others use an object',
    before: "const P = { base: 'x', voice: 'v' }\nnew LuaAgent({ persona: P })\nuse(P.voice)",
    change: { persona: 'y' },
    after: "const P = { base: 'y', voice: 'v' }\nnew LuaAgent({ persona: P.base })\nuse(P.voice)",
  },
  {
    title: 'adds and removes channels without touching the others',
    before: "new LuaAgent({\n  persona: {\n    base: `x`, // b\n    text: 't'\n  }\n})",
    change: { persona: { base: 'x', voice: 'v' } },
    after: "new LuaAgent({\n  persona: {\n    base: `x`, // b\n    voice: 'v'\n  }\n})",
  },
  {
    title: 'writes name and persona that share a constant',
    before: "const N = 'Bob'\nnew LuaAgent({ name: N, persona: `I am ${N}` })",
    change: { name: 'Rob', persona: 'I am Rob' },
    after: "const N = 'Rob'\nnew LuaAgent({ name: N, persona: `I am ${N}` })",
  },
  {
    title: 'by force, gives a shared text a place of its own',
    before: "const N = 'Bob'\nnew LuaAgent({ name: N, persona: `I am ${N}` })",
    change: { name: 'Rob' },
    force: true,
    after: "const N = 'Bob'\nnew LuaAgent({ name: 'Rob', persona: `I am ${N}` })",
    notes: /its own place/,
  },
  {
    title: 'writes a name though the persona is not known',
    before: "new LuaAgent({ name: 'n', persona: process.env.P })",
    change: { name: 'm' },
    after: "new LuaAgent({ name: 'm', persona: process.env.P })",
  },
]

describe('source: planning a write', () => {
  for (const { title, before, change, after, force, notes } of CASES) {
    it(title, async () => {
      const result = await plan({ 'src/index.ts': LUA + before }, change, force)
      expect(result.edits.map(edit => text(edit.after))).to.deep.equal([LUA + after])
      expect(result.edits.map(edit => text(edit.before))).to.deep.equal([LUA + before])
      const said = result.places.flatMap(slot => slot.notes).join('\n')
      if (notes) expect(said).to.match(notes)
    })
  }

  it('changes nothing when everything is there already', async () => {
    const files = { 'src/index.ts': `${LUA}new LuaAgent({ name: 'n', persona: { base: 'b' } })` }
    const result = await plan(files, { name: 'n', persona: { base: 'b' } })
    expect(result).to.deep.equal({ edits: [], places: [] })
  })

  it('says where it writes, and who else uses the constant', async () => {
    const result = await plan(
      {
        'src/index.ts': `${LUA}import { PERSONA } from './texts'\nnew LuaAgent({ persona: PERSONA })\nlog(PERSONA)`,
        'src/texts/index.ts': "export * from './persona'",
        'src/texts/persona.ts': "\nexport const PERSONA = 'x'\nexport const OTHER = PERSONA",
        'src/tools/tool.ts': "import { PERSONA as P } from '../texts'\nexport const hint = `as ${P}`",
        'src/tools/unrelated.ts': "import { OTHER as PERSONA } from './nowhere'\nconst PERSONA_X = 1",
      },
      { persona: 'y' },
    )
    expect(result.edits.map(edit => [edit.path, text(edit.after)])).to.deep.equal([
      ['/project/src/texts/persona.ts', "\nexport const PERSONA = 'y'\nexport const OTHER = PERSONA"],
    ])
    const [slot] = result.places
    expect([slot?.file, slot?.line]).to.deep.equal(['/project/src/texts/persona.ts', 2])
    expect(slot?.sharedWith.map(({ file, line }) => `${file}:${line}`)).to.have.members([
      '/project/src/index.ts:4',
      '/project/src/texts/persona.ts:3',
      '/project/src/tools/tool.ts:2',
    ])
  })

  /** What becomes of `{ rules: ['a', 'b'], limits: { turns: 5, retries: 2 }, note: 'n' }`, and who else uses what changes. */
  const SHARED_DATA: [title: string, wanted: Record<string, Json>, lines: number[]][] = [
    ['another item', { rules: ['a', 'c'], limits: { turns: 5, retries: 2 }, note: 'n' }, [4, 5]],
    ['another number', { rules: ['a', 'b'], limits: { turns: 6, retries: 2 }, note: 'n' }, [4, 6]],
    ['a property less', { rules: ['a', 'b'], limits: { turns: 5 }, note: 'n' }, [4, 6]],
    ['a property more', { rules: ['a', 'b'], limits: { turns: 5, retries: 2 }, note: 'n', more: 1 }, [4]],
    ['another text', { rules: ['a', 'b'], limits: { turns: 5, retries: 2 }, note: 'm' }, [4]],
  ]
  for (const [title, governance, lines] of SHARED_DATA) {
    it(`says who else uses what changes of a constant of data: ${title}`, async () => {
      const code = `${LUA}const G = { rules: ['a', 'b'], limits: { turns: 5, retries: 2 }, note: 'n' }\nnew LuaAgent({ governance: G })\nlog(G)\nlog(G.rules)\nlog(G.limits)`
      const { places } = await plan({ 'src/index.ts': code }, { data: { governance } })
      expect(places.flatMap(({ sharedWith }) => sharedWith.map(({ line }) => line))).to.deep.equal(lines)
    })
  }

  it('says who else uses a channel that goes, and leaves an exported object an object', async () => {
    const files = {
      'src/index.ts': `${LUA}export const P = { base: 'b', voice: 'v' }\nnew LuaAgent({ persona: P })`,
      'src/other.ts': "import { P } from './index'\nsay(P.voice)\nsay(P.base)",
    }
    const removed = await plan(files, { persona: { base: 'b' } })
    expect(removed.places[0]?.sharedWith.map(({ file, line }) => `${file}:${line}`)).to.deep.equal([
      '/project/src/other.ts:2',
    ])
    const plain = await plan(files, { persona: 'b' })
    expect(plain.edits.map(edit => text(edit.after))).to.deep.equal([
      `${LUA}export const P = { base: 'b', voice: 'v' }\nnew LuaAgent({ persona: P.base })`,
    ])
  })

  it('writes name and persona into two files', async () => {
    const files = {
      'src/index.ts': `${LUA}import text from './p.json'\nnew LuaAgent({ name: 'n', ...text })`,
      'src/p.json': '{\n  "persona": "x"\n}\n',
    }
    const result = await plan(files, { name: 'm', persona: 'a\n"b"' })
    expect(result.edits.map(edit => text(edit.after))).to.deep.equal([
      `${LUA}import text from './p.json'\nnew LuaAgent({ name: 'm', ...text })`,
      '{\n  "persona": "a\\n\\"b\\""\n}\n',
    ])
  })

  it('inserts into JSON', async () => {
    const files = {
      'src/index.ts': `${LUA}import config from './agent.json'\nnew LuaAgent(config)`,
      'src/agent.json': '{\n    "name": "x"\n}\n',
    }
    const result = await plan(files, { persona: { base: 'b' } })
    expect(result.edits.map(edit => text(edit.after))).to.deep.equal([
      '{\n    "name": "x",\n    "persona": {\n        "base": "b"\n    }\n}\n',
    ])
  })

  const FILE = `${LUA}import p from './p.md?raw'\nnew LuaAgent({ persona: p })`

  it('writes into a text file, and keeps its line endings, its mark and its last line break', async () => {
    const result = await plan(
      { 'src/index.ts': FILE, 'src/p.md': '\uFEFF# a\r\nb\r\n' },
      { persona: '# a\n`${c}`' },
    )
    expect(result.edits.map(edit => text(edit.after))).to.deep.equal(['\uFEFF# a\r\n`${c}`\r\n'])
    expect(result.places[0]?.notes.join()).to.match(/CRLF.*line break at its end/)
    expect(result.places[0]?.file).to.equal('/project/src/p.md')
  })

  it('takes a text file that differs only in line endings and the last line break for the same', async () => {
    const result = await plan({ 'src/index.ts': FILE, 'src/p.md': 'a\r\nb\r\n' }, { persona: 'a\nb' })
    expect(result.edits).to.deep.equal([])
  })

  it('writes a trimmed text file inside its blanks', async () => {
    const code = FILE.replace('persona: p', 'persona: p.trim()')
    const result = await plan({ 'src/index.ts': code, 'src/p.md': '\n\na\n\n' }, { persona: 'b' })
    expect(result.edits.map(edit => text(edit.after))).to.deep.equal(['\n\nb\n\n'])
  })
})

describe('source: who else uses what changes', () => {
  const LEADS: [way: string, code: string, others?: Files][] = [
    ['a constant config', "const cfg = { name: 'n', persona: 'p' }\nnew LuaAgent(cfg)"],
    ['a cast config', "const cfg = { name: 'n', persona: 'p' }\nnew LuaAgent(cfg as Config)"],
    ['satisfies', "const cfg = { name: 'n', persona: 'p' }\nnew LuaAgent(cfg satisfies Config)"],
    ['a spread config', "const cfg = { name: 'n', persona: 'p' }\nnew LuaAgent({ ...cfg, skills: [] })"],
    [
      'an imported config',
      "import { cfg } from './cfg'\nnew LuaAgent(cfg)",
      { 'src/cfg.ts': "export const cfg = { name: 'n', persona: 'p' }\n" },
    ],
    [
      'a re-exported default config',
      "import cfg from './all'\nnew LuaAgent(cfg!)",
      {
        'src/all.ts': "export { default } from './cfg'\n",
        'src/cfg.ts': "const cfg = { persona: 'p' }\nexport default cfg\n",
      },
    ],
    [
      'a config handed up by a class',
      "const cfg = { persona: 'p' }\nclass A extends LuaAgent { constructor() { super(cfg) } }\nnew A()",
    ],
    ['an item of a list', "const LINES = ['p']\nnew LuaAgent({ persona: LINES.join('\\n') })"],
  ]
  for (const [way, code, others] of LEADS) {
    it(`${way} is the agent's own way, no other use`, async () => {
      const result = await plan({ 'src/index.ts': LUA + code, ...others }, { persona: 'q' })
      expect(result.places.flatMap(({ sharedWith }) => sharedWith)).to.deep.equal([])
    })

    it(`${way}: another use of it is told`, async () => {
      const last = code.includes('LINES') ? 'LINES' : 'cfg'
      const result = await plan(
        { 'src/index.ts': `${LUA}${code}\nlog(${last})`, ...others },
        { persona: 'q' },
      )
      expect(result.places.flatMap(({ sharedWith }) => sharedWith)).to.have.lengthOf(1)
    })
  }

  for (const use of ['P.length', 'P.trim()', 'P.slice(0, 10).trim()', 'P', '`${P}!`']) {
    it(`${use} uses the text`, async () => {
      const code = `${LUA}const P = 'p'\nnew LuaAgent({ persona: P })\nlog(${use})`
      const [place] = (await plan({ 'src/index.ts': code }, { persona: 'q' })).places
      expect(place?.sharedWith.map(({ line }) => line)).to.deep.equal([4])
    })
  }

  it('another text of the same object is another text', async () => {
    const code = `${LUA}const T = { p: 'p', q: 'x' }\nnew LuaAgent({ persona: T.p })\nlog(T.q.trim())`
    const [place] = (await plan({ 'src/index.ts': code }, { persona: 'q' })).places
    expect(place?.sharedWith).to.deep.equal([])
  })

  it('the place of a text that is put together is where it changed', async () => {
    const files = {
      'src/index.ts': `${LUA}import { LINES } from './lines'\nnew LuaAgent({ persona: LINES.join('\\n') })`,
      'src/lines.ts': "export const LINES = [\n  'a',\n  'b',\n  'c',\n]\n",
    }
    const [place] = (await plan(files, { persona: 'a\nx\nc' })).places
    expect(place).to.include({ file: '/project/src/lines.ts', line: 3 })
  })
})

const REFUSED: [title: string, files: Files, change: AgentChange, code: string, says: RegExp][] = [
  [
    'a change across literals',
    { 'src/index.ts': `${LUA}new LuaAgent({ persona: 'ab' +\n 'cd' })` },
    { persona: 'axyd' },
    'CONFLICT',
    /across the literals on lines 2, 3/,
  ],
  [
    'a number in the text',
    { 'src/index.ts': `${LUA}const N = 7\nnew LuaAgent({ persona: \`a \${N} b\` })` },
    { persona: 'a 8 b' },
    'CONFLICT',
    /"7" would become "8", where no literal holds/,
  ],
  [
    'a constant that stands in it twice and changes once',
    { 'src/index.ts': `${LUA}const N = 'Bob'\nnew LuaAgent({ persona: \`\${N} is \${N}\` })` },
    { persona: 'Bob is Rob' },
    'CONFLICT',
    /several times/,
  ],
  [
    'a name that the persona is built of',
    { 'src/index.ts': `${LUA}const N = 'Bob'\nnew LuaAgent({ name: N, persona: \`I am \${N}\` })` },
    { name: 'Rob' },
    'CONFLICT',
    /persona is built of the same text/,
  ],
  [
    'a channel that comes from a spread',
    { 'src/index.ts': `${LUA}const S = { voice: 'v' }\nnew LuaAgent({ persona: { base: 'b', ...S } })` },
    { persona: { base: 'b' } },
    'CONFLICT',
    /comes from a spread/,
  ],
  [
    'a text that UTF-8 cannot hold, in a text file',
    { 'src/index.ts': `${LUA}import p from './p.md?raw'\nnew LuaAgent({ persona: p })`, 'src/p.md': 'x' },
    { persona: 'a \uD83D b' },
    'CONFLICT',
    /cannot be written in a text file/,
  ],
  [
    'a file that is not UTF-8',
    {
      'src/index.ts': Uint8Array.from(`${LUA}// caf\xe9\nnew LuaAgent({ persona: 'x' })`, char =>
        char.charCodeAt(0),
      ),
    },
    { persona: 'y' },
    'FILE_REFUSED',
    /not valid UTF-8/,
  ],
  [
    'a field that has no value, and makes what it is of another undefined',
    { 'src/index.ts': `${LUA}class A extends LuaAgent { persona!: string }` },
    { persona: 'y' },
    'NOT_STATIC',
    /without a value/,
  ],
  [
    'a field that is declared without a value',
    {
      'src/index.ts': `${LUA}class A extends LuaAgent { persona!: string }`,
      'tsconfig.json': '{ "compilerOptions": { "target": "es2020" } }',
    },
    { persona: 'y' },
    'CONFLICT',
    /without a value/,
  ],
]

describe('source: refusing to write', () => {
  for (const [title, files, change, code, says] of REFUSED) {
    it(`refuses ${title}`, async () => {
      const error = await plan(files, change).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).to.be.instanceOf(LuaError)
      expect((error as LuaError).code).to.equal(code)
      expect((error as LuaError).message).to.match(says)
      expect((error as LuaError).hint).to.be.a('string')
    })
  }

  it('shows the file as it is on disk, also when the name changes with it', async () => {
    const code = `${LUA}const N = 7\nnew LuaAgent({ name: 'old', persona: \`a \${N} b\` })`
    const error = await plan({ 'src/index.ts': code }, { name: 'quite\nanother', persona: 'a 8 b' }).catch(
      e => e,
    )
    expect(error.frame).to.include("name: 'old'").and.not.to.include('another')
    expect(error.location).to.include({ line: 3, column: 38 })
    expect(error.hint).to.include('a ${N} b')
  })

  it('by force, writes a persona anew whose channels come from a spread', async () => {
    const code = `${LUA}const S = { voice: 'v' }\nnew LuaAgent({ persona: { base: 'b', ...S } })`
    const result = await plan({ 'src/index.ts': code }, { persona: { base: 'c' } }, true)
    expect(result.edits.map(edit => text(edit.after))).to.deep.equal([
      `${LUA}const S = { voice: 'v' }\nnew LuaAgent({ persona: { base: 'c' } })`,
    ])
  })
})
