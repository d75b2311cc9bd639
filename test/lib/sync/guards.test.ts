import { expect } from 'chai'
import { LuaError } from '../../../src/lib/errors.js'
import type { Persona } from '../../../src/lib/persona.js'
import { hasConflictMarkers, refusePoison, type Way } from '../../../src/lib/sync/guards.js'

function refused(value: Persona, before?: Persona, way: Way = 'push'): LuaError | undefined {
  try {
    refusePoison('persona', value, before, way)
    return undefined
  } catch (error) {
    expect(error).to.be.instanceOf(LuaError)
    expect((error as LuaError).exitCode).to.equal(21)
    return error as LuaError
  }
}

const refusal = (...args: Parameters<typeof refused>) => refused(...args)?.message

describe('guards against poison', () => {
  const long = 'x'.repeat(401)
  const poisons: [Persona, Persona | undefined, string][] = [
    ['', 'text', 'is empty'],
    [' \n', 'text', 'is empty'],
    [{ base: 'fine', voice: '' }, undefined, 'is empty'],
    ['undefined', undefined, '"undefined"'],
    ['[object Object]', undefined, '"[object Object]"'],
    ['a\n<<<<<<< local\nb\n=======\nc\n>>>>>>> server', undefined, 'conflict markers'],
    ['short', long, 'would lose 99% of its text (401 → 5 characters)'],
    [
      { base: 'x', voice: 'y' },
      { base: long, voice: long },
      'would lose 100% of its text (802 → 2 characters)',
    ],
    [`${' '.repeat(100)}short`, `${long}`, 'lose 99%'],
  ]
  for (const [value, before, says] of poisons) {
    it(`refuses what ${says}`, () => {
      expect(refusal(value, before)).to.include(says)
    })
  }

  const ways: [Way, message: string, hint: string][] = [
    ['push', 'The local persona is empty, so it was not pushed.', 'run lua sync --push --force.'],
    ['pull', 'The server persona is empty, so it was not pulled.', 'run lua sync --pull --force.'],
    ['merge', 'The merged persona is empty, so it was not written.', 'run lua sync --merge --force.'],
    ['edit', 'The edited persona is empty, so it was not written.', 'write it into the source yourself.'],
  ]
  for (const [way, message, hint] of ways) {
    it(`says whose text it is, and what passes it: ${way}`, () => {
      const error = refused('', undefined, way)!
      expect(error.message).to.equal(message)
      expect(error.hint).to.equal(`If that is what you want, ${hint}`)
    })
  }

  it('lets ordinary texts pass', () => {
    expect(refusal('You help.', long.slice(0, 400))).to.equal(undefined)
    expect(refusal(long.slice(0, 81), long)).to.equal(undefined)
    expect(refusal('x'.repeat(100), 'x'.repeat(500)), 'just a fifth').to.equal(undefined)
    expect(refusal('You help.', `You help.${' '.repeat(500)}`), 'white space is no text').to.equal(undefined)
    expect(refusal('Title\n=======\nundefined behaviour is explained', undefined)).to.equal(undefined)
  })

  /** What stands before the part that is secret, of which characters that is, and how many there are at least. */
  const secrets: [prefix: string, letter: string, length: number, other: string][] = [
    ['sk-', 'a', 20, '.'],
    ['sk-ant-', 'Z', 20, '.'],
    ['sk-proj-', '_', 20, '.'],
    ['sk-live-', '-', 20, '.'],
    ['sk_live_', '7', 16, '-'],
    ['rk_live_', 'a', 16, '-'],
    ...['p', 'o', 'u', 's', 'r'].map((kind): [string, string, number, string] => [
      `gh${kind}_`,
      'a',
      36,
      '-',
    ]),
    ['github_pat_', '_', 40, '-'],
    ['AKIA', 'Q', 16, 'q'],
    ['AIza', '-', 35, '.'],
    ...['a', 'b', 'p', 'r', 's'].map((kind): [string, string, number, string] => [
      `xox${kind}-`,
      '1',
      10,
      '.',
    ]),
    ['glpat-', 'w', 20, '.'],
    ['npm_', 'a', 36, '-'],
  ]
  for (const [prefix, letter, length, other] of secrets) {
    it(`takes ${prefix}… for a secret key, if ${length} characters of its kind follow`, () => {
      const key = prefix + letter.repeat(length)
      expect(refusal(`Use ${key} for it.`)).to.include('secret key')
      expect(refusal(`Use it${key} for it.`), 'within a word').to.equal(undefined)
      // The long prefixes of one vendor are characters of its short one.
      const short = prefix.startsWith('sk-') ? 'sk-' : prefix
      expect(refusal(`Use ${short}${letter.repeat(length - 1)}${other}`), 'too short').to.equal(undefined)
      expect(refusal(`Use ${short}${other}${letter.repeat(length)}`), 'other characters').to.equal(undefined)
    })
  }

  it('takes a private key block for one, of any kind', () => {
    for (const kind of ['', 'RSA ', 'OPENSSH ', 'EC ']) {
      expect(refusal(`-----BEGIN ${kind}PRIVATE ${'KEY'}-----`)).to.include('secret key')
    }
    expect(refusal(`-----BEGIN PUBLIC ${'KEY'}-----`)).to.equal(undefined)
  })

  it('looks for secrets in what is pushed only: what the server has is out already', () => {
    expect(refusal(`Use ${'sk-'}${'a'.repeat(24)}`, undefined, 'pull')).to.equal(undefined)
  })

  const [OURS, MIDDLE, THEIRS] = ['<<<<<<< local', '=======', '>>>>>>> server']
  const markers: [title: string, lines: string[], found: boolean][] = [
    ['all three', [OURS, 'a', MIDDLE, 'b', THEIRS], true],
    ['without names', ['<<<<<<<', 'a', MIDDLE, 'b', '>>>>>>>'], true],
    ['none', ['a', 'b'], false],
    ['no beginning', ['a', MIDDLE, 'b', THEIRS], false],
    ['no middle', [OURS, 'a', 'b', THEIRS], false],
    ['no end', [OURS, 'a', MIDDLE, 'b'], false],
    ['a beginning within a line', [`a ${OURS}`, MIDDLE, THEIRS], false],
    ['a beginning that goes on', ['<<<<<<<local', MIDDLE, THEIRS], false],
    ['a middle within a line', [OURS, `a ${MIDDLE}`, THEIRS], false],
    ['a middle that goes on', [OURS, `${MIDDLE}=`, THEIRS], false],
    ['an end within a line', [OURS, MIDDLE, `a ${THEIRS}`], false],
    ['an end that goes on', [OURS, MIDDLE, '>>>>>>>server'], false],
  ]
  for (const [title, lines, found] of markers) {
    it(`${found ? 'sees' : 'sees no'} conflict markers: ${title}`, () => {
      expect(hasConflictMarkers(lines.join('\n'))).to.equal(found)
    })
  }
})
