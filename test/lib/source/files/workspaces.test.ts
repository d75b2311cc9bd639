import { expect } from 'chai'
import { matchesGlob } from '../../../../src/lib/source/files/workspaces.js'

describe('source: the globs of workspaces', () => {
  const cases: [pattern: string, matching: string[], others: string[]][] = [
    ['*', ['a', '', 'a.b'], []],
    ['a*', ['a', 'ab'], ['b', '']],
    ['*a', ['a', 'ba'], ['ab']],
    ['a*a', ['aa', 'aba'], ['a', 'ab']],
    ['a*b*c', ['abc', 'axbxc', 'abcbc'], ['ac', 'acb', 'ab']],
    ['**', ['x'], []],
    ['a.b*', ['a.b'], ['axb']],
  ]
  for (const [pattern, matching, others] of cases) {
    it(pattern, () => {
      for (const name of matching) expect(matchesGlob(name, pattern), name).to.equal(true)
      for (const name of others) expect(matchesGlob(name, pattern), name).to.equal(false)
    })
  }

  it('of many stars, on a long name', () => {
    expect(matchesGlob(`${'a'.repeat(250)}`, `${'*a'.repeat(60)}*b`)).to.equal(false)
  })
})
