/**
 * The real executable, spawned: what a person or a pipeline gets.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { HOME } from './home.js'
import { DEFAULT_KEY } from './lua-server-state.js'
import { asksForJson, checkDocument } from './schema.js'

export const ROOT = join(import.meta.dirname, '..', '..')
export const LUA = join(ROOT, 'bin', 'run.js')
export const KEY = DEFAULT_KEY

export interface LuaRun {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Wall-clock milliseconds. */
  elapsed: number
}

export interface LuaOptions {
  cwd: string
  /** Added to a clean environment: no key of the machine, no colours, no CI unless a test says so. */
  env?: Record<string, string | undefined>
  url?: string
  /** Called with the running process, for tests that signal it. */
  onSpawn?: (child: ChildProcess) => void
}

/** Runs `lua …args` without a terminal and collects what it says. What `--json` wrote must be what its schema says. */
export async function runLua(args: string[], options: LuaOptions): Promise<LuaRun> {
  const run = await spawnLua(args, options)
  if (asksForJson(args) && run.signal === null) await checkDocument(args[0] ?? '', run.stdout)
  return run
}

function spawnLua(args: string[], { cwd, env, url, onSpawn }: LuaOptions): Promise<LuaRun> {
  const started = Date.now()
  const child = spawn(process.execPath, [LUA, ...args], {
    cwd,
    env: cleanEnv({ ...(url ? { LUA_API_URL: url, LUA_API_KEY: KEY } : {}), ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onSpawn?.(child)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout, stderr, elapsed: Date.now() - started }),
    )
  })
}

/** An environment in which only what a test says is said. */
export function cleanEnv(extra: Record<string, string | undefined> = {}): Record<string, string> {
  const env: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    HOME,
    // The home folder is the repository's, and stays empty.
    NODE_DISABLE_COMPILE_CACHE: '1',
    LANG: 'C.UTF-8',
    ...extra,
  }
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
