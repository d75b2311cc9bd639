import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  canSeal,
  commitFiles,
  describeRecovery,
  ensureStateDir,
  needsRecovery,
  type Recovery,
  recoverFiles,
  seal,
} from '../../../src/lib/disk/index.js'
import { hashOf, moveOf } from '../../../src/lib/disk/journal.js'
import { asLuaError, type LuaError } from '../../../src/lib/errors.js'
import { AFTER, BEFORE, beginning, expectClean, textsOf } from './killed.js'
import { errno, tampered, type Workspace, workspace, write } from './workspace.js'

let w: Workspace
beforeEach(() => {
  w = beginning()
})
afterEach(() => {
  rmSync(w.root, { recursive: true, force: true })
})

const now = () => textsOf(w)

/** A disk that refuses all calls of one kind whose paths, joined by an arrow, look so. */
function refusing<T>(call: string, what: RegExp, fn: () => Promise<T>): Promise<T> {
  return tampered(
    call,
    (real, args) => {
      if (what.test(args.filter(arg => typeof arg === 'string').join(' → '))) throw errno('EIO')
      return real(...args)
    },
    fn,
  )
}

/** As after a kill: a write that does not get as far as `moves` says, and can clean nothing up. */
async function crash(moves: RegExp, removes = /$^/): Promise<LuaError> {
  const set = Object.keys(AFTER).map(name => write(w.path(name), BEFORE[name], AFTER[name]))
  const run = () => commitFiles(set, { stateDir: w.stateDir }).catch(asLuaError)
  const error = await refusing('rmSync', removes, () => refusing('renameSync', moves, run))
  expect(error).to.include({ code: 'PARTIAL' })
  expect(needsRecovery(w.stateDir)).to.equal(true)
  return error as LuaError
}

/** `a.ts` has been moved, and `b.ts` and all after it not. */
const crashHalfWay = () => crash(/→ .*(b\.ts|-undoing\.json)$/)
/** Nothing has been moved, but all is staged. */
const crashBefore = () => crash(/-moving\.json$/, /\.(tmp|old|json)$/)
/** `a.ts` has been moved, and was to be put back. */
const crashUndoing = () => crash(/b\.ts$|\.old →/)

describe('recoverFiles', () => {
  it('is announced by the run that could not put everything back', async () => {
    const error = await crashHalfWay()
    expect(error.message).to.equal(
      `${w.path('b.ts')} was not written: EIO: injected. Not everything could be put back.`,
    )
    expect(error.hint).to.equal(
      'Look at b.ts and its folder, then run again. The next run puts back the rest.',
    )
    expect([w.text('a.ts'), w.text('b.ts')]).to.deep.equal(['two', 'uno'])
  })

  it('finishes when the rest can follow, and says what it did', async () => {
    await crashHalfWay()
    expect(await recoverFiles(w.stateDir)).to.deep.equal({
      outcome: 'finished',
      files: ['a.ts', 'b.ts', 'gone.ts', 'dir/new.ts'],
      left: [],
    })
    expect(now()).to.deep.equal(AFTER)
    expectClean(w)
    expect(needsRecovery(w.stateDir)).to.equal(false)
    expect(await recoverFiles(w.stateDir)).to.equal(undefined)
  })

  it('finishes also from the very beginning', async () => {
    await crash(/→ .*(a\.ts|-undoing\.json)$/)
    expect(now()).to.deep.equal(BEFORE)
    expect(await recoverFiles(w.stateDir)).to.include({ outcome: 'finished' })
    expect(now()).to.deep.equal(AFTER)
    expectClean(w)
  })

  it('undoes when a file that was still to come has been edited since', async () => {
    await crashHalfWay()
    writeFileSync(w.path('b.ts'), 'typed by a person')
    expect(await recoverFiles(w.stateDir)).to.include({ outcome: 'undone' })
    expect(now()).to.deep.equal({ ...BEFORE, 'b.ts': 'typed by a person' })
    expectClean(w)
  })

  it('undoes when what was staged is not what was meant', async () => {
    await crashHalfWay()
    const staged = w.names().find(name => name.endsWith('-1.tmp'))
    writeFileSync(w.path(staged!), 'damaged')
    expect(await recoverFiles(w.stateDir)).to.include({ outcome: 'undone' })
    expect(now()).to.deep.equal(BEFORE)
    expectClean(w)
  })

  it('undoes when the disk refuses the rest', async () => {
    await crashHalfWay()
    const recovery = await refusing('renameSync', /→ .*b\.ts$/, () => recoverFiles(w.stateDir))
    expect(recovery).to.deep.include({ outcome: 'undone', left: [] })
    expect(now()).to.deep.equal(BEFORE)
    expectClean(w)
  })

  it('goes on undoing what was being undone', async () => {
    await crashUndoing()
    expect(w.text('a.ts')).to.equal('two')
    expect(await recoverFiles(w.stateDir)).to.deep.include({ outcome: 'undone', left: [] })
    expect(now()).to.deep.equal(BEFORE)
    expectClean(w)
  })

  it('only cleans up where nothing had been moved yet, whatever the files hold', async () => {
    await crashBefore()
    expect(w.names().filter(name => name.includes('.lua-sync-'))).to.have.length(6)
    // As most editors save: the file is another one of that name.
    rmSync(w.path('a.ts'))
    writeFileSync(w.path('a.ts'), 'two')
    expect(await recoverFiles(w.stateDir)).to.deep.include({ outcome: 'undone', left: [] })
    expect(now()).to.deep.equal({ ...BEFORE, 'a.ts': 'two' })
    expectClean(w)
    expect(w.names()).not.to.include('dir')
  })

  const folderInstead = () => {
    rmSync(w.path('a.ts'))
    w.put('a.ts/x', '')
  }
  const edits: [what: string, edit: () => void, left: string[]][] = [
    ['was edited', () => w.put('a.ts', 'typed by a person'), ['a.ts']],
    ['was put back by hand', () => w.put('a.ts', 'one'), []],
    ['cannot be put back', () => rmSync(w.path(w.names().find(name => name.endsWith('-0.old'))!)), ['a.ts']],
    ['was replaced by a folder', folderInstead, ['a.ts']],
  ]
  for (const [what, edit, left] of edits) {
    it(`leaves a file that ${what} since, ${left.length > 0 ? 'and says so' : 'without a word'}`, async () => {
      await crashUndoing()
      edit()
      const text = w.names().includes('a.ts/x') ? 'folder' : w.text('a.ts')
      expect(await recoverFiles(w.stateDir)).to.deep.include({ outcome: 'undone', left })
      expect(w.names().includes('a.ts/x') ? 'folder' : w.text('a.ts')).to.equal(text)
      expect(w.names().filter(name => name.includes('.lua-sync-'))).to.deep.equal([])
    })
  }

  it('leaves a file that was moved and then edited, and names it', async () => {
    await crashHalfWay()
    writeFileSync(w.path('a.ts'), 'typed by a person')
    expect(await recoverFiles(w.stateDir)).to.deep.include({ outcome: 'finished', left: ['a.ts'] })
    expect(now()).to.deep.equal({ ...AFTER, 'a.ts': 'typed by a person' })
  })

  it('keeps other writers out until it has run', async () => {
    await crashHalfWay()
    const set = [write(w.path('b.ts'), 'uno', 'other')]
    const error = await commitFiles(set, { stateDir: w.stateDir }).catch(asLuaError)
    expect(error).to.include({ code: 'FILE_REFUSED', hint: 'Run the command again.' })
    expect(error)
      .to.have.property('message')
      .that.matches(/-moving\.json was not written: an interrupted run waits to be cleaned up\.$/)
    expect(w.text('b.ts')).to.equal('uno')
  })

  const six = ['a', 'b', 'c', 'd', 'e', 'f']
  const said: [recovery: Recovery, sentences: string][] = [
    [{ outcome: 'finished', files: ['a'], left: [] }, 'while it wrote a. It was finished.'],
    [{ outcome: 'undone', files: six.slice(1), left: [] }, 'while it wrote b, c, d, e, f. It was undone.'],
    [
      { outcome: 'undone', files: six, left: ['a', 'b'] },
      'while it wrote a, b, c, d, e and 1 more. It was undone. Changed since, so left alone: a, b.',
    ],
  ]
  for (const [recovery, sentences] of said) {
    it(`is told: ${sentences}`, () => {
      expect(describeRecovery(recovery)).to.equal(`An earlier run was interrupted ${sentences}`)
    })
  }
})

describe('recoverFiles and journals that are not ours', () => {
  const ID = '0123456789ab'
  const record = (name: string) => ({ id: ID, moves: [moveOf(ID, 0, w.path(name), hash('uno'))], dirs: [] })
  const hash = (text: string) => hashOf(Buffer.from(text))
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
    for (const name of [
      `x-commit-${ID}-moving.json`,
      `commit-${ID}-moving.json.bak`,
      `commit-${ID}-x.json`,
    ]) {
      w.put(`.lua/${name}`, seal(w.stateDir, 'journal', whole))
      expect(await recoverFiles(w.stateDir), name).to.equal(undefined)
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
    for (const path of [`../${outside.root.split('/').at(-1)}/x`, 'link/x', '.git/config']) {
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
