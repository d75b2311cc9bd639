import { expect } from 'chai'
import { canAsk, canRewrite, wantsColor } from '../../src/cli/terminal.js'

const terminal = { stdin: { isTTY: true }, stdout: { isTTY: true } }
const pipe = { stdin: {}, stdout: {} }

describe('the terminal', () => {
  it('is asked only if both ends are one and nobody says otherwise', () => {
    expect(canAsk({}, terminal)).to.equal(true)
    expect(canAsk({}, { ...terminal, stdin: {} })).to.equal(false)
    expect(canAsk({}, { ...terminal, stdout: {} })).to.equal(false)
    for (const env of [{ CI: 'true' }, { CI: '1' }, { TERM: 'dumb' }]) {
      expect(canAsk(env, terminal), JSON.stringify(env)).to.equal(false)
      expect(canRewrite(env, { isTTY: true })).to.equal(false)
    }
    for (const env of [{ CI: 'false' }, { CI: '' }, { CI: '0' }]) {
      expect(canAsk(env, terminal), JSON.stringify(env)).to.equal(true)
    }
    expect(canRewrite({}, {})).to.equal(false)
  })

  it('is coloured by NO_COLOR, then FORCE_COLOR, then what it can do', () => {
    expect(wantsColor({}, terminal)).to.equal(true)
    expect(wantsColor({}, pipe)).to.equal(false)
    expect(wantsColor({ TERM: 'dumb' }, terminal)).to.equal(false)
    expect(wantsColor({ CI: 'true' }, terminal)).to.equal(false)
    expect(wantsColor({ FORCE_COLOR: '1', CI: 'true' }, pipe)).to.equal(true)
    expect(wantsColor({ FORCE_COLOR: '0' }, terminal)).to.equal(false)
    expect(wantsColor({ FORCE_COLOR: '1', NO_COLOR: '1' }, terminal)).to.equal(false)
    expect(wantsColor({ NO_COLOR: '' }, terminal)).to.equal(true)
  })
})
