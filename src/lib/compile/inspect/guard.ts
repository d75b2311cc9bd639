/**
 * Closes the doors of the process that loads artifacts: no network, no child processes, no exit. The limits are
 * meant for code that does at load what it should do when it is called, not for an attacker.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire, syncBuiltinESMExports } from 'node:module'

export interface Attempt {
  reason: 'network' | 'process'
  what: string
}

/** Thrown at code that tries a closed door. */
export class Refusal extends Error {
  constructor(readonly attempt: Attempt) {
    super(`${attempt.what} is not available while an artifact is loaded`)
  }
}

/** Attempts of the code that runs inside `run`, also from its timers and promises. */
export const attempts = new AsyncLocalStorage<Attempt[]>()

const NETWORK: Record<string, readonly string[]> = {
  net: ['connect', 'createConnection', '_createServerHandle'],
  dgram: ['_createSocketHandle'],
  tls: ['connect'],
  http: ['request', 'get'],
  https: ['request', 'get'],
  http2: ['connect'],
}
/** What all of the above, and servers, come down to. */
const SOCKETS: Record<string, Record<string, readonly string[]>> = {
  net: { Socket: ['connect'], Server: ['listen'] },
  dgram: { Socket: ['bind', 'connect', 'send'] },
}
const PROCESSES: Record<string, readonly string[]> = {
  child_process: ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'],
  worker_threads: ['Worker'],
  cluster: ['fork'],
  // Writes a file by itself, which Node's permission model does not see.
  trace_events: ['createTracing'],
}
/** A name that is looked up tells it to whoever answers. */
const LOOKS_UP = /^(?:lookup|resolve|reverse)/
const GLOBALS = ['fetch', 'WebSocket', 'EventSource']
const EXITS = ['exit', 'reallyExit', 'abort', 'kill', '_kill', '_debugProcess', 'chdir', 'disconnect']

/** Replaces every door in this process by one that refuses, for good. */
export function closeDoors(): void {
  const require = createRequire(import.meta.url)
  for (const [name, doors] of Object.entries(NETWORK))
    closeAll(require(`node:${name}`), name, doors, 'network')
  for (const [name, classes] of Object.entries(SOCKETS)) {
    const module = require(`node:${name}`) as Record<string, { prototype: object }>
    for (const [className, doors] of Object.entries(classes)) {
      closeAll(module[className]?.prototype ?? {}, `${name}.${className}`, doors, 'network')
    }
  }
  for (const [name, doors] of Object.entries(PROCESSES))
    closeAll(require(`node:${name}`), name, doors, 'process')
  for (const name of ['dns', 'dns/promises']) {
    const dns = require(`node:${name}`) as { Resolver: { prototype: object } }
    for (const holder of [dns, dns.Resolver.prototype, Object.getPrototypeOf(dns.Resolver.prototype)]) {
      const doors = Object.getOwnPropertyNames(holder).filter(door => LOOKS_UP.test(door))
      closeAll(holder, name, doors, 'network')
    }
  }
  syncBuiltinESMExports()
  closeAll(globalThis, '', GLOBALS, 'network')
  closeAll(process, 'process', EXITS, 'process')
}

function closeAll(holder: object, label: string, names: readonly string[], reason: Attempt['reason']): void {
  // A door that this version of Node does not have stays away: code may ask whether it is there.
  for (const name of names.filter(door => door in holder)) {
    const what = label === '' ? name : `${label}.${name}`
    Object.defineProperty(holder, name, {
      configurable: true,
      writable: true,
      value: function refuse(): never {
        const attempt: Attempt = { reason, what }
        attempts.getStore()?.push(attempt)
        throw new Refusal(attempt)
      },
    })
  }
}
