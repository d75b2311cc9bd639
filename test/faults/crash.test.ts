import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { atOnce } from '../../src/lib/disk/index.js'
import { inProcess } from '../support/in-process.js'
import { seedSnapshot } from '../support/lua-server.js'
import { agentSource } from '../support/project.js'
import { cleanEnv, KEY, LUA } from '../support/run-lua.js'
import { Scene } from '../support/scene.js'
import { EXHAUSTIVE } from './support/sample.js'

const KILLS = EXHAUSTIVE ? 48 : 16
const FILES = 40
const BASE = 'You help.\nYou are kind.'
const THEIRS = 'You help.\nYou are gentle.'

interface Aftermath {
  /** Had it begun to write when it was killed? */
  journal: boolean
  recovered: 'finished' | 'undone' | undefined
}

describe('a pull of many files that is killed', () => {
  const before = Object.fromEntries(
    Array.from({ length: FILES }, (_, at) => [`src/${at % 7}/file-${at}.ts`, `export const n = ${at}\n`]),
  )
  const after = Object.fromEntries(
    Object.entries(before).map(([path, text]) => [path, text.replace('n =', 'changed =')]),
  )

  async function open(): Promise<Scene> {
    const scene = await Scene.open({ persona: BASE, files: before })
    await scene.agree()
    const added = { ...after, 'src/added/one.ts': 'export {}\n' }
    seedSnapshot(scene.server.state, scene.agent, {
      'src/index.ts': agentSource({ persona: BASE }),
      ...added,
    })
    scene.colleague(THEIRS)
    return scene
  }

  const leftovers = (scene: Scene) =>
    readdirSync(scene.project.root, { recursive: true, encoding: 'utf8' }).filter(path =>
      /\.lua-(sync|state)-|\.lua\/(lock|commit-)/.test(path),
    )

  /** Starts a pull, waits until it writes, and kills it `delay` ms later; without a delay, at its end. */
  async function killed(scene: Scene, delay: number): Promise<boolean> {
    const child = spawn(process.execPath, [LUA, 'sync', '--pull', '--force'], {
      cwd: scene.project.root,
      env: cleanEnv({ LUA_API_URL: scene.server.url, LUA_API_KEY: KEY }),
      stdio: 'ignore',
    })
    const gone = new Promise(resolve => child.on('exit', resolve))
    let over = false
    void gone.then(() => {
      over = true
    })
    const hasBegun = () =>
      readdirSync(join(scene.project.root, '.lua')).some(name => name.startsWith('commit-'))
    while (!over && !hasBegun()) await new Promise(setImmediate)
    const end = performance.now() + delay
    while (!over && performance.now() < end) await new Promise(setImmediate)
    child.kill('SIGKILL')
    await gone
    return hasBegun()
  }

  async function survive(delay: number): Promise<Aftermath> {
    const scene = await open()
    try {
      const initial = scene.project.bytes()
      const journal = await killed(scene, delay)
      const next = await scene.lua('sync', '--check')
      expect(next.code, next.stderr).to.be.oneOf([0, 1])
      const told = /An earlier run was interrupted while it wrote .*It was (finished|undone)\./.exec(
        next.stderr,
      )
      expect(told !== null, `recovery is said: ${next.stderr}`).to.equal(journal)
      expect(leftovers(scene)).to.deep.equal([])
      const finished = next.code === 0
      const now = scene.project.bytes()
      if (finished)
        for (const [path, text] of Object.entries(after)) expect(scene.project.read(path)).to.equal(text)
      else expect(now).to.deep.equal(initial)
      await inProcess(scene.place, { mode: 'pull', force: true })
      expect(scene.source).to.equal(agentSource({ persona: THEIRS }))
      return { journal, recovered: told?.[1] as Aftermath['recovered'] }
    } finally {
      await scene.close()
    }
  }

  it('leaves a lock that the next run takes away, even if it only checks', async () => {
    const scene = await open()
    try {
      const dead = spawnSync(process.execPath, ['-e', '0']).pid
      const lock = { token: 'gone', pid: dead, host: hostname(), command: 'lua sync --pull' }
      scene.project.write('.lua/lock', JSON.stringify(lock))
      expect((await scene.lua('sync', '--check')).code).to.equal(1)
      expect(leftovers(scene)).to.deep.equal([])
    } finally {
      await scene.close()
    }
  })

  it(`is finished or undone by the next run, ${KILLS} times, and that is said`, async function () {
    this.timeout(180_000)
    const seen: Aftermath[] = []
    const delays = Array.from({ length: KILLS }, (_, at) => (at / KILLS) ** 2 * 120)
    await atOnce(3, delays, async delay => {
      seen.push(await survive(delay))
    })
    expect(seen.filter(({ journal }) => journal).length, 'killed while writing').to.be.greaterThan(KILLS / 4)
    expect(seen.map(({ recovered }) => recovered)).to.include('undone')
  })
})
