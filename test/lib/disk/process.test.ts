import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { onExit } from '../../../src/lib/disk/on-exit.js'
import { isAlive, startOf } from '../../../src/lib/disk/process.js'
import { errno } from './workspace.js'

describe('onExit', () => {
  /** What the process would do at its end, besides what it does already. */
  const added = (before: readonly unknown[]) =>
    process.listeners('exit').filter(listener => !before.includes(listener))

  it('runs what was not called off, the latest first, whatever one of them throws', () => {
    const before = process.listeners('exit')
    const ran: string[] = []
    const callOffs = ['first', 'second', 'third', 'fourth'].map(name =>
      onExit(() => {
        ran.push(name)
        if (name === 'third') throw new Error(name)
      }),
    )
    callOffs[1]!()
    expect(added(before)).to.have.length(1)
    for (const listener of added(before)) listener.call(process, 0)
    expect(ran).to.deep.equal(['fourth', 'third', 'first'])
    for (const callOff of callOffs) callOff()
    expect(process.listeners('exit')).to.deep.equal(before)
  })
})

describe('a process', () => {
  it('is alive until it has ended, also if it is somebody else’s', () => {
    expect(isAlive(process.pid)).to.equal(true)
    expect(isAlive(spawnSync(process.execPath, ['-e', '']).pid)).to.equal(false)
    const kill = process.kill
    process.kill = () => {
      throw errno('EPERM')
    }
    expect(isAlive(1)).to.equal(true)
    process.kill = kill
  })

  it('has a beginning where the system tells it', function () {
    if (process.platform !== 'linux') this.skip()
    const fields = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
      .replace(/\(.*\)/s, 'name')
      .split(' ')
    expect(startOf(process.ppid)).to.equal(fields[21])
    expect(startOf(0)).to.equal(undefined)
  })
})
