/**
 * The modes of sync with work to do, and each request that they make.
 */

import {
  DEFAULT_AGENT,
  type FaultMatcher,
  newState,
  type ServerState,
  seedAgent,
  seedSnapshot,
  seedVersion,
} from '../../support/lua-server.js'
import { agentSource, makeProject, type TestProject } from '../../support/project.js'

const AGENT = `/admin/agents/${DEFAULT_AGENT}`
const OWN = `/developer/agents/${DEFAULT_AGENT}`

export interface RequestCase {
  name: string
  matcher: FaultMatcher
  /** How far a push has come when it makes this request. */
  after?: 'nothing' | 'rename' | 'create' | 'deploy'
  writes?: boolean
  /** Its answer is no JSON. */
  blob?: boolean
  /** "There is none" is an ordinary answer here. */
  optional?: boolean
}

export interface ModeCase {
  name: 'check' | 'interactive' | 'pull' | 'push'
  args: string[]
  /** Exit code when all goes well. */
  code: number
  requests: RequestCase[]
  project(): TestProject
  state(): ServerState
}

const read = (name: string, path: string, skip = 0): RequestCase => ({
  name,
  matcher: { method: 'GET', path, skip },
})

const LOOK = [read('the agent', AGENT), read('the versions', `${OWN}/persona/versions`)]

/** The server has another name, a newer persona and a file that is not here. */
function dashboard(): ServerState {
  const state = newState()
  const agent = seedAgent(state, { name: 'Renamed', personas: ['You help.'] })
  seedVersion(agent, { persona: 'You help.\nKindly.' })
  seedSnapshot(state, agent, { 'src/extra.ts': 'export const extra = 1\n' })
  return state
}

function draftServer(): ServerState {
  const state = newState({ publishOnCreate: false })
  seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
  return state
}

export const PUSHED = { name: 'New Name', persona: 'You help a lot.' }
export const PULLED = { name: 'Renamed', persona: 'You help.\nKindly.' }

const push = (after: RequestCase['after'], request: RequestCase): RequestCase => ({ ...request, after })

export const MODES: ModeCase[] = [
  { name: 'check', args: ['--check'], code: 1, requests: LOOK, project: makeProject, state: dashboard },
  { name: 'interactive', args: [], code: 2, requests: LOOK, project: makeProject, state: dashboard },
  {
    name: 'pull',
    args: ['--pull'],
    code: 0,
    requests: [
      ...LOOK,
      { ...read('the snapshot', `${OWN}/backup`), optional: true },
      read('its manifest', `${OWN}/backup/manifest`),
      { name: 'the blobs’ addresses', matcher: { method: 'POST', path: `${OWN}/backup/blob-urls` } },
      { name: 'a blob', matcher: { origin: 'blob', path: '/blobs/*' }, blob: true },
    ],
    project: makeProject,
    state: dashboard,
  },
  {
    name: 'push',
    args: ['--push', '--deploy'],
    code: 0,
    requests: [
      ...LOOK.map(request => push('nothing', request)),
      push('nothing', read('the agent again', AGENT, 1)),
      push('nothing', read('the versions again', `${OWN}/persona/versions`, 1)),
      push('nothing', {
        name: 'the renaming',
        matcher: { method: 'PATCH', path: '/agents/baseAgent/sub-agent' },
        writes: true,
      }),
      push('rename', read('the name read back', AGENT, 2)),
      push('rename', read('all versions', `${OWN}/persona/versions`, 2)),
      push('rename', {
        name: 'the new version',
        matcher: { method: 'POST', path: `${OWN}/persona/version` },
        writes: true,
      }),
      push('create', {
        name: 'the deployment',
        matcher: { method: 'POST', path: `${OWN}/persona/version/2` },
        writes: true,
      }),
      push('deploy', read('the version read back', `${OWN}/persona/versions`, 4)),
    ],
    project: () => makeProject({ 'src/index.ts': agentSource(PUSHED) }),
    state: draftServer,
  },
]
