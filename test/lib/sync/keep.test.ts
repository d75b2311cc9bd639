import { expect } from 'chai'
import { lossOf } from '../../../src/lib/sync/keep.js'

describe('what a record says that the server held', () => {
  const sound = { values: { name: 'Old', persona: { base: 'b', voice: 'v' } }, version: 7 }
  const cases: [says: unknown, counts: unknown][] = [
    [sound, sound],
    [undefined, undefined],
    [null, undefined],
    ['Old', undefined],
    [{}, { values: {} }],
    [{ values: null, version: '7' }, { values: {} }],
    [{ values: { name: 7, persona: { base: 1 }, model: 'm' }, version: 1.5 }, { values: { model: 'm' } }],
  ]
  for (const [says, counts] of cases) {
    it(JSON.stringify(says) ?? 'nothing', () => {
      expect(lossOf(says)).to.deep.equal(counts)
    })
  }
})
