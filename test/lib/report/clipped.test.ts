import { expect } from 'chai'
import { clipped } from '../../../src/lib/report/clipped.js'

describe('report: texts that nobody reads to their end', () => {
  const line = 'You help, and this is one of many lines.\n'

  it('are whole up to 400,000 characters', () => {
    const long = 'a'.repeat(400_000)
    expect(clipped(long, 'b')).to.deep.equal({ server: long, local: 'b' })
  })

  it('are cut after 400,000 beyond that, and it is said where the rest is', () => {
    const { server, local, note } = clipped(line.repeat(100_000), 'b')
    expect(server).to.equal(line.repeat(100_000).slice(0, 400_000))
    expect(local).to.equal('b')
    expect(note).to.include('400,000 characters').and.to.include('--json --verbose')
  })

  it('begin at the line in which they begin to differ', () => {
    const start = line.repeat(50_000)
    const { server, local } = clipped(`${start}one\n`, `${start}two\n`)
    expect([server, local]).to.deep.equal(['one\n', 'two\n'])
  })

  it('begin near the difference in a line without end, and between characters', () => {
    const start = '😀'.repeat(400_000)
    const { server, local } = clipped(`${start}one`, `${start}two`)
    expect(server).to.match(/^(?:😀)+one$/u)
    expect(local).to.match(/^(?:😀)+two$/u)
    expect(server.length).to.be.below(200)
  })
})
