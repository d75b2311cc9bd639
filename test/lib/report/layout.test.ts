import { expect } from 'chai'
import pc from 'picocolors'
import { renderDiffBlock } from '../../../src/lib/report/diff.js'
import { rowsOf, shortened, wrapped } from '../../../src/lib/report/layout.js'

describe('a changed line that takes more than six rows', () => {
  const words = (count: number, word = 'word') => Array.from({ length: count }, () => `${word} `).join('')
  const textOf = (parts: { text: string }[]) => parts.map(({ text }) => text).join('')

  it('keeps what is beside a change, and … stands for the rest', () => {
    const parts = [{ text: words(100) }, { text: 'new', changed: true }, { text: ` ${words(100)}end` }]
    const [before, change, after] = shortened(parts, 40)
    expect(change).to.equal(parts[1])
    expect(before!.text).to.match(/^… (word ){11,13}$/)
    expect(after!.text).to.match(/^ (word ){11,13}…$/)
  })

  it('keeps both sides of a stretch between two changes', () => {
    const change = { text: 'x', changed: true }
    const parts = shortened([change, { text: `first ${words(100)}last` }, change], 40)
    expect(parts[1]!.text).to.match(/^first (word )+… (word )+last$/)
  })

  it('is whole where it fits, where it is short, and where nothing is known of what changed', () => {
    const change = { text: 'x', changed: true }
    for (const parts of [
      [{ text: words(47) }, change],
      [{ text: words(20) }, { ...change, text: words(100) }, { text: words(24) }],
      [{ text: words(400) }],
    ]) {
      expect(textOf(shortened(parts, 40))).to.equal(textOf(parts))
    }
  })

  it('counts wide letters as two columns', () => {
    const parts = [{ text: '你好。'.repeat(50) }, { text: '您', changed: true }]
    expect(textOf(shortened(parts, 50))).to.equal(`…${'你好。'.repeat(10)}您`)
  })

  it('is never cut between the halves of a character', () => {
    for (const shift of ['', 'a']) {
      const face = `${shift}${'😀'.repeat(200)}`
      const parts = shortened([{ text: face }, { text: 'x', changed: true }, { text: face }], 40)
      expect(() => encodeURIComponent(textOf(parts))).not.to.throw()
      expect(textOf(parts)).to.include('…')
    }
  })
})

describe('rows of a line', () => {
  it('break at words, without the blank at which a full row ends', async () => {
    expect(await rowsOf('Line 10 of what is told, and it goes on', 28)).to.deep.equal([
      'Line 10 of what is told, and',
      'it goes on',
    ])
    expect(await rowsOf(pc.createColors(true).red('four five six sevn'), 10)).to.deep.equal([
      '\x1b[31mfour five \x1b[39m',
      '\x1b[31msix sevn\x1b[39m',
    ])
  })

  it('break a word that is longer than a row, and count wide letters as two', async () => {
    expect(await rowsOf('x'.repeat(25), 10)).to.deep.equal(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)])
    expect(await rowsOf('東京タワー東京タワー', 10)).to.deep.equal(['東京タワー', '東京タワー'])
  })

  it('stay one where there is no screen', async () => {
    expect(await rowsOf('x '.repeat(500), undefined)).to.have.length(1)
  })
})

describe('a sentence of ours', () => {
  it('wraps at words and goes on at the column at which it began', () => {
    expect(wrapped('One two three four five.', 10)).to.equal('One two\nthree four\nfive.')
    expect(wrapped('   Take it back with this.', 12)).to.equal('   Take it\n   back with\n   this.')
    expect(wrapped('✅ Persona in.', 10)).to.equal('✅ Persona\nin.')
  })

  it('keeps a word that is longer than the screen, line feeds, and all of it without a screen', () => {
    expect(wrapped('in /a/very/long/path here\n', 10)).to.equal('in\n/a/very/long/path\nhere\n')
    expect(wrapped('One two three four five.', undefined)).to.equal('One two three four five.')
  })
})

describe('a diff without colour', () => {
  const diff = async (server: string, local: string, width?: number) => {
    const block = await renderDiffBlock(
      { title: 'X', server, local },
      { colors: pc.createColors(false), width },
    )
    return block
      .split('\n')
      .slice(5, -3)
      .map(row => row.trimEnd())
  }
  const LINE = 'The shop is open from Monday to Saturday, and closed on all Sundays.'

  it('has a row of ^ below the words that changed in a long line', async () => {
    expect(await diff(LINE, LINE.replace('Saturday', 'Friday'))).to.deep.equal([
      `- ${LINE}`,
      '                                  ^^^^^^^^',
      `+ ${LINE.replace('Saturday', 'Friday')}`,
      '                                  ^^^^^^',
    ])
  })

  it('has them below the row that the words wrapped into', async () => {
    expect((await diff(LINE, LINE.replace('Sundays', 'Mondays'), 42)).slice(0, 3)).to.deep.equal([
      '- The shop is open from Monday to',
      '  Saturday, and closed on all Sundays.',
      '                              ^^^^^^^',
    ])
    // Where a row is full to the last column, the blank that is dropped counts.
    expect((await diff(LINE, LINE.replace('closed', 'shut'), 33)).slice(0, 3)).to.deep.equal([
      '- The shop is open from Monday to',
      '  Saturday, and closed on all',
      '                ^^^^^^',
    ])
  })

  it('has one below each column of a wide letter, and none below a mark', async () => {
    const line = `${'你好。'.repeat(30)}e\u0301 `
    expect((await diff(`${line}您好。`, `${line}你好。`)).slice(0, 2)).to.deep.equal([
      `- ${line}您好。`,
      `${' '.repeat(2 + 180 + 2)}^^^^`,
    ])
  })

  it('has none below a short line, whose words are found without', async () => {
    expect(await diff('Be kind.', 'Be brief.')).to.deep.equal(['- Be kind.', '+ Be brief.'])
  })
})
