/** The source room alone: reading, writing and proving in large and small files, in a process of its own each. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SourceHost } from '../src/lib/source/index.js'

interface Case {
  label: string
  goal: string
  files: () => Map<string, string>
  /** The text that is written. */
  text: string
}

export interface SourceTimes {
  label: string
  goal: string
  /** Loading the parser, then reading, then planning with its proof; milliseconds. */
  load: number
  read: number
  plan: number
  /** Peak memory of the process, in MB. */
  memory: number
  parsed: number
}

const LUA = "import { LuaAgent } from 'lua-cli'\n"
const line = (index: number) =>
  `export const value${index} = (a: number): number => a + ${index} // one of many\n`
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(index)).join('')
const agent = (persona: string) =>
  `${LUA}export const agent = new LuaAgent({ name: 'n', persona: ${persona} })\n`
const prose = 'You answer **kindly**, in `markdown`, for $ and €.\n'
const long = prose.repeat(20_000).replace('kindly', 'briefly')

const CASES: Case[] = [
  {
    label: '200 lines',
    goal: 'read, write and proof at most 60 ms',
    text: prose,
    files: () => new Map([['/project/src/index.ts', lines(198) + agent("'old'")]]),
  },
  {
    label: '1 MB of code',
    goal: 'all at most 1500 ms and 400 MB',
    text: long,
    files: () => new Map([['/project/src/index.ts', lines(14_500) + agent("'old'")]]),
  },
  {
    label: 'a persona of 1 MB',
    goal: 'all at most 1500 ms and 400 MB',
    text: long,
    files: () =>
      new Map([['/project/src/index.ts', agent(`\`${prose.replaceAll('`', '\\`').repeat(20_000)}\``)]]),
  },
  {
    label: '2,000 files',
    goal: '1 file parsed',
    text: prose,
    files: () => {
      const tools = Array.from(
        { length: 2000 },
        (_, index) => [`/project/src/tools/t${index}.ts`, line(index)] as const,
      )
      return new Map([...tools, ['/project/src/index.ts', agent("'old'")]])
    },
  },
]

/** Every case in a fresh process. */
export async function measureSource(): Promise<SourceTimes[]> {
  const times: SourceTimes[] = []
  for (const index of CASES.keys()) times.push(await inChild(index))
  return times
}

function inChild(index: number): Promise<SourceTimes> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['case', String(index)])
    child.on('message', message => resolve(message as SourceTimes))
    child.on('exit', code => (code === 0 ? undefined : reject(new Error(`the bench ended with ${code}`))))
  })
}

async function runCase({ label, goal, files, text }: Case): Promise<SourceTimes> {
  const { findAgent, planWrite, readName, readPersona, Sources } = await import('../src/lib/source/index.js')
  const host = memoryHost(files())
  const started = performance.now()
  const sources = await Sources.open(host)
  const loaded = performance.now()
  const declaration = findAgent(sources)
  readName(sources, declaration)
  readPersona(sources, declaration)
  const parsed = sources.parsed.length
  const done = performance.now()
  await planWrite(sources, declaration, { persona: text })
  const planned = performance.now()
  const memory = process.resourceUsage().maxRSS / 1024
  return { label, goal, load: loaded - started, read: done - loaded, plan: planned - done, memory, parsed }
}

function memoryHost(files: Map<string, string>): SourceHost {
  return {
    projectRoot: '/project',
    workspaceRoot: '/project',
    readBytes: path => {
      const text = files.get(path)
      return text === undefined ? undefined : Buffer.from(text)
    },
    isFile: path => files.has(path),
    listSources: () => [...files.keys()],
  }
}

/** Prints one row per case. */
export async function reportSource(): Promise<void> {
  console.log('\nsource: reading, then planning a write with its proof')
  for (const { label, goal, load, read, plan, memory, parsed } of await measureSource()) {
    const ms = (time: number) => `${time.toFixed(0).padStart(5)} ms`
    const row = `load${ms(load)}  read${ms(read)}  plan${ms(plan)}  ${memory.toFixed(0)} MB  ${parsed} parsed`
    console.log(`  ${label.padEnd(20)} ${row}  (goal: ${goal})`)
  }
}

if (process.argv[2] === 'case') {
  const found = CASES[Number(process.argv[3])] as Case
  process.send?.(await runCase(found))
} else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await reportSource()
}
