/** A write of several files that is killed before its changes of the disk, with `EXHAUSTIVE=1` before each one, and so is its recovery. */

import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { recoverFiles } from '../../src/lib/disk/index.js'
import { AFTER, BEFORE, beginning, builtVictim, expectClean, survives, textsOf } from '../lib/disk/killed.js'
import type { Workspace } from '../lib/disk/workspace.js'
import { oneIn } from './support/sample.js'

describe('faults: a commit that is killed wherever it can be', () => {
  let victim: Workspace

  before(() => {
    victim = builtVictim()
  })
  after(() => rmSync(victim.root, { recursive: true }))

  for (const action of ['commit', 'roll-back'] as const) {
    it(`a ${action} leaves all or nothing, even if the recovery is killed too`, async function () {
      this.timeout(120_000)
      const outcomes = new Set<string>()
      let through = false
      let nth = 1
      for (; !through; nth += oneIn(3)) {
        const w = beginning()
        through = survives(victim, w, action, nth)
        if (!through) outcomes.add(await recovered(w, nth))
        else expect(textsOf(w)).to.deep.equal(action === 'commit' ? AFTER : BEFORE)
        expectClean(w)
        rmSync(w.root, { recursive: true })
      }
      expect(nth).to.be.greaterThan(40)
      expect([...outcomes].sort()).to.deep.equal(['finished', 'none', 'undone'])
    })
  }

  /** Every second recovery is killed as well, here or there. @returns how the last one ended */
  async function recovered(w: Workspace, nth: number): Promise<string> {
    expectEachFileWhole(w)
    if (nth % 2 === 0) survives(victim, w, 'recover', 1 + ((nth * 7) % 11))
    expectEachFileWhole(w)
    const recovery = await recoverFiles(w.stateDir)
    expect([BEFORE, AFTER]).to.deep.include(textsOf(w))
    if (recovery === undefined) return 'none'
    expect(textsOf(w)).to.deep.equal(recovery.outcome === 'undone' ? BEFORE : AFTER)
    expect(recovery.left).to.deep.equal([])
    return recovery.outcome
  }

  function expectEachFileWhole(w: Workspace): void {
    for (const [name, text] of Object.entries(textsOf(w)))
      expect([BEFORE[name], AFTER[name]]).to.include(text)
  }
})
