import { expect } from 'chai'
import { Thread } from '../../../../src/lib/source/value/thread.js'

const LONG = 60_000

describe('source: work on a thread', () => {
  it('gives what it gives, and nothing where it fails', () => {
    const thread = new Thread<[number, number], number>(
      "(a, b) => { if (b === 0) throw new Error('no'); return a / b }",
    )
    expect([thread.run(LONG, 6, 2), thread.run(LONG, 6, 0), thread.run(LONG, 8, 2)]).to.deep.equal([
      3,
      undefined,
      4,
    ])
  })

  it('goes on where it was, as long as it ends', () => {
    const thread = new Thread<[], number>('(() => { let turns = 0; return () => ++turns })()')
    expect([thread.run(LONG), thread.run(LONG), thread.run(LONG)]).to.deep.equal([1, 2, 3])
  })

  it('sees nothing of the environment', () => {
    expect(new Thread<[], number>('() => Object.keys(process.env).length').run(LONG)).to.equal(0)
  })

  it('gets half the time after each one that did not end, down to a little, until that is long ago', () => {
    const { wait } = Atomics
    const now = performance.now.bind(performance)
    const waited: unknown[] = []
    let later = 0
    // Nothing is waited for but that the thread starts.
    Atomics.wait = ((array: Int32Array, at: number, value: number, limit: number) => {
      if (limit === 5000) return wait(array, at, value, LONG)
      waited.push(limit)
      return 'timed-out'
    }) as typeof Atomics.wait
    performance.now = () => now() + later
    try {
      const thread = new Thread<[], undefined>('() => { for (;;); }')
      for (let turn = 0; turn < 7; turn += 1) expect(thread.run(1000)).to.equal(undefined)
      expect(waited).to.deep.equal([1000, 500, 250, 125, 62.5, 50, 50])
      later = 31_000
      thread.run(1000)
      thread.run(1000)
      expect(waited.slice(7)).to.deep.equal([1000, 500])
    } finally {
      Atomics.wait = wait
      performance.now = now
    }
  })
})
