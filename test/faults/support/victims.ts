/**
 * Runs that write, to be killed while they do: what each begins with, and how it is brought to its end afterwards.
 */

import { compileProject } from '../../../src/lib/compile/index.js'
import { findProject } from '../../../src/lib/project/project.js'
import { inProcess } from '../../support/in-process.js'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  type StoredAgent,
  seedAgent,
  seedSnapshot,
  seedVersion,
  startLuaServer,
} from '../../support/lua-server.js'
import { agentSource, makeProject, type TestProject } from '../../support/project.js'

export interface Scene {
  server: LuaServer
  project: TestProject
}

export interface Victim {
  name: string
  args: string[]
  open(): Promise<Scene>
  /** The same again, in this process, where nobody is killed. */
  again(scene: Scene): Promise<unknown>
}

const LINES = Array.from({ length: 20 }, (_, index) => `Rule ${index}.`)
const lines = (changes: Record<number, string>) =>
  LINES.map((line, index) => changes[index] ?? line).join('\n')

const TWO_FILES = {
  'src/index.ts':
    "import { LuaAgent } from 'lua-cli'\nimport { PERSONA } from './persona'\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: PERSONA })\n",
  'src/persona.ts': 'export const PERSONA = `You help.`\n',
}

const COMPILED = {
  'package.json': '{ "name": "victim", "private": true }\n',
  'src/index.ts': [
    "import { LuaAgent, LuaJob, PreProcessor } from 'lua-cli'",
    "const job = new LuaJob({ name: 'daily', description: 'Every day', schedule: { type: 'interval', seconds: 60 }, execute: async () => 1 })",
    "const pre = new PreProcessor({ name: 'first', description: 'Before', execute: async () => 2 })",
    "export default new LuaAgent({ name: 'Test Agent', persona: 'You help.', jobs: [job], preProcessors: [pre] })",
    '',
  ].join('\n'),
}

async function scene(files: Record<string, string>, change: (agent: StoredAgent, server: LuaServer) => void) {
  const state = newState()
  const agent = seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
  const server = await startLuaServer({ state })
  change(agent, server)
  return { server, project: makeProject(files, 'lua-victim-') }
}

const sync = (mode: 'pull' | 'push' | 'merge') => (victim: Scene) =>
  inProcess({ root: victim.project.root, url: victim.server.url }, { mode })

export const VICTIMS: Victim[] = [
  {
    name: 'pull',
    args: ['sync', '--pull'],
    open: () =>
      scene(TWO_FILES, agent => {
        agent.name = 'Renamed'
        seedVersion(agent, { persona: 'You help.\nKindly.' })
      }),
    again: sync('pull'),
  },
  {
    name: 'push',
    args: ['sync', '--push'],
    open: () =>
      scene({ 'src/index.ts': agentSource({ name: 'New Name', persona: 'You help a lot.' }) }, () => {}),
    again: sync('push'),
  },
  {
    name: 'merge',
    args: ['sync', '--merge'],
    async open() {
      const opened = await scene({ 'src/index.ts': agentSource({ persona: lines({}) }) }, agent => {
        agent.personaVersions.length = 0
        seedVersion(agent, { persona: lines({}) })
      })
      const { project, server } = opened
      await inProcess({ root: project.root, url: server.url }, { mode: 'check' })
      project.write('src/index.ts', agentSource({ persona: lines({ 2: 'Ours.' }) }))
      seedVersion(server.state.agents[DEFAULT_AGENT]!, { persona: lines({ 15: 'Theirs.' }) })
      return opened
    },
    again: sync('merge'),
  },
  {
    name: 'restore',
    args: ['sync', '--pull'],
    open: () =>
      scene({}, (agent, { state }) => {
        seedVersion(agent, { persona: 'You help.\nKindly.' })
        const files = Array.from({ length: 60 }, (_, index) => [
          `src/skills/skill-${index}.ts`,
          `export const skill${index} = ${index}\n`,
        ])
        seedSnapshot(state, agent, Object.fromEntries(files))
      }),
    again: sync('pull'),
  },
  {
    name: 'compile',
    args: ['compile'],
    open: () => scene(COMPILED, () => {}),
    again: async ({ project }) => compileProject(await findProject(project.root)),
  },
]
