/**
 * Many runs, ended by a signal at a random moment. Afterwards every file is as before or as intended, the next run
 * works, and neither a lock nor a temporary file remains.
 */

import { expect } from 'chai'
import { DEFAULT_AGENT } from '../support/lua-server.js'
import { type LuaRun, runLua } from '../support/run-lua.js'
import { litterIn } from './support/cell.js'
import { Gate } from './support/gate.js'
import { generator } from './support/random.js'
import { EXHAUSTIVE, SEED } from './support/sample.js'
import { tried } from './support/tally.js'
import { type Scene, VICTIMS, type Victim } from './support/victims.js'

const RUNS = EXHAUSTIVE ? 300 : 60
const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM'] as const
/** Runs at a time. */
const AT_ONCE = 4

type Signal = (typeof SIGNALS)[number]
type Files = Record<string, string>

/** What an undisturbed run ends with, and how long it takes here and now. */
interface Measure {
  before: Files
  intended: Files
  ms: number
}

describe('faults: signals at random moments', function () {
  this.timeout(600_000)
  const random = generator(SEED)

  for (const victim of VICTIMS) {
    const runs = RUNS / VICTIMS.length
    it(`${victim.name}, ${runs} times (SEED=${SEED})`, async () => {
      const measure = await measured(victim)
      const gate = new Gate(AT_ONCE)
      const codes = new Set<string>()
      const turns = Array.from({ length: runs }, (_, turn) => {
        const signal = SIGNALS[turn % SIGNALS.length]!
        // From when node has started until a little after the end.
        const moment = measure.ms * (0.3 + 0.8 * random())
        return gate.through(() => tried('process: signals at random moments', () => kill(signal, moment)))
      })

      async function kill(signal: Signal, moment: number): Promise<void> {
        const scene = await victim.open()
        try {
          const run = await runKilled(victim, scene, signal, moment)
          codes.add(run.signal ?? String(run.code))
          expectWhole(scene, measure, signal)
          expectEnd(run, signal)
          await victim.again(scene)
          expect(litterIn(scene.project.root), 'after the next run').to.deep.equal([])
          expect(filesOf(scene), 'after the next run').to.deep.equal(measure.intended)
          expectServerWhole(victim, scene)
        } finally {
          scene.project.remove()
          await scene.server.close()
        }
      }

      const ends = await Promise.allSettled(turns)
      const failures = ends.flatMap(end => (end.status === 'rejected' ? [end.reason] : []))
      if (failures.length > 0) throw failures[0]
      // Otherwise nothing was interrupted, and nothing was tested.
      expect([...codes], 'ways in which the runs ended').to.include('SIGKILL')
    })
  }
})

/** The same run, several at once as the others will be, and nobody disturbs it. */
async function measured(victim: Victim): Promise<Measure> {
  const [one] = await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const scene = await victim.open()
      try {
        const before = filesOf(scene)
        const run = await runLua(victim.args, { cwd: scene.project.root, url: scene.server.url })
        expect(run.code, run.stderr).to.equal(0)
        return { before, intended: filesOf(scene), ms: run.elapsed }
      } finally {
        scene.project.remove()
        await scene.server.close()
      }
    }),
  )
  return one!
}

function runKilled({ args }: Victim, scene: Scene, signal: Signal, moment: number): Promise<LuaRun> {
  let timer: NodeJS.Timeout
  return runLua(args, {
    cwd: scene.project.root,
    url: scene.server.url,
    onSpawn: child => {
      timer = setTimeout(() => child.kill(signal), moment)
    },
  }).finally(() => clearTimeout(timer))
}

/** Every file of the user's is the old one or the new one, and a run that could still clean up has done so. */
function expectWhole(scene: Scene, { before, intended }: Measure, signal: Signal): void {
  const now = filesOf(scene)
  for (const path of new Set([...Object.keys(before), ...Object.keys(intended), ...Object.keys(now)])) {
    // The output folder is swapped as a whole: between its two moves there is none, and the next run heals that.
    if (path.startsWith('dist-v2/') && signal === 'SIGKILL') continue
    expect([before[path], intended[path]], path).to.include(now[path])
  }
  if (signal !== 'SIGKILL') expect(litterIn(scene.project.root), `after ${signal}`).to.deep.equal([])
}

/** Ended by the signal (before it could be caught), stopped by it, or finished before it came. */
function expectEnd({ code, signal, stderr }: LuaRun, sent: Signal): void {
  if (signal === null) expect(code, stderr).to.be.oneOf([0, 130])
  else expect(signal).to.equal(sent)
}

/** However often it is pushed, there is one new version, and one new name. */
function expectServerWhole(victim: Victim, { server }: Scene): void {
  if (victim.name !== 'push') return
  const { name, personaVersions } = server.state.agents[DEFAULT_AGENT]!
  expect({ name, versions: personaVersions.length }).to.deep.equal({ name: 'New Name', versions: 2 })
}

/** The user's files, without what belongs to a run under way, and without the hour of the compile. */
function filesOf({ project }: Scene): Files {
  const litter = new Set(litterIn(project.root))
  const entries = Object.entries(project.bytes()).filter(([path]) => !litter.has(path))
  return Object.fromEntries(
    entries.map(([path, base64]) => [
      path,
      path === 'dist-v2/manifest.json'
        ? Buffer.from(base64, 'base64')
            .toString()
            .replace(/"compiledAt": "[^"]*"/, '')
        : base64,
    ]),
  )
}
