/** The table at the end of `npm run test:faults`, over all files and their processes. Loaded by mocha with `--require`. */

import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Tally, tallies } from './tally.js'

/** Each process of a parallel run adds a line for each of its files; the one that started them all reads them. */
const runner = process.env.MOCHA_WORKER_ID === undefined ? process.pid : process.ppid
const lines = join(tmpdir(), `lua-faults-${runner}.jsonl`)

export const mochaHooks = {
  afterAll(): void {
    appendFileSync(lines, `${JSON.stringify([...tallies])}\n`)
    tallies.clear()
  },
}

export function mochaGlobalTeardown(): void {
  if (!existsSync(lines)) return
  const all = new Map<string, Tally>()
  for (const line of readFileSync(lines, 'utf8').trim().split('\n')) {
    for (const [area, { tried, survived, slowest }] of JSON.parse(line) as [string, Tally][]) {
      const sum = all.get(area) ?? { tried: 0, survived: 0, slowest: 0 }
      all.set(area, {
        tried: sum.tried + tried,
        survived: sum.survived + survived,
        slowest: Math.max(sum.slowest, slowest),
      })
    }
  }
  rmSync(lines)
  const rows = [...all].map(
    ([area, { tried, survived, slowest }]) =>
      `${area.padEnd(46)}${String(tried).padStart(7)}${String(survived).padStart(10)}${(slowest / 1000).toFixed(1).padStart(8)}s`,
  )
  const sum = (key: 'tried' | 'survived') => [...all.values()].reduce((total, tally) => total + tally[key], 0)
  console.log(
    [
      '',
      'Faults                                          tried  survived  slowest',
      ...rows,
      `${sum('survived')} of ${sum('tried')} faults survived`,
    ].join('\n'),
  )
}
