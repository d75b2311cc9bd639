/**
 * One agent on a server and one checkout of it: where the tests of sync begin, and what they look at afterwards.
 */

import { runHosted } from './hosted.js'
import { inProcess, type Place } from './in-process.js'
import {
  DEFAULT_AGENT,
  type LuaServer,
  newState,
  type StoredAgent,
  seedAgent,
  seedVersion,
  startLuaServer,
} from './lua-server.js'
import { agentSource, makeProject, type TestProject } from './project.js'
import { Terminal, type TerminalOptions } from './pty.js'
import { type LuaRun, runLua } from './run-lua.js'

export interface SceneOptions {
  name?: string
  /** What both sides say at first. */
  persona?: string
  files?: Record<string, string>
}

export class Scene {
  readonly project: TestProject
  private name: string
  private persona: string
  private readonly terminals: Terminal[] = []

  private constructor(
    readonly server: LuaServer,
    { name = 'Test Agent', persona = 'You help.', files = {} }: SceneOptions,
  ) {
    this.name = name
    this.persona = persona
    seedAgent(server.state, { name, personas: [persona] })
    this.project = makeProject({ 'src/index.ts': agentSource({ name, persona }), ...files })
  }

  static async open(options: SceneOptions = {}): Promise<Scene> {
    return new Scene(await startLuaServer({ state: newState() }), options)
  }

  async close(): Promise<void> {
    for (const terminal of this.terminals) terminal.end()
    this.project.remove()
    await this.server.close()
  }

  get agent(): StoredAgent {
    return this.server.state.agents[DEFAULT_AGENT]!
  }

  /** The texts of all versions, drafts included, oldest first. */
  get versions(): unknown[] {
    return this.agent.personaVersions.map(({ persona }) => persona)
  }

  get place(): Place {
    return { root: this.project.root, url: this.server.url }
  }

  get source(): string {
    return this.project.read('src/index.ts')
  }

  /** The command in this process; the real executable, several times slower, is `spawn`. */
  lua(...args: string[]): Promise<LuaRun> {
    return runHosted(args, { cwd: this.project.root, url: this.server.url })
  }

  spawn(...args: string[]): Promise<LuaRun> {
    return runLua(args, { cwd: this.project.root, url: this.server.url })
  }

  terminal(
    args = ['sync'],
    env: Record<string, string> = {},
    size?: TerminalOptions['size'],
    under?: string[],
  ): Terminal {
    const terminal = new Terminal(args, { cwd: this.project.root, url: this.server.url, env, size, under })
    this.terminals.push(terminal)
    return terminal
  }

  /** Somebody types into the code. */
  edit({ name, persona }: { name?: string; persona?: string }): void {
    this.name = name ?? this.name
    this.persona = persona ?? this.persona
    this.project.write('src/index.ts', agentSource({ name: this.name, persona: this.persona }))
  }

  /** Somebody saves in the dashboard: a version newer than every other. */
  colleague(persona: unknown): void {
    const newest = Math.max(...this.agent.personaVersions.map(({ createdDate }) => Number(createdDate)))
    const after = Number.isFinite(newest) ? { createdDate: newest + 3_600_000 } : {}
    seedVersion(this.agent, { persona, ...after })
  }

  /** As `lua sync --check` would: the checkout remembers what both sides agree on. */
  async agree(): Promise<void> {
    const { status } = await inProcess(this.place, { mode: 'check' })
    if (status !== 'in-sync') throw new Error(`the scene begins with ${status}`)
  }

  /** Where the persona stands now. */
  async state(component = 'persona'): Promise<string | undefined> {
    const { components } = await inProcess(this.place, {
      mode: 'check',
    })
    return components.find(each => each.component === component)?.state
  }
}
