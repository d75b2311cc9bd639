import { expect } from 'chai'
import fc from 'fast-check'
import { divide, parseNumbers } from '../../src/lib/passages.js'
import { sameButForLayout } from '../../src/lib/sync/equality.js'

const passages = async (server: string, local: string) =>
  (await divide(server, local))!.passages.map(each => [
    each.server,
    each.local,
    each.serverLine,
    each.localLine,
  ])

describe('passages', () => {
  it('are runs of changed lines with no unchanged line between', async () => {
    expect(await passages('a\nb\nc\nd\ne\n', 'a\nB\nc\nD\nE\nf')).to.deep.equal([
      ['b', 'B', 2, 2],
      ['d\ne', 'D\nE\nf', 4, 4],
    ])
  })

  it('are empty on the side that has nothing there', async () => {
    expect(await passages('a\nb', 'b')).to.deep.equal([['a', '', 1, 1]])
    expect(await passages('', 'b')).to.deep.equal([['', 'b', 1, 1]])
  })

  it('are sentences inside a long line', async () => {
    const line = (...changed: string[]) =>
      [
        `Be kind to all who ask. ${changed[0]} `,
        'Nothing else is said. '.repeat(9),
        `${changed[1]} End.`,
      ].join('')
    const found = await passages(line('Say yes.', 'Say more.'), line('Say no.', 'Say less.'))
    expect(found).to.deep.equal([
      ['Say yes. ', 'Say no. ', 1, 1],
      ['Say more. ', 'Say less. ', 1, 1],
    ])
  })

  it('of channels say which', async () => {
    const { passages: found, compose } = (await divide({ base: 'a', voice: 'v' }, { base: 'b', text: 't' }))!
    expect(found.map(({ channel }) => channel)).to.deep.equal(['base', 'voice', 'text'])
    expect(compose(['take', 'take', 'keep'])).to.deep.equal({ base: 'a', voice: 'v', text: 't' })
    expect(compose(['keep', 'keep', 'take'])).to.deep.equal({ base: 'b' })
  })

  it('are none of one text and channels', async () => {
    expect(await divide('a', { base: 'a' })).to.equal(undefined)
  })

  it('take another text, and keep what stands around', async () => {
    const { compose } = (await divide('a\nb\nc', '\n a\nB\nc\n'))!
    expect(compose([{ text: 'x\ny\n' }])).to.equal('\n a\nx\ny\nc\n')
    expect(compose([{ text: '' }])).to.equal('\n a\nc\n')
  })

  it('all taken are the server’s text, all kept the code’s, whatever the texts', async () => {
    const sentence = fc.constantFrom(
      'One two. ',
      'Three four! ',
      'x',
      'A very long sentence that goes on. '.repeat(6),
      '',
    )
    const text = fc
      .array(
        fc.array(sentence, { maxLength: 4 }).map(parts => parts.join('')),
        { maxLength: 8 },
      )
      .map(all => all.join('\n'))
    await fc.assert(
      fc.asyncProperty(text, text, async (server, local) => {
        const { passages: found, compose } = (await divide(server, local))!
        expect(sameButForLayout(compose(found.map(() => 'take')), server)).to.equal(true)
        expect(sameButForLayout(compose(found.map(() => 'keep')), local)).to.equal(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a list of passages', () => {
  it('has numbers and ranges', () => {
    expect([...parseNumbers('1,3-5', 6)!]).to.deep.equal([1, 3, 4, 5])
    for (const wrong of ['', '0', '7', '2-7', '3-2', 'a', '1,,2', '1-']) {
      expect(parseNumbers(wrong, 6), wrong).to.equal(undefined)
    }
  })
})
