import { expect } from 'chai'
import { liveDays } from '../support/team.js'

/** `DAYS=n` lives fewer, or more; `SEED=n` others. */
const DAYS = Number(process.env.DAYS ?? 2000)
/** Without these, days prove little: everything would be refused, or nothing. */
const COMMON = `behind ahead diverged in-sync stash rebase merge revert branch pull:_21 pull:_done push:_21 push:_done
  merge:_21 merge:_done undo:_21 undo:_done`

describe('a team’s day', () => {
  it(`reverts nothing and names no state wrongly, ${DAYS} times`, async function () {
    this.timeout(3_600_000)
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    console.log(`      seed ${seed}`)
    const met = await liveDays(DAYS, seed)
    for (const what of DAYS < 500 ? [] : COMMON.split(/\s+/)) {
      expect(met.get(what.replace('_', ' ')), what).to.be.greaterThan(0)
    }
  })
})
