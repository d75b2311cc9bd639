import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  canSeal,
  commitFiles,
  ensureStateDir,
  needsRecovery,
  privateWrite,
  recoverFiles,
  seal,
} from '../../../src/lib/disk/index.js'
import { asLuaError } from '../../../src/lib/errors.js'
import { AFTER, BEFORE, beginning, builtVictim, expectClean, survives, textsOf } from './killed.js'
import { type Workspace, workspace, write } from './workspace.js'

let w: Workspace
let victim: Workspace

before(() => {
  victim = builtVictim()
})
after(() => {
  rmSync(victim.root, { recursive: true })
})
beforeEach(() => {
  w = beginning()
})
afterEach(() => {
  rmSync(w.root, { recursive: true, force: true })
})

const now = () => textsOf(w)

describe('recoverFiles after SIGKILL', () => {
  /** `a.ts` has been moved and `b.ts` not. */
  function crashHalfWay(): void {
    expect(survives(victim, w, 'commit', 'b.ts')).to.equal(false)
    expect([w.text('a.ts'), w.text('b.ts')]).to.deep.equal(['two', 'uno'])
  }

  it('finishes when the rest can follow, and says what it did', async () => {
    crashHalfWay()
    const recovery = await recoverFiles(w.stateDir)
    expect(recovery).to.deep.include({
      outcome: 'finished',
      files: ['a.ts', 'dir/new.ts', 'gone.ts', 'b.ts'],
      left: [],
    })
    expect(now()).to.deep.equal(AFTER)
    expect(await recoverFiles(w.stateDir)).to.equal(undefined)
  })

  it('undoes when a file that was still to come has been edited since', async () => {
    crashHalfWay()
    writeFileSync(w.path('b.ts'), 'typed by a person')
    expect(await recoverFiles(w.stateDir)).to.include({ outcome: 'undone' })
    expect(now()).to.deep.equal({ ...BEFORE, 'b.ts': 'typed by a person' })
  })

  it('undoes when what was staged is not what was meant', async () => {
    crashHalfWay()
    const staged = w.names().find(name => name.endsWith('-3.tmp'))
    writeFileSync(w.path(staged!), 'damaged')
    expect(await recoverFiles(w.stateDir)).to.include({ outcome: 'undone' })
    expect(now()).to.deep.equal(BEFORE)
    expectClean(w)
  })

  it('leaves a file that was moved and then edited, and names it', async () => {
    crashHalfWay()
    writeFileSync(w.path('a.ts'), 'typed by a person')
    expect(await recoverFiles(w.stateDir)).to.deep.include({ outcome: 'finished', left: ['a.ts'] })
    expect(now()).to.deep.equal({ ...AFTER, 'a.ts': 'typed by a person' })
  })

  it('keeps other writers out until it has run', async () => {
    crashHalfWay()
    const set = [write(w.path('b.ts'), 'uno', 'other')]
    const error = await commitFiles(set, { stateDir: w.stateDir }).catch(asLuaError)
    expect(error).to.include({ code: 'FILE_REFUSED' })
    expect(w.text('b.ts')).to.equal('uno')
  })
})

describe('recoverFiles and journals that are not ours', () => {
  const ID = '0123456789ab'
  const record = (path: string) => ({
    id: ID,
    files: [{ path, before: hash('uno') }],
    dirs: [],
  })
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const journal = (text: string, phase = 'moving') => {
    ensureStateDir(w.stateDir)
    writeFileSync(join(w.stateDir, `commit-${ID}-${phase}.json`), text)
  }

  it('does nothing for one that is torn, unsealed, or sealed for something else', async () => {
    const other = workspace()
    const whole = record('b.ts')
    for (const text of [
      '{"id":',
      JSON.stringify(whole),
      JSON.stringify({ ...whole, mac: 'a'.repeat(64) }),
      seal(w.stateDir, 'undo', whole),
      seal(other.stateDir, 'journal', whole),
      seal(w.stateDir, 'journal', whole).replace('b.ts', 'a.ts'),
      seal(w.stateDir, 'journal', { ...whole, id: 'ba9876543210' }),
      'null',
    ]) {
      journal(text)
      expect(needsRecovery(w.stateDir), text).to.equal(false)
      expect(await recoverFiles(w.stateDir), text).to.equal(undefined)
      expect(now()).to.deep.equal(BEFORE)
    }
    journal(seal(w.stateDir, 'journal', whole))
    expect(await recoverFiles(w.stateDir)).to.include({ outcome: 'finished' })
    expect(now()).to.deep.equal({ ...BEFORE, 'b.ts': undefined })
    rmSync(other.root, { recursive: true })
  })

  it('refuses even our own where it names what may not be written', async () => {
    const outside = workspace()
    outside.put('.lua-sync-0123456789ab-0.tmp', 'theirs')
    symlinkSync(outside.root, w.path('link'))
    for (const path of [
      `../${outside.root.split('/').at(-1)}/x`,
      outside.path('x'),
      'link/x',
      '.git/config',
    ]) {
      journal(seal(w.stateDir, 'journal', record(path)), 'undoing')
      const error = await recoverFiles(w.stateDir).catch(asLuaError)
      expect(error).to.include({ code: 'FILE_REFUSED' })
      expect(outside.names()).to.deep.equal(['.lua-sync-0123456789ab-0.tmp'])
    }
    rmSync(outside.root, { recursive: true })
  })

  it('follows no link to another folder of state', async () => {
    const other = workspace()
    ensureStateDir(other.stateDir)
    const left = join(other.stateDir, `.lua-state-${process.pid}-${ID}.tmp`)
    writeFileSync(left, '')
    symlinkSync(other.stateDir, w.stateDir)
    expect(await recoverFiles(w.stateDir)).to.equal(undefined)
    expect(existsSync(left)).to.equal(true)
    rmSync(other.root, { recursive: true })
  })

  it('does not believe itself without a key', async () => {
    const home = process.env.HOME
    try {
      process.env.HOME = w.put('home', 'a file')
      expect(canSeal()).to.equal(false)
      journal(seal(w.stateDir, 'journal', record('b.ts')))
      expect(await recoverFiles(w.stateDir)).to.equal(undefined)
      process.env.HOME = w.path('new-home')
      expect(canSeal()).to.equal(true)
      expect(statSync(w.path('new-home/.lua-cli/sync-key')).mode & 0o777).to.equal(0o600)
    } finally {
      process.env.HOME = home
    }
  })

  it('has nothing to do where there is no `.lua`, or where it is a file', async () => {
    expect(await recoverFiles(w.stateDir)).to.equal(undefined)
    writeFileSync(w.stateDir, 'a file')
    expect(await recoverFiles(w.stateDir)).to.equal(undefined)
  })

  it('removes what killed processes left in `.lua`, and nothing that a living one writes', async () => {
    ensureStateDir(w.stateDir)
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    for (const pid of [dead, process.pid, process.ppid]) {
      writeFileSync(join(w.stateDir, `.lua-state-${pid}-0123456789ab.tmp`), '')
    }
    await recoverFiles(w.stateDir)
    expect(w.state()).to.deep.equal(['.gitignore', `.lua-state-${process.ppid}-0123456789ab.tmp`])
  })
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
