/** The table at the end of `npm run test:faults`. Loaded by mocha with `--require`. */

import { tallies } from './tally.js'

export const mochaHooks = {
  afterAll(): void {
    const head = ['', 'Faults                                          tried  survived  slowest']
    const rows = [...tallies].map(
      ([area, { tried, survived, slowest }]) =>
        `${area.padEnd(46)}${String(tried).padStart(7)}${String(survived).padStart(10)}${(slowest / 1000).toFixed(1).padStart(8)}s`,
    )
    const [tried, survived] = [...tallies.values()].reduce(
      ([all, alive], tally) => [all + tally.tried, alive + tally.survived],
      [0, 0],
    )
    console.log([...head, ...rows, `${survived} of ${tried} faults survived`].join('\n'))
  },
}
