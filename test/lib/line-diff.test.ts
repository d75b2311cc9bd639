import { expect } from 'chai'
import fc from 'fast-check'
import { changedWords, diffLines, type LineDiff, type WordPart } from '../../src/lib/line-diff.js'

/** Both sides, put together again from their diff. */
function sides({ changes }: LineDiff): { server: string[]; local: string[] } {
  return {
    server: changes.flatMap(change => (change.kind === 'same' ? change.lines : change.server)),
    local: changes.flatMap(change => (change.kind === 'same' ? change.lines : change.local)),
  }
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`)

describe('line diff', () => {
  it('loses and invents no line, and alternates', async () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(lines, lines, async (server, local) => {
        const diff = await diffLines(server, local)
        expect(sides(diff)).to.deep.equal({ server, local })
        for (const [index, { kind }] of diff.changes.entries()) {
          expect(kind).not.to.equal(diff.changes[index + 1]?.kind)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('finds every change of 20,000 lines, exactly, moved and repeated lines among them', async () => {
    const server = numbered(20_000).map((line, index) => (index % 10 === 0 ? '' : line))
    const local = server.flatMap((line, index) => {
      if (index % 20 === 7) return [`new ${index}`]
      if (index % 500 === 9) return []
      return index % 500 === 11 ? [line, 'inserted'] : [line]
    })
    local.push(...local.splice(100, 3))
    const diff = await diffLines(server, local)
    expect(sides(diff)).to.deep.equal({ server, local })
    expect(diff.coarse).to.equal(false)
    const same = diff.changes.flatMap(change => (change.kind === 'same' ? change.lines : []))
    expect(same).to.have.length(20_000 - 1000 - 40 - 3)
  })

  it('needs no time for what shares nothing', async () => {
    const diff = await diffLines(
      numbered(50_000),
      numbered(50_000).map(line => `${line}!`),
    )
    expect(diff.coarse).to.equal(false)
    expect(diff.changes).to.have.length(1)
  })

  it('says that it is coarse where an exact diff would take too long', async () => {
    // No line is unique, so that nothing can be cut, and next to nothing is in the same order.
    const server = Array.from({ length: 60_000 }, (_, index) => `line ${index % 20_000}`)
    const local = server.toReversed()
    const diff = await diffLines(server, local)
    expect(diff.coarse).to.equal(true)
    expect(sides(diff)).to.deep.equal({ server, local })
  })

  it('breaks no emoji, no flag and no letter with its marks in pieces', async () => {
    const LINE = 'Greet them all in a warm and friendly way, with'
    for (const [server, local] of [
      ['👩‍👩‍👧‍👦', '👩‍👩‍👧'],
      ['👍🏽', '👍'],
      ['🇩🇪', '🇩🇰'],
      ['e\u0301\u0308', 'e\u0301'],
      ['हिन्दी', 'हिन्दि'],
    ]) {
      const words = await changedWords(`${LINE} ${server}.`, `${LINE} ${local}.`)
      const changed = (parts: WordPart[]) => parts.filter(part => part.changed).map(({ text }) => text)
      expect([changed(words!.server), changed(words!.local)]).to.deep.equal([[server], [local]])
    }
  })
})
