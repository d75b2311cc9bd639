import { expect } from 'chai'
import fc from 'fast-check'
import type { Persona } from '../../../src/lib/persona.js'
import { conflictsOf, mergeValues, resolved, withMarkers } from '../../../src/lib/sync/merge.js'

const BASE = 'one\ntwo\nthree\nfour\nfive'

/** The merged value; the test fails if there is a conflict. */
async function clean(base: Persona | undefined, ours: Persona, theirs: Persona): Promise<Persona> {
  const merged = (await mergeValues(base, ours, theirs))!
  expect(conflictsOf(merged)).to.deep.equal([])
  return resolved(merged, () => [])
}

describe('merge', () => {
  it('takes both sides’ lines where they do not touch', async () => {
    expect(await clean(BASE, BASE.replace('one', 'ONE'), BASE.replace('five', 'FIVE'))).to.equal(
      'ONE\ntwo\nthree\nfour\nFIVE',
    )
  })

  it('takes both sides’ words inside one line', async () => {
    const base = 'You are a kind librarian who helps.'
    expect(await clean(base, base.replace('kind', 'patient'), base.replace('helps', 'reads'))).to.equal(
      'You are a patient librarian who reads.',
    )
  })

  it('takes a change that both sides made once', async () => {
    expect(await clean(BASE, BASE.replace('two', '2'), BASE.replace('two', '2'))).to.equal(
      BASE.replace('two', '2'),
    )
  })

  it('keeps the white space around our text, and merges across line endings', async () => {
    const ours = `\n${BASE.replace('one', 'ONE')}\n`
    const theirs = BASE.replace('five', 'FIVE').replaceAll('\n', '\r\n')
    expect(await clean(BASE, ours, theirs)).to.equal('\nONE\ntwo\nthree\nfour\nFIVE\n')
  })

  it('reports words that both sides changed as a conflict, with the base', async () => {
    const merged = (await mergeValues(BASE, BASE.replace('two', 'deux'), BASE.replace('two', 'zwei')))!
    expect(conflictsOf(merged)).to.deep.equal([
      { ours: ['deux'], theirs: ['zwei'], base: ['two'], channel: undefined },
    ])
    expect(resolved(merged, ({ theirs }) => theirs)).to.equal(BASE.replace('two', 'zwei'))
    expect(resolved(merged, withMarkers)).to.equal(
      BASE.replace('two', '<<<<<<< local\ndeux\n||||||| base\ntwo\n=======\nzwei\n>>>>>>> server'),
    )
  })

  it('without a base, asks about every difference', async () => {
    const merged = (await mergeValues(undefined, 'a\nb\nc', 'a\nB\nc\nd'))!
    expect(conflictsOf(merged)).to.have.length(2)
    expect(resolved(merged, ({ theirs }) => theirs)).to.equal('a\nB\nc\nd')
    expect(resolved(merged, ({ ours }) => ours)).to.equal('a\nb\nc')
  })

  it('merges channel by channel; a dropped channel stays dropped, a new one stays', async () => {
    const base = { base: BASE, voice: 'speak' }
    const ours = { base: BASE.replace('one', 'ONE') }
    const theirs = { base: BASE.replace('five', 'FIVE'), voice: 'speak', text: 'write' }
    expect(await clean(base, ours, theirs)).to.deep.equal({
      base: 'ONE\ntwo\nthree\nfour\nFIVE',
      text: 'write',
    })
  })

  it('has nothing to merge between one text and channels', async () => {
    expect(await mergeValues('a', 'b', { base: 'a' })).to.equal(undefined)
  })

  it('gives the other side back when only one moved, whatever the text', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c d', '', 'e'), { maxLength: 12 })
      .map(lines => lines.join('\n').trim())
    await fc.assert(
      fc.asyncProperty(text, text, async (base, changed) => {
        expect(await clean(base, changed, base)).to.equal(changed)
        expect(await clean(base, base, changed)).to.equal(changed)
      }),
    )
  })
})
