/** One kind of ill will through every mode: nothing outside the project's sources changes, runs or is told. */

import { expect } from 'chai'
import { tried } from '../support/tally.js'
import { type Manifest, PATIENCE_MS, type Trap, TrapMaker } from './trap.js'

export interface Kind {
  name: string
  /** What is committed. */
  make(trap: Trap): void
  /** What is done to the checkout afterwards: an archive may hold what git does not carry. */
  unpack?(trap: Trap): void
  /** Added to the environment of each run. */
  env?(trap: Trap): Record<string, string>
  /** What a person is told about it, in every mode that comes so far. */
  says?: RegExp
  /** Git itself would run the repository's commands in it, or wait for ever. */
  isPoison?: boolean
}

const MODES = [
  ['sync', '--check'],
  ['sync', '--check', '--format', 'junit'],
  ['sync', '--check', '--all'],
  ['sync', '--pull', '--force'],
  ['sync', '--undo', '--force'],
  ['sync', '--push', '--force'],
  ['sync', '--merge', '--force'],
  ['compile'],
  ['compile', '--sync'],
]
const TYPED = [0, 1, 2, 3, 9, 10, 11, 20, 21, 22]
const INVISIBLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u{e0000}-\u{e007f}]/u

/** What a run may change: the project's sources, and what is this tool's own. */
const OWN = /^(?:checkout\/(?:src|lua\.skill\.yaml|\.gitignore|dist-v2|\.lua)|home\/\.lua-cli)(?:\/|$)/

function changes(before: Manifest, after: Manifest): string[] {
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].filter(path => before.get(path) !== after.get(path))
}

async function spring(kind: Kind, trap: Trap): Promise<void> {
  kind.make(trap)
  trap.commit()
  const tracked = trap.trackedState()
  kind.unpack?.(trap)
  const before = trap.manifest()
  let said = kind.name
  for (const args of MODES) {
    const run = await trap.lua(args, kind.env?.(trap))
    said = `${kind.name}: lua ${args.join(' ')}\n${run.stdout}${run.stderr}`
    expect(run.signal, said).to.equal(null)
    expect(run.code, said).to.be.oneOf(TYPED)
    if (kind.says && !args.includes('junit')) expect(run.stdout + run.stderr, said).to.match(kind.says)
    expect(run.stdout + run.stderr, said).not.to.match(INVISIBLE)
    expect(run.elapsed, said).to.be.lessThan(PATIENCE_MS)
    expect(trap.told(run), said).to.deep.equal([])
    expect(trap.ran, said).to.equal(false)
  }
  const changed = changes(before, trap.manifest()).filter(path => !OWN.test(path) || tracked.has(path))
  expect(changed, said).to.deep.equal([])
  expect(trap.written(), said).to.deep.equal([])
  if (!kind.isPoison) trap.git('status')
  expect(trap.ran, `${kind.name}: git status`).to.equal(false)
}

/** The tests of these kinds. */
export function springAll(title: string, kinds: readonly Kind[]): void {
  describe(`a checkout that wishes its reader ill: ${title}`, function () {
    this.timeout(180_000)
    let maker: TrapMaker
    before(() => {
      maker = new TrapMaker()
    })
    after(() => maker.close())
    for (const kind of kinds) {
      it(kind.name, async () => {
        const trap = await maker.open()
        try {
          await tried('hostile: checkouts', () => spring(kind, trap))
        } finally {
          trap.close()
        }
      })
    }
  })
}
