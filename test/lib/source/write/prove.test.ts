import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import { findAgent } from '../../../../src/lib/source/index.js'
import { Draft } from '../../../../src/lib/source/write/draft.js'
import { sourcesOf } from '../memory.js'

const LUA = "import { LuaAgent } from 'lua-cli'\n"

/** Replaces `⟦…⟧` in an entry file by `text`, as a writer that has a bug might. */
function replaceMarked(code: string, ...texts: string[]): Draft {
  const plain = LUA + code.replace(/[⟦⟧]/g, '')
  const sources = sourcesOf({ 'src/index.ts': plain })
  const module = sources.module('/project/src/index.ts')
  let removed = 0
  const edits = [...(LUA + code).matchAll(/⟦([^⟧]*)⟧/g)].map((match, index) => {
    const start = match.index - removed
    removed += 2
    return { module, start, end: start + (match[1] as string).length, text: texts[index] as string }
  })
  return new Draft(sources, findAgent(sources)).apply(edits)
}

const AGENT = "new LuaAgent({ name: 'n', persona: ⟦'old'⟧, skills: [`a${b}`] }) // end"

const SOUND: [title: string, code: string, ...texts: string[]][] = [
  ['another string', AGENT, '"new"'],
  ['a template', AGENT, '`new\nline`'],
  ['an object of texts', AGENT, "{ base: 'b', voice: `v` }"],
  ['an object around what stood there', AGENT, "{ base: 'old' }"],
  ['the text of an interpolation', 'new LuaAgent({ persona: `a${b}⟦ old ⟧${c}` })', ' \\${new} '],
  ['nothing for a text of an interpolation', 'new LuaAgent({ persona: `a${b}⟦ old ⟧${c}` })', ''],
  ['a property between others', "new LuaAgent({ name: 'n',⟦⟧ skills: [] })", " persona: 'p',"],
  ['a comma and a property', "new LuaAgent({ name: 'n'⟦⟧ // c\n⟦⟧})", ',', "persona: 'p'\n"],
  ['one property less', "new LuaAgent({ persona: { base: 'b'⟦, voice: 'v'⟧ } })", ''],
  ['a call taken away', 'new LuaAgent({ persona: ⟦text.trim()⟧ })', 'text'],
]

const UNSOUND: [title: string, says: RegExp, code: string, ...texts: string[]][] = [
  ['a further property', /read as code/, AGENT, "'x', evil: run()"],
  ['a further harmless property', /read as code/, AGENT, "'x', name: 'y'"],
  ['a call', /read as code/, AGENT, 'run()'],
  ['a name', /read as code/, AGENT, 'secret'],
  ['an interpolation', /read as code/, AGENT, '`a ${run()}`'],
  [
    'an interpolation in the text of another',
    /would change|read as code/,
    'new LuaAgent({ persona: `a${b}⟦ old ⟧` })',
    ' ${run()} ',
  ],
  ['a concatenation', /read as code/, AGENT, "'a' + run()"],
  ['a computed key', /read as code/, AGENT, "{ [run()]: 'x' }"],
  ['a method', /read as code/, AGENT, '{ base() { run() } }'],
  ['a tag', /read as code/, AGENT, 'run`x`'],
  ['an end of the statement', /would change|read as code|parse/, AGENT, "'x' }); run({ persona: 'y'"],
  ['an open comment', /parse|would change/, AGENT, "'x' /*"],
  ['a quote too many', /would no longer parse/, AGENT, "'it's'"],
  ['a line comment that swallows the rest', /parse|would change/, AGENT, "'x' //"],
  [
    'a change of a neighbour',
    /would change|read as code/,
    "new LuaAgent({ name: 'n', persona: ⟦'old', skills⟧: [] })",
    "'new', other",
  ],
  [
    'a removed neighbour',
    /would change|read as code/,
    "new LuaAgent({ name: 'n', persona: ⟦'old', skills: []⟧ })",
    "'new'",
  ],
  [
    'a template that becomes tagged',
    /would change|read as code/,
    'new LuaAgent({ persona: P })\nconst P = x⟦;⟧`old`',
    '',
  ],
]

describe('source: the proof', () => {
  for (const [title, code, ...texts] of SOUND) {
    it(`accepts ${title}`, () => {
      expect([...replaceMarked(code, ...texts).files.keys()]).to.deep.equal(['/project/src/index.ts'])
    })
  }

  for (const [title, says, code, ...texts] of UNSOUND) {
    it(`refuses ${title}`, () => {
      try {
        replaceMarked(code, ...texts)
      } catch (error) {
        expect(error).to.be.instanceOf(LuaError)
        expect((error as LuaError).code).to.equal('PROOF_FAILED')
        expect((error as LuaError).message).to.match(says)
        expect((error as LuaError).exitCode).to.equal(20)
        return
      }
      throw new Error('it was accepted')
    })
  }
})
