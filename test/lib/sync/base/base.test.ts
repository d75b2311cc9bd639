import { expect } from 'chai'
import { type Agreement, findBase, type Histories } from '../../../../src/lib/sync/base/base.js'
import { json, texts as values } from '../../../../src/lib/sync/components/values.js'
import { compare, movement } from '../../../../src/lib/sync/drift.js'

/**
 * A text in few characters: `o` is the original, `1b` the original with its first passage in variant b, `1b3c` with
 * the third in variant c as well.
 */
function text(spec: string): string {
  const variants = new Map([...spec.matchAll(/(\d)(\w)/g)].map(([, place, variant]) => [place, variant]))
  return ['1', '2', '3', '4', '5']
    .map(place => `Rule ${place} says ${variants.get(place) ?? 'what it always said'}.\nSo be it (${place}).`)
    .join('\n\n')
}

const texts = (specs: string) => specs.split(' ').filter(Boolean).map(text)

/** Histories in few words; versions are numbered from 1, commits from 0. */
interface Row {
  /** Texts of the published versions, oldest first; of a component without versions, the one it has. */
  server: string
  git?: string
  code?: string
  /** `1b@2` is a record of 1b after two commits, `1b#2@0` one that names version 2, `1b!` one of an unreachable commit; `1b~1x@0` one of 1b merged into the code as 1x. */
  record?: string
  takenBack?: number[]
  unversioned?: boolean
}

function agreement(spec: string, commits: string[]): Agreement {
  const [, value, version, code, after] = /^(\w+)(?:#(\d))?(?:~(\w+))?(?:@(\d)|!)$/.exec(spec)!
  return {
    value: text(value!),
    version: version === undefined ? undefined : Number(version),
    code: code === undefined ? undefined : text(code),
    after: after === undefined ? undefined : Number(after),
    committed: commits[Number(after) - 1],
  }
}

function histories({ server, git = '', code, record, takenBack, unversioned }: Row): Histories {
  const published = texts(server)
  return {
    values,
    versions: unversioned ? undefined : published.map((value, index) => ({ version: index + 1, value })),
    server: published.at(-1)!,
    takenBack,
    lineage: texts(git).map((value, index) => ({ value, commit: `c${index}` })),
    record: record === undefined ? undefined : agreement(record, texts(git)),
    code: code === undefined ? undefined : text(code),
  }
}

/** State, then the base: `v2 git c1`; a component without versions has none to name. */
async function standing(row: Row): Promise<string> {
  const all = histories(row)
  const compared = compare(values, all.code, all.server)
  const base = await findBase(all)
  const state =
    compared.state === 'differs' ? await movement(values, all.code, all.server, base?.value) : compared.state
  if (!base) return state
  return [
    state,
    ...(base.version ? [`v${base.version}`] : []),
    base.from,
    ...(base.commit ? [base.commit] : []),
  ].join(' ')
}

const GROUPS: Record<string, [title: string, row: Row, stands: string][]> = {
  'a checkout that remembers nothing': [
    ['has the only version', { server: 'o', code: 'o' }, 'in-sync v1 history'],
    ['has the first of two', { server: 'o 1b', code: 'o' }, 'behind v1 history'],
    ['has the second of three', { server: 'o 1b 2c', code: '1b' }, 'behind v2 history'],
    ['has a text of its own', { server: 'o 1b', code: '3x' }, 'differs'],
    ['has the first of two equal ones', { server: 'o 1b o', code: 'o' }, 'in-sync v1 history'],
    ['has one that came and went', { server: 'o 1b o 2c', code: '1b' }, 'behind v2 history'],
    ['declares nothing', { server: 'o 1b' }, 'differs'],
  ],
  'a fresh clone': [
    ['of what was published', { server: 'o', git: 'o', code: 'o' }, 'in-sync v1 git c0'],
    ['behind', { server: 'o 1b', git: 'o', code: 'o' }, 'behind v1 git c0'],
    ['edited', { server: 'o', git: 'o', code: '3x' }, 'ahead v1 git c0'],
    ['edited, and behind', { server: 'o 1b', git: 'o', code: '3x' }, 'diverged v1 git c0'],
    ['edited in a commit', { server: 'o', git: 'o 3x', code: '3x' }, 'ahead v1 git c0'],
    ['edited after two commits of one text', { server: 'o', git: 'o o', code: '3x' }, 'ahead v1 git c0'],
    ['edited in many', { server: 'o', git: 'o 3x 3y 3z', code: '3z4x' }, 'ahead v1 git c0'],
    ['with a pull in a commit', { server: 'o 1b', git: 'o 1b', code: '1b' }, 'in-sync v2 git c1'],
    ['with a pull in a commit, edited', { server: 'o 1b', git: 'o 1b', code: '1b3x' }, 'ahead v2 git c1'],
    ['with a pull in a commit, behind', { server: 'o 1b 2c', git: 'o 1b', code: '1b' }, 'behind v2 git c1'],
    [
      'with a pull and an edit in one commit: the pull is seen by its changes',
      { server: 'o 1b', git: 'o 1b3x', code: '1b3x' },
      'ahead v1 git c0',
    ],
    [
      'with a pull and an edit in one commit, and behind since',
      { server: 'o 1b 1b2c', git: 'o 1b3x', code: '1b3x' },
      'diverged v1 git c0',
    ],
    ['that skipped a version', { server: 'o 1b 2c', git: 'o 2c', code: '2c' }, 'in-sync v3 git c1'],
    ['without any published text', { server: 'o 1b', git: '3x 3y', code: '3y' }, 'differs'],
    ['of a text published later', { server: '3x', git: '2w 3x', code: '3x' }, 'in-sync v1 git c1'],
    [
      'of a text published later, edited since',
      { server: '3x', git: '2w 3x', code: '4y' },
      'ahead v1 git c1',
    ],
  ],
  'a deliberate revert': [
    ['is ahead', { server: 'o 1b', git: 'o 1b o', code: 'o' }, 'ahead v2 git c1'],
    ['in the working tree, too', { server: 'o 1b', git: 'o 1b', code: 'o' }, 'ahead v2 git c1'],
    ['and behind since: diverged', { server: 'o 1b 1b2c', git: 'o 1b o', code: 'o' }, 'diverged v2 git c1'],
    ['that was pushed', { server: 'o 1b o', git: 'o 1b o', code: 'o' }, 'in-sync v3 git c2'],
    ['that was pushed, behind since', { server: 'o 1b o 2c', git: 'o 1b o', code: 'o' }, 'behind v3 git c2'],
    ['of a revert', { server: 'o 1b o', git: 'o 1b o 1b', code: '1b' }, 'ahead v3 git c2'],
    ['by two versions', { server: 'o 1b 2c', git: 'o 1b 2c o', code: 'o' }, 'ahead v3 git c2'],
    ['on the server is behind', { server: 'o 1b o', git: 'o 1b', code: '1b' }, 'behind v2 git c1'],
    ['on the server, edited here', { server: 'o 1b o', git: 'o 1b', code: '1b3x' }, 'diverged v2 git c1'],
  ],
  'a branch': [
    [
      'older than the pull on main',
      { server: 'o 1b', git: 'o', record: '1b!', code: 'o' },
      'behind v1 git c0',
    ],
    [
      'older than the pull on main, edited',
      { server: 'o 1b', git: 'o', record: '1b!', code: '3x' },
      'diverged v1 git c0',
    ],
    [
      'that has merged main',
      { server: 'o 1b', git: 'o 3x 1b 1b3x', record: '1b!', code: '1b3x' },
      'ahead v2 git c2',
    ],
    [
      'that has merged main and dropped its text',
      { server: 'o 1b', git: 'o 1b 3x', code: '3x' },
      'ahead v2 git c1',
    ],
    [
      'made from the pull, which was committed on it',
      { server: 'o 1b', git: 'o 1b', record: '1b@1', code: '1b3x' },
      'ahead v2 git c1',
    ],
    [
      'on which the pull was amended away',
      { server: 'o 1b', git: 'o 3x', record: '1b!', code: '3x' },
      'diverged v1 git c0',
    ],
  ],
  'a record': [
    ['without git, edited', { server: 'o', record: 'o@0', code: '3x' }, 'ahead v1 record'],
    ['without git, behind', { server: 'o 1b', record: 'o@0', code: 'o' }, 'behind v1 record'],
    ['without git, both', { server: 'o 1b', record: 'o@0', code: '3x' }, 'diverged v1 record'],
    ['without git, of a text that is gone', { server: 'o 1b', record: '2z@0', code: '3x' }, 'differs'],
    [
      'older than a colleague’s pull',
      { server: 'o 1b', git: 'o 1b', record: 'o@1', code: '1b3x' },
      'ahead v2 git c1',
    ],
    [
      'older than a colleague’s pull, edited, and behind since',
      { server: 'o 1b 2c', git: 'o 1b', record: 'o@1', code: '1b3x' },
      'diverged v2 git c1',
    ],
    [
      'of a pull that is not committed',
      { server: 'o 1b', git: 'o', record: '1b@1', code: '1b3x' },
      'ahead v2 record',
    ],
    [
      'of such a pull, behind since',
      { server: 'o 1b 2c', git: 'o', record: '1b@1', code: '1b' },
      'behind v2 record',
    ],
    [
      'of such a pull, checked out again',
      { server: 'o 1b', git: 'o', record: '1b@1', code: 'o' },
      'behind v1 git c0',
    ],
    [
      'of such a pull, checked out again and edited',
      { server: 'o 1b', git: 'o', record: '1b@1', code: '3x' },
      'diverged v1 git c0',
    ],
    [
      'of such a pull, committed with an edit',
      { server: 'o 1b 2c', git: 'o 1b3x', record: '1b@1', code: '1b3x' },
      'diverged v2 record',
    ],
    [
      'of such a pull, committed with an edit, taken back',
      { server: 'o 1b', git: 'o 1b3x', record: '1b@1', code: 'o' },
      'behind v1 git c0',
    ],
    [
      'of a pull that was committed, and the file of before it checked out',
      { server: 'o 1b', git: 'o 1b', record: '1b@1', code: 'o' },
      'ahead v2 git c1',
    ],
    [
      'of two passages, one of which the code has taken back',
      { server: 'o 1b2c', git: 'o', record: '1b2c@1', code: '1b' },
      'diverged v1 git c0',
    ],
    ['before every commit', { server: 'o 1b', git: '1b', record: 'o@0', code: '3x' }, 'ahead v2 git c0'],
    [
      'of a text in no commit, before all of them',
      { server: 'o 1b', git: '3x', record: 'o@0', code: '3x' },
      'diverged v1 record',
    ],
    [
      'of a pull before the first commit, which has an edit as well',
      { server: 'o 1b', git: '1b3x', record: '1b@0', code: '1b3x' },
      'ahead v2 record',
    ],
    [
      'of a pull before all commits, one of which has an older version: that one',
      { server: 'o 1b', git: 'o', record: '1b@0', code: 'o' },
      'behind v1 git c0',
    ],
    [
      'that names the second of two equal versions',
      { server: 'o 1b o 2c', record: 'o#3@0', code: '1b' },
      'diverged v3 record',
    ],
    [
      'that names none of them: the first',
      { server: 'o 1b o 2c', record: 'o@0', code: 'o' },
      'behind v1 record',
    ],
    [
      'of a text that came back, after the commits that it knows',
      { server: 'o 1b o 2c', git: 'o 1b', record: 'o@2', code: '3x' },
      'diverged v3 record',
    ],
    [
      'that names such a text, of which the code has no trace',
      { server: 'o 1b o 2c', git: 'o 1b', record: 'o#3@2', code: '1d' },
      'diverged v3 record',
    ],
    [
      'of what the code is, where its commit cannot be read',
      { server: 'o 1b 2c', git: 'o', record: '1b@0', code: '1b' },
      'behind v2 record',
    ],
    [
      'of a pull, where the code declares nothing any more',
      { server: 'o 1b', git: 'o', record: '1b@1' },
      'behind v1 git c0',
    ],
    [
      'whose version holds another text now',
      { server: '2z o', record: 'o#1@0', code: '3x' },
      'ahead v2 record',
    ],
  ],
  'a merge': [
    ['not committed', { server: 'o 1b', git: 'o', record: '1b~1b3x@1', code: '1b3x' }, 'ahead v2 record'],
    [
      'in which a conflict was decided for the code',
      { server: 'o 1b', git: 'o', record: '1b~1x@1', code: '1x' },
      'ahead v2 record',
    ],
    [
      'in which a conflict was decided, committed',
      { server: 'o 1b', git: 'o 1x', record: '1b~1x@1', code: '1x4y' },
      'ahead v2 record',
    ],
    [
      'in which a conflict was decided, behind since',
      { server: 'o 1b 2c', git: 'o', record: '1b~1x@1', code: '1x' },
      'diverged v2 record',
    ],
    [
      'taken back by a checkout',
      { server: 'o 1b', git: 'o', record: '1b~1x@1', code: 'o' },
      'behind v1 git c0',
    ],
    [
      'by hand, of all that the server changed',
      { server: 'o 1b', git: 'o 1b3x', code: '1b3x' },
      'ahead v1 git c0',
    ],
    ['by hand, of a part of it', { server: 'o 1b2c', git: 'o 1b3x', code: '1b3x' }, 'diverged v1 git c0'],
  ],
  'an undone push': [
    [
      'is passed over: the edit is ahead again',
      { server: 'o 3x o', git: 'o', code: '3x', takenBack: [2] },
      'ahead v1 git c0',
    ],
    [
      'is passed over, and the server moved since',
      { server: 'o 3x o 1b', git: 'o', code: '3x', takenBack: [2] },
      'diverged v1 git c0',
    ],
    [
      'is not passed over in another checkout',
      { server: 'o 3x o', git: 'o', code: '3x' },
      'behind v2 history',
    ],
    ['without git', { server: 'o 3x o', record: 'o@0', code: '3x', takenBack: [2] }, 'ahead v1 record'],
  ],
  'a component without versions': [
    ['of which nothing is known', { unversioned: true, server: '1b', code: 'o' }, 'differs'],
    ['renamed on the server', { unversioned: true, server: '1b', record: 'o@0', code: 'o' }, 'behind record'],
    ['renamed in the code', { unversioned: true, server: 'o', record: 'o@0', code: '3x' }, 'ahead record'],
    [
      'renamed on both sides',
      { unversioned: true, server: '1b', record: 'o@0', code: '1x' },
      'diverged record',
    ],
    ['renamed in a commit', { unversioned: true, server: 'o', git: 'o 3x', code: '3x' }, 'ahead git c0'],
    [
      'renamed on the server, on a branch',
      { unversioned: true, server: '1b', git: 'o', record: '1b!', code: 'o' },
      'differs',
    ],
    [
      'pulled, not committed, and checked out again',
      { unversioned: true, server: '1b', git: 'o', record: '1b@1', code: 'o' },
      'differs',
    ],
    [
      'pulled, not committed, and edited since',
      { unversioned: true, server: '1b', git: 'o', record: '1b@1', code: '1b3x' },
      'ahead record',
    ],
    [
      'pulled, not committed, checked out again and edited',
      { unversioned: true, server: '1b', git: 'o', record: '1b@1', code: '3x' },
      'diverged git c0',
    ],
    [
      'renamed on the server after a commit that agreed',
      { unversioned: true, server: '1b', git: 'o', record: 'o@1', code: 'o' },
      'behind git c0',
    ],
  ],
}

describe('the base', () => {
  for (const [group, rows] of Object.entries(GROUPS)) {
    describe(group, () => {
      for (const [title, row, stands] of rows) {
        it(`${title}: ${stands}`, async () => {
          expect(await standing(row)).to.equal(stands)
        })
      }
    })
  }

  describe('of one line, which was pulled, not committed, and changed since', () => {
    const line: Histories = {
      values,
      versions: undefined,
      server: 'Dashboard',
      lineage: [{ value: 'Old', commit: 'c0' }],
      record: { value: 'Dashboard', after: 1, committed: 'Old' },
      code: 'Own',
    }
    it('is what was pulled, where there are no versions', async () => {
      expect(await findBase(line)).to.include({ value: 'Dashboard', from: 'record' })
    })
    it('is what was committed, where there are', async () => {
      const versions = ['Old', 'Dashboard'].map((value, index) => ({ version: index + 1, value }))
      expect(await findBase({ ...line, versions })).to.include({ value: 'Old', version: 1, from: 'git' })
    })
  })

  it('of a document that was pulled, not committed, and changed since is what was committed', async () => {
    const document: Histories = {
      values: json,
      versions: undefined,
      server: { a: 2 },
      lineage: [{ value: { a: 1 }, commit: 'c0' }],
      record: { value: { a: 2 }, after: 1, committed: { a: 1 } },
      code: { a: 3 },
    }
    expect(await findBase(document)).to.deep.include({ value: { a: 1 }, from: 'git' })
  })

  it('is tested by at least sixty rows', () => {
    expect(Object.values(GROUPS).flat()).to.have.length.of.at.least(60)
  })
})
