import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import fc from 'fast-check'
import { LuaError } from '../../src/lib/errors.js'
import { asOneText, type Persona } from '../../src/lib/persona.js'
import type { Action } from '../../src/lib/sync/model.js'
import type { Asker, SyncRequest } from '../../src/lib/sync/sync.js'
import { normalizeText } from '../../src/lib/text.js'
import { inProcess, type Place, undoInProcess } from '../support/in-process.js'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  seedAgent,
  seedVersion,
  startLuaServer,
} from '../support/lua-server.js'
import { agentSource, makeProject, type TestProject } from '../support/project.js'
import { runLua } from '../support/run-lua.js'

const TURNS = 200
const FIRST = 'You help.\nYou are kind.\nYou are brief.\nYou sign with your name.'

/** What somebody does next; `pick` decides whatever else there is to decide. */
interface Turn {
  who: 0 | 1
  what: keyof typeof DEEDS
  pick: number
}

/** One checkout and what its user has typed into it. */
interface Checkout {
  project: TestProject
  place: Place
}

class World {
  readonly checkouts: Checkout[]
  /** What refusals were met, so that the test can say that it saw some. */
  readonly met = new Map<string, number>()
  private count = 0

  constructor(readonly server: LuaServer) {
    seedAgent(server.state, { personas: [FIRST] })
    this.checkouts = [0, 1].map(() => {
      const project = makeProject({ 'src/index.ts': agentSource({ persona: FIRST }) }, 'lua-turns-')
      return { project, place: { root: project.root, url: server.url } }
    })
  }

  get agent() {
    return this.server.state.agents[DEFAULT_AGENT]!
  }

  /** A text that nobody has written before, made of `text`: a line changed, added or gone, or two. */
  changed(text: string, pick: number): string {
    this.count += 1
    const lines = text.split('\n')
    const at = pick % lines.length
    const kind = Math.floor(pick / 7) % 4
    if (kind === 0) lines.splice(at, 0, `Added ${this.count}.`)
    else if (kind === 1 && lines.length > 3) lines.splice(at, 1, `Short ${this.count}.`)
    else lines[at] = `${lines[at]} And ${this.count}.`
    // Long texts make slow merges, and say nothing new.
    return lines.slice(0, 12).join('\n')
  }

  /** Every text that stands in a file or on the server now. */
  standing(): Set<string> {
    const texts = new Set<string>()
    for (const { project } of this.checkouts)
      for (const text of textsOf(project.read('src/index.ts'))) texts.add(text)
    for (const { persona } of this.agent.personaVersions) texts.add(one(persona))
    texts.add(one(this.agent.name))
    return texts
  }

  /** Every text that somebody can still get at: it stands somewhere, or undo has kept it. */
  reachable(): Set<string> {
    const texts = this.standing()
    for (const { project } of this.checkouts) for (const text of kept(project)) texts.add(text)
    return texts
  }

  /** The code as data: name and persona in it are the JSON of our own template. */
  edit({ project }: Checkout, change: (now: { name: string; persona: string }) => object): void {
    const [name, persona] = textsOf(project.read('src/index.ts'))
    project.write('src/index.ts', agentSource({ name, persona, ...change({ name, persona }) }))
  }

  close(): Promise<void> {
    for (const { project } of this.checkouts) project.remove()
    return this.server.close()
  }
}

const one = (text: unknown) => normalizeText(asOneText(text as Persona))

const LITERAL = '(`(?:[^`\\\\]|\\\\.)*`|"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)*\')'
const AGENT = new RegExp(`^ {2}name: ${LITERAL},\\n {2}persona: ${LITERAL},$`, 'm')

/** Name and persona of a source that `agentSource` wrote and sync may have rewritten. */
function textsOf(source: string): [name: string, persona: string] {
  const [, name, persona] = AGENT.exec(source)!
  // The literals have no holes, and nobody but this test writes them.
  const value = (literal: string) => one(runInNewContext(literal))
  return [value(name!), value(persona!)]
}

/** Texts in the undo records of a checkout. */
function kept(project: TestProject): string[] {
  const folder = join(project.root, '.lua', 'undo')
  let paths: string[] = []
  try {
    paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
  return paths.flatMap(path => {
    if (path.endsWith('index.ts')) return textsOf(readFileSync(join(folder, path), 'utf8'))
    if (!path.endsWith('entry.json')) return []
    const { server } = JSON.parse(readFileSync(join(folder, path), 'utf8'))
    return Object.values(server?.values ?? {}).map(one)
  })
}

/** Somebody at a terminal who answers whatever `pick` says. */
function decided(pick: number, world: World): Asker {
  let asked = 0
  const next = (most: number) => Math.floor(pick / 3 ** asked++) % most
  return {
    choose: async (_drift, choices: Action[]) => choices[next(choices.length)]!,
    passage: async () => 'take',
    compare: async () => {},
    confirm: async () => next(2) === 0,
    resolve: async ({ ours, theirs }) =>
      [
        ours,
        theirs,
        [...ours, ...theirs],
        world.changed([...ours, ...theirs, 'x'].join('\n'), pick).split('\n'),
      ][next(4)]!,
    edit: async text => world.changed(text, pick),
  }
}

const run =
  (request: SyncRequest) =>
  async (world: World, { place }: Checkout, pick: number) => {
    const { failure } = await inProcess(place, request, {
      ask: pick % 5 === 0 ? undefined : decided(pick, world),
    })
    if (failure) throw failure
  }

/** Everything that anybody can do. Those that type into the code or the dashboard are the people's own doing. */
const DEEDS = {
  check: run({ mode: 'check' }),
  sync: run({ mode: 'interactive' }),
  pull: run({ mode: 'pull' }),
  'pull --force': run({ mode: 'pull', force: true }),
  'pull --from': async (world: World, checkout: Checkout, pick: number) => {
    const published = world.agent.personaVersions.map(({ version }) => Number(version))
    return run({ mode: 'pull', from: published[pick % published.length] })(world, checkout, pick)
  },
  push: run({ mode: 'push' }),
  'push --force': run({ mode: 'push', force: true }),
  'push --deploy': run({ mode: 'push', deploy: true }),
  merge: run({ mode: 'merge' }),
  'merge --markers': run({ mode: 'merge', markers: true }),
  'merge --push': run({ mode: 'merge', push: true }),
  undo: async (_world: World, { place }: Checkout) => void (await undoInProcess(place, false)),
  'undo --force': async (_world: World, { place }: Checkout) => void (await undoInProcess(place, true)),
  type: async (world: World, checkout: Checkout, pick: number) =>
    world.edit(checkout, ({ persona }) => ({ persona: world.changed(persona, pick) })),
  'type a name': async (world: World, checkout: Checkout, pick: number) =>
    world.edit(checkout, () => ({ name: world.changed('Name', pick).replaceAll('\n', ' ') })),
  dashboard: async (world: World, _checkout: Checkout, pick: number) => {
    const newest = world.agent.personaVersions.at(-1)!
    const createdDate = Math.max(...world.agent.personaVersions.map(each => Number(each.createdDate))) + 1000
    seedVersion(world.agent, { persona: world.changed(String(newest.persona), pick), createdDate })
  },
  'dashboard name': async (world: World, _checkout: Checkout, pick: number) => {
    world.agent.name = world.changed('Name', pick).replaceAll('\n', ' ')
  },
  'drafts from now on': async (world: World, _checkout: Checkout, pick: number) => {
    world.server.state.publishOnCreate = pick % 3 !== 0
  },
} satisfies Record<string, (world: World, checkout: Checkout, pick: number) => Promise<void>>

const BY_HAND: readonly (keyof typeof DEEDS)[] = ['type', 'type a name', 'dashboard', 'dashboard name']

/** Takes one turn; what sync refuses is refused, and anything else that is thrown is a failure of the test. */
async function take(world: World, { who, what, pick }: Turn): Promise<void> {
  const before = BY_HAND.includes(what) ? new Set<string>() : world.standing()
  try {
    await DEEDS[what](world, world.checkouts[who]!, pick)
  } catch (error) {
    if (!(error instanceof LuaError) || ![2, 21, 22].includes(error.exitCode)) throw error
    world.met.set(error.code, (world.met.get(error.code) ?? 0) + 1)
  }
  const after = world.reachable()
  for (const text of before) {
    if (!after.has(text))
      throw new Error(`lost by checkout ${who} with ${what} (${pick}): ${JSON.stringify(text)}`)
  }
}

const turn: fc.Arbitrary<Turn> = fc.record({
  who: fc.constantFrom(0, 1),
  what: fc.constantFrom(...(Object.keys(DEEDS) as (keyof typeof DEEDS)[])),
  pick: fc.nat(9999),
})

describe('two checkouts of one agent', () => {
  it(`take ${TURNS} turns at random, and no text that was ever saved gets lost`, async function () {
    this.timeout(120_000)
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    const world = new World(await startLuaServer({ state: newState() }))
    try {
      // A run in which everything is refused, or nothing, would prove little: a thin one goes on for some more turns.
      const isThin = () => (world.met.get('CONFLICT') ?? 0) < 5 || world.agent.personaVersions.length <= 20
      for (let round = 0; round === 0 || (round < 5 && isThin()); round++) {
        for (const each of fc.sample(turn, { seed: seed + round, numRuns: TURNS })) await take(world, each)
      }
      expect(world.met.get('CONFLICT') ?? 0, `seed ${seed}`).to.be.within(5, TURNS / 2)
      expect(world.agent.personaVersions.length, `seed ${seed}`).to.be.greaterThan(20)
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error })
    } finally {
      await world.close()
    }
    console.log(`      seed ${seed}`)
  })

  it('take a few turns through the executable and end in step', async () => {
    const world = new World(await startLuaServer({ state: newState() }))
    try {
      const [ann, bob] = world.checkouts as [Checkout, Checkout]
      const lua = (who: Checkout, ...args: string[]) =>
        runLua(['sync', ...args], { cwd: who.project.root, url: world.server.url })
      const persona = (who: Checkout) => textsOf(who.project.read('src/index.ts'))[1]
      for (const who of [ann, bob]) expect((await lua(who, '--check')).code).to.equal(0)
      world.edit(ann, () => ({ persona: FIRST.replace('kind', 'patient') }))
      world.edit(bob, () => ({ persona: FIRST.replace('brief', 'short') }))
      expect((await lua(ann, '--push')).code).to.equal(0)
      expect((await lua(bob, '--pull')).code).to.equal(21)
      expect((await lua(bob, '--merge', '--push')).code).to.equal(0)
      expect((await lua(ann, '--pull')).code).to.equal(0)
      const both = FIRST.replace('kind', 'patient').replace('brief', 'short')
      expect([persona(ann), persona(bob), world.agent.personaVersions.at(-1)!.persona]).to.deep.equal([
        both,
        both,
        both,
      ])
      for (const who of [ann, bob]) expect((await lua(who, '--check')).code).to.equal(0)
    } finally {
      await world.close()
    }
  })
})
