/**
 * A repository that wishes its reader ill, as its reader has it: pushed somewhere, cloned, beside a home folder with
 * something to steal. Afterwards one can tell what was touched, run and told.
 */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type LuaServer, newState, seedAgent, startLuaServer } from '../../support/lua-server.js'
import { agentSource, CONFIG } from '../../support/project.js'
import { type LuaRun, runLua } from '../../support/run-lua.js'

export const KEY = 'canary-key-0a1b2c3d4e5f'
/** What lies outside the project, and must stay there. */
export const CANARY = 'canary-text-9f8e7d6c5b4a'

const GIT = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main']

/** Each path with what it is: nothing can change without this changing. */
export type Manifest = Map<string, string>

export class Trap {
  readonly outer = realpathSync(mkdtempSync(join(tmpdir(), 'lua-hostile-')))
  readonly home = join(this.outer, 'home')
  readonly upstream = join(this.outer, 'upstream')
  readonly checkout = join(this.outer, 'checkout')
  /** What a command of the repository would be. */
  readonly command = `touch ${join(this.outer, 'ran')}`

  private constructor(readonly server: LuaServer) {
    const { state } = server
    state.apiKeys.push(KEY)
    seedAgent(state, { name: 'Test Agent', personas: ['You help.', 'You help.\nYou are kind.'] })
    for (const path of [
      '.ssh/id_rsa',
      '.bashrc',
      'secret.txt',
      'secret.ts',
      'secret.json',
      'folder/secret.md',
    ]) {
      put(join(this.home, path), path.endsWith('.json') ? `{ "text": "${CANARY}" }` : `${CANARY}\n`)
    }
    this.put('lua.skill.yaml', CONFIG)
    this.put('src/index.ts', agentSource({ persona: 'You help.' }))
    this.put('package.json', '{ "name": "a", "private": true, "type": "module" }\n')
  }

  static async open(): Promise<Trap> {
    return new Trap(await startLuaServer({ state: newState() }))
  }

  async close(): Promise<void> {
    await this.server.close()
    rmSync(this.outer, { recursive: true, force: true })
  }

  /** A file of the repository. */
  put(path: string, content: string): void {
    put(join(this.upstream, path), content)
  }

  /** A symbolic link of the repository. */
  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.upstream, path)), { recursive: true })
    rmSync(join(this.upstream, path), { recursive: true, force: true })
    symlinkSync(target, join(this.upstream, path))
  }

  /** An agent whose persona is this expression, after these lines. */
  persona(expression: string, ...lines: string[]): void {
    this.put(
      'src/index.ts',
      `import { LuaAgent } from 'lua-cli'\n${lines.join('\n')}\nexport const agent = new LuaAgent({ name: 'Test Agent', persona: ${expression} })\n`,
    )
  }

  clone(): void {
    this.git('upstream', 'init', '-q')
    this.git('upstream', 'add', '-f', '-A')
    this.git('upstream', 'commit', '-q', '--no-gpg-sign', '-m', 'all')
    execFileSync('git', ['clone', '-q', this.upstream, this.checkout], { stdio: 'pipe' })
    this.git('checkout', 'config', 'trap.canary', CANARY)
  }

  git(where: 'upstream' | 'checkout', ...args: string[]): string {
    const env = { PATH: process.env.PATH, HOME: join(this.outer, 'nobody') }
    return execFileSync('git', [...GIT, ...args], { cwd: join(this.outer, where), env, encoding: 'utf8' })
  }

  lua(...args: string[]): Promise<LuaRun> {
    return runLua(args, {
      cwd: this.checkout,
      env: { HOME: this.home, LUA_API_URL: this.server.url, LUA_API_KEY: KEY },
    })
  }

  get ran(): boolean {
    return existsSync(join(this.outer, 'ran'))
  }

  /** Everything but what git itself writes in the other two places. */
  manifest(): Manifest {
    const found: Manifest = new Map()
    for (const part of ['home', 'checkout']) walk(join(this.outer, part), part, found)
    return found
  }

  /** Files of `.lua` that came with the repository. */
  trackedState(): Set<string> {
    const paths = this.git('checkout', 'ls-files', '-z', '--', '.lua').split('\0')
    return new Set(
      paths.filter(path => path && path !== '.lua/backup-manifest.json').map(path => `checkout/${path}`),
    )
  }

  /** Where a secret has come to: what a run said, what the server got, what was written. */
  leaks(run: LuaRun): string[] {
    const told = {
      stdout: run.stdout,
      stderr: run.stderr,
      requests: JSON.stringify(this.server.requests.map(({ headers: _, ...rest }) => rest)),
    }
    const places = Object.entries(told).filter(([, text]) => isSecret(text))
    return [...places.map(([place]) => place), ...this.#written()]
  }

  #written(): string[] {
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

export function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

function walk(path: string, name: string, found: Manifest): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return
  const mode = (stat.mode & 0o777).toString(8)
  if (stat.isSymbolicLink()) found.set(name, `link ${readlinkSync(path)}`)
  else if (stat.isFile())
    found.set(name, `file ${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
  else found.set(name, stat.isDirectory() ? `folder ${mode}` : `other ${mode}`)
  if (stat.isDirectory())
    for (const entry of readdirSync(path)) walk(join(path, entry), `${name}/${entry}`, found)
}
