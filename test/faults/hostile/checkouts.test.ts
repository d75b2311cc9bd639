/** Every kind of ill will, through every mode of the executable. */

import { expect } from 'chai'
import { KINDS, type Kind } from './kinds.js'
import { type Manifest, Trap } from './trap.js'

const MODES = [
  ['sync', '--check'],
  ['sync', '--check', '--format', 'junit'],
  ['sync', '--check', '--all'],
  ['sync', '--pull', '--force'],
  ['sync', '--undo', '--force'],
  ['sync', '--push', '--force'],
  ['sync', '--merge', '--force'],
  ['compile'],
  ['compile'],
]
const TYPED = [0, 1, 2, 3, 9, 10, 11, 20, 21, 22]
const PATIENCE_MS = 25_000

/** What a run may change: the project's sources, and what is this tool's own. */
const OWN = /^(?:checkout\/(?:src|lua\.skill\.yaml|\.gitignore|dist-v2|\.lua)|home\/\.lua-cli)(?:\/|$)/

function changes(before: Manifest, after: Manifest): string[] {
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].filter(path => before.get(path) !== after.get(path))
}

async function spring(kind: Kind): Promise<void> {
  const trap = await Trap.open()
  try {
    kind.make(trap)
    trap.clone()
    const tracked = trap.trackedState()
    kind.unpack?.(trap)
    for (const args of MODES) {
      const what = `${kind.name}: lua ${args.join(' ')}`
      const before = trap.manifest()
      const run = await trap.lua(...args)
      const said = `${what}\n${run.stdout}${run.stderr}`
      expect(run.signal, said).to.equal(null)
      expect(run.code, said).to.be.oneOf(TYPED)
      if (kind.says && !args.includes('junit') && !args.includes('--all'))
        expect(run.stdout + run.stderr, said).to.match(kind.says)
      expect(run.elapsed, said).to.be.lessThan(PATIENCE_MS)
      const changed = changes(before, trap.manifest())
      expect(
        changed.filter(path => !OWN.test(path) || tracked.has(path)),
        said,
      ).to.deep.equal([])
      expect(trap.leaks(run), said).to.deep.equal([])
      expect(trap.ran, said).to.equal(false)
    }
    if (!kind.isPoison) trap.git('checkout', 'status')
    expect(trap.ran, `${kind.name}: git status`).to.equal(false)
  } finally {
    await trap.close()
  }
}

describe('a checkout that wishes its reader ill', function () {
  this.timeout(180_000)
  for (const kind of KINDS) it(`${kind.name}`, () => spring(kind))
})
