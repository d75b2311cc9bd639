import { expect } from 'chai'
import { textHash } from '../../../src/lib/project/hash.js'

describe('textHash', () => {
  it('is the first 16 digits of the SHA-256 of the text', () => {
    // The first is the well-known hash of nothing; the second was read from a manifest of the vendor’s CLI.
    expect(textHash('')).to.equal('e3b0c44298fc1c14')
    expect(textHash('a\r\nb')).to.equal('18745f36a05e2907')
  })

  it('is the same for text and its bytes, with a BOM or without', () => {
    for (const text of ['é 😀 مرحبا', '\ufeffbom', 'a\0b', '\r\n']) {
      expect(textHash(Buffer.from(text))).to.equal(textHash(text))
    }
  })

  it('hashes binary files as the vendor’s CLI does: by the text that they decode to', () => {
    const png = Buffer.from('\x89PNG\xff\xfe\x00\x80bin', 'latin1')
    expect(textHash(png)).to.equal('ea4449b0335634ed')
    expect(textHash(new Uint8Array(png))).to.equal('ea4449b0335634ed')
  })
})
