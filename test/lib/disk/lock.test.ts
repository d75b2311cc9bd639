import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { buildSync } from 'esbuild'
import { ensureStateDir, withLock } from '../../../src/lib/disk/index.js'
import { startOf } from '../../../src/lib/disk/process.js'
import { asLuaError } from '../../../src/lib/errors.js'
import { tampered, type Workspace, workspace } from './workspace.js'

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
  const { pid = 1 } = holder as { pid?: number }
  const own = {
    token: '0123456789ab',
    pid,
    start: startOf(pid),
    host: hostname(),
    command: 'lua sync --pull',
  }
  const whole = { ...own, ...holder }
  writeFileSync(lock(), JSON.stringify(whole))
}

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
    expect(error).to.include({ code: 'LOCKED', exitCode: 2 })
    expect(error).to.have.property('message').that.contains(`lua sync ?[31m--pull, process ${process.ppid}`)
    expect(error).to.have.property('hint').that.contains(lock())
    expect(readFileSync(lock(), 'utf8')).to.contain('0123456789ab')
  })

  it('takes over the lock of a dead process, of an earlier one with our number or another’s, and a torn one', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
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
    lockOf({ pid: spawnSync(process.execPath, ['-e', '']).pid })
    const quicker = (real: (...args: unknown[]) => unknown, args: unknown[]) => {
      if (args[0] === lock()) lockOf({ token: 'ba9876543210', pid: process.ppid })
      return real(...args)
    }
    const error = await tampered('renameSync', quicker, () => take().catch(asLuaError))
    expect(error).to.include({ code: 'LOCKED' })
    expect(readFileSync(lock(), 'utf8')).to.contain('ba9876543210')
  })

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
    lockOf({ pid: spawnSync(process.execPath, ['-e', '']).pid })
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
