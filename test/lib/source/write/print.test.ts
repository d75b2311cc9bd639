import { expect } from 'chai'
import { loadPrinter, printObject } from '../../../../src/lib/source/write/print.js'

describe('source: a new object', () => {
  const entries = [
    ['base', '`one\n  two value_1_ $& $1`'],
    ['voice', "'three'"],
  ] as const

  it('is printed in the style of the code around it, its values as they are', async () => {
    const printer = await loadPrinter()
    expect(printObject(printer, entries, { unit: '  ', margin: '    ', eol: '\r\n', json: false })).to.equal(
      "{\r\n      base: `one\n  two value_1_ $& $1`,\r\n      voice: 'three',\r\n    }",
    )
    expect(printObject(printer, entries, { unit: '\t', margin: '\t', eol: '\n', json: true })).to.equal(
      '{\n\t\t"base": `one\n  two value_1_ $& $1`,\n\t\t"voice": \'three\'\n\t}',
    )
  })
})
