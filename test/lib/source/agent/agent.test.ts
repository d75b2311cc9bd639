import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import { findAgent } from '../../../../src/lib/source/index.js'
import { type Files, read, sourcesOf } from '../memory.js'

const LUA = "import { LuaAgent } from 'lua-cli'\n"

const DECLARED: [title: string, code: string, others?: Files][] = [
  ['a const', `${LUA}const agent = new LuaAgent({ name: 'n', persona: 'p' })`],
  ['an exported default', `${LUA}export default new LuaAgent({ name: 'n', persona: 'p' })`],
  ['an alias', "import { LuaAgent as A } from 'lua-cli'\nnew A({ name: 'n', persona: 'p' })"],
  ['a namespace import', "import * as lua from 'lua-cli'\nnew lua.LuaAgent({ name: 'n', persona: 'p' })"],
  ['a default import', "import lua from 'lua-cli'\nnew lua.LuaAgent({ name: 'n', persona: 'p' })"],
  ['require', "const { LuaAgent } = require('lua-cli')\nnew LuaAgent({ name: 'n', persona: 'p' })"],
  ['import = require', "import lua = require('lua-cli')\nnew lua.LuaAgent({ name: 'n', persona: 'p' })"],
  ['a constant config', `${LUA}const config = { name: 'n', persona: 'p' } as const\nnew LuaAgent(config)`],
  ['shorthand', `${LUA}const name = 'n'\nconst persona = 'p'\nnew LuaAgent({ name, persona })`],
  [
    'a config in JSON',
    `${LUA}import config from './agent.json'\nnew LuaAgent(config)`,
    { 'src/agent.json': '{"name":"n","persona":"p"}' },
  ],
  ['spreads', `${LUA}const base = { name: 'n', persona: 'x' }\nnew LuaAgent({ ...base, persona: 'p' })`],
  ['a class with fields', `${LUA}export class A extends LuaAgent { name = 'n'; persona = 'p' }`],
  [
    'a class with fields and an instance',
    `${LUA}class A extends LuaAgent { name = 'n'; persona = 'p' }\nexport default new A()`,
  ],
  [
    'a class that hands up a config',
    `${LUA}class A extends LuaAgent { constructor() { super({ name: 'n', persona: 'p' }) } }`,
  ],
  [
    'a class with a config and a field',
    `${LUA}class A extends LuaAgent { persona = 'p'; constructor() { super({ name: 'n', persona: 'x' }) } }`,
  ],
  [
    'a class that passes on its config',
    `${LUA}class A extends LuaAgent { constructor(c: any) { super(c) } }\nnew A({ name: 'n', persona: 'p' })`,
  ],
  ['a class without a constructor', `${LUA}class A extends LuaAgent {}\nnew A({ name: 'n', persona: 'p' })`],
  [
    'a base class in another file',
    `${LUA}import { Base } from './base'\nclass A extends Base { persona = 'p' } // a LuaAgent`,
    { 'src/base.ts': `${LUA}export abstract class Base extends LuaAgent { name = 'n'; persona = 'x' }` },
  ],
  [
    'LuaAgent from a barrel',
    "import { LuaAgent } from './lua'\nnew LuaAgent({ name: 'n', persona: 'p' })",
    { 'src/lua.ts': "export { LuaAgent } from 'lua-cli'" },
  ],
  [
    'a shebang and a byte order mark',
    `\uFEFF#!/usr/bin/env node\n${LUA}new LuaAgent({ name: 'n', persona: 'p' })`,
  ],
]

describe('source: finding the agent', () => {
  for (const [title, code, others] of DECLARED) {
    it(`finds ${title}`, () => {
      const { name, persona } = read({ 'src/index.ts': code, ...others })
      expect([name?.value, persona?.value]).to.deep.equal(['n', 'p'])
    })
  }

  const simple = (name: string) => `${LUA}new LuaAgent({ name: '${name}', persona: 'p' })`

  it('takes the first entry file that holds one', () => {
    const files = {
      'src/index.ts': '// LuaAgent comes later',
      'agent.ts': simple('a'),
      'main.ts': simple('m'),
    }
    expect(read(files).name?.value).to.equal('a')
  })

  it('looks into other sources when no entry file holds one, and parses only those that speak of it', () => {
    const many = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [`src/tools/t${i}.ts`, `export const t = ${i}`]),
    )
    const { sources, name } = read({
      ...many,
      'src/bots/support.ts': simple('s'),
      'src/broken.ts': 'LuaAgent = = 1',
    })
    expect(name?.value).to.equal('s')
    expect(sources.parsed).to.deep.equal(['/project/src/bots/support.ts'])
  })

  it('parses only the files on the trail', () => {
    const { sources } = read({
      'src/index.ts': `${LUA}import { t } from './t'\nimport { P } from './p'\nnew LuaAgent({ name: 'n', persona: P, skills: [new t.S()] })`,
      'src/t.ts': 'export const t = 1',
      'src/p.ts': "export const P = 'x'",
    })
    expect(sources.parsed).to.deep.equal(['/project/src/index.ts', '/project/src/p.ts'])
  })

  function failure(files: Files): LuaError {
    try {
      findAgent(sourcesOf(files))
    } catch (error) {
      if (error instanceof LuaError) return error
      throw error
    }
    throw new Error('nothing was thrown')
  }

  it('says so when there is none', () => {
    const error = failure({
      'src/index.ts': "import { LuaSkill } from 'lua-cli'",
      'src/other.ts': '// LuaAgent',
    })
    expect(error.code).to.equal('NO_ENTRY')
    expect(error.hint).to.contain('src/index.ts')
  })

  it('names the places of two', () => {
    const error = failure({
      'src/index.ts': `${LUA}export const a = new LuaAgent({})\nexport default new LuaAgent({})`,
    })
    expect(error.code).to.equal('MANY_AGENTS')
    expect(error.message).to.contain('src/index.ts:2 and src/index.ts:3')
  })

  it('says which import stands between', () => {
    const error = failure({ 'src/index.ts': "import { LuaAgent } from './nowhere'\nnew LuaAgent({})" })
    expect(error.code).to.equal('UNRESOLVED')
    expect(error.message).to.contain('./nowhere')
  })

  it('refuses UTF-16', () => {
    const bytes = Uint8Array.from(Buffer.from(`\uFEFF${simple('x')}`, 'utf16le'))
    expect(failure({ 'src/index.ts': bytes }).code).to.equal('SYNTAX')
  })
})
