import { expect } from 'chai'
import { normalizeText, visible, visibleLine } from '../../src/lib/text.js'

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

  it('normalises line endings and both ends', () => {
    expect(normalizeText('\ufeff \r\na\r\nb\rc\n')).to.equal('a\nb\nc')
  })
})
