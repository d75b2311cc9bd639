/** The embedded Lua server in a process of its own, for tests that block while the CLI runs, and for benches. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Ask, Fault, FaultMatcher, LoggedRequest, ServerState } from './lua-server.js'

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  state(): Promise<ServerState>
  setState(state: ServerState): Promise<void>
  requests(): Promise<LoggedRequest[]>
  fault(matcher: FaultMatcher, fault: Fault): Promise<void>
  clearFaults(): Promise<void>
  close(): Promise<void>
}

export interface ServerProcessOptions {
  /** Sent once the server is up. */
  state?: ServerState
  /** Read by the server at its start if it exists, saved on every change. */
  stateFile?: string
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** Starts the process and waits until it listens; `close()` ends it and waits until it is gone. */
export async function startServerProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const script = fileURLToPath(new URL('./lua-server.ts', import.meta.url))
  const child = fork(script, options.stateFile ? ['--state', options.stateFile] : [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const url = await listeningUrl(child)
  const ask = asker(child)
  const server: ServerProcess = {
    url,
    pid: child.pid!,
    state: () => ask({ ask: 'state' }) as Promise<ServerState>,
    setState: state => ask({ ask: 'set-state', state }) as Promise<void>,
    requests: () => ask({ ask: 'requests' }) as Promise<LoggedRequest[]>,
    fault: (matcher, fault) => ask({ ask: 'fault', matcher, fault }) as Promise<void>,
    clearFaults: () => ask({ ask: 'clear-faults' }) as Promise<void>,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
  if (options.state) await server.setState(options.state)
  return server
}

function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`the embedded server ended with ${code} before it listened`)))
    createInterface({ input: child.stdout! }).once('line', line => resolve(line.replace(/^listening /, '')))
  })
}

/** Questions and answers over IPC, matched by a number. */
function asker(child: ChildProcess): (question: WithoutId<Ask>) => Promise<unknown> {
  const waiting = new Map<number, (value: unknown) => void>()
  let last = 0
  child.on('message', (message: { id: number; value: unknown }) => {
    waiting.get(message.id)?.(message.value)
    waiting.delete(message.id)
  })
  return question =>
    new Promise(resolve => {
      last += 1
      waiting.set(last, resolve)
      child.send({ ...question, id: last })
    })
}
