import { expect } from 'chai'
import { liveDays } from '../support/team.js'

/** `DAYS=n` lives fewer, or more; `SEED=n` others. */
const DAYS = Number(process.env.DAYS ?? 2000)
/** So many days are under way at once: most of the time is git's. */
const AT_ONCE = 3
/** Without these, days prove little: everything would be refused, or nothing. */
const COMMON = `behind ahead diverged in-sync stash rebase merge revert branch pull:_21 pull:_done push:_21 push:_done
  merge:_21 merge:_done undo:_21 undo:_done`

describe('a team’s day', () => {
  it(`reverts nothing and names no state wrongly, ${DAYS} times`, async function () {
    this.timeout(3_600_000)
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    const lanes = Array.from({ length: AT_ONCE }, (_, lane) =>
      liveDays(Math.ceil(DAYS / AT_ONCE), seed + lane),
    )
    const met = await Promise.all(lanes)
    const times = (what: string) => met.reduce((sum, lane) => sum + (lane.get(what) ?? 0), 0)
    expect(times('busy'), 'days on which git was too slow').to.be.at.most(DAYS / 20)
    for (const what of DAYS < 500 ? [] : COMMON.split(/\s+/)) {
      expect(times(what.replace('_', ' ')), what).to.be.greaterThan(0)
    }
    console.log(`      seed ${seed}`)
  })
})
