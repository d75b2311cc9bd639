import { expect } from 'chai'
import { agentSource } from '../support/project.js'
import { Scene } from '../support/scene.js'

const BASE = 'You help.\nYou are kind.\nYou answer in English.\nYou sign with your name.'
const LOCAL = BASE.replace('You help.', 'You help a lot.')
const SERVER = BASE.replace('with your name', 'as the Team')
const CLASH = BASE.replace('You help.', 'You help at times.')

/** What brings a scene, whose two sides agreed on BASE, into each state. */
const STATES: Record<string, (scene: Scene) => void> = {
  'in sync': () => {},
  ahead: scene => scene.edit({ persona: LOCAL }),
  behind: scene => scene.colleague(SERVER),
  diverged: scene => {
    scene.edit({ persona: LOCAL })
    scene.colleague(SERVER)
  },
  'diverged in one sentence': scene => {
    scene.edit({ persona: LOCAL })
    scene.colleague(CLASH)
  },
  'differing, nobody knows why': scene => {
    scene.project.write('.lua/sync.json', '')
    scene.edit({ persona: LOCAL })
    scene.agent.personaVersions.length = 0
    scene.colleague(SERVER)
  },
  'different in outer white space alone': scene => scene.edit({ persona: `${BASE}\n\n` }),
  'empty on the server': scene => scene.colleague(''),
  'empty in the code': scene => scene.edit({ persona: '' }),
  'ahead with a secret': scene => scene.edit({ persona: `${BASE}\nsk-ant-${'a'.repeat(30)}` }),
  'ahead with conflict markers': scene =>
    scene.edit({ persona: `${BASE}\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b` }),
  'renamed on the server': scene => {
    scene.agent.name = 'Renamed'
  },
  'renamed in the code': scene => scene.edit({ name: 'Mine' }),
  'renamed on both sides, behind': scene => {
    scene.edit({ name: 'Mine' })
    scene.agent.name = 'Renamed'
    scene.colleague(SERVER)
  },
  'without any version': scene => {
    scene.agent.personaVersions.length = 0
  },
  'computed in the code': scene => {
    scene.project.write('src/index.ts', agentSource().replace('`You help.`', 'process.env.PERSONA'))
  },
  'with a key that may not': scene => scene.server.fault({ path: '*' }, { kind: 'answer', status: 403 }),
  'with a key that is refused': scene => scene.server.fault({ path: '*' }, { kind: 'answer', status: 401 }),
}

const MODES = [
  '--pull',
  '--pull --force',
  '--pull --from 1',
  '--pull --take 1',
  '--pull --take 7',
  '--pull --keep 1',
  '--push',
  '--push --force',
  '--push --deploy',
  '--merge',
  '--merge --markers',
  '--merge --push',
  '--pull --all',
  '--push --all',
]

/** What both runs must have in common; what a plan cannot know (ids, times) is left out. */
interface Seen {
  status: string
  error?: { code: string }
  agents?: Seen[]
  components?: { component: string; state: string; action?: string; outcome?: { version?: number } }[]
  files?: { file: string }[]
}

function common({ status, error, agents, components }: Seen): unknown {
  return {
    status,
    error: error?.code,
    agents: agents?.map(common),
    components: components?.map(({ component, state, action, outcome }) => ({
      component,
      state,
      action,
      version: action === 'push' ? outcome?.version : undefined,
    })),
  }
}

/** Each mode meets a third of the states; `EXHAUSTIVE=1` tries all. */
describe('a dry run ends as the run itself would', function () {
  this.timeout(60_000)

  for (const [row, mode] of MODES.entries()) {
    for (const [column, [state, arrange]] of Object.entries(STATES).entries()) {
      if (!process.env.EXHAUSTIVE && (row + column) % 3 > 0) continue
      it(`lua sync ${mode}, ${state}`, async () => {
        const scene = await Scene.open({ persona: BASE })
        try {
          await scene.agree()
          arrange(scene)
          const args = ['sync', ...mode.split(' '), '--json']
          const before = [scene.project.bytes(), structuredClone(scene.agent)]
          const dry = await scene.lua(...args, '--dry-run')
          expect([scene.project.bytes(), scene.agent]).to.deep.equal(before)
          expect(scene.server.requests.filter(({ method }) => method !== 'GET')).to.deep.equal([])
          const real = await scene.lua(...args)
          expect(dry.code, real.stdout).to.equal(real.code)
          const [planned, done] = [JSON.parse(dry.stdout), JSON.parse(real.stdout)] as [Seen, Seen]
          expect(common(planned)).to.deep.equal(common(done))
          const after = scene.project.bytes()
          const changed = Object.keys(after).filter(file => after[file] !== (before[0] as typeof after)[file])
          const files = [planned, ...(planned.agents ?? [])].flatMap(({ files = [] }) => files)
          expect(files.map(({ file }) => file).sort()).to.deep.equal(changed.sort())
        } finally {
          await scene.close()
        }
      })
    }
  }
})
