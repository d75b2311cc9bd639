import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import type { Persona } from '../../../src/lib/persona.js'
import { refusePoison, type Way } from '../../../src/lib/sync/guards.js'

function refusal(value: Persona, before?: Persona, direction: 'push' | 'pull' = 'push'): string | undefined {
  try {
    refusePoison('persona', value, before, direction)
    return undefined
  } catch (error) {
    expect(error).to.be.instanceOf(LuaError)
    expect((error as LuaError).exitCode).to.equal(21)
    return (error as LuaError).message
  }
}

describe('guards against poison', () => {
  const long = 'x'.repeat(401)
  const refused: [Persona, Persona | undefined, string][] = [
    ['', 'text', 'is empty'],
    [' \n', 'text', 'is empty'],
    [{ base: 'fine', voice: '' }, undefined, 'is empty'],
    ['undefined', undefined, '"undefined"'],
    ['[object Object]', undefined, '"[object Object]"'],
    ['a\n<<<<<<< local\nb\n=======\nc\n>>>>>>> server', undefined, 'conflict markers'],
    ['short', long, 'lose 99%'],
    [`Use ${'sk-'}${'a'.repeat(24)}`, undefined, 'secret key'],
  ]
  for (const [value, before, says] of refused) {
    it(`refuses what ${says}`, () => {
      expect(refusal(value, before)).to.include(says)
    })
  }

  it('say whose text it is', () => {
    const said = (way: Way) => {
      try {
        refusePoison('persona', '', undefined, way)
      } catch (error) {
        return (error as LuaError).message
      }
    }
    expect(said('pull')).to.equal('The server persona is empty, so it was not pulled.')
    expect(said('edit')).to.equal('The edited persona is empty, so it was not written.')
    expect(said('merge')).to.equal('The merged persona is empty, so it was not written.')
  })

  it('lets ordinary texts pass', () => {
    expect(refusal('You help.', long.slice(0, 400))).to.equal(undefined)
    expect(refusal(long.slice(0, 81), long)).to.equal(undefined)
    expect(refusal('Title\n=======\nundefined behaviour is explained', undefined)).to.equal(undefined)
  })

  it('looks for secrets in what is pushed only: what the server has is out already', () => {
    expect(refusal(`Use ${'sk-'}${'a'.repeat(24)}`, undefined, 'pull')).to.equal(undefined)
  })
})
