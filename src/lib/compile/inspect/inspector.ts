/** Loads artifacts in a process of their own and survives whatever they do there. */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { residentMb } from '../artifact/limits.js'
import { HERE } from './chance.js'
import { permissionArguments, withoutOtherDescriptors, zodBase } from './confine.js'
import { inLines } from './lines.js'
import {
  CHANNEL,
  type ChildReply,
  type Inspection,
  LOAD_LIMIT_MB,
  LOAD_LIMIT_MS,
  type LoadFailure,
  type LoadRequest,
  type Setup,
} from './protocol.js'

export type Outcome = { inspection: Inspection } | { failure: LoadFailure }

interface InspectorOptions {
  /** Absolute folder of the project: `zod` is resolved from here. */
  root: string
  /** Texts of files, by absolute path, which the code may read. */
  files?: Record<string, string>
  /** Called with what artifacts print while they load. */
  onPrint?: (text: string) => void
}

interface Pending {
  request: LoadRequest
  settle: (outcome: Outcome) => void
}

/** On top of the child's own limit, for code that even that does not stop. */
const GRACE_MS = 2_000
const START_LIMIT_MS = 20_000
/** Memory of the whole process, buffers included, that is not held against the artifact: Node itself and zod. */
const BASE_MB = 192
const WATCH_MS = 100
/** After so many artifacts that hang, the rest is not tried: they likely share the cause. */
const MAX_HANGS = 3

export class Inspector {
  readonly #options: InspectorOptions
  readonly #pending: Pending[] = []
  #child: ChildProcess | undefined
  #token = ''
  #ready = false
  #deadline = 0
  #watch: NodeJS.Timeout | undefined
  #killedFor: LoadFailure['reason'] | undefined
  #hangs = 0

  constructor(options: InspectorOptions) {
    this.#options = options
  }

  /** Starts the process ahead of its first use. */
  start(): void {
    if (this.#child) return
    this.#token = randomUUID()
    this.#ready = false
    this.#killedFor = undefined
    const args = childArguments(this.#options.root)
    // Nothing of ours: keys do not belong in code that is being compiled.
    const child: ChildProcess = withoutOtherDescriptors(['ignore', 'pipe', 'pipe', 'pipe'], stdio =>
      spawn(process.execPath, args, { cwd: this.#options.root, env: HERE, stdio }),
    )
    this.#child = child
    this.#deadline = Date.now() + START_LIMIT_MS
    // By that signal, which the code could send, this process would open itself to a debugger. Left in place: without
    // a listener the signal would end the process from then on.
    process.off('SIGUSR1', ignore).on('SIGUSR1', ignore)
    let printed = ''
    const onText = (text: Buffer) => {
      printed = (printed + text.toString()).slice(-20_000)
      this.#options.onPrint?.(text.toString())
    }
    child.stdout?.on('data', onText)
    child.stderr?.on('data', onText)
    const channel = child.stdio[CHANNEL] as Duplex
    channel.on(
      'data',
      inLines(line => {
        const reply = replyOf(line)
        if (reply) this.#onReply(child, reply)
      }),
    )
    // It is going away, which `close` reports.
    channel.on('error', () => {})
    child.on('error', () => this.#onEnd(child, printed))
    child.on('close', () => this.#onEnd(child, printed))
    const { root, files } = this.#options
    send(child, { type: 'setup', token: this.#token, root: zodBase(root), files } satisfies Setup)
    this.#watch ??= setInterval(() => this.#look(), WATCH_MS)
  }

  /** Loads one artifact. Never rejects for what the artifact does. */
  inspect(request: LoadRequest): Promise<Outcome> {
    return new Promise(settle => {
      if (this.#hangs >= MAX_HANGS) {
        settle({ failure: outside('skipped', '') })
        return
      }
      this.start()
      this.#pending.push({ request, settle })
      if (this.#pending.length === 1 && this.#ready) this.#deadline = Date.now() + LOAD_LIMIT_MS + GRACE_MS
      if (this.#ready) this.#send(request)
    })
  }

  /** Ends the process. What is still pending is answered as not tried. */
  close(): void {
    clearInterval(this.#watch)
    this.#watch = undefined
    const child = this.#child
    this.#child = undefined
    child?.kill('SIGKILL')
    for (const { settle } of this.#pending.splice(0)) settle({ failure: outside('skipped', '') })
  }

  #send(request: LoadRequest): void {
    if (this.#child) send(this.#child, request)
  }

  #onReply(child: ChildProcess, reply: ChildReply): void {
    if (child !== this.#child || reply?.token !== this.#token) return
    if (reply.type === 'ready') {
      this.#ready = true
      for (const { request } of this.#pending) this.#send(request)
    } else if (this.#pending[0]?.request.id === reply.id) {
      const { settle } = this.#pending.shift() as Pending
      if (reply.type === 'failed' && reply.failure.reason === 'hangs') this.#countHang()
      settle(reply.type === 'loaded' ? { inspection: reply.inspection } : { failure: reply.failure })
    }
    this.#deadline = Date.now() + LOAD_LIMIT_MS + GRACE_MS
  }

  #countHang(): void {
    if (++this.#hangs < MAX_HANGS) return
    const skipped = this.#pending.splice(0)
    this.close()
    for (const { settle } of skipped) settle({ failure: outside('skipped', '') })
  }

  /** Artifacts are loaded in order, so whatever happens to the process is the doing of the first pending one. */
  #onEnd(child: ChildProcess, printed: string): void {
    if (child !== this.#child) return
    this.#child = undefined
    const first = this.#pending[0]
    if (!first) return
    if (!this.#ready) {
      this.#giveUp(printed)
      return
    }
    this.#pending.shift()
    const reason =
      this.#killedFor ?? (/heap out of memory|Allocation failed/.test(printed) ? 'memory' : 'died')
    if (reason === 'hangs') this.#hangs++
    first.settle({ failure: outside(reason, '') })
    if (this.#hangs >= MAX_HANGS) this.close()
    else if (this.#pending.length > 0) this.start()
  }

  #giveUp(printed: string): void {
    const detail = printed.trim().split('\n').at(-1) ?? ''
    for (const { settle } of this.#pending.splice(0)) settle({ failure: outside('died', detail) })
  }

  #look(): void {
    if (this.#pending.length === 0 || !this.#child) return
    const reason =
      Date.now() > this.#deadline
        ? 'hangs'
        : residentMb(this.#child.pid) > LOAD_LIMIT_MB + BASE_MB
          ? 'memory'
          : undefined
    if (!reason) return
    this.#killedFor = reason
    this.#child.kill('SIGKILL')
  }
}

function send(child: ChildProcess, message: Setup | LoadRequest): void {
  ;(child.stdio[CHANNEL] as Duplex).write(`${JSON.stringify(message)}\n`)
}

/** Code that is loaded can write what it likes into the channel. */
function replyOf(line: string): ChildReply | undefined {
  try {
    return JSON.parse(line) as ChildReply
  } catch {
    return undefined
  }
}

function ignore(): void {}

function outside(reason: LoadFailure['reason'], message: string): LoadFailure {
  return { reason, message, stack: [], environment: [] }
}

const CHILD = 'lib/compile/inspect/child.js'

/** The child is an entry of its own in the built package; what runs from the sources takes the built one, too. */
function childArguments(root: string): string[] {
  const here = dirname(fileURLToPath(import.meta.url))
  let folder = here.endsWith(join('src', dirname(CHILD))) ? join(here, '../../../../dist') : here
  while (!existsSync(join(folder, CHILD)) && folder !== dirname(folder)) folder = dirname(folder)
  const limit = `--max-old-space-size=${LOAD_LIMIT_MB}`
  return ['--no-warnings', limit, ...permissionArguments(folder, root), join(folder, CHILD)]
}
