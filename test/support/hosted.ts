/**
 * The built commands in this process, as a host runs them: for tables of cases, where a spawned program each would take
 * minutes. What belongs to the process itself (signals, terminals, an unknown command) is tested on the executable.
 */

import { Config } from '@oclif/core'
import { cleanEnv, KEY, type LuaOptions, type LuaRun, ROOT } from './run-lua.js'
import { asksForJson, checkDocument } from './schema.js'

let config: Promise<Config> | undefined
/** One run at a time: a command reads the environment, the folder and the exit code of the whole process. */
let queue: Promise<unknown> = Promise.resolve()

/** Runs `lua …args` in this process and collects what it says. What `--json` wrote must be what its schema says. */
export function runHosted(args: string[], options: Omit<LuaOptions, 'onSpawn'>): Promise<LuaRun> {
  const run = queue.then(() => runNow(args, options))
  queue = run.catch(() => {})
  return run
}

async function runNow([id = '', ...argv]: string[], { cwd, env, url }: LuaOptions): Promise<LuaRun> {
  config ??= Config.load({ root: ROOT, devPlugins: false })
  const loaded = await config
  const restore = inPlaceOf(cwd, cleanEnv({ ...(url ? { LUA_API_URL: url, LUA_API_KEY: KEY } : {}), ...env }))
  const said = capture()
  const started = Date.now()
  let code = 0
  try {
    await loaded.runCommand(id, argv)
  } catch (error) {
    code = exitOf(error)
  } finally {
    said.end()
    code = restore() || code
  }
  const run = { code, signal: null, ...said.texts, elapsed: Date.now() - started }
  if (asksForJson(argv)) await checkDocument(id, run.stdout)
  return run
}

/** What a hook's `this.exit` throws. */
function exitOf(error: unknown): number {
  const exit = (error as { oclif?: { exit?: number } }).oclif?.exit
  if (exit === undefined) throw error
  return exit
}

/** Takes the folder and the environment of a program of its own. @returns puts ours back, and says how the run ended */
function inPlaceOf(cwd: string, env: Record<string, string>): () => number {
  const ours = { cwd: process.cwd(), env: { ...process.env }, exitCode: process.exitCode }
  process.chdir(cwd)
  setEnvironment(env)
  process.exitCode = undefined
  return () => {
    const code = Number(process.exitCode ?? 0)
    process.exitCode = ours.exitCode
    setEnvironment(ours.env)
    process.chdir(ours.cwd)
    return code
  }
}

/** In place: the home folder comes from the real environment, which another object does not change. */
function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
}

/** Keeps what is written to stdout and stderr from here on. */
function capture(): { texts: { stdout: string; stderr: string }; end: () => void } {
  const texts = { stdout: '', stderr: '' }
  const writes = (['stdout', 'stderr'] as const).map(name => {
    const { write } = process[name]
    process[name].write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      texts[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
      for (const done of rest) if (typeof done === 'function') done()
      return true
    }) as typeof write
    return () => {
      process[name].write = write
    }
  })
  return { texts, end: () => writes.forEach(restore => void restore()) }
}
