import { expect } from 'chai'
import { EXIT_CODES, LuaError } from '../../../src/lib/errors.js'
import { exitCodeOf, WORST_FIRST, worstOf } from '../../../src/lib/report/exit-codes.js'
import { result } from './example.js'

describe('exit codes', () => {
  it('are all in the order of badness, each once', () => {
    expect(WORST_FIRST.map(String)).to.have.members(Object.keys(EXIT_CODES))
  })

  it('of many are the worst of them', () => {
    expect(worstOf([])).to.equal(0)
    expect(worstOf([0, 1, 0])).to.equal(1)
    expect(worstOf([1, 21, 11, 0])).to.equal(11)
    expect(worstOf([9, 22, 1])).to.equal(22)
    expect(worstOf([22, 130])).to.equal(130)
  })

  const unreachable = new LuaError('SERVER_UNREACHABLE', '')
  const interrupted = new LuaError('INTERRUPTED', '')
  const cases = [
    { given: result({ status: 'in-sync' }), mode: 'check', code: 0 },
    { given: result({ status: 'drift' }), mode: 'check', code: 1 },
    { given: result({ status: 'drift' }), mode: 'interactive', code: 0 },
    { given: result({ status: 'unverified', failure: unreachable }), mode: 'check', code: 0 },
    { given: result({ status: 'conflict', failure: new LuaError('CONFLICT', '') }), mode: 'pull', code: 21 },
    { given: result({ status: 'partial', failure: unreachable }), mode: 'push', code: 22 },
    { given: result({ status: 'partial', failure: interrupted }), mode: 'interactive', code: 130 },
    { given: result({ status: 'error', failure: interrupted }), mode: 'interactive', code: 130 },
  ] as const
  for (const { given, mode, code } of cases) {
    it(`are ${code} for ${given.status} in ${mode}`, () => {
      expect(exitCodeOf(given, mode)).to.equal(code)
    })
  }

  it('are 11 for an unchecked run that had to be checked', () => {
    expect(exitCodeOf(result({ status: 'unverified', failure: unreachable }), 'check', true)).to.equal(11)
  })
})
