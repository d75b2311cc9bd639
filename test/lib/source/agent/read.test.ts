import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import { readProperty } from '../../../../src/lib/source/index.js'
import { type Files, personaOf, read } from '../memory.js'

const LUA = "import { LuaAgent } from 'lua-cli'\n"
const agent = (persona: string, before = '') =>
  `${LUA}${before}\nexport const agent = new LuaAgent({ name: 'a', persona: ${persona} })\n`

/** Each case: the expression of the persona, and what stands before it. */
const FORMS: [title: string, expression: string, value: string, before?: string, others?: Files][] = [
  ['a single-quoted string', "'It\\'s'", "It's"],
  ['a double-quoted string', '"a\\n\\u{1F600}\\x41"', 'a\n😀A'],
  ['a template', '`a\n  b\\`c`', 'a\n  b`c'],
  ['a template with CRLF, which cooks to LF', '`a\r\nb`', 'a\nb'],
  ['`as const`', "'x' as const", 'x'],
  ['satisfies', "('x' satisfies string)", 'x'],
  ['a non-null assertion', 'P!', 'x', "const P = 'x'"],
  ['a cast in front', "<string>'x'", 'x'],
  ['concatenation', "'a' + `b` + P + 1", 'abc1', "const P = 'c'"],
  ['numbers before a text', "1 + 2 + 'x' + 1 + 2", '3x12'],
  ['join', "['a', 'b', ...MORE].join('\\n')", 'a\nb\nc', "const MORE = ['c'] as const"],
  ['join without a separator, with holes', "['a', , null, 'b'].join()", 'a,,,b'],
  ['trim', '`\n  a\n`.trim()', 'a'],
  ['trimStart and trimEnd', '`\n  a\n`.trimStart() + ` b `.trimEnd()', 'a\n b'],
  ['replace with a text', "'a-b-a'.replace('a', 'x')", 'x-b-a'],
  ['replace with a regular expression', "'a-b-a'.replace(/a/g, 'x')", 'x-b-x'],
  ['replace with a pattern in the replacement', "'a-b'.replace(/(a)/, '[$1]')", '[a]-b'],
  ['replaceAll', "'a-b-a'.replaceAll('a', '')", '-b-'],
  ['String.raw', 'String.raw`a\\n${P}`', 'a\\nc', "const P = 'c'"],
  ['interpolation', '`a ${P} ${N} b`', 'a c 7 b', "const P = 'c', N = 7"],
  ['a const', 'P', 'x', "const P = 'x'"],
  ['a let that is never reassigned', 'P', 'x', "let P = 'x'"],
  ['a member of a constant object', 'T.a.b', 'x', "const T = { a: { b: 'x' } }"],
  ['a member by string', "T['a-b']", 'x', "const T = { 'a-b': 'x' }"],
  ['a member by a constant key', 'T[K]', 'x', "const K = 'k', T = { k: 'x' }"],
  ['an item of an array', 'T[1]', 'x', "const T = ['y', 'x']"],
  ['destructuring', 'p', 'x', "const { a: { p } } = { a: { p: 'x' } }"],
  ['destructuring with a default', 'p', 'd', "const { p = 'd' } = { q: 'x' }"],
  ['destructuring of a list', 'p', 'x', "const [, p] = ['y', 'x']"],
  ['an enum', 'E.P', 'x', "enum E { N = 'n', P = 'x' }"],
  ['a const enum', "E['P']", 'x', "const enum E { P = 'x' }"],
  ['a namespace', 'T.P', 'x', "namespace T { const q = 'x'; export const P = q }"],
  ['a static field', 'T.P', 'x', "class T { static readonly P = 'x' }"],
  ['Object.freeze', 'T.P', 'x', "const T = Object.freeze({ P: 'x' })"],
  ['a default for what is missing', "T.q ?? 'x'", 'x', 'const T: { q?: string } = {}'],
  ['a condition that is known', "F ? 'a' : 'b'", 'b', 'const F = false'],
  ['a named import', 'P', 'x', "import { P } from './p'", { 'src/p.ts': "export const P = 'x'" }],
  [
    'an aliased import',
    'Q',
    'x',
    "import { P as Q } from './p'",
    { 'src/p.ts': "const R = 'x'; export { R as P }" },
  ],
  ['a default import', 'P', 'x', "import P from './p'", { 'src/p.ts': "export default 'x'" }],
  [
    'a default import of a name',
    'P',
    'x',
    "import P from './p'",
    { 'src/p.ts': "const q = 'x'\nexport default q" },
  ],
  ['a namespace import', 'p.P', 'x', "import * as p from './p'", { 'src/p.ts': "export const P = 'x'" }],
  [
    'a `.js` that means `.ts`',
    'P',
    'x',
    "import { P } from './p.js'",
    { 'src/p.ts': "export const P = 'x'" },
  ],
  ['a folder index', 'P', 'x', "import { P } from './p'", { 'src/p/index.ts': "export const P = 'x'" }],
  [
    'a barrel',
    'P',
    'x',
    "import { P } from './b'",
    { 'src/b.ts': "export { Q as P } from './p'", 'src/p.ts': "export const Q = 'x'" },
  ],
  [
    'export *',
    'P',
    'x',
    "import { P } from './b'",
    {
      'src/b.ts': "export * from './o'\nexport * from './p'",
      'src/p.ts': "export const P = 'x'",
      'src/o.ts': 'export const O = 1',
    },
  ],
  [
    'export * as',
    'all.P',
    'x',
    "import { all } from './b'",
    { 'src/b.ts': "export * as all from './p'", 'src/p.ts': "export const P = 'x'" },
  ],
  ['a JSON file', 'p.persona', 'x', "import p from './p.json'", { 'src/p.json': '{ "persona": "x" }' }],
  [
    'a JSON file with attributes',
    'p.persona',
    'x',
    "import p from './p.json' with { type: 'json' }",
    { 'src/p.json': '{ "persona": "x" }' },
  ],
  [
    'a name from a JSON file',
    'persona',
    'x',
    "import { persona } from './p.json'",
    { 'src/p.json': '{ "persona": "x" }' },
  ],
  [
    'require of JSON',
    'p.persona',
    'x',
    "const p = require('./p.json')",
    { 'src/p.json': '{ "persona": "x" }' },
  ],
  ['?raw', 'p', '# x\n', "import p from './p.md?raw'", { 'src/p.md': '# x\n' }],
  [
    "with { type: 'text' }",
    'p',
    '# x\n',
    "import p from './p.md' with { type: 'text' }",
    { 'src/p.md': '# x\n' },
  ],
  [
    'readFileSync of a URL',
    "readFileSync(new URL('./p.md', import.meta.url), 'utf8')",
    '# x\n',
    "import { readFileSync } from 'node:fs'",
    { 'src/p.md': '# x\n' },
  ],
  [
    'readFileSync with __dirname',
    "fs.readFileSync(path.join(__dirname, '..', 'p.md'), { encoding: 'utf-8' }).trim()",
    '# x',
    "import fs from 'fs'\nimport * as path from 'path'",
    { 'p.md': '# x\n' },
  ],
  [
    'readFileSync with a made __dirname',
    "readFileSync(resolve(here, 'p.md')).toString()",
    '# x\n',
    "import { readFileSync } from 'fs'\nimport { dirname, resolve } from 'path'\nimport { fileURLToPath } from 'url'\nconst here = dirname(fileURLToPath(import.meta.url))",
    { 'src/p.md': '# x\n' },
  ],
  [
    'readFileSync with import.meta.dirname',
    "readFileSync(`${import.meta.dirname}/p.md`, 'utf8')",
    '# x\n',
    "import { readFileSync } from 'node:fs'",
    { 'src/p.md': '# x\n' },
  ],
]

describe('source: reading a persona', () => {
  for (const [title, expression, value, before, others] of FORMS) {
    it(`follows ${title}`, () => {
      expect(personaOf(agent(expression, before), others)).to.equal(value)
    })
  }
})

/** Each case: the expression, its value where nothing is set, and the variables that it depends on. */
const ENVIRONMENT: [expression: string, value: string, variables: string[]][] = [
  ["process.env.P ?? 'x'", 'x', ['P']],
  ["process.env['P'] || 'x'", 'x', ['P']],
  ["env('P') ?? 'x'", 'x', ['P']],
  ["import.meta.env.P ?? 'x'", 'x', ['P']],
  ["process.env.P ? 'y' : 'x'", 'x', ['P']],
  ["!process.env.P ? 'x' : 'y'", 'x', ['P']],
  ["process.env.NODE_ENV === 'production' ? 'y' : 'x'", 'x', ['NODE_ENV']],
  ["process.env.NODE_ENV !== 'production' ? 'x' : 'y'", 'x', ['NODE_ENV']],
  ["process.env.P == null ? 'x' : process.env.P", 'x', ['P']],
  ["process.env.P ?? process.env.Q ?? 'x'", 'x', ['P', 'Q']],
  ["process.env.P?.trim() ?? 'x'", 'x', ['P']],
  ["(process.env.P && 'y') || 'x'", 'x', ['P']],
  ["`a ${process.env.P ?? 'b'}`", 'a b', ['P']],
  ["'a' + (process.env.P || 'b')", 'ab', ['P']],
  ["[process.env.P ?? 'a', 'b'].join(' ').trim()", 'a b', ['P']],
  ['FROM_ENV', 'x', ['P']],
  ['fallback', 'x', ['P']],
  ["TEXTS[process.env.P ?? 'en']", 'x', ['P']],
  ["{ q: 'x', ...(process.env.P && { q: 'y' }) }.q", 'x', []],
  ["node.env.P ?? 'x'", 'x', ['P']],
  ["nodeEnv.P ?? 'x'", 'x', ['P']],
]

describe('source: a value that depends on the environment', () => {
  const before =
    "import node, { env as nodeEnv } from 'node:process'\nconst TEXTS: Record<string, string> = { en: 'x' }\nimport { env } from 'lua-cli'\nconst FROM_ENV = process.env.P ?? 'x'\nconst { P: fallback = 'x' } = process.env"
  for (const [expression, value, variables] of ENVIRONMENT) {
    it(`has the default of ${expression}`, () => {
      const { persona } = read({ 'index.ts': agent(expression, before) })
      expect(persona?.value).to.equal(value)
      expect(persona?.environment.map(({ variable }) => variable)).to.deep.equal(variables)
    })
  }

  it('says where the variable is read', () => {
    const { persona } = read({ 'index.ts': agent("{ base: 'b', voice: process.env.V ?? 'v' }") })
    expect(persona?.environment).to.deep.equal([
      { variable: 'V', location: { file: '/project/index.ts', line: 3, column: 77 } },
    ])
  })

  it('says where the default is that a destructured variable has', () => {
    const { persona } = read({ 'index.ts': agent('P', "const {\n  P = 'x',\n} = process.env") })
    expect(persona?.environment.map(({ location: { line } }) => line)).to.deep.equal([3])
  })

  it('asks for no default where something else is not known', () => {
    const error = failure(() =>
      read({ 'index.ts': agent("process.env.P ? 'x' : make()", 'declare const make: () => string') }),
    )
    expect(error.hint).not.to.contain('process.env')
  })

  it('asks for a default where there is none', () => {
    const error = failure(() => read({ 'index.ts': agent('process.env.PERSONA') }))
    expect(error.hint).to.contain("process.env.PERSONA ?? 'text'")
  })
})

describe('source: reading another property', () => {
  const property = (code: string, key = 'governance', others: Files = {}) => {
    const { sources, agent } = read({ 'index.ts': `${LUA}${code}`, ...others })
    return readProperty(sources, agent, key)
  }

  it('gives objects, lists, numbers and booleans as data', () => {
    const found = property(
      `var T = 'b'
const BASE = { mode: 'sdk' as const }
new LuaAgent({ governance: { ...BASE, injection: { threshold: -0.5, ml: !0 }, rules: { blockTools: ['a', T], tokenBudget: undefined } } })`,
    )
    expect(found).to.deep.include({
      kind: 'value',
      value: { mode: 'sdk', injection: { threshold: -0.5, ml: true }, rules: { blockTools: ['a', 'b'] } },
    })
  })

  it('follows a shorthand import, and defaults of the environment', () => {
    const found = property(
      "import { governance } from './governance'\nnew LuaAgent({ governance })",
      'governance',
      {
        'governance.ts':
          "export const governance = { mode: 'api', serverUrl: process.env.G_URL ?? 'https://g' }",
      },
    )
    expect(found).to.deep.include({ kind: 'value', value: { mode: 'api', serverUrl: 'https://g' } })
    expect(found?.kind === 'value' && found.environment[0]?.variable).to.equal('G_URL')
    expect(found?.location).to.include({ file: '/project/governance.ts', line: 1 })
  })

  it('tells a function from what is not known, and both from nothing', () => {
    expect(property("new LuaAgent({ model: req => 'm' })", 'model')).to.include({ kind: 'function' })
    expect(property("new LuaAgent({ model() { return 'm' } })", 'model')).to.include({ kind: 'function' })
    expect(property("new LuaAgent({ model: 'a/b' })", 'model')).to.include({ kind: 'value', value: 'a/b' })
    expect(property('new LuaAgent({ model: pick() })\nfunction pick() { return 1 }', 'model')).to.include({
      kind: 'unknown',
    })
    expect(property('new LuaAgent({ governance: { rules: { blockTools: [f()] } } })')?.kind).to.equal(
      'unknown',
    )
    expect(property('new LuaAgent({ model: undefined })', 'model')).to.equal(undefined)
    expect(property('new LuaAgent({})', 'model')).to.equal(undefined)
  })
})

/** Each case: the expression, code before it, what the message must say, and the line of the error. */
const REFUSED: [title: string, expression: string, says: RegExp, before?: string, others?: Files][] = [
  [
    'an environment variable',
    'process.env.PERSONA',
    /`process\.env\.PERSONA` depends on the environment variable PERSONA/,
  ],
  [
    'an environment variable in a template',
    '`a ${process.env.P}` ?? 1',
    /which depends on the .* variable P/,
  ],
  [
    'what is made of an environment variable',
    'process.env.P!.trim() ?? 1',
    /depends on the environment variable P/,
  ],
  [
    'the environment of the platform',
    "env('P')",
    /depends on the environment variable P/,
    "import { env } from 'lua-cli'",
  ],
  [
    'the working folder',
    "readFileSync(join(process.cwd(), 'p.md'), 'utf8')",
    /`process\.cwd\(\)` depends on the folder the code runs in/,
    "import { readFileSync } from 'node:fs'\nimport { join } from 'node:path'",
    { 'p.md': 'x' },
  ],
  [
    'a type',
    'P',
    /`P` is not declared/,
    "import type { P } from './p'",
    { 'src/p.ts': "export const P = 'x'" },
  ],
  [
    'an export of a type',
    'P',
    /is not exported by/,
    "import { P } from './p'",
    { 'src/p.ts': "export type { P } from './q'", 'src/q.ts': "export const P = 'x'" },
  ],
  [
    'a function call',
    'build()',
    /`build\(\)` is the result of a function call/,
    'function build() { return 1 }',
  ],
  ['a method that is not followed', "'x'.toUpperCase()", /is the result of a function call/],
  ['an unknown tag', 'tag`x`', /is the result of a tag function/, 'const tag = (s: any) => s[0]'],
  ['a reassigned let', 'P', /`P` gets another value on line 3/, "let P = 'x'\nP = 'y'"],
  ['a changed object', 'T.p', /`T\.p` is changed on line 3/, "const T = { p: 'x' }\nT.p = 'y'"],
  [
    'an object assigned to',
    'T.p',
    /is changed on line 3/,
    "const T = { p: 'x' }\nObject.assign(T, { p: 'y' })",
  ],
  ['a list pushed to', "T.join('')", /is changed on line 3/, "const T = ['x']\nT.push('y')"],
  ['an unknown name', 'P', /`P` is not declared/],
  ['a missing file', 'P', /there is no such file/, "import { P } from './nowhere'"],
  [
    'a missing export',
    'P',
    /is not exported by/,
    "import { P } from './p'",
    { 'src/p.ts': 'export const Q = 1' },
  ],
  ['a package', 'P', /comes from the package `prompts`/, "import { P } from 'prompts'"],
  ['a circle of constants', 'A', /refers to itself/, 'const A = B\nconst B = A'],
  [
    'a circle of imports',
    'P',
    /in a circle/,
    "import { P } from './a'",
    { 'src/a.ts': "export * from './b'", 'src/b.ts': "export { P } from './a'" },
  ],
  ['a number', '7', /is a number, boolean or nothing, not a text/],
  ['null', 'null', /not a text/],
  ['an unknown channel', "{ base: 'x', chat: 'y' }", /is no channel: they are base, voice, text/],
  [
    'an unknown spread after it',
    "'x', ...rest()",
    /`rest\(\)` is the result of a function call/,
    'declare function rest(): object',
  ],
  ['a getter', "'x', get persona() { return 'y' }", /is a getter/],
  [
    'a file that does not exist',
    "readFileSync(new URL('./p.md', import.meta.url), 'utf8')",
    /which does not exist/,
    "import { readFileSync } from 'node:fs'",
  ],
  [
    'a path relative to the working folder',
    "readFileSync('./p.md', 'utf8')",
    /relative to the folder the code runs in/,
    "import { readFileSync } from 'node:fs'",
    { 'p.md': 'x' },
  ],
  [
    'a file read without an encoding',
    "readFileSync(new URL('./p.md', import.meta.url))",
    /without an encoding/,
    "import { readFileSync } from 'node:fs'",
    { 'src/p.md': 'x' },
  ],
]

function failure(run: () => unknown): LuaError {
  try {
    run()
  } catch (error) {
    if (error instanceof LuaError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('source: what cannot be read', () => {
  for (const [title, expression, says, before, others] of REFUSED) {
    it(`says why of ${title}`, () => {
      const error = failure(() => personaOf(agent(expression, before), others))
      expect(error.message).to.match(says)
      expect(['NOT_STATIC', 'UNRESOLVED']).to.include(error.code)
      expect(error.location?.file).to.match(/^\/project\//)
      expect(error.frame).to.contain('>').and.to.contain('^')
      expect(error.hint).to.be.a('string')
    })
  }

  it('names an interpolated parameter, with its place', () => {
    const error = failure(() =>
      personaOf(
        `${LUA}export const make = (user: { name: string }) =>\n  new LuaAgent({ persona: \`Hi \${user.name}\` })\n`,
      ),
    )
    expect(error.message).to.equal(
      'persona cannot be known without running the code: it interpolates `user.name`, a parameter',
    )
    expect(error.location).to.deep.equal({ file: '/project/src/index.ts', line: 3, column: 33 })
    expect(error.frame).to.equal(
      [
        "  1 | import { LuaAgent } from 'lua-cli'",
        '  2 | export const make = (user: { name: string }) =>',
        '> 3 |   new LuaAgent({ persona: `Hi ${user.name}` })',
        '    |                                 ^',
        '  4 |',
      ].join('\n'),
    )
  })

  it('shows a syntax error where it is', () => {
    const error = failure(() => personaOf(`${LUA}const x = = 1\n`))
    expect(error.code).to.equal('SYNTAX')
    expect(error.location).to.deep.equal({ file: '/project/src/index.ts', line: 2, column: 11 })
  })

  it('shows broken JSON where it is', () => {
    const code = agent('p.persona', "import p from './p.json'")
    const error = failure(() => personaOf(code, { 'src/p.json': '{\n  "persona": x\n}' }))
    expect(error.code).to.equal('SYNTAX')
    expect(error.location?.file).to.equal('/project/src/p.json')
  })

  it('refuses a value from a file that is not UTF-8, but reads one whose comments are not', () => {
    const latin1 = (text: string) => Uint8Array.from(text, char => char.charCodeAt(0))
    expect(failure(() => read({ 'index.ts': latin1(agent("'caf\xe9'")) })).code).to.equal('SYNTAX')
    expect(read({ 'index.ts': latin1(agent("'cafe'", '// \xe9')) }).persona?.value).to.equal('cafe')
  })
})

describe('source: where a value is', () => {
  it('gives the place of the literal', () => {
    const { persona } = read({
      'src/index.ts': agent('PERSONA', "import { PERSONA } from './texts'"),
      'src/texts.ts': "export * from './persona'\n",
      'src/persona.ts': "\nexport const PERSONA =\n  'x'\n",
    })
    expect(persona?.location).to.deep.equal({ file: '/project/src/persona.ts', line: 3, column: 3 })
  })

  it('reads channels, each with its own place', () => {
    const { persona } = read({
      'index.ts': agent(
        '{ ...SHARED, voice: V, text: undefined }',
        "const V = 'v'\nconst SHARED = { base: 'b' }",
      ),
    })
    expect(persona?.value).to.deep.equal({ base: 'b', voice: 'v' })
    expect(persona?.kind === 'channels' && persona.channels.base?.location.line).to.equal(3)
  })

  it('takes an absent persona, and one that is undefined, for absent', () => {
    expect(read({ 'index.ts': `${LUA}new LuaAgent({ name: 'a' })` }).persona).to.equal(undefined)
    expect(read({ 'index.ts': `${LUA}new LuaAgent()` }).name).to.equal(undefined)
    expect(read({ 'index.ts': agent('undefined') }).persona).to.equal(undefined)
  })

  it('lets the last of several writers win', () => {
    expect(personaOf(agent("'x', ...{ persona: 'y' }"))).to.equal('y')
    expect(personaOf(agent("'x', ...(false && { persona: 'y' })"))).to.equal('x')
    expect(
      read({ 'index.ts': `${LUA}new LuaAgent({ ...any(), persona: 'p', name: 'n' })` }).persona?.value,
    ).to.equal('p')
  })
})
