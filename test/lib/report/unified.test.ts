import { expect } from 'chai'
import { applyPatch, parsePatch } from 'diff'
import fc from 'fast-check'
import { unifiedTexts } from '../../../src/lib/report/unified.js'

const diff = (before: string, after: string) =>
  unifiedTexts({ name: 'a', text: before }, { name: 'b', text: after })
const lines = (...numbers: (number | string)[]) => numbers.map(number => `${number}\n`).join('')

describe('a unified diff', () => {
  it('shows three lines of context and cuts between distant changes', async () => {
    const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    const after = lines(1, 2, 3, 4, 'five', 6, 7, 8, 9, 10, 11, 12, 13)
    expect(await diff(before, after)).to.equal(
      '--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -10,3 +10,4 @@\n 10\n 11\n 12\n+13\n',
    )
  })

  it('keeps changes together that six lines or fewer lie between', async () => {
    const text = await diff(lines('a', 1, 2, 3, 4, 5, 6, 'b'), lines('A', 1, 2, 3, 4, 5, 6, 'B'))
    expect(text.match(/^@@/gm)).to.have.length(1)
  })

  it('says where a side has no lines, and no line feed at the end', async () => {
    expect(await diff('', 'x')).to.equal('--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n\\ No newline at end of file\n')
    expect(await diff('x\n', '')).to.include('@@ -1,1 +0,0 @@\n-x\n')
  })

  it('is empty where nothing differs', async () => {
    expect(await diff('same\n', 'same\n')).to.equal('')
  })

  it('can be applied, whatever the texts', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '', '--- x', '@@ -1 +1 @@'), { maxLength: 25 })
      .map(parts => parts.join('\n'))
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        const patch = await diff(before, after)
        if (before === after) expect(patch).to.equal('')
        else expect(applyPatch(before, parsePatch(patch)[0]!)).to.equal(after)
      }),
      { numRuns: 300 },
    )
  })
})
