import { expect } from 'chai'
import { closest } from '../../src/lib/closest.js'

describe('closest', () => {
  const words = ['expression', 'executeAt', 'seconds', 'timezone', 'type']
  for (const [typed, meant] of [
    ['expresion', 'expression'],
    ['secnods', 'seconds'],
    ['timeZone', 'timezone'],
    ['tpye', 'type'],
    ['expr', 'expression'],
  ] as const) {
    it(`takes ${typed} for ${meant}`, () => expect(closest(typed, words)).to.equal(meant))
  }

  it('guesses nothing for a word that is far from all', () => {
    expect(closest('pattern', words)).to.equal(undefined)
    expect(closest('x', words)).to.equal(undefined)
  })
})
