import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import {
  byNewest,
  latestPublished,
  newestVersion,
  type PersonaVersion,
  personaOf,
} from '../../../src/lib/server/index.js'

function version(number: number, rest: Partial<PersonaVersion> = {}): PersonaVersion {
  return { version: number, persona: `v${number}`, isCurrent: false, createdAt: number, ...rest }
}

function latest(...versions: PersonaVersion[]): number | undefined {
  return latestPublished(versions)?.version
}

describe('server/versions: latestPublished', () => {
  it('is the one with the greatest date, whatever the order and the number', () => {
    expect(latest(version(1, { createdAt: 30 }), version(3, { createdAt: 10 }), version(2))).to.equal(1)
  })
  it('is the greater number of two with one date', () => {
    const one = version(9, { createdAt: 5 })
    const other = version(10, { createdAt: 5 })
    expect([latest(one, other), latest(other, one)]).to.deep.equal([10, 10])
  })
  it('is never a draft, and never the current one for being current', () => {
    const versions = [version(1, { isCurrent: true }), version(2), version(3, { status: 'draft' })]
    expect(latest(...versions)).to.equal(2)
  })
  it('counts a version without a status as published', () => {
    expect(latest(version(1, { status: 'published' }), version(2))).to.equal(2)
  })
  it('is undefined when nothing is published', () => {
    expect([latest(), latest(version(1, { status: 'draft' }))]).to.deep.equal([undefined, undefined])
  })
  it('needs no date where there is no choice', () => {
    const draft = version(2, { status: 'draft', createdAt: undefined })
    expect(latest(version(1, { createdAt: undefined }), draft)).to.equal(1)
  })
  it('is not guessed where a candidate has no date', () => {
    expect(() => latest(version(1), version(7, { createdAt: undefined })))
      .to.throw(LuaError, 'Persona version 7')
      .that.includes({ code: 'SERVER_INVALID' })
  })
})

describe('server/versions: byNewest and newestVersion', () => {
  const numbers = (versions: PersonaVersion[]) => byNewest(versions).map(each => each.version)

  it('orders by date, then by number, and leaves the list alone', () => {
    const given = [version(1, { createdAt: 5 }), version(3, { createdAt: 5 }), version(2, { createdAt: 9 })]
    expect(numbers(given)).to.deep.equal([2, 3, 1])
    expect(given.map(each => each.version)).to.deep.equal([1, 3, 2])
  })
  it('orders by number where a date is missing', () => {
    expect(
      numbers([version(1, { createdAt: 99 }), version(3, { createdAt: undefined }), version(2)]),
    ).to.deep.equal([3, 2, 1])
  })
  it('counts drafts as well', () => {
    expect(newestVersion([version(1), version(2, { status: 'draft' })])?.version).to.equal(2)
    expect(newestVersion([])).to.equal(undefined)
  })
})

describe('server/versions: personaOf', () => {
  it('is the text, or the channels', () => {
    expect(personaOf(version(1))).to.equal('v1')
    expect(personaOf(version(1, { persona: '' }))).to.equal('')
    expect(personaOf(version(1, { persona: { voice: 'v', base: '' } }))).to.deep.equal({
      voice: 'v',
      base: '',
    })
  })
  it('leaves out channels that are null', () => {
    expect(personaOf(version(1, { persona: { base: 'b', voice: null } }))).to.deep.equal({ base: 'b' })
  })
  const wrong: [unknown, string][] = [
    [undefined, 'missing'],
    [null, 'null'],
    [42, 'a number'],
    [['a'], 'a list'],
    [{}, 'an empty object'],
    [{ base: null }, 'an object of another shape'],
    [{ base: 1 }, 'an object of another shape'],
    [{ base: 'b', extra: 'x' }, 'an object of another shape'],
    [JSON.parse('{"__proto__":"x"}'), 'an object of another shape'],
  ]
  for (const [persona, words] of wrong) {
    it(`refuses ${JSON.stringify(persona)}`, () => {
      expect(() => personaOf(version(4, { persona })))
        .to.throw(LuaError, `The persona of version 4 on the server is ${words}`)
        .that.includes({ code: 'SERVER_INVALID' })
    })
  }
})
