import { expect } from 'chai'
import type { Persona } from '../../../src/lib/persona.js'
import { texts } from '../../../src/lib/sync/components/values.js'
import { compare, movement } from '../../../src/lib/sync/drift.js'

describe('drift', () => {
  type Args = Parameters<typeof compare> extends [unknown, ...infer Rest] ? Rest : never
  const cases: [title: string, args: Args, state: string, drift: boolean][] = [
    ['equal texts', ['a', 'a'], 'in-sync', false],
    ['line endings and outer white space', ['a\nb', '\r\na\r\nb '], 'cosmetic', false],
    ['the same, strictly', ['a\nb', 'a\r\nb', { strict: true }], 'cosmetic', true],
    ['inner white space', ['a b', 'a  b'], 'differs', true],
    ['other texts', ['a', 'b'], 'differs', true],
    ['nothing on the server', ['a', undefined], 'ahead', false],
    ['nothing anywhere', [undefined, undefined], 'in-sync', false],
    ['nothing in the code', [undefined, 'b'], 'differs', true],
    ['a text and a channel with the same text', ['a', { base: 'a' }], 'differs', true],
    [
      'the same channels in another order',
      [
        { base: 'a', text: 'b' },
        { text: 'b', base: 'a' },
      ],
      'in-sync',
      false,
    ],
    [
      'another text in one of two channels',
      [
        { base: 'a', voice: 'b' },
        { base: 'a', voice: 'c' },
      ],
      'differs',
      true,
    ],
    ['nothing on the server, which must have it', ['a', undefined, { optional: true }], 'ahead', true],
    ['nothing anywhere, though it must be', [undefined, undefined, { optional: true }], 'in-sync', false],
    ['a channel more', [{ base: 'a' }, { base: 'a', voice: 'b' }], 'differs', true],
  ]
  for (const [title, args, state, drift] of cases) {
    it(`${title}: ${state}${drift ? ', drift' : ''}`, () => {
      expect(compare(texts, ...args)).to.deep.equal({ state, drift })
    })
  }

  const moves: [
    title: string,
    local: Persona | undefined,
    server: Persona,
    base: Persona | undefined,
    state: string,
  ][] = [
    ['no base', 'a', 'b', undefined, 'differs'],
    ['local is the base', 'a', 'b', 'a', 'behind'],
    ['local is the base but for its ends', 'a\n', 'b', 'a', 'behind'],
    ['the code declares none any more', undefined, 'b', 'a', 'behind'],
    ['server is the base', 'a', 'b', 'b', 'ahead'],
    ['neither is the base', 'a', 'b', 'c', 'diverged'],
    [
      'the code has the server’s change and its own',
      'one\n\nTWO\n\nTHREE',
      'one\n\ntwo\n\nTHREE',
      'one\n\ntwo\n\nthree',
      'ahead',
    ],
    ['one text, and channels on the server', 'a', { base: 'b' }, 'c', 'diverged'],
    ['a channel more on the server', { base: 'a' }, { base: 'a', voice: 'b' }, { base: 'a' }, 'behind'],
  ]
  for (const [title, local, server, base, state] of moves) {
    it(`${title}: ${state}`, async () => {
      expect(await movement(texts, local, server, base)).to.equal(state)
    })
  }
})
