import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import { dedenterOf } from '../../../../src/lib/source/value/dedent.js'
import { snippet } from '../../../../src/lib/source/value/values.js'
import { personaOf, sourcesOf } from '../memory.js'

/** What the packages themselves gave; this file is not needed to have them installed. */
const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/source/dedent.json', import.meta.url), 'utf8'),
) as { cases: { package: string; name: string; template: string; value: string }[] }

function personaUnder(specifier: string, name: string, template: string): unknown {
  const local = name === 'default' ? 'tag' : `{ ${name} as tag }`
  return personaOf(
    `import { LuaAgent } from 'lua-cli'\nimport ${local} from '${specifier}'\nnew LuaAgent({ persona: tag\`${template}\` })`,
  )
}

describe('source: dedent tags', () => {
  for (const { package: specifier, name, template, value } of cases) {
    it(`reads ${JSON.stringify(template)} as ${specifier} does (${name})`, () => {
      const isRefused = specifier === 'ts-dedent' && /\{"[^"]*\\n/.test(template)
      if (!isRefused) expect(personaUnder(specifier, name, template)).to.equal(value)
      else expect(() => personaUnder(specifier, name, template)).to.throw(LuaError, /several lines/)
    })
  }

  it('does not guess what an escape means under a tag that sees it uncooked', () => {
    expect(() => personaUnder('dedent', 'default', '\\n a\\tb')).to.throw(LuaError, /depends on its version/)
    expect(personaUnder('outdent', 'outdent', 'a\\tb')).to.equal('a\tb')
  })

  it('knows no tag of its own making', () => {
    expect(() => personaUnder('other', 'dedent', 'a')).to.throw(LuaError, /tag function/)
    expect(() => personaUnder('./dedent', 'dedent', 'a')).to.throw(LuaError, /no such file/)
  })

  it('knows the tags that a package exports, by every name, and no others', () => {
    const known = (specifier: string, name: string) => dedenterOf(specifier, name) !== undefined
    for (const name of ['default', '*', 'dedent', 'default.dedent'])
      expect(known('dedent', name), name).to.equal(true)
    for (const [specifier, name] of [
      ['dedent', 'other'],
      ['dedent', 'x.default.dedent'],
      ['outdent', '*'],
      ['toString', 'default'],
      ['constructor', 'name'],
      ['__proto__', 'default'],
    ] as const)
      expect(known(specifier, name), specifier).to.equal(false)
  })
})

describe('source: code in messages', () => {
  const shown = (expression: string) => {
    const module = sourcesOf({ 'src/index.ts': `export default ${expression}` }).module(
      '/project/src/index.ts',
    )
    return snippet({ module, node: module.exports.named.get('default')!.node })
  }
  it('is one line of sixty characters at most', () => {
    expect(shown('f(\n  1,\n\t2)')).to.equal('f( 1, 2)')
    expect(shown(`'${'a'.repeat(58)}'`)).to.equal(`'${'a'.repeat(58)}'`)
    expect(shown(`'${'a'.repeat(59)}'`)).to.equal(`'${'a'.repeat(58)}…`)
  })
})
