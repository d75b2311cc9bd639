import { expect } from 'chai'
import { atOnce } from '../../../src/lib/disk/index.js'

const turn = () => new Promise(resolve => setImmediate(resolve))

describe('atOnce', () => {
  it('does all, each with its number, so many at a time', async () => {
    const done: string[] = []
    let [running, most] = [0, 0]
    await atOnce(2, ['a', 'b', 'c', 'd', 'e'], async (item, index) => {
      most = Math.max(most, ++running)
      await turn()
      running -= 1
      done.push(`${item}${index}`)
    })
    expect(done.sort()).to.deep.equal(['a0', 'b1', 'c2', 'd3', 'e4'])
    expect(most).to.equal(2)
  })

  it('begins nothing after a failure, and ends when what is under way has ended', async () => {
    const [begun, ended]: [string[], string[]] = [[], []]
    const run = atOnce(2, ['a', 'fails', 'c', 'd'], async item => {
      begun.push(item)
      if (item === 'fails') throw new Error('no')
      await turn()
      ended.push(item)
    })
    expect(await run.catch(error => error.message)).to.equal('no')
    expect(begun).to.deep.equal(['a', 'fails'])
    expect(ended).to.deep.equal(['a'])
  })

  it('has nothing to do for no items', async () => {
    await atOnce(3, [], () => Promise.reject(new Error('called')))
  })
})
