/**
 * A repository that wishes its reader ill, as its reader has it, beside a home folder with something to steal.
 * Afterwards one can tell what was touched, run and told.
 */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type LuaServer, newState, seedAgent, startLuaServer } from '../../support/lua-server.js'
import { agentSource, CONFIG } from '../../support/project.js'
import { type LuaRun, runLua } from '../../support/run-lua.js'
import { Host } from './host.js'

export const KEY = 'canary-key-0a1b2c3d4e5f'
/** What lies outside the project, and must stay there. */
export const CANARY = 'canary-text-9f8e7d6c5b4a'
/** Every run is a program of its own, and every checkout a clone. */
export const IS_EXHAUSTIVE = process.env.EXHAUSTIVE !== undefined
export const PATIENCE_MS = 25_000

const GIT = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main']
const SECRETS = ['.ssh/id_rsa', '.bashrc', 'secret.txt', 'secret.ts', 'secret.json', 'folder/secret.md']

/** Each path with what it is: nothing can change without this changing. */
export type Manifest = Map<string, string>

/** What all traps of a file share: the empty repository, the server, and the process that runs commands. */
export class TrapMaker {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'lua-trap-')))
  readonly #host = new Host({ LUA_API_KEY: KEY })
  readonly #server = startLuaServer({ state: newState() })

  constructor() {
    for (const path of SECRETS) {
      const text = path.endsWith('.json') ? `{ "text": "${CANARY}" }` : `${CANARY}\n`
      put(join(this.#folder, 'home', path), text)
    }
    const checkout = join(this.#folder, 'checkout')
    put(join(checkout, 'lua.skill.yaml'), CONFIG)
    put(join(checkout, 'src/index.ts'), agentSource({ persona: 'You help.' }))
    put(join(checkout, 'package.json'), '{ "name": "a", "private": true, "type": "module" }\n')
    execFileSync('git', [...GIT, 'init', '-q', '--template='], { cwd: checkout })
  }

  async open(): Promise<Trap> {
    const outer = realpathSync(mkdtempSync(join(tmpdir(), 'lua-hostile-')))
    cpSync(this.#folder, outer, { recursive: true })
    const server = await this.#server
    server.state = newState()
    server.requests.length = 0
    server.clearFaults()
    return new Trap(outer, server, this.#host)
  }

  async close(): Promise<void> {
    this.#host.close()
    await (await this.#server).close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export class Trap {
  readonly home: string
  readonly checkout: string
  /** What a command of the repository would be. */
  readonly command: string

  constructor(
    readonly outer: string,
    readonly server: LuaServer,
    readonly host: Host,
  ) {
    this.home = join(outer, 'home')
    this.checkout = join(outer, 'checkout')
    this.command = `touch ${join(outer, 'ran')}`
    const { state } = server
    state.apiKeys.push(KEY)
    seedAgent(state, { name: 'Test Agent', personas: ['You help.', 'You help.\nYou are kind.'] })
  }

  close(): void {
    rmSync(this.outer, { recursive: true, force: true })
  }

  /** A file of the repository. */
  put(path: string, content: string | Uint8Array): void {
    put(join(this.checkout, path), content)
  }

  /** A symbolic link of the repository. */
  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.checkout, path)), { recursive: true })
    rmSync(join(this.checkout, path), { recursive: true, force: true })
    symlinkSync(target, join(this.checkout, path))
  }

  /** An agent whose persona is this expression, after these lines. */
  persona(expression: string, ...lines: string[]): void {
    this.put(
      'src/index.ts',
      `import { LuaAgent } from 'lua-cli'\n${lines.join('\n')}\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: ${expression} })\n`,
    )
  }

  /** An agent with a tool that uses this expression when it is called. */
  tool(expression: string, ...lines: string[]): void {
    const tool = `{ name: 'x', description: 'x', inputSchema: undefined as any, execute: async (n: any) => [${expression}] }`
    this.put(
      'src/index.ts',
      `import { LuaAgent, LuaSkill } from 'lua-cli'\n${lines.join('\n')}\nconst tool = ${tool}\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: 'You help.', skills: [new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [tool] })] })\n`,
    )
  }

  commit(): void {
    this.git('add', '-f', '-A')
    this.git('commit', '-q', '--no-gpg-sign', '-m', 'all')
    if (IS_EXHAUSTIVE) {
      const upstream = join(this.outer, 'upstream')
      renameSync(this.checkout, upstream)
      execFileSync('git', ['clone', '-q', upstream, this.checkout], { stdio: 'pipe' })
    }
    this.git('config', 'trap.canary', CANARY)
  }

  git(...args: string[]): string {
    const env = { PATH: process.env.PATH, HOME: join(this.outer, 'nobody') }
    return execFileSync('git', [...GIT, ...args], {
      cwd: this.checkout,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  lua(args: string[], extra: Record<string, string> = {}): Promise<LuaRun> {
    const cwd = this.checkout
    const env = { HOME: this.home, LUA_API_URL: this.server.url, LUA_API_KEY: KEY, ...extra }
    return IS_EXHAUSTIVE ? runLua(args, { cwd, env }) : this.host.run({ args, cwd, env }, PATIENCE_MS)
  }

  get ran(): boolean {
    return existsSync(join(this.outer, 'ran'))
  }

  /** Everything but what git itself writes elsewhere. */
  manifest(): Manifest {
    const found: Manifest = new Map()
    for (const part of ['home', 'checkout']) walk(join(this.outer, part), part, found)
    return found
  }

  /** Files of `.lua` that came with the repository. */
  trackedState(): Set<string> {
    const paths = this.git('ls-files', '-z', '--', '.lua').split('\0')
    return new Set(
      paths.filter(path => path && path !== '.lua/backup-manifest.json').map(path => `checkout/${path}`),
    )
  }

  /** Where a secret has come to: what a run said, and what the server got. */
  told(run: LuaRun): string[] {
    const told = {
      stdout: run.stdout,
      stderr: run.stderr,
      requests: JSON.stringify(this.server.requests.map(({ headers: _, ...rest }) => rest)),
    }
    return Object.entries(told).flatMap(([place, text]) => (isSecret(text) ? [place] : []))
  }

  /** Files that now hold one. */
  written(): string[] {
    const found: Manifest = new Map()
    for (const name of ['.lua', 'dist-v2', 'src']) walk(join(this.checkout, name), name, found)
    return [...found].flatMap(([path, is]) =>
      is.startsWith('file') && isSecret(readFileSync(join(this.checkout, path), 'latin1')) ? [path] : [],
    )
  }
}

function isSecret(text: string): boolean {
  return [CANARY, KEY].some(
    secret => text.includes(secret) || text.includes(Buffer.from(secret).toString('base64').slice(0, 20)),
  )
}

export function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** Beyond this a file is told by its size: it is there to fill the memory. */
const LARGE = 8 * 1024 * 1024

function walk(path: string, name: string, found: Manifest): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return
  const mode = (stat.mode & 0o777).toString(8)
  if (stat.isSymbolicLink()) found.set(name, `link ${readlinkSync(path)}`)
  else if (stat.isFile()) {
    const what = stat.size > LARGE ? `${stat.size} ${stat.mtimeMs}` : hashOf(readFileSync(path))
    found.set(name, `${stat.size > LARGE ? 'large' : 'file'} ${mode} ${what}`)
  } else found.set(name, stat.isDirectory() ? `folder ${mode}` : `other ${mode}`)
  if (stat.isDirectory())
    for (const entry of readdirSync(path)) walk(join(path, entry), `${name}/${entry}`, found)
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
