import { expect } from 'chai'
import { lossOf } from '../../../src/lib/sync/keep.js'

describe('what a record says that the server held', () => {
  const sound = {
    values: { name: 'Old', persona: { base: 'b', voice: 'v' }, model: null, governance: { mode: 'sdk' } },
    versions: { persona: 7 },
  }
  const none = { values: {}, versions: {} }
  const cases: [says: unknown, counts: unknown][] = [
    [sound, sound],
    [undefined, undefined],
    [null, undefined],
    ['Old', undefined],
    [{}, none],
    [{ values: null, versions: '7' }, none],
    [
      {
        values: { name: 7, persona: { base: 1 }, model: 'm', governance: 'sdk', other: 'x' },
        versions: { persona: 1.5 },
      },
      { values: { model: 'm' }, versions: {} },
    ],
  ]
  for (const [says, counts] of cases) {
    it(JSON.stringify(says) ?? 'nothing', () => {
      expect(lossOf(says)).to.deep.equal(counts)
    })
  }
})
