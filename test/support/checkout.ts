/**
 * A git checkout of one agent, for tests of days in which texts travel through git and through the server.
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SyncResult } from '../../src/lib/sync/model.js'
import type { SyncRequest } from '../../src/lib/sync/sync.js'
import { inProcess } from './in-process.js'
import { agentSource, CONFIG } from './project.js'

const SETTINGS = [
  'user.name=T',
  'user.email=t@example.com',
  'protocol.file.allow=always',
  'advice.detachedHead=false',
  'maintenance.auto=false',
]

export class Checkout {
  private constructor(
    /** The repository's folder. */
    readonly top: string,
    /** The project's, in it. */
    readonly folder: string,
    private readonly url: string,
  ) {}

  /** A new repository with one commit: a project that says `persona`. */
  static start(url: string, persona: string, folder = '.'): Checkout {
    const checkout = new Checkout(realpathSync(mkdtempSync(join(tmpdir(), 'lua-git-'))), folder, url)
    checkout.git('init', '-q', '-b', 'main')
    checkout.write('lua.skill.yaml', CONFIG)
    checkout.edit(persona)
    checkout.commit('start')
    return checkout
  }

  /** Somebody else's clone of it. */
  clone(...options: string[]): Checkout {
    const top = realpathSync(mkdtempSync(join(tmpdir(), 'lua-git-')))
    this.git('clone', '-q', ...options, `file://${this.top}`, top)
    return this.at(top)
  }

  /** The same project in another folder, which is a checkout of its own. */
  at(top: string, folder = this.folder): Checkout {
    return new Checkout(top, folder, this.url)
  }

  git(...args: string[]): string {
    const settings = SETTINGS.flatMap(setting => ['-c', setting])
    const env = { ...process.env, GIT_EDITOR: 'true', GIT_CONFIG_NOSYSTEM: '1' }
    return execFileSync('git', [...settings, ...args], {
      cwd: this.top,
      env,
      stdio: 'pipe',
      encoding: 'utf8',
    })
  }

  /** Everything, in one commit. */
  commit(message = 'work'): void {
    this.git('add', '--all')
    this.git('commit', '-qm', message, '--allow-empty')
  }

  read(path: string): string {
    return readFileSync(join(this.top, this.folder, path), 'utf8')
  }

  write(path: string, text: string): void {
    const file = join(this.top, this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  /** Somebody types into the code. */
  edit(persona: string, name = 'Test Agent'): void {
    this.write('src/index.ts', agentSource({ persona, name }))
  }

  sync(request: SyncRequest): Promise<SyncResult> {
    return inProcess({ root: join(this.top, this.folder), url: this.url }, request)
  }

  /** Where a component stands now, as a check sees it; the base as `v2 git`. */
  async stands(component = 'persona'): Promise<string> {
    const { components } = await this.sync({ mode: 'check' })
    const { state, base } = components.find(each => each.component === component)!
    return base ? `${state} ${base.version ? `v${base.version} ` : ''}${base.from}` : state
  }

  remove(): void {
    rmSync(this.top, { recursive: true, force: true })
  }
}
