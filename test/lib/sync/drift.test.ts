import { expect } from 'chai'
import { compare } from '../../../src/lib/sync/drift.js'

describe('drift', () => {
  const cases: [title: string, args: Parameters<typeof compare>, state: string, drift: boolean][] = [
    ['equal texts', ['a', 'a', undefined], 'in-sync', false],
    ['equal texts, whatever the base', ['a', 'a', 'b'], 'in-sync', false],
    ['line endings and outer white space', ['a\nb', '\r\na\r\nb ', undefined], 'cosmetic', false],
    ['the same, strictly', ['a\nb', 'a\r\nb', undefined, { strict: true }], 'cosmetic', true],
    ['inner white space', ['a b', 'a  b', undefined], 'differs', true],
    ['no base', ['a', 'b', undefined], 'differs', true],
    ['local is the base', ['a', 'b', 'a'], 'behind', true],
    ['local is the base but for its ends', ['a\n', 'b', 'a'], 'behind', true],
    ['server is the base', ['a', 'b', 'b'], 'ahead', true],
    ['neither is the base', ['a', 'b', 'c'], 'diverged', true],
    ['nothing on the server', ['a', undefined, undefined], 'ahead', false],
    ['nothing anywhere', [undefined, undefined, undefined], 'in-sync', false],
    ['nothing in the code', [undefined, 'b', undefined], 'differs', true],
    ['a text and a channel with the same text', ['a', { base: 'a' }, undefined], 'differs', true],
    [
      'the same channels in another order',
      [{ base: 'a', text: 'b' }, { text: 'b', base: 'a' }, undefined],
      'in-sync',
      false,
    ],
    ['a channel more', [{ base: 'a' }, { base: 'a', voice: 'b' }, { base: 'a' }], 'behind', true],
  ]
  for (const [title, args, state, drift] of cases) {
    it(`${title}: ${state}${drift ? ', drift' : ''}`, () => {
      expect(compare(...args)).to.deep.equal({ state, drift })
    })
  }
})
