import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  commitFiles,
  commitsDone,
  ensureStateDir,
  type FileWrite,
  recoverFiles,
} from '../../../src/lib/disk/index.js'
import { asLuaError, type ErrorCode, type LuaError } from '../../../src/lib/errors.js'
import { errno, NO_LINKS, tampered, type Workspace, workspace, write } from './workspace.js'

let w: Workspace
beforeEach(() => {
  w = workspace()
})
afterEach(() => {
  rmSync(w.root, { recursive: true, force: true })
})

const commit = (...writes: FileWrite[]) => commitFiles(writes, { stateDir: w.stateDir })

async function failure(run: Promise<unknown>): Promise<LuaError> {
  try {
    await run
  } catch (error) {
    return asLuaError(error)
  }
  throw new Error('it should have failed')
}

async function expectRefusal(run: Promise<unknown>, code: ErrorCode, words: RegExp): Promise<LuaError> {
  const error = await failure(run)
  expect(error.code, error.message).to.equal(code)
  expect(error.message).to.match(words)
  expect(error.hint).to.be.a('string').and.not.equal('')
  expect(w.names().filter(name => /\.lua-sync-|\.tmp$/.test(name))).to.deep.equal([])
  expect(w.state().filter(name => name !== '.gitignore')).to.deep.equal([])
  return error
}

describe('commitFiles', () => {
  it('replaces, creates and deletes together, and leaves nothing else behind', async () => {
    w.put('a.ts', 'one')
    w.put('gone.ts', 'bye')
    await commit(
      write(w.path('a.ts'), 'one', 'two'),
      write(w.path('deep/er/new.ts'), undefined, 'new'),
      write(w.path('gone.ts'), 'bye', undefined),
    )
    expect(w.names()).to.deep.equal(['a.ts', 'deep', 'deep/er', 'deep/er/new.ts'])
    expect([w.text('a.ts'), w.text('deep/er/new.ts')]).to.deep.equal(['two', 'new'])
    expect(w.state()).to.deep.equal(['.gitignore'])
  })

  it('keeps the mode of a file, and gives a new one the usual mode', async () => {
    w.put('run.sh', 'x')
    chmodSync(w.path('run.sh'), 0o751)
    await commit(write(w.path('run.sh'), 'x', 'y'), write(w.path('new.ts'), undefined, 'n'), {
      ...write(w.path('private'), undefined, 'p'),
      mode: 0o600,
    })
    const mode = (name: string) => statSync(w.path(name)).mode & 0o777
    expect(mode('run.sh')).to.equal(0o751)
    expect(mode('new.ts')).to.equal(0o666 & ~process.umask())
    expect(mode('private')).to.equal(0o600)
  })

  it('touches nothing, not even `.lua`, when nothing changes', async () => {
    w.put('a.ts', 'one')
    const { mtimeMs, ino } = statSync(w.path('a.ts'))
    await commit(write(w.path('a.ts'), 'one', 'one'), write(w.path('b.ts'), undefined, undefined))
    expect(statSync(w.path('a.ts'))).to.include({ mtimeMs, ino })
    expect(w.state()).to.deep.equal([])
  })

  it('refuses a file that is not what was read, and then writes none of the set', async () => {
    w.put('a.ts', 'one')
    w.put('b.ts', 'saved by an editor')
    const set = [write(w.path('a.ts'), 'one', 'two'), write(w.path('b.ts'), 'as read', 'ours')]
    await expectRefusal(commit(...set), 'FILE_CHANGED', /b\.ts was changed/)
    expect([w.text('a.ts'), w.text('b.ts')]).to.deep.equal(['one', 'saved by an editor'])
  })

  it('touches nothing, not even `.lua`, when it is refused', async () => {
    w.put('a.ts', 'saved by an editor')
    const error = await failure(commit(write(w.path('a.ts'), 'as read', 'ours')))
    expect(error.message).to.equal(
      `${w.path('a.ts')} was changed while it was being worked on; nothing was written.`,
    )
    expect(error.hint).to.equal('Save it in your editor, then run again.')
    expect(w.state()).to.deep.equal([])
  })

  it('keeps the owner of a file', async function () {
    if (process.getuid?.() !== 0) this.skip()
    for (const [name, uid, gid] of [
      ['a.ts', 1234, 5678],
      ['b.ts', 0, 5678],
      ['c.ts', 1234, 0],
    ] as const) {
      w.put(name, 'one')
      chownSync(w.path(name), uid, gid)
      await commit(write(w.path(name), 'one', 'two'))
      expect(statSync(w.path(name)), name).to.include({ uid, gid })
    }
  })

  it('is done when no commit is under way any more', async () => {
    const run = commit(write(w.path('a.ts'), undefined, 'new'))
    await commitsDone()
    expect(w.text('a.ts')).to.equal('new')
    await run
  })

  it('has written the files where only what it kept beside them cannot be removed', async () => {
    w.put('a.ts', 'one')
    const stuck = () => {
      throw errno('EIO')
    }
    await tampered('rmSync', stuck, () => commit(write(w.path('a.ts'), 'one', 'two')))
    expect(w.text('a.ts')).to.equal('two')
    expect(await recoverFiles(w.stateDir)).to.include({ outcome: 'finished' })
    expect(w.names()).to.deep.equal(['a.ts'])
  })

  it('takes a folder that appears meanwhile', async () => {
    ensureStateDir(w.stateDir)
    const quicker = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      if (args[0] === w.path('new')) real(args[0])
      return real(...args)
    }
    await tampered('mkdirSync', quicker, () => commit(write(w.path('new/a.ts'), undefined, 'a')))
    expect(w.text('new/a.ts')).to.equal('a')
  })

  it('names the folder that cannot be made, and removes those that were', async () => {
    ensureStateDir(w.stateDir)
    const refused = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      if (args[0] === w.path('new/deep')) throw errno('EACCES')
      return real(...args)
    }
    const run = tampered('mkdirSync', refused, () => commit(write(w.path('new/deep/a.ts'), undefined, 'a')))
    const error = await expectRefusal(run, 'FILE_REFUSED', /it may not be written/)
    expect(error.message).to.contain(`${w.path('new/deep')} was`)
    expect(w.names()).to.deep.equal([])
  })

  it('closes what it has staged', async () => {
    w.put('a.ts', 'one')
    let open = 0
    const counted = async (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      const file = (await real(...args)) as { close: () => Promise<void> }
      const close = file.close.bind(file)
      open += 1
      file.close = () => {
        open -= 1
        return close()
      }
      return file
    }
    await tampered('open', counted, () => commit(write(w.path('a.ts'), 'one', 'two')))
    expect(open).to.equal(0)
  })

  it('refuses a file that has appeared, and one that was deleted', async () => {
    w.put('here.ts', 'theirs')
    await expectRefusal(commit(write(w.path('here.ts'), undefined, 'x')), 'FILE_CHANGED', /appeared/)
    await expectRefusal(commit(write(w.path('gone.ts'), 'x', 'y')), 'FILE_CHANGED', /was deleted/)
    expect(w.names()).to.deep.equal(['here.ts'])
  })
})

describe('commitFiles and symbolic links', () => {
  it('writes the target of a link that stays inside', async () => {
    w.put('real/persona.md', 'one')
    symlinkSync('real/persona.md', w.path('persona.md'))
    await commit(write(w.path('persona.md'), 'one', 'two'))
    expect(readFileSync(w.path('real/persona.md'), 'utf8')).to.equal('two')
    expect(w.names()).to.deep.equal(['persona.md', 'real', 'real/persona.md'])
  })

  it('refuses a file link, a folder link and a new file below a folder link that lead outside', async () => {
    const outside = workspace()
    outside.put('x.ts', 'theirs')
    symlinkSync(outside.path('x.ts'), w.path('file.ts'))
    symlinkSync(outside.root, w.path('dir'))
    for (const [name, before] of [
      ['file.ts', 'theirs'],
      ['dir/x.ts', 'theirs'],
      ['dir/a/b.ts', undefined],
    ] as const) {
      await expectRefusal(commit(write(w.path(name), before, 'ours')), 'FILE_REFUSED', /outside the project/)
    }
    expect(outside.names()).to.deep.equal(['x.ts'])
    expect(outside.text('x.ts')).to.equal('theirs')
    rmSync(outside.root, { recursive: true })
  })

  it('refuses links to nothing, in a circle, and deleting through a link', async () => {
    symlinkSync('nowhere', w.path('dangling'))
    symlinkSync('loop', w.path('loop'))
    w.put('real.ts', 'x')
    symlinkSync('real.ts', w.path('link.ts'))
    await expectRefusal(commit(write(w.path('dangling'), 'a', 'b')), 'FILE_REFUSED', /link to nothing/)
    await expectRefusal(commit(write(w.path('dangling'), undefined, 'b')), 'FILE_REFUSED', /in the way/)
    await expectRefusal(commit(write(w.path('dangling/x'), undefined, 'b')), 'FILE_REFUSED', /vanished/)
    await expectRefusal(commit(write(w.path('loop'), 'a', 'b')), 'FILE_REFUSED', /circle/)
    await expectRefusal(commit(write(w.path('link.ts'), 'x', undefined)), 'FILE_REFUSED', /not deleted/)
    const twice = [write(w.path('link.ts'), 'x', 'y'), write(w.path('real.ts'), 'x', 'z')]
    await expectRefusal(commit(...twice), 'FILE_REFUSED', /two changes/)
    expect(w.text('real.ts')).to.equal('x')
  })
})

describe('commitFiles and what cannot be written', () => {
  it('refuses a read-only file even as root, a read-only folder, folders and pipes', async () => {
    w.put('ro.ts', 'x')
    chmodSync(w.path('ro.ts'), 0o444)
    w.put('rodir/a.ts', 'x')
    chmodSync(w.path('rodir'), 0o555)
    mkdirSync(w.path('folder'))
    await expectRefusal(commit(write(w.path('ro.ts'), 'x', 'y')), 'FILE_REFUSED', /read-only/)
    await expectRefusal(commit(write(w.path('rodir/a.ts'), 'x', 'y')), 'FILE_REFUSED', /read-only/)
    await expectRefusal(commit(write(w.path('rodir/b.ts'), undefined, 'y')), 'FILE_REFUSED', /read-only/)
    await expectRefusal(commit(write(w.path('folder'), 'x', 'y')), 'FILE_REFUSED', /is a folder/)
    spawnSync('mkfifo', [w.path('pipe')])
    await expectRefusal(commit(write(w.path('pipe'), 'x', 'y')), 'FILE_REFUSED', /not an ordinary file/)
    await expectRefusal(commit(write(w.path('ro.ts/below'), undefined, 'y')), 'FILE_REFUSED', /is a file/)
    expect([w.text('ro.ts'), w.text('rodir/a.ts')]).to.deep.equal(['x', 'x'])
    chmodSync(w.path('rodir'), 0o755)
  })

  it('refuses when the folder of a file has vanished, and when the root itself has', async () => {
    await expectRefusal(commit(write(w.path('no/such/a.ts'), 'x', 'y')), 'FILE_REFUSED', /vanished/)
    rmSync(w.root, { recursive: true })
    await expectRefusal(
      commit(write(w.path('a.ts'), undefined, 'y')),
      'FILE_REFUSED',
      /outside the project|vanished/,
    )
  })

  it('says clearly when `.lua` is a file or a link', async () => {
    w.put('a.ts', 'x')
    writeFileSync(w.stateDir, 'a file')
    const error = await failure(commit(write(w.path('a.ts'), 'x', 'y')))
    expect([error.code, error.message]).to.deep.equal([
      'FILE_REFUSED',
      `${w.stateDir} was not written: it is not a folder.`,
    ])
    rmSync(w.stateDir)
    const outside = workspace()
    symlinkSync(outside.root, w.stateDir)
    expect((await failure(commit(write(w.path('a.ts'), 'x', 'y')))).code).to.equal('FILE_REFUSED')
    expect(outside.names()).to.deep.equal([])
    expect(w.text('a.ts')).to.equal('x')
    rmSync(outside.root, { recursive: true })
  })

  for (const [call, nth] of [
    ['writeFileSync', 1],
    ['open', 1],
    ['open', 3],
    ['linkSync', 1],
    ['renameSync', 1],
    ['renameSync', 3],
  ] as const) {
    it(`restores everything when the disk is full at ${call} number ${nth}`, async () => {
      w.put('a.ts', 'one')
      w.put('b.ts', 'uno')
      await commit(write(w.path('warm-up'), undefined, ''))
      let calls = 0
      const set = [
        write(w.path('a.ts'), 'one', 'two'),
        write(w.path('dir/new.ts'), undefined, 'new'),
        write(w.path('b.ts'), 'uno', 'due'),
      ]
      const run = tampered(
        call,
        (real, args) => {
          if (++calls === nth) throw errno('ENOSPC')
          return real(...args)
        },
        () => commit(...set),
      )
      await expectRefusal(run, 'FILE_REFUSED', /disk is full/)
      expect(w.names()).to.deep.equal(['a.ts', 'b.ts', 'warm-up'])
      expect([w.text('a.ts'), w.text('b.ts')]).to.deep.equal(['one', 'uno'])
    })
  }

  for (const code of NO_LINKS) {
    it(`works on a disk without hard links that says ${code}`, async () => {
      w.put('a.ts', 'one')
      const noLinks = () => {
        throw errno(code)
      }
      await tampered('linkSync', noLinks, () =>
        commit(write(w.path('a.ts'), 'one', 'two'), write(w.path('b.ts'), undefined, 'new')),
      )
      expect([w.text('a.ts'), w.text('b.ts'), w.names()]).to.deep.equal(['two', 'new', ['a.ts', 'b.ts']])
    })
  }

  it('replaces no file that appears on a disk without hard links', async () => {
    const noLinks = () => {
      w.put('b.ts', 'typed by a person')
      throw errno('EPERM')
    }
    const run = tampered('linkSync', noLinks, () => commit(write(w.path('b.ts'), undefined, 'new')))
    await expectRefusal(run, 'FILE_CHANGED', /b\.ts appeared/)
    expect(w.text('b.ts')).to.equal('typed by a person')
  })
})

describe('commitFiles beside an editor', () => {
  /** The editor acts right before our nth rename: the journal's phase is the first, then the files follow. */
  const savedBefore = (nth: number, save: () => void, ...set: FileWrite[]) => {
    ensureStateDir(w.stateDir)
    let calls = 0
    return tampered(
      'renameSync',
      (real, args) => {
        if (++calls === nth) save()
        return real(...args)
      },
      () => commit(...set),
    )
  }

  it('keeps what is saved in place in the very moment of the rename, and puts the others back', async () => {
    w.put('a.ts', 'one')
    w.put('b.ts', 'uno')
    const set = [write(w.path('a.ts'), 'one', 'two'), write(w.path('b.ts'), 'uno', 'due')]
    const run = savedBefore(4, () => writeFileSync(w.path('b.ts'), 'typed by a person'), ...set)
    await expectRefusal(run, 'FILE_CHANGED', /saved by another program/)
    expect([w.text('a.ts'), w.text('b.ts')]).to.deep.equal(['one', 'typed by a person'])
  })

  it('keeps what is saved while the set is being moved, and puts the others back', async () => {
    w.put('a.ts', 'one')
    w.put('b.ts', 'uno')
    const set = [write(w.path('a.ts'), 'one', 'two'), write(w.path('b.ts'), 'uno', 'due')]
    const save = () => {
      rmSync(w.path('b.ts'))
      writeFileSync(w.path('b.ts'), 'typed by a person')
    }
    await expectRefusal(savedBefore(3, save, ...set), 'FILE_CHANGED', /b\.ts was changed/)
    expect([w.text('a.ts'), w.text('b.ts')]).to.deep.equal(['one', 'typed by a person'])
  })

  it('never replaces a file that appears where it wants to create one', async () => {
    let calls = 0
    const run = tampered(
      'linkSync',
      (real, args) => {
        if (++calls === 1) writeFileSync(w.path('new.ts'), 'typed by a person')
        return real(...args)
      },
      () => commit(write(w.path('new.ts'), undefined, 'ours')),
    )
    await expectRefusal(run, 'FILE_CHANGED', /appeared/)
    expect(w.text('new.ts')).to.equal('typed by a person')
  })

  it('leaves a file alone that is saved again while a failed set is put back, and says so', async () => {
    w.put('a.ts', 'one')
    w.put('b.ts', 'uno')
    const set = [write(w.path('a.ts'), 'one', 'two'), write(w.path('b.ts'), 'uno', 'due')]
    const save = () => {
      writeFileSync(w.path('a.ts'), 'typed by a person')
      throw errno('EIO')
    }
    const error = await expectRefusal(savedBefore(4, save, ...set), 'FILE_REFUSED', /b\.ts was not written/)
    expect(error.hint).to.contain(`${join(w.root, 'a.ts')} was written by another program`)
    expect([w.text('a.ts'), w.text('b.ts')]).to.deep.equal(['typed by a person', 'uno'])
  })

  it('leaves the other name of a hard-linked file as it is', async () => {
    w.put('a.ts', 'one')
    linkSync(w.path('a.ts'), w.path('twin.ts'))
    await commit(write(w.path('a.ts'), 'one', 'two'))
    expect([w.text('a.ts'), w.text('twin.ts')]).to.deep.equal(['two', 'one'])
  })
})
