/**
 * `lua compile` on projects of 10, 100 and 1,000 tools: cold, unchanged, and with one file changed; time as ratios to
 * `node -e 0` and to esbuild alone, and the memory of all its processes together. With VENDOR_LUA=<path of the vendor's lua>, that one runs
 * beside it.
 */

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { LUA } from '../test/support/run-lua.js'
import { generateProject, tool } from './generated-project.js'
import { median } from './measure.js'

const SIZES = [10, 100, 1000]
const ROUNDS = 5
const BARE = join(dirname(fileURLToPath(import.meta.url)), 'bare-esbuild.mjs')

interface Sample {
  ms: number
  /** Most memory that the process and its children held at one time, where it was watched; MB. */
  mb?: number
}

/** What a state of a project is called, and how it is brought about. */
interface State {
  label: string
  prepare: (root: string, round: number) => void
}

const STATES: State[] = [
  { label: 'cold', prepare: forget },
  { label: 'unchanged', prepare: () => {} },
  { label: 'one file changed', prepare: change },
]

/** Goals of the project, as ratios to `node -e 0` unless they say otherwise. */
const GOALS: Record<string, string> = {
  '10 cold': 'at most 10x',
  '10 unchanged': 'at most 5x',
  '1000 cold': 'under 300 MB',
  '1000 one file changed': 'at most 10x, under 300 MB',
  '1000 unchanged': 'at most 10x',
}

export async function benchCompile(): Promise<void> {
  console.log(`\nlua compile (median of ${ROUNDS})`)
  const perTool = new Map<number, number>()
  for (const size of SIZES) {
    const root = generateProject(size)
    try {
      const cold = await benchProject(root, size)
      perTool.set(size, cold / size)
    } finally {
      rmSync(root, { recursive: true })
    }
  }
  const [, hundred = 0, thousand = 0] = SIZES.map(size => perTool.get(size))
  console.log(
    `  a tool in 1,000 takes ${(thousand / hundred).toFixed(2)} of a tool in 100  (goal: at most 1)`,
  )
}

/** @returns milliseconds of a cold compile */
async function benchProject(root: string, size: number): Promise<number> {
  const node: Sample[] = []
  const ours = new Map<string, Sample[]>()
  const bare: Sample[] = []
  for (let round = 0; round < ROUNDS; round++) {
    node.push(await run([process.execPath, '-e', '0'], root))
    bare.push(await run([process.execPath, BARE, root], root))
    for (const { label, prepare } of STATES) {
      prepare(root, round)
      const sample = await run([process.execPath, LUA, 'compile'], root)
      ours.set(label, [...(ours.get(label) ?? []), sample])
    }
  }
  // Watching costs time, so it has a round of its own.
  for (const { label, prepare } of STATES) {
    prepare(root, ROUNDS)
    const { mb } = await run([process.execPath, LUA, 'compile'], root, { isWatched: true })
    for (const sample of ours.get(label) ?? []) sample.mb = mb
  }
  const base = median(node.map(({ ms }) => ms))
  for (const [label, samples] of ours)
    row(`${size} tools, ${label}`, samples, base, GOALS[`${size} ${label}`])
  const cold = median((ours.get('cold') ?? []).map(({ ms }) => ms))
  row(`  esbuild alone, the same entries`, bare, base, undefined)
  console.log(
    `    cold takes ${(cold / median(bare.map(({ ms }) => ms))).toFixed(2)} of that  (goal: at most 2.5 with 1,000 tools)`,
  )
  await benchWatch(root, size)
  const vendor = process.env.VENDOR_LUA
  if (vendor) await benchVendor(vendor, root, size, ours)
  return cold
}

/** From writing a file to the line that says it is compiled, in `--watch`. */
async function benchWatch(root: string, size: number): Promise<void> {
  const child = spawn(process.execPath, [LUA, 'compile', '--watch'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => (await lines.next()).value as string
  const times: number[] = []
  try {
    await next()
    for (let round = 0; round <= ROUNDS; round++) {
      // Whatever it looks at after it has spoken is done.
      await new Promise(resolve => setTimeout(resolve, 1000))
      const started = performance.now()
      change(root, round)
      await next()
      if (round > 0) times.push(performance.now() - started)
    }
  } finally {
    child.kill('SIGKILL')
  }
  console.log(
    `  ${`${size} tools, one file, in --watch`.padEnd(34)} ${cell(median(times))} ms  (goal: under 250 ms, 80 of which it waits for more)`,
  )
}

/** The vendor's client takes long, so it runs once for each state; its largest project here is of 100 tools. */
async function benchVendor(
  lua: string,
  root: string,
  size: number,
  ours: ReadonlyMap<string, readonly Sample[]>,
): Promise<void> {
  if (size > 100) return
  const goals: Record<string, string> = { cold: 'at least 6x', unchanged: 'at least 12x' }
  for (const { label, prepare } of STATES) {
    prepare(root, ROUNDS)
    const sample = await run([process.execPath, lua, 'compile'], root, {
      env: { LUA_API_KEY: 'bench' },
      isWatched: true,
    })
    const own = median((ours.get(label) ?? []).map(({ ms }) => ms))
    const goal = goals[label] ? `  (goal: ${goals[label]})` : ''
    console.log(
      `  ${`  the vendor's, ${label}`.padEnd(34)} ${cell(sample.ms)} ms ${cell(sample.mb)} MB  ours is ${(sample.ms / own).toFixed(1)}x as fast${goal}`,
    )
  }
}

function row(label: string, samples: readonly Sample[], base: number, goal: string | undefined): void {
  const ms = median(samples.map(sample => sample.ms))
  const mb = samples[0]?.mb
  const ratio = (ms / base).toFixed(1).padStart(6)
  console.log(
    `  ${label.padEnd(34)} ${cell(ms)} ms ${cell(mb)} MB ${ratio}x${goal ? `  (goal: ${goal})` : ''}`,
  )
}

const cell = (value = 0) => value.toFixed(0).padStart(6)

function forget(root: string): void {
  for (const folder of ['dist-v2', '.lua']) rmSync(join(root, folder), { recursive: true, force: true })
}

function change(root: string, round: number): void {
  writeFileSync(join(root, 'src/tools/Tool5.ts'), tool(5, Date.now() + round))
}

interface RunOptions {
  env?: NodeJS.ProcessEnv
  isWatched?: boolean
}

function run(
  [command = '', ...args]: string[],
  cwd: string,
  { env = {}, isWatched = false }: RunOptions = {},
): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' })
    let mb: number | undefined
    const look = () => {
      mb = Math.max(mb ?? 0, memoryOf(child.pid ?? 0))
    }
    const watch = isWatched ? setInterval(look, 25) : undefined
    child.on('error', reject)
    child.on('close', code => {
      clearInterval(watch)
      const ms = Number(process.hrtime.bigint() - started) / 1e6
      if (code === 0) resolve({ ms, mb })
      else reject(new Error(`${args.join(' ')} ended with ${code}`))
    })
  })
}

/** Resident memory of a process and all below it, in MB. */
function memoryOf(root: number): number {
  const parents = new Map<number, number>()
  try {
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue
      parents.set(Number(entry), Number(statOf(entry)?.split(' ')[1]))
    }
  } catch {
    return 0
  }
  const isBelow = (pid: number): boolean =>
    pid === root || (parents.has(pid) && isBelow(parents.get(pid) ?? 0))
  return [...parents.keys()].filter(isBelow).reduce((sum, pid) => sum + residentMb(pid), 0)
}

/** What follows the name in `/proc/<pid>/stat`: state, parent, and so on. */
function statOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]
  } catch {
    return undefined
  }
}

function residentMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 2 ** 20
  } catch {
    return 0
  }
}
