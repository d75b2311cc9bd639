import { expect } from 'chai'
import { asLuaError } from '../../../src/lib/errors.js'
import type { SnapshotBase } from '../../../src/lib/snapshot/index.js'
import {
  guardRestore,
  type LocalFile,
  placesToLookUp,
  planRestore,
  type RestoreInput,
} from '../../../src/lib/snapshot/plan.js'

/** One file of each input, described by letters that stand for hashes; `-` is no file. */
interface Case {
  base: string
  local: string
  git: string
  incoming: string
}

function inputOf({ base, local, git, incoming }: Case, path = 'src/a.ts'): RestoreInput {
  const file = { relativePath: path, hash: incoming, size: 1, type: 'source' as const, external: false }
  const known: SnapshotBase = { lastHash: 'old', files: new Map(base === '-' ? [] : [[path, base]]) }
  const now: LocalFile | undefined =
    local === '-' ? undefined : { hash: local, lfHash: local.replace('+CR', '') }
  return {
    manifest: { projectHash: 'new', fileCount: 1, files: [file] },
    places: [{ file, path, absolute: `/p/${path}` }],
    refused: [],
    base: known,
    local: () => now,
    committed: () => (git === '-' ? undefined : git),
  }
}

/** What becomes of the file: kept as it is, restored, or restored only by force. */
function fate(each: Case): string {
  const plan = planRestore(inputOf(each))
  if (plan.items.length === 0) return 'same'
  if (plan.locallyChanged.length > 0) return 'changed'
  return 'restored'
}

describe('planRestore', () => {
  // base, local, git, incoming => fate
  const table: [string, string, string, string, string][] = [
    ['A', 'A', '-', 'A', 'same'],
    ['A', 'A', '-', 'B', 'restored'],
    ['A', 'B', '-', 'B', 'same'],
    ['A', 'B', '-', 'A', 'changed'],
    ['A', 'B', '-', 'C', 'changed'],
    ['A', 'B', 'B', 'C', 'changed'],
    ['A', '-', '-', 'A', 'restored'],
    ['A', '-', 'A', 'B', 'restored'],
    ['-', '-', '-', 'A', 'restored'],
    ['-', '-', 'A', 'B', 'restored'],
    ['-', 'A', '-', 'A', 'same'],
    ['-', 'A', '-', 'B', 'changed'],
    ['-', 'A', 'A', 'B', 'restored'],
    ['-', 'A', 'C', 'B', 'changed'],
    ['A', 'A+CR', '-', 'A', 'same'],
    ['A', 'A+CR', '-', 'B', 'restored'],
    ['-', 'A+CR', 'A', 'B', 'restored'],
    ['A', 'B+CR', '-', 'C', 'changed'],
  ]
  for (const [base, local, git, incoming, expected] of table) {
    it(`base ${base}, local ${local}, git ${git}, incoming ${incoming}: ${expected}`, () => {
      expect(fate({ base, local, git, incoming })).to.equal(expected)
    })
  }

  it('asks git only about files that no base tells of', () => {
    const asked = (each: Case, path?: string) => placesToLookUp(inputOf(each, path))
    expect(asked({ base: '-', local: 'A', git: 'A', incoming: 'B' })).to.deep.equal(['src/a.ts'])
    expect(asked({ base: 'A', local: 'C', git: 'A', incoming: 'B' })).to.deep.equal([])
    expect(asked({ base: '-', local: 'B', git: 'A', incoming: 'B' })).to.deep.equal([])
    expect(asked({ base: '-', local: '-', git: 'A', incoming: 'B' })).to.deep.equal([])
    expect(asked({ base: '-', local: 'A', git: 'A', incoming: 'B' }, 'lua.skill.yaml')).to.deep.equal([])
  })

  it('merges lua.skill.yaml, whatever was changed in it', () => {
    const plan = planRestore(inputOf({ base: 'A', local: 'B', git: '-', incoming: 'C' }, 'lua.skill.yaml'))
    expect(plan.items.map(item => item.merge)).to.deep.equal([true])
    expect(plan.locallyChanged).to.deep.equal([])
  })

  it('makes the whole snapshot the next base, but for what is refused', () => {
    const input = inputOf({ base: '-', local: 'A', git: '-', incoming: 'A' })
    const plan = planRestore({ ...input, refused: [{ relativePath: '../x', reason: 'it leads upwards' }] })
    expect(plan.files).to.deep.equal([{ relativePath: 'src/a.ts', hash: 'A' }])
    expect(plan.refused).to.have.length(1)
    expect(plan.snapshot.projectHash).to.equal('new')
  })
})

describe('guardRestore', () => {
  it('lists every file that would be overwritten, and the ways on', () => {
    const plan = planRestore(inputOf({ base: 'A', local: 'B', git: '-', incoming: 'C' }))
    plan.locallyChanged.push('src/b.ts')
    const error = (() => {
      try {
        guardRestore(plan)
        return undefined
      } catch (thrown) {
        return asLuaError(thrown)
      }
    })()
    expect(error).to.include({ code: 'CONFLICT', exitCode: 21 })
    expect(error!.message).to.equal(
      "2 files were changed here and differ from the server's snapshot; restoring it would overwrite them:\n" +
        '  src/a.ts\n  src/b.ts',
    )
    expect(error!.hint).to.match(/--no-sources.*--force/)
  })

  it('lets a plan pass that overwrites no work', () => {
    guardRestore(planRestore(inputOf({ base: 'A', local: 'A', git: '-', incoming: 'B' })))
  })
})
