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

  it('is as quick with a long text, and with a pattern that is not seen to be quick', () => {
    const cases: [text: string, pattern: string, flags: string, replacement: string][] = [
      [`${'a'.repeat(99_999)}b`, 'b', 'g', '$&c'],
      [`${'a'.repeat(200_000)}b`, 'b', 'g', '$&c'],
      ['a b c ', '[abc]\\s+', 'g', '<$&>'],
      ['a b c ', '(?:a|b) ', '', '<$&>'],
      ['a b c ', '(?:a|b) ', 'g', '<$&>'],
    ]
    for (const [text, pattern, flags, replacement] of cases)
      expect(replaceIn(text, { pattern, flags }, replacement, false)).to.have.property(
        'value',
        text.replace(new RegExp(pattern, flags), replacement),
      )
  })

  it('finds each place of a text, also of none', () => {
    const spans = (text: string, search: string, all: boolean) =>
      (replaceIn(text, search, '-', all) as { spans: unknown }).spans
    expect(spans('aaaa', 'aa', true)).to.deep.equal([
      [0, 2],
      [2, 4],
    ])
    expect(spans('aaaa', 'aa', false)).to.deep.equal([[0, 2]])
    expect(spans('ab', '', true)).to.deep.equal([
      [0, 0],
      [1, 1],
      [2, 2],
    ])
    expect(spans('ab', 'c', true)).to.deep.equal([])
  })

  it('refuses more places than anybody wrote', () => {
    for (const length of [100_000, 100_001]) {
      const text = 'a'.repeat(length)
      for (const pattern of ['a', { pattern: 'a', flags: 'g' }, { pattern: '(?:a)', flags: 'g' }]) {
        const made = replaceIn(text, pattern, 'b', true)
        if (length > 100_000) expect(made).to.equal('gives too long a text')
        else expect(made).to.have.property('value', 'b'.repeat(length))
      }
    }
  })

  it('knows how long a text may be', () => {
    const text = 'a'.repeat(1024)
    const longest = 16 * 2 ** 20
    expect(replaceIn(text, 'a', 'b'.repeat(longest / 1024 - 1), true)).to.have.property('value')
    expect(replaceIn(text, 'a', 'b'.repeat(longest / 1024), true)).to.equal('gives too long a text')
    expect(replaceIn(text, 'a', `$&${'b'.repeat(longest / 1024 - 1027)}`, true)).to.have.property('value')
    expect(replaceIn(text, 'a', `$&${'b'.repeat(longest / 1024 - 1026)}`, true)).to.equal(
      'gives too long a text',
    )
  })

  it('takes no pattern of more than 200 characters for quick', () => {
    expect([isQuick('a'.repeat(200)), isQuick('a'.repeat(201))]).to.deep.equal([true, false])
  })
})
