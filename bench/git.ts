/**
 * A check in a repository with a long history: in sync, where git is asked for HEAD alone, and where the texts differ.
 */

import { execFileSync } from 'node:child_process'
import { DEFAULT_KEY, newState, seedAgent } from '../test/support/lua-server.js'
import { agentSource, makeProject, type TestProject } from '../test/support/project.js'
import { LUA } from '../test/support/run-lua.js'
import { startServerProcess } from '../test/support/server-process.js'
import { measure, report } from './measure.js'

const COMMITS = 10_000

/** Times a check in a repository of ten thousand commits; the goals are the project's. */
export async function benchGit(): Promise<void> {
  const state = newState()
  seedAgent(state, { name: 'Test Agent', personas: ['You help.'] })
  const server = await startServerProcess({ state })
  const same = makeProject()
  const edited = makeProject()
  try {
    for (const project of [same, edited]) commitMany(project)
    edited.write('src/index.ts', agentSource({ persona: 'You help a lot.' }))
    const env = { LUA_API_URL: server.url, LUA_API_KEY: DEFAULT_KEY }
    const check = (label: string, { root }: TestProject, code: number) => ({
      label,
      args: [LUA, 'sync', '--check'],
      cwd: root,
      env,
      codes: [code],
    })
    const labels = ['lua sync --check, no drift', 'lua sync --check, edited'] as const
    const rows = await measure([
      { label: 'node -e 0', args: ['-e', '0'] },
      check(labels[0], same, 0),
      check(labels[1], edited, 1),
    ])
    report(`A check in a repository of ${COMMITS} commits (median of 9)`, rows, { [labels[0]]: 4.5 })
  } finally {
    await server.close()
    same.remove()
    edited.remove()
  }
}

/** One commit of the project, and many after it that touch other files. */
function commitMany({ root, read }: TestProject): void {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`
  const commit = (at: number, changes: string) =>
    `commit refs/heads/main\ncommitter T <t@example.com> ${1_700_000_000 + at} +0000\n${data('x')}${changes}`
  const file = (path: string, text: string) => `M 100644 inline ${path}\n${data(text)}`
  const project = file('src/index.ts', read('src/index.ts')) + file('lua.skill.yaml', read('lua.skill.yaml'))
  const others = Array.from({ length: COMMITS - 1 }, (_, at) =>
    commit(at + 1, file(`docs/${at % 50}/${at % 500}.md`, `${at}`)),
  )
  const git = (args: string[], input = '') => execFileSync('git', args, { cwd: root, input, stdio: 'pipe' })
  git(['init', '-q', '-b', 'main'])
  git(['fast-import', '--quiet'], commit(0, project) + others.join(''))
  git(['reset', '-q'])
}
