import { expect } from 'chai'
import { pauseBefore, TIMING } from '../../../src/lib/server/retry.js'

describe('server/retry', () => {
  const noHurry = Number.POSITIVE_INFINITY

  it('retries twice, with a growing pause that is never the same for everybody', () => {
    const firsts = Array.from({ length: 50 }, () => pauseBefore(1, undefined, TIMING, noHurry)!)
    expect(Math.min(...firsts)).to.be.at.least(150)
    expect(Math.max(...firsts)).to.be.at.most(450)
    expect(new Set(firsts).size).to.be.greaterThan(10)
    expect(pauseBefore(2, undefined, TIMING, noHurry)).to.be.within(300, 900)
    expect(pauseBefore(3, undefined, TIMING, noHurry)).to.equal(undefined)
  })

  it('waits as long as it is asked to, up to 10 s', () => {
    expect(pauseBefore(1, 7_000, TIMING, noHurry)).to.equal(7000)
    expect(pauseBefore(1, 10_000, TIMING, noHurry)).to.equal(10_000)
    expect(pauseBefore(1, 11_000, TIMING, noHurry)).to.equal(undefined)
  })

  it('waits for a slow server, but leaves a check time to end within 25 s', () => {
    expect(TIMING.requestMs).to.be.within(10_000, TIMING.callMs)
    expect(TIMING.connectMs).to.be.within(2000, TIMING.requestMs / 2)
    expect(TIMING.callMs).to.be.below(23_000)
  })

  it('does not wait past the deadline', () => {
    expect(pauseBefore(1, 7_000, TIMING, 6000)).to.equal(undefined)
    expect(pauseBefore(1, undefined, TIMING, 0)).to.equal(undefined)
  })
})
