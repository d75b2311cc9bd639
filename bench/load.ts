/**
 * What heavy personas cost a check, in time and memory, against a server on loopback.
 */

import { spawn } from 'node:child_process'
import { LOADS, type Load } from '../test/faults/support/load.js'
import { DEFAULT_KEY } from '../test/support/lua-server.js'
import { makeProject } from '../test/support/project.js'
import { LUA } from '../test/support/run-lua.js'
import { startServerProcess } from '../test/support/server-process.js'
import { median } from './measure.js'

const ROUNDS = 3
const GOAL_MB = 500

/** Written to file descriptor 3 by the process itself when it ends: its largest resident size, in KB. */
const TELL_MEMORY = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)))",
)}`

/** Times `lua sync --check` of each load; the goals are the project's. */
export async function benchLoad(): Promise<void> {
  console.log('\nLoad (lua sync --check, median of 3)')
  for (const load of LOADS) {
    const { ms, mb } = await measureLoad(load)
    const goal = `(goal: at most ${load.goalMs} ms, ${GOAL_MB} MB)`
    console.log(
      `  ${load.label.padEnd(44)} ${ms.toFixed(0).padStart(6)} ms  ${mb.toFixed(0).padStart(4)} MB  ${goal}`,
    )
  }
}

async function measureLoad({ source, state, code }: Load): Promise<{ ms: number; mb: number }> {
  const server = await startServerProcess({ state: state() })
  const project = makeProject({ 'src/index.ts': source })
  try {
    const runs: { ms: number; mb: number }[] = []
    for (let round = 0; round < ROUNDS; round++) runs.push(await once(project.root, server.url, code))
    return { ms: median(runs.map(({ ms }) => ms)), mb: median(runs.map(({ mb }) => mb)) }
  } finally {
    await server.close()
    project.remove()
  }
}

function once(cwd: string, url: string, expected: number): Promise<{ ms: number; mb: number }> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    let kilobytes = ''
    const child = spawn(process.execPath, ['--import', TELL_MEMORY, LUA, 'sync', '--check'], {
      cwd,
      env: { ...process.env, LUA_API_URL: url, LUA_API_KEY: DEFAULT_KEY },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    })
    child.stdio[3]?.on('data', chunk => {
      kilobytes += String(chunk)
    })
    child.on('error', reject)
    child.on('close', code => {
      if (code !== expected) reject(new Error(`the check ended with ${code}`))
      else resolve({ ms: performance.now() - started, mb: Number(kilobytes) / 1024 })
    })
  })
}
