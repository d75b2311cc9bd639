import {
  chmodSync,
  existsSync,
  fstatSync,
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
  ensureStateDir,
  hasState,
  privateWrite,
  readState,
} from '../../../src/lib/disk/index.js'
import { asLuaError } from '../../../src/lib/errors.js'
import { keepSecret } from '../../../src/lib/secrets.js'
import { errno, tampered, type Workspace, workspace, write } from './workspace.js'

let w: Workspace
beforeEach(() => {
  w = workspace()
})
afterEach(() => {
  rmSync(w.root, { recursive: true, force: true })
})

describe('privateWrite', () => {
  it('writes whole files that only their owner reads, in folders that it makes', () => {
    privateWrite(w.stateDir, 'undo/1/entry.json', 'first')
    privateWrite(w.stateDir, 'undo/1/entry.json', 'second')
    expect(w.text('.lua/undo/1/entry.json')).to.equal('second')
    expect(statSync(w.path('.lua/undo/1/entry.json')).mode & 0o777).to.equal(0o600)
    expect(statSync(w.path('.lua/undo/1')).mode & 0o777).to.equal(0o700)
    expect(w.state()).to.deep.equal(['.gitignore', 'undo', 'undo/1', 'undo/1/entry.json'])
  })

  it('replaces a link of that name instead of following it, and refuses a folder link that leads out', () => {
    const outside = workspace()
    outside.put('x', 'theirs')
    ensureStateDir(w.stateDir)
    symlinkSync(outside.path('x'), w.path('.lua/sync.json'))
    symlinkSync(outside.root, w.path('.lua/undo'))
    privateWrite(w.stateDir, 'sync.json', 'ours')
    expect(() => privateWrite(w.stateDir, 'undo/x', 'ours')).to.throw(/leads out of the folder/)
    expect([outside.text('x'), outside.names()]).to.deep.equal(['theirs', ['x']])
    rmSync(outside.root, { recursive: true })
  })
})

describe('ensureStateDir', () => {
  it('makes a private folder that git ignores, and leaves an existing one as it is', async () => {
    ensureStateDir(w.stateDir)
    expect(statSync(w.stateDir).mode & 0o777).to.equal(0o700)
    expect(readFileSync(join(w.stateDir, '.gitignore'), 'utf8')).to.equal('*\n')
    expect(statSync(join(w.stateDir, '.gitignore')).mode & 0o777).to.equal(0o600)
    chmodSync(w.stateDir, 0o755)
    writeFileSync(join(w.stateDir, '.gitignore'), 'cache/\n')
    ensureStateDir(w.stateDir)
    expect(statSync(w.stateDir).mode & 0o777).to.equal(0o755)
    expect(readFileSync(join(w.stateDir, '.gitignore'), 'utf8')).to.equal('cache/\n')
  })
})

describe('readState', () => {
  const read = (name: string, stateDir = w.stateDir) => readState(stateDir, name)?.toString()

  it('reads what was written, in folders too, and nothing that is not there', () => {
    privateWrite(w.stateDir, 'sync.json', 'one')
    privateWrite(w.stateDir, 'undo/1/entry.json', 'two')
    expect(
      ['sync.json', 'undo/1/entry.json', 'undo/2/entry.json', 'undo'].map(name => read(name)),
    ).to.deep.equal(['one', 'two', undefined, undefined])
  })

  it('reads no more than it may', () => {
    privateWrite(w.stateDir, 'sync.json', '12345')
    expect(readState(w.stateDir, 'sync.json', 5)?.toString()).to.equal('12345')
    expect(readState(w.stateDir, 'sync.json', 4)).to.equal(undefined)
  })

  it('follows no link: to a file, to a folder on the way, or to another state', () => {
    const other = workspace()
    privateWrite(other.stateDir, 'undo/1/entry.json', 'theirs')
    ensureStateDir(w.stateDir)
    symlinkSync(other.path('.lua/undo/1/entry.json'), w.path('.lua/entry.json'))
    symlinkSync(other.path('.lua/undo'), w.path('.lua/undo'))
    w.put('.lua/more/x', '')
    symlinkSync(other.path('.lua/undo/1'), w.path('.lua/more/1'))
    for (const name of ['entry.json', 'undo/1/entry.json', 'more/1/entry.json'])
      expect(read(name), name).to.equal(undefined)
    rmSync(w.stateDir, { recursive: true })
    symlinkSync(other.stateDir, w.stateDir)
    privateWrite(join(other.stateDir, 'local'), 'sync.json', 'theirs')
    expect(read('undo/1/entry.json')).to.equal(undefined)
    expect(read('sync.json', join(w.stateDir, 'local'))).to.equal(undefined)
    expect(hasState(join(w.stateDir, 'local'))).to.equal(false)
    expect(hasState(join(other.stateDir, 'local'))).to.equal(true)
    rmSync(other.root, { recursive: true })
  })
})

describe('what is written to the state', () => {
  it('holds no secret', () => {
    keepSecret('key-of-the-state-test')
    privateWrite(w.stateDir, 'x', 'It is key-of-the-state-test.')
    expect(w.text('.lua/x')).to.equal('It is [key].')
  })

  it('closes every file that it opens', () => {
    const open = new Set<unknown>()
    const opens = async () =>
      tampered(
        'closeSync',
        (real, args) => {
          open.delete(args[0])
          return real(...args)
        },
        async () => privateWrite(w.stateDir, 'x', 'text'),
      )
    return tampered(
      'openSync',
      (real, args) => {
        const file = real(...args)
        open.add(file)
        return file
      },
      opens,
    ).then(() => expect([...open]).to.deep.equal([]))
  })

  /** Folders that are not synced with this code, and whether that matters. */
  const unsynced: [code: string, passes: boolean][] = [
    ...['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOENT'].map((code): [string, boolean] => [
      code,
      true,
    ]),
    ['EIO', false],
  ]
  for (const [code, passes] of unsynced) {
    it(`${passes ? 'lasts' : 'is refused'} where a folder is not forced to the disk: ${code}`, async () => {
      const run = tampered(
        'fsyncSync',
        (real, args) => {
          if (fstatSync(args[0] as number).isDirectory()) throw errno(code)
          return real(...args)
        },
        async () => privateWrite(w.stateDir, 'x', 'text'),
      )
      const error = await run.catch(asLuaError)
      if (passes) expect(w.text('.lua/x')).to.equal('text')
      else expect(error).to.include({ code: 'FILE_REFUSED' })
    })
  }

  it('leaves nothing of a file that cannot be put in its place', async () => {
    ensureStateDir(w.stateDir)
    const run = tampered(
      'renameSync',
      () => {
        throw errno('EIO')
      },
      async () => privateWrite(w.stateDir, 'x', 'text'),
    )
    expect(await run.catch(asLuaError)).to.include({ code: 'FILE_REFUSED' })
    expect(w.state()).to.deep.equal(['.gitignore'])
  })

  it('is not made where a folder cannot be', async () => {
    w.put('file', '')
    for (const stateDir of [w.path('file/.lua'), w.path('file')])
      expect(() => privateWrite(stateDir, 'x', '')).to.throw(/was not written/)
    writeFileSync(w.stateDir, 'a file')
    expect(() => ensureStateDir(w.stateDir)).to.throw(`${w.stateDir} was not written: it is not a folder.`)
  })
})

describe('a write of files', () => {
  /** What was forced to the disk and what was moved, in order. */
  async function traced(run: () => Promise<unknown>): Promise<string[]> {
    const events: string[] = []
    const named = (path: unknown) =>
      String(path)
        .replace(w.root, '')
        .replace(/[0-9a-f]{12}/, 'ID')
        .slice(1)
    const files = new Map<unknown, unknown>()
    const opened = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      const file = real(...args)
      files.set(file, args[0])
      return file
    }
    const synced = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      if (fstatSync(args[0] as number).isDirectory()) events.push(`sync ${named(files.get(args[0]))}`)
      return real(...args)
    }
    const moved = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      events.push(`move ${named(args[1])}`)
      return real(...args)
    }
    const staged = async (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      const file = (await real(...args)) as { sync: () => Promise<void> }
      const sync = file.sync.bind(file)
      file.sync = () => {
        events.push(`sync ${named(args[0])}`)
        return sync()
      }
      return file
    }
    await tampered('openSync', opened, () =>
      tampered('fsyncSync', synced, () =>
        tampered('renameSync', moved, () => tampered('open', staged as never, run)),
      ),
    )
    return events
  }

  it('forces each step to the disk before the next', async () => {
    w.put('a.ts', 'one')
    w.put('sub/b.ts', 'uno')
    ensureStateDir(w.stateDir)
    const set = [
      write(w.path('a.ts'), 'one', 'two'),
      write(w.path('sub/b.ts'), 'uno', 'due'),
      write(w.path('new/c.ts'), undefined, 'new'),
    ]
    const events = await traced(() => commitFiles(set, { stateDir: w.stateDir }))
    const staged = ['sync .lua-sync-ID-0.tmp', 'sync sub/.lua-sync-ID-1.tmp', 'sync new/.lua-sync-ID-2.tmp']
    expect(events.slice(0, 3)).to.deep.equal(['move .lua/commit-ID-staging.json', 'sync .lua', 'sync '])
    expect(events.slice(3, 6)).to.have.members(staged)
    expect(events.slice(6)).to.deep.equal([
      'move .lua/commit-ID-moving.json',
      'sync .lua',
      'move a.ts',
      'move sub/b.ts',
      'sync ',
      'sync sub',
      'sync new',
    ])
    expect(existsSync(w.path('new/c.ts'))).to.equal(true)
  })
})
