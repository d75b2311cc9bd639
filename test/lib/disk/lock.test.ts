import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { buildSync } from 'esbuild'
import { ensureStateDir, needsRecovery, withLock } from '../../../src/lib/disk/index.js'
import { startOf } from '../../../src/lib/disk/process.js'
import { asLuaError } from '../../../src/lib/errors.js'
import { errno, NO_LINKS, tampered, type Workspace, workspace } from './workspace.js'

let w: Workspace
beforeEach(() => {
  w = workspace()
})
afterEach(() => {
  rmSync(w.root, { recursive: true, force: true })
})

const lock = () => join(w.stateDir, 'lock')

function lockOf(holder: object): void {
  ensureStateDir(w.stateDir)
  writeFileSync(lock(), holding(holder))
}

function holding(holder: object): string {
  const { pid = 1 } = holder as { pid?: number }
  const own = {
    token: '0123456789ab',
    pid,
    start: startOf(pid),
    host: hostname(),
    command: 'lua sync --pull',
  }
  return JSON.stringify({ ...own, ...holder })
}

const holderNow = () => JSON.parse(readFileSync(lock(), 'utf8'))
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid

const take = (waitMs = 0, silentMs = 8000) => withLock(w.stateDir, async () => 'done', { waitMs, silentMs })

describe('withLock', () => {
  it('runs, answers, and leaves no lock, whether it ends well or badly', async () => {
    expect(await take()).to.equal('done')
    const failure = new Error('from inside')
    const run = withLock(w.stateDir, () => Promise.reject(failure))
    expect(await run.catch(error => error)).to.equal(failure)
    expect(w.state()).to.deep.equal(['.gitignore'])
  })

  it('waits for the run before it', async () => {
    const order: string[] = []
    let release = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    const first = withLock(w.stateDir, async () => {
      order.push('first in')
      await held
      order.push('first out')
    })
    const second = withLock(w.stateDir, async () => order.push('second in'))
    release()
    await Promise.all([first, second])
    expect(order).to.deep.equal(['first in', 'first out', 'second in'])
  })

  it('names the process that it waited for in vain', async () => {
    lockOf({ pid: process.ppid, command: 'lua sync \u001b[31m--pull' })
    const error = await take(60).catch(asLuaError)
    expect(error).to.include({
      code: 'LOCKED',
      exitCode: 2,
      message: `Another run (lua sync ?[31m--pull, process ${process.ppid}) is working in this project.`,
    })
    expect(error).to.have.property('hint').that.contains(lock())
    expect(readFileSync(lock(), 'utf8')).to.contain('0123456789ab')
  })

  it('takes over the lock of a dead process, of an earlier one with our number or another’s, and a torn one', async () => {
    const dead = deadPid()
    const another = { pid: process.ppid, start: '1' }
    // One that came with a checkout: it cannot know when a process began.
    const forged = { pid: process.ppid, start: undefined }
    for (const holder of [{ pid: dead }, { pid: process.pid }, another, forged]) {
      lockOf(holder)
      expect(await take()).to.equal('done')
    }
    writeFileSync(lock(), '{"token":')
    expect(await take(1000)).to.equal('done')
    expect(w.state()).to.deep.equal(['.gitignore'])
  })

  it('gives back a lock that another run has taken over first', async () => {
    lockOf({ pid: deadPid() })
    const quicker = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      if (args[0] === lock()) lockOf({ token: 'ba9876543210', pid: process.ppid })
      return real(...args)
    }
    const error = await tampered('renameSync', quicker, () => take().catch(asLuaError))
    expect(error).to.include({ code: 'LOCKED' })
    expect(readFileSync(lock(), 'utf8')).to.contain('ba9876543210')
  })

  it('gives nothing back where a third run has taken the lock meanwhile', async () => {
    lockOf({ pid: deadPid() })
    const comes = (token: string) => (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      if (args.includes(lock())) lockOf({ token, pid: process.ppid })
      return real(...args)
    }
    const error = await tampered('renameSync', comes('second'), () =>
      tampered('linkSync', comes('third'), () => take().catch(asLuaError)),
    )
    expect(error).to.include({ code: 'LOCKED' })
    expect(holderNow().token).to.equal('third')
    expect(w.state()).to.deep.equal(['.gitignore', 'lock'])
  })

  it('says who holds it, and for which command', async () => {
    await withLock(w.stateDir, async () => {
      const { token, ...rest } = holderNow()
      expect(token).to.match(/^[0-9a-f]{12}$/)
      const { pid } = process
      expect(rest).to.deep.equal({ pid, start: startOf(pid), host: hostname(), command: 'lua' })
    })
    await withLock(w.stateDir, async () => expect(holderNow().command).to.equal('lua x'), {
      command: 'lua x',
    })
  })

  it('says no more than a line of what the lock says', async () => {
    lockOf({ pid: process.ppid, command: 'x'.repeat(1000) })
    const error = await take().catch(asLuaError)
    expect(error)
      .to.have.property('message')
      .that.contains(`(${'x'.repeat(80)}, process`)
  })

  const unreadable: [what: string, make: () => void][] = [
    ['a torn one', () => writeFileSync(lock(), '{"token":')],
    ['one of no process', () => lockOf({ pid: 0 })],
    ['one of a group of processes', () => lockOf({ pid: -process.ppid })],
    ['a folder', () => mkdirSync(join(lock(), 'full'), { recursive: true })],
    ['a link', () => symlinkSync(w.put('elsewhere', holding({ pid: process.ppid })), lock())],
  ]
  for (const [what, make] of unreadable) {
    it(`lets a lock that says nothing be for a moment only: ${what}`, async () => {
      ensureStateDir(w.stateDir)
      make()
      expect(needsRecovery(w.stateDir)).to.equal(false)
      expect(await take().catch(asLuaError)).to.include({
        code: 'LOCKED',
        message: 'Another run is working in this project.',
      })
      expect(await take(5000)).to.equal('done')
      expect(w.state()).to.deep.equal(['.gitignore'])
    })
  }

  it('leaves the lock of another run alone when it ends', async () => {
    await withLock(w.stateDir, async () => lockOf({ token: 'another', pid: process.ppid }))
    expect(holderNow().token).to.equal('another')
    rmSync(lock())
    await withLock(w.stateDir, async () => rmSync(lock()))
    expect(w.state()).to.deep.equal(['.gitignore'])
  })

  it('does not know its own lock any more once it has ended', async () => {
    const mine = await withLock(w.stateDir, async () => holderNow())
    lockOf(mine)
    expect(needsRecovery(w.stateDir)).to.equal(true)
    expect(await take()).to.equal('done')
  })

  it('gives up when nobody wants to wait', async () => {
    lockOf({ pid: process.ppid })
    const run = withLock(w.stateDir, async () => 'done', { stop: AbortSignal.abort() })
    expect(await run.catch(asLuaError)).to.include({ code: 'INTERRUPTED', message: 'Stopped.' })
  })

  it('shows signs of life, as long as it can', async () => {
    const every = globalThis.setInterval
    const beats: (() => void)[] = []
    globalThis.setInterval = ((beat: () => void, ms: number) => {
      beats.push(beat)
      return every(beat, ms)
    }) as typeof setInterval
    try {
      await withLock(w.stateDir, async () => {
        utimesSync(lock(), 1, 1)
        for (const beat of beats) beat()
        expect(statSync(lock()).mtimeMs).to.be.greaterThan(1000)
        rmSync(lock())
        for (const beat of beats) beat()
      })
    } finally {
      globalThis.setInterval = every
    }
  })

  it('is released by the end of the process', async () => {
    const before = process.listeners('exit')
    await withLock(w.stateDir, async () => {
      for (const listener of process.listeners('exit'))
        if (!before.includes(listener)) listener.call(process, 0)
      expect(w.state()).to.deep.equal(['.gitignore'])
    })
  })

  for (const code of NO_LINKS) {
    it(`works on a disk without hard links that says ${code}`, async () => {
      const noLinks = () => {
        throw errno(code)
      }
      const inside = () => withLock(w.stateDir, async () => [holderNow().pid, w.state()])
      expect(await tampered('linkSync', noLinks, inside)).to.deep.equal([process.pid, ['.gitignore', 'lock']])
      expect(w.state()).to.deep.equal(['.gitignore'])
    })
  }

  for (const disk of ['with', 'without']) {
    it(`sees on a disk ${disk} hard links that another run was quicker`, async () => {
      const quicker = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
        lockOf({ token: 'quicker', pid: process.ppid })
        if (disk === 'without') throw errno('EPERM')
        return real(...args)
      }
      ensureStateDir(w.stateDir)
      const error = await tampered('linkSync', quicker, () => take().catch(asLuaError))
      expect(error).to.include({ code: 'LOCKED' })
      expect(w.state()).to.deep.equal(['.gitignore', 'lock'])
    })
  }

  it('is refused by a broken disk', async () => {
    const broken = () => {
      throw errno('EIO')
    }
    ensureStateDir(w.stateDir)
    expect(await tampered('linkSync', broken, () => take().catch(asLuaError))).to.include({
      code: 'FILE_REFUSED',
    })
    lockOf({ pid: deadPid() })
    expect(await tampered('renameSync', broken, () => take().catch(asLuaError))).to.include({
      code: 'FILE_REFUSED',
    })
    const gone = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      rmSync(lock())
      return real(...args)
    }
    expect(await tampered('renameSync', gone, () => take())).to.equal('done')
  })

  const left: [what: string, holder: object, isLeft: boolean][] = [
    ['a living process', { pid: process.ppid }, false],
    ['a dead process', { pid: deadPid() }, true],
    ['a process before the one of that number', { pid: process.ppid, start: '1' }, true],
    ['a process of another machine', { pid: 1, host: 'elsewhere' }, false],
  ]
  for (const [what, holder, isLeft] of left) {
    it(`of ${what} is ${isLeft ? '' : 'not '}to be cleaned up`, () => {
      lockOf(holder)
      expect(needsRecovery(w.stateDir)).to.equal(isLeft)
      const [away, link] = [workspace(), workspace()]
      symlinkSync(w.stateDir, link.stateDir)
      for (const { root, stateDir } of [away, link]) {
        expect(needsRecovery(stateDir)).to.equal(false)
        rmSync(root, { recursive: true })
      }
    })
  }

  it('believes a holder on another machine as long as it shows signs of life', async () => {
    lockOf({ host: 'elsewhere', pid: 1 })
    const alive = setInterval(() => utimesSync(lock(), new Date(), new Date()), 20)
    const error = await take(400, 200).catch(asLuaError)
    clearInterval(alive)
    expect(error).to.include({ code: 'LOCKED' })
    expect(error).to.have.property('message').that.contains('process 1 on elsewhere')
    expect(await take(5000, 200)).to.equal('done')
  })

  it('leaves no lock when the process is ended in the middle', () => {
    const outfile = built('lock-child.ts')
    w.put('counter', 'exit')
    expect(spawnSync(process.execPath, [outfile, w.root, '1']).status).to.equal(130)
    expect(w.state()).to.deep.equal(['.gitignore'])
  })

  it('lets one process in at a time, also when several find the same stale lock', async () => {
    const outfile = built('lock-child.ts')
    w.put('counter', '0')
    lockOf({ pid: deadPid() })
    const children = Array.from({ length: 5 }, () => spawn(process.execPath, [outfile, w.root, '8']))
    const ends = await Promise.all(children.map(endOf))
    expect(ends).to.deep.equal([0, 0, 0, 0, 0])
    expect(w.text('counter')).to.equal('40')
    expect(w.state()).to.deep.equal(['.gitignore'])
  })
})

function built(name: string): string {
  const outfile = w.path('child.mjs')
  const entry = fileURLToPath(new URL(name, import.meta.url))
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm' })
  return outfile
}

async function endOf(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'exit')
  return code as number
}
