/**
 * The real executable on a real pseudo-terminal: type into it, read its screen.
 */

import { type IPty, spawn } from '@lydell/node-pty'
import xterm, { type IBufferLine } from '@xterm/headless'
import { cleanEnv, KEY, LUA, type LuaOptions } from './run-lua.js'

export const KEYS = {
  enter: '\r',
  down: '\x1b[B',
  up: '\x1b[A',
  escape: '\x1b',
  ctrlC: '\x03',
  ctrlD: '\x04',
}

/**
 * Runs a program, says its exit code in a sequence that no terminal shows, and stays: node-pty gives what was written
 * just before the end 200 ms to be read, and drops the rest, which on a busy machine is most of a screen.
 */
const AND_STAY = 'trap : INT QUIT; "$@"; printf "\\033]7777;%d\\007" $?; read -r _'
const ENDED = /\x1b\]7777;(\d+)\x07/

export interface TerminalOptions extends LuaOptions {
  /** Columns and rows, 120 by 60 unless a test says so. */
  size?: [columns: number, rows: number]
  /** A program with its first arguments that runs ours, as a shell would. */
  under?: string[]
}

export class Terminal {
  /** Everything that was written to the terminal so far, escape sequences included. */
  output = ''
  private readonly size: [number, number]
  private readonly pty: IPty
  private readonly exited: Promise<number>
  private watchers: (() => void)[] = []
  private running = true

  constructor(args: string[], { cwd, env, url, size = [120, 60], under = [] }: TerminalOptions) {
    this.size = size
    this.pty = spawn('sh', ['-c', AND_STAY, 'sh', ...under, process.execPath, LUA, ...args], {
      cwd,
      cols: size[0],
      rows: size[1],
      name: env?.TERM ?? 'xterm-256color',
      env: cleanEnv({
        TERM: 'xterm-256color',
        ...(url ? { LUA_API_URL: url, LUA_API_KEY: KEY } : {}),
        ...env,
      }),
    })
    this.exited = new Promise(resolve => {
      this.pty.onData(data => {
        this.output += data
        const ended = ENDED.exec(this.output)
        if (ended !== null) this.output = this.output.replace(ended[0], '')
        for (const watch of this.watchers) watch()
        if (ended === null) return
        this.end()
        resolve(Number(ended[1]))
      })
      this.pty.onExit(({ exitCode }) => {
        this.running = false
        resolve(exitCode)
      })
    })
  }

  /** The output without escape sequences. */
  get text(): string {
    return this.output.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r\n/g, '\n')
  }

  /** What a person would see, with all that has scrolled away: one line for each row, no blanks at the ends. */
  async screen(): Promise<string> {
    const rows = await this.rows(line => line.translateToString(true).trimEnd())
    return `${rows.join('\n').trimEnd()}\n`
  }

  /** The rows of the screen, with all that has scrolled away, as `read` sees them. */
  async rows<T>(read: (line: IBufferLine) => T): Promise<T[]> {
    const [cols, rows] = this.size
    const screen = new xterm.Terminal({ cols, rows, scrollback: 10_000, allowProposedApi: true })
    await new Promise<void>(done => screen.write(this.output, done))
    const { active } = screen.buffer
    const lines = Array.from({ length: active.length }, (_, row) => read(active.getLine(row)!))
    screen.dispose()
    return lines
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

  resize(...size: [columns: number, rows: number]): void {
    this.pty.resize(...size)
  }

  exit(): Promise<number> {
    return this.exited
  }

  /** Ends a program that still waits, so that a failed test does not leave it behind. */
  end(): void {
    if (this.running) this.pty.kill()
  }
}
