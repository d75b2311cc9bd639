import { expect } from 'chai'
import { excerpt } from '../../../src/lib/server/text.js'

describe('server/text: what the server says, as data', () => {
  it('writes control and direction characters out', () => {
    expect(excerpt('a\u001b[2Jb\r\nc\u0007\u009b\u202e\u2028\ufeffd')).to.equal(
      'a\\x1b[2Jb\\r\\nc\\x07\\x9b\\u202e\\u2028\\ufeffd',
    )
  })
  it('leaves ordinary text of any language alone', () => {
    expect(excerpt(' “Ça va?” مرحبا 👩🏽 ok ')).to.equal('“Ça va?” مرحبا 👩🏽 ok')
  })
  it('is at most 200 characters long, and never cuts one in two', () => {
    expect(excerpt('👍'.repeat(300))).to.equal(`${'👍'.repeat(200)}…`)
  })
  it('takes secrets out, also where the cut would have hidden their end', () => {
    expect(excerpt('your key abc-123 is bad', ['abc-123'])).to.equal('your key [key] is bad')
    expect(excerpt(`${'x'.repeat(196)}abc-123`, ['abc-123'])).to.not.include('abc')
  })
})
