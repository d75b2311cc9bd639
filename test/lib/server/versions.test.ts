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
  it('is known where a candidate has no date: it comes just after the one that its number follows', () => {
    expect(latest(version(1), version(7, { createdAt: undefined }))).to.equal(7)
    expect(latest(version(1, { createdAt: undefined }), version(2), version(3))).to.equal(3)
    expect(
      latest(
        version(2, { createdAt: 90 }),
        version(3, { createdAt: 5 }),
        version(1, { createdAt: undefined }),
      ),
    ).to.equal(2)
  })
})

describe('server/versions: byNewest and newestVersion', () => {
  const numbers = (versions: PersonaVersion[]) => byNewest(versions).map(each => each.version)

  it('orders by date, then by number, and leaves the list alone', () => {
    const given = [version(1, { createdAt: 5 }), version(3, { createdAt: 5 }), version(2, { createdAt: 9 })]
    expect(numbers(given)).to.deep.equal([2, 3, 1])
    expect(given.map(each => each.version)).to.deep.equal([1, 3, 2])
  })
  it('puts one without a date after the one that its number follows', () => {
    const given = [version(1, { createdAt: 99 }), version(3, { createdAt: undefined }), version(2)]
    expect(numbers(given)).to.deep.equal([1, 3, 2])
  })
  it('counts drafts as well', () => {
    expect(newestVersion([version(1), version(2, { status: 'draft' })])?.version).to.equal(2)
    expect(newestVersion([])).to.equal(undefined)
  })
})

describe('server/versions: personaOf', () => {
  it('is the persona, or none', () => {
    expect([personaOf(version(1)), personaOf(version(1, { persona: undefined }))]).to.deep.equal([
      'v1',
      undefined,
    ])
  })
  it('refuses one that cannot be read', () => {
    expect(() => personaOf(version(4, { persona: undefined, unreadable: 'a number' })))
      .to.throw(LuaError, 'The persona of version 4 on the server is a number')
      .that.includes({ code: 'SERVER_INVALID' })
  })
})
