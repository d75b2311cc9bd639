import { expect } from 'chai'
import { errnoOf, refusal, refuseSecret } from '../../../src/lib/disk/refusals.js'
import { asLuaError, LuaError } from '../../../src/lib/errors.js'
import { keepSecret } from '../../../src/lib/secrets.js'
import { errno } from './workspace.js'

/** What the system says, what a person is told, and what they can do. */
const MEANINGS: [codes: string[], message: string, hint: RegExp][] = [
  [['EACCES', 'EPERM'], 'it may not be written', /chmod u\+w/],
  [['EROFS'], 'its file system is read-only', /Mount it writable/],
  [['ENOSPC', 'EDQUOT', 'EFBIG'], 'the disk is full', /Free some space/],
  [['ENOENT'], 'its folder has vanished', /Bring the folder back/],
  [['ENOTDIR'], 'a part of its path is a file, not a folder', /Move that file away/],
  [['EISDIR'], 'it is a folder', /Move that folder away/],
  [['ELOOP'], 'its symbolic links go round in a circle', /Repair the links/],
  [['ENAMETOOLONG'], 'its name is too long for this disk', /shorter path/],
  [['EXDEV'], 'it lies on another disk than its folder', /edit it by hand/],
  [['EMFILE'], 'too many files are open', /ulimit -n/],
  [['EIO'], 'EIO: injected', /Look at persona\.md and its folder/],
]

describe('a refusal', () => {
  for (const [codes, message, hint] of MEANINGS) {
    for (const code of codes) {
      it(`says for ${code} that ${message}`, () => {
        const cause = errno(code)
        const error = refusal('/agent/persona.md', cause)
        expect(error).to.include({
          code: 'FILE_REFUSED',
          message: `/agent/persona.md was not written: ${message}.`,
          cause,
        })
        expect(error.hint).to.match(hint)
      })
    }
  }

  it('says what else was thrown, and leaves one that is worded already as it is', () => {
    expect(refusal('/a', 'odd').message).to.equal('/a was not written: odd.')
    expect(refusal('/a', new Error('odd')).message).to.equal('/a was not written: odd.')
    const worded = new LuaError('CONFLICT', 'no')
    expect(refusal('/a', worded)).to.equal(worded)
  })

  it('knows the system’s code of an error, and no other', () => {
    expect(errnoOf(errno('EIO'))).to.equal('EIO')
    for (const other of [new Error(), Object.assign(new Error(), { code: 5 }), { code: 'EIO' }, undefined])
      expect(errnoOf(other)).to.equal(undefined)
  })

  it('is what a text with an API key in it meets', () => {
    keepSecret('key-of-the-refusals-test')
    for (const plain of [undefined, Buffer.from('no key in here')]) refuseSecret('/a', plain)
    let error: LuaError | undefined
    try {
      refuseSecret('/a', Buffer.from('It is key-of-the-refusals-test.'))
    } catch (thrown) {
      error = asLuaError(thrown)
    }
    expect(error).to.include({
      code: 'FILE_REFUSED',
      message: '/a was not written: its text holds your API key.',
    })
    expect(error!.hint).to.contain('.env')
    expect(error!.hint).not.to.contain('key-of-the-refusals-test')
  })
})
