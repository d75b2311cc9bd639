import { expect } from 'chai'
import { isQuick, replaceIn } from '../../../../src/lib/source/value/replace.js'

describe('source: replacing in a known text', () => {
  for (const pattern of ['\\s+', '^\\s+', '\\n{3,}', '[ \\t]+', 'a|b+', '^\\t', '\\/\\*', '[^\\n]*'])
    it(`takes /${pattern}/ for quick`, () => expect(isQuick(pattern)).to.equal(true))

  for (const pattern of [
    '(a+)+$',
    '\\s+$',
    'a?a?a?aaa',
    '(a|a)*b',
    '(?=a*)b',
    '(a)\\1*',
    '[ab]*c',
    'a{2}{3}',
    'a{1,9}b',
    '\\u0061+b',
    '.*?x',
  ])
    it(`does not take /${pattern}/ for quick`, () => expect(isQuick(pattern)).to.equal(false))

  it('gives what JavaScript gives, with the places', () => {
    const cases: [string, string, string, boolean][] = [
      ['a  b \n c', '\\s+', 'g', false],
      ['a  b \n c', '\\s+$', 'gm', true],
      ['aXbX', '(x)|(b)', 'gi', true],
      ['abc', '', 'g', true],
      ['xyz', 'y', '', false],
    ]
    for (const [text, pattern, flags, all] of cases) {
      const made = replaceIn(text, { pattern, flags }, '<$&>', all)
      const expression = new RegExp(pattern, flags)
      expect(made).to.have.property('value', text.replace(expression, '<$&>'))
      expect(
        (made as { spans: [number, number][] }).spans.map(([start, end]) => text.slice(start, end)),
      ).to.deep.equal(
        [...text.matchAll(new RegExp(pattern, flags.includes('g') ? flags : `${flags}g`))]
          .slice(0, flags.includes('g') ? undefined : 1)
          .map(([found]) => found),
      )
    }
    expect(replaceIn('a.a', '.', '$`', true)).to.have.property('value', 'aaa')
    expect(replaceIn('aa', 'a', 'b', false)).to.have.property('value', 'ba')
  })

  it('refuses what would grow without end, before it does', () => {
    const text = 'a'.repeat(100_000)
    for (const [pattern, replacement] of [
      ['a', 'b'.repeat(1000)],
      ['a', '$`'],
      [{ pattern: '(?:)', flags: 'g' }, "$'"],
    ] as const)
      expect(replaceIn(text, pattern, replacement, true)).to.equal('gives too long a text')
  })

  it('says what is no expression, or none for all', () => {
    expect(replaceIn('a', { pattern: '[', flags: '' }, '', false)).to.equal('is no valid regular expression')
    expect(replaceIn('a', { pattern: 'a', flags: '' }, '', true)).to.equal('lacks the flag `g`')
  })

  it('stops a pattern that does not end', () => {
    const text = `${'a'.repeat(60)}!`
    expect(replaceIn(text, { pattern: '^(a+)+$', flags: '' }, 'x', false)).to.match(/does not end in time/)
  }).timeout(10_000)

  it('ends in time however many patterns do not', () => {
    const text = `${'a'.repeat(60)}!`
    const started = performance.now()
    for (let turn = 0; turn < 40; turn++)
      expect(replaceIn(text, { pattern: `^(a+)+${turn}$`, flags: '' }, 'x', false)).to.match(/in time/)
    expect(performance.now() - started).to.be.below(15_000)
  }).timeout(30_000)
})
