/**
 * The real executable on a real pseudo-terminal: type into it, read its screen.
 */

import { type IPty, spawn } from '@lydell/node-pty'
import { cleanEnv, KEY, LUA, type LuaOptions } from './run-lua.js'

export const KEYS = { enter: '\r', down: '\x1b[B', up: '\x1b[A', ctrlC: '\x03' }

export class Terminal {
  /** Everything that was written to the terminal so far, escape sequences included. */
  output = ''
  private readonly pty: IPty
  private readonly exited: Promise<number>
  private watchers: (() => void)[] = []
  private running = true

  constructor(args: string[], { cwd, env, url }: LuaOptions) {
    this.pty = spawn(process.execPath, [LUA, ...args], {
      cwd,
      cols: 120,
      rows: 60,
      name: env?.TERM ?? 'xterm-256color',
      env: cleanEnv({
        TERM: 'xterm-256color',
        ...(url ? { LUA_API_URL: url, LUA_API_KEY: KEY } : {}),
        ...env,
      }),
    })
    this.pty.onData(data => {
      this.output += data
      for (const watch of this.watchers) watch()
    })
    this.exited = new Promise(resolve =>
      this.pty.onExit(({ exitCode }) => {
        this.running = false
        resolve(exitCode)
      }),
    )
  }

  /** The output without escape sequences. */
  get text(): string {
    return this.output.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r\n/g, '\n')
  }

  /** Resolves when `wanted` stands in the text after what earlier calls saw; fails if the program ends without it. */
  async waitFor(wanted: string): Promise<void> {
    const found = new Promise<void>(resolve => {
      const look = () => {
        const at = this.text.indexOf(wanted, this.seen)
        if (at === -1) return
        this.seen = at + wanted.length
        resolve()
      }
      this.watchers.push(look)
      look()
    })
    const ended = this.exited.then(code => {
      if (!this.text.includes(wanted)) {
        throw new Error(`ended with ${code} before it said "${wanted}":\n${this.text}`)
      }
    })
    await Promise.race([found, ended])
    this.watchers = []
  }
  private seen = 0

  type(keys: string): void {
    this.pty.write(keys)
  }

  exit(): Promise<number> {
    return this.exited
  }

  /** Ends a program that still waits, so that a failed test does not leave it behind. */
  end(): void {
    if (this.running) this.pty.kill()
  }
}
