import { liveDays } from '../support/team.js'

describe('a team’s day', () => {
  it('reverts nothing and names no state wrongly (test/faults lives 2,000 of them)', async () => {
    await liveDays(6, Number(process.env.SEED ?? 1))
  }).timeout(60_000)
})
