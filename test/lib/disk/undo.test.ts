import { readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  commitFiles,
  discardUndo,
  type FileWrite,
  foreignUndo,
  planUndo,
  recordUndo,
  removeFolders,
  seal,
} from '../../../src/lib/disk/index.js'
import { asLuaError } from '../../../src/lib/errors.js'
import { keepSecret } from '../../../src/lib/secrets.js'
import { errno, tampered, type Workspace, workspace, write } from './workspace.js'

const AT = Date.UTC(2026, 0, 2, 3, 4, 5)

let w: Workspace
beforeEach(() => {
  w = workspace()
  w.put('src/index.ts', 'mine')
  w.put('old.md', 'old')
})
afterEach(() => {
  rmSync(w.root, { recursive: true, force: true })
})

const records = () => readdirSync(w.path('.lua/undo')).sort()
const commit = (writes: FileWrite[]) => commitFiles(writes, { stateDir: w.stateDir })

/** A pull that changes one file, creates one and deletes one. */
async function pull(): Promise<string> {
  const files = [
    write(w.path('src/index.ts'), 'mine', 'theirs'),
    write(w.path('src/new.ts'), undefined, 'new'),
    write(w.path('old.md'), 'old', undefined),
  ]
  const id = await recordUndo(w.stateDir, { reason: 'pull', files, at: AT })
  await commit(files)
  return id
}

describe('recordUndo and planUndo', () => {
  it('put everything back, byte for byte', async () => {
    await pull()
    const plan = planUndo(w.stateDir)
    expect(plan).to.include({ id: '2026-01-02T03-04-05.000Z', reason: 'pull', at: AT })
    expect(plan!.differing).to.deep.equal([])
    await commit(plan!.writes)
    expect([w.text('src/index.ts'), w.text('src/new.ts'), w.text('old.md')]).to.deep.equal([
      'mine',
      undefined,
      'old',
    ])
    expect(planUndo(w.stateDir)).to.deep.include({ writes: [], differing: [] })
  })

  it('keep any bytes', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0, 0x0d, 0x0a, 0x80])
    writeFileSync(w.path('src/index.ts'), bytes)
    const file = { path: w.path('src/index.ts'), before: bytes, after: Buffer.from('x') }
    await recordUndo(w.stateDir, { reason: 'pull', files: [file], at: AT })
    await commit([file])
    await commit(planUndo(w.stateDir)!.writes)
    expect(readFileSync(w.path('src/index.ts')).equals(bytes)).to.equal(true)
  })

  it('name the files that somebody has changed since, and still can put them back', async () => {
    await pull()
    writeFileSync(w.path('src/index.ts'), 'typed by a person')
    writeFileSync(w.path('old.md'), 'written anew')
    const plan = planUndo(w.stateDir)!
    expect(plan.differing).to.deep.equal([w.path('src/index.ts'), w.path('old.md')])
    await commit(plan.writes)
    expect([w.text('src/index.ts'), w.text('old.md')]).to.deep.equal(['mine', 'old'])
  })

  it('keep what the server held', async () => {
    const server = { values: { name: 'Old', persona: { base: 'b', voice: 'v' } }, version: 7 }
    const memo = { left: 'New' }
    await recordUndo(w.stateDir, { reason: 'push', files: [], server, memo, at: AT })
    expect(planUndo(w.stateDir)).to.deep.include({ reason: 'push', server, memo, writes: [], differing: [] })
  })

  it('are private, and readable by hand', async () => {
    const id = await pull()
    const dir = w.path(`.lua/undo/${id}`)
    expect(readdirSync(dir).sort()).to.deep.equal(['0-index.ts', '2-old.md', 'entry.json'])
    expect(readFileSync(join(dir, '0-index.ts'), 'utf8')).to.equal('mine')
    expect(statSync(dir).mode & 0o777).to.equal(0o700)
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).to.equal(0o600)
  })

  it('keep the last 20, in the order they were made, also when the clock was set back', async () => {
    for (let n = 0; n < 23; n += 1) {
      const at = n < 10 ? AT + n * 1000 : AT - n * 1000
      await recordUndo(w.stateDir, { reason: `run ${n}`, files: [], at })
    }
    expect(records()).to.have.length(20)
    expect(planUndo(w.stateDir)!.reason).to.equal('run 22')
    for (let n = 22; n > 3; n -= 1) discardUndo(w.stateDir, planUndo(w.stateDir)!.id)
    expect(planUndo(w.stateDir)!.reason).to.equal('run 3')
  })

  it('pass over records that are torn, damaged, or whose bytes are not what was kept', async () => {
    const first = await recordUndo(w.stateDir, { reason: 'first', files: [], at: AT })
    const torn = w.put('.lua/undo/2027-01-01T00-00-00.000Z/0-index.ts', 'half')
    w.put('.lua/undo/2027-01-02T00-00-00.000Z/entry.json', '{"schemaVersion":1,"reason":"x"}')
    w.put('.lua/undo/notes.txt', 'a person’s own file')
    expect(planUndo(w.stateDir)!.id).to.equal(first)
    const next = await pull()
    w.put(`.lua/undo/${next}/0-index.ts`, 'tampered')
    expect(planUndo(w.stateDir)!.id).to.equal(first)
    expect(records()).to.deep.equal([first, next, 'notes.txt'])
    expect(w.text('.lua/undo/2027-01-01T00-00-00.000Z/0-index.ts'), torn).to.equal(undefined)
  })

  it('keep a file of the longest name there can be', async () => {
    const name = 'x'.repeat(255)
    w.put(name, 'long')
    const files = [write(w.path(name), 'long', 'short')]
    await recordUndo(w.stateDir, { reason: 'pull', files, at: AT })
    await commit(files)
    await commit(planUndo(w.stateDir)!.writes)
    expect(w.text(name)).to.equal('long')
  })

  it('pass over records that the caller does not want, and those of another format', async () => {
    for (const [at, memo] of ['first', 'second'].entries())
      await recordUndo(w.stateDir, { reason: 'pull', files: [], memo, at: AT + at })
    expect(planUndo(w.stateDir, memo => memo === 'second')!.memo).to.equal('first')
    const entry = { schemaVersion: 2, reason: 'later', at: AT, files: [], folders: [] }
    w.put('.lua/undo/2027-01-01T00-00-00.000Z/entry.json', seal(w.stateDir, 'undo', entry))
    expect(planUndo(w.stateDir)!.memo).to.equal('second')
  })

  it('leave what else lies beside them', async () => {
    w.put('.lua/undo/notes/mine.txt', 'a person’s own')
    for (let at = 0; at < 22; at += 1)
      await recordUndo(w.stateDir, { reason: 'pull', files: [], at: AT + at })
    discardUndo(w.stateDir, 'notes')
    expect(records()).to.have.length(21).and.include('notes')
    expect(w.text('.lua/undo/notes/mine.txt')).to.equal('a person’s own')
  })

  it('are not made through a link, and nothing behind it is removed', async () => {
    const outside = workspace()
    const id = '2026-01-02T03-04-05.000Z'
    outside.put(`${id}/entry.json`, 'theirs')
    symlinkSync(outside.root, w.put('.lua/undo-is', '').replace('-is', ''))
    const error = await recordUndo(w.stateDir, { reason: 'pull', files: [], at: AT }).catch(asLuaError)
    expect(error).to.include({
      message: `${w.path('.lua/undo')} was not written: a symbolic link is in its place.`,
      hint: 'Remove the link.',
    })
    discardUndo(w.stateDir, id)
    expect(planUndo(w.stateDir)).to.equal(undefined)
    expect(foreignUndo(w.stateDir)).to.equal(undefined)
    expect(outside.text(`${id}/entry.json`)).to.equal('theirs')
    rmSync(outside.root, { recursive: true })
  })

  it('are not made of a file that holds a key', async () => {
    keepSecret('key-of-the-undo-test')
    w.put('old.md', 'key-of-the-undo-test')
    const files = [write(w.path('old.md'), 'key-of-the-undo-test', 'new')]
    const error = await recordUndo(w.stateDir, { reason: 'pull', files, at: AT }).catch(asLuaError)
    expect(error).to.include({ code: 'FILE_REFUSED' })
    expect(records()).to.deep.equal([])
  })

  it('find nothing where nothing was kept, and never touch the disk to look', () => {
    expect(planUndo(w.stateDir)).to.equal(undefined)
    expect(w.state()).to.deep.equal([])
  })

  it('fail before anything is overwritten when the disk is full, and leave no half record', async () => {
    const files = [write(w.path('src/index.ts'), 'mine', 'theirs')]
    const full = () => {
      throw errno('ENOSPC')
    }
    const run = tampered('writeFileSync', full, () =>
      recordUndo(w.stateDir, { reason: 'pull', files, at: AT }),
    )
    expect(await run.catch(asLuaError)).to.include({ code: 'FILE_REFUSED' })
    await recordUndo(w.stateDir, { reason: 'earlier', files: [], at: AT })
    const again = tampered('writeFileSync', full, () =>
      recordUndo(w.stateDir, { reason: 'pull', files, at: AT }),
    )
    expect(await again.catch(asLuaError)).to.include({ code: 'FILE_REFUSED' })
    expect(planUndo(w.stateDir)!.reason).to.equal('earlier')
    expect(records()).to.have.length(1)
  })
})

describe('folders that were made', () => {
  async function undone(beside: () => void): Promise<void> {
    const files = [
      write(w.path('new/deep/a.ts'), undefined, 'a'),
      write(w.path('new/b.ts'), undefined, 'b'),
      write(w.path('src/c.ts'), undefined, 'c'),
      write(w.path('old.md'), 'old', undefined),
    ]
    await recordUndo(w.stateDir, { reason: 'restore', files, at: AT })
    await commit(files)
    beside()
    const plan = planUndo(w.stateDir)!
    expect(plan.folders).to.deep.equal([w.path('new'), w.path('new/deep')])
    await commit(plan.writes)
    removeFolders(plan)
  }

  it('go with their files', async () => {
    await undone(() => {})
    expect(w.names()).to.deep.equal(['old.md', 'src', 'src/index.ts'])
  })

  it('stay where anything else is in them', async () => {
    await undone(() => w.put('new/mine.ts', 'mine'))
    expect(w.names()).to.deep.equal(['new', 'new/mine.ts', 'old.md', 'src', 'src/index.ts'])
  })
})

describe('foreignUndo', () => {
  it('sees no record, or only our own and torn ones', async () => {
    expect(foreignUndo(w.stateDir)).to.equal(undefined)
    await recordUndo(w.stateDir, { reason: 'pull', files: [], at: AT })
    w.put('.lua/undo/2027-01-01T00-00-00.000Z/0-a.ts', 'half')
    expect(foreignUndo(w.stateDir)).to.equal(undefined)
  })

  it('sees records that nobody here wrote', () => {
    w.put('.lua/undo/2027-01-01T00-00-00.000Z/entry.json', '{}')
    expect(foreignUndo(w.stateDir)).to.deep.equal({ from: undefined })
  })

  it('says where the project was when they were written', async () => {
    await recordUndo(w.stateDir, { reason: 'pull', files: [], at: AT })
    const former = w.root
    renameSync(former, `${former}-moved`)
    expect(foreignUndo(join(`${former}-moved`, '.lua'))).to.deep.equal({ from: former })
    expect(planUndo(join(`${former}-moved`, '.lua'))).to.equal(undefined)
    renameSync(`${former}-moved`, former)
    expect(foreignUndo(w.stateDir)).to.equal(undefined)
  })
})
