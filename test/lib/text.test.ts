import { expect } from 'chai'
import { invisibleNote, normalizeText, visible, visibleLine } from '../../src/lib/text.js'

describe('text', () => {
  it('spells out what a terminal would obey or hide', () => {
    expect(visible('\x1b[31mred\x07\x9b\u202e\u200b\ufeff\r')).to.equal(
      '\\x1b[31mred\\x07\\x9b\\u202e\\u200b\\ufeff\\r',
    )
    expect(visible('\ud83d!')).to.equal('\\ud83d!')
    expect(visibleLine('a\nb\tc')).to.equal('a\\nb\\tc')
  })

  it('leaves scripts and emoji as they are', () => {
    const text = 'مرحبا 你好 👩‍👩‍👧 naïve\u00a0\tend\n'
    expect(visible(text)).to.equal(text)
  })

  it('keeps what scripts, emoji, keycaps and flags need', () => {
    for (const text of [
      '❤️ 1️⃣ 🏳️‍🌈 👩🏽‍💻 ☎︎ ©️',
      '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
      'می‌خواهم क्‍ष 한국어 日本語 Ελ',
    ]) {
      expect(visible(text)).to.equal(text)
    }
  })

  const hidden: [string, string][] = [
    ['ok\u{e0049}\u{e0067}', 'ok\\u{e0049}\\u{e0067}'],
    ['\u{1f3f4}\u{e0067}\u{e0062}', '\u{1f3f4}\\u{e0067}\\u{e0062}'],
    ['co\u00adop', 'co\\xadop'],
    ['\u115f\u1160\u3164\uffa0', '\\u115f\\u1160\\u3164\\uffa0'],
    ['\u2060\u2064\u180e\u034f', '\\u2060\\u2064\\u180e\\u034f'],
    ['a\ufe0f\u{e0100}', 'a\\ufe0f\\u{e0100}'],
    ['❤\ufe0f\ufe0f', '❤\ufe0f\\ufe0f'],
    ['1\ufe0f', '1\\ufe0f'],
    ['x\u200dy\u200cz', 'x\\u200dy\\u200cz'],
  ]
  for (const [text, shown] of hidden) {
    it(`spells out what is not to be seen: ${shown}`, () => {
      expect(visible(text)).to.equal(shown)
    })
  }

  it('counts what it spells out', () => {
    expect(invisibleNote('plain\r\n', '')).to.equal(undefined)
    expect(invisibleNote('\u200b')).to.equal('1 invisible character is shown as an escape: \\u200b.')
    expect(invisibleNote('\u200b\u200b\u{e0041}', '\u00ad\u2060')).to.equal(
      '5 invisible characters are shown as escapes: \\u200b, \\u{e0041}, \\xad ….',
    )
  })

  it('takes no longer for a text of blanks or of hidden characters than its length says', () => {
    for (const piece of [' ', '\t', '\n', '\u200d', '\ufe0f', '\u{1f3f4}\u{e0067}'])
      visible(piece.repeat(200_000))
  }).timeout(5_000)

  it('normalises line endings and both ends', () => {
    expect(normalizeText('\ufeff \r\na\r\nb\rc\n')).to.equal('a\nb\nc')
  })
})
