/**
 * Closes the doors of the process that loads artifacts: no network, no child processes, no exit. Most are there to
 * tell an author that code does at load what it should do when it is called. Where Node's permission model is silent
 * (the network before Node 25, host names, local sockets) they are the wall, so they are closed on the native objects
 * under Node's own modules too: there is no way around those.
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
  os: ['setPriority'],
  // Files that Node writes by itself, unseen by its permission model; and flags that undo what protects memory.
  trace_events: ['createTracing'],
  v8: ['setHeapSnapshotNearHeapLimit', 'writeHeapSnapshot', 'setFlagsFromString'],
}
/** A name that is looked up tells it to whoever answers. */
const LOOKS_UP = /^(?:lookup|resolve|reverse|query|getHostByAddr)/
/** What opens a connection, on the native objects. */
const CONNECTS = ['bind', 'bind6', 'connect', 'connect6', 'listen', 'send', 'send6']
const GLOBALS = ['fetch', 'WebSocket', 'EventSource']
const EXITS = ['exit', 'reallyExit', 'abort', 'kill', '_kill', '_debugProcess', 'chdir', 'disconnect']

/** Replaces every door in this process by one that refuses, for good. */
export function closeDoors(): void {
  const require = createRequire(import.meta.url)
  const natives = nativeSockets(require('node:net'), require('node:dgram'))
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
    const dns = require(`node:${name}`) as { Resolver: new () => { _handle: object } }
    const resolver = new dns.Resolver()
    for (const holder of [dns, ...prototypesOf(resolver), ...prototypesOf(resolver._handle)]) {
      const doors = Object.getOwnPropertyNames(holder).filter(door => LOOKS_UP.test(door))
      closeAll(holder, name, doors, 'network')
    }
  }
  for (const native of natives) closeAll(native, 'socket', CONNECTS, 'network')
  syncBuiltinESMExports()
  closeAll(globalThis, '', GLOBALS, 'network')
  closeAll(process, 'process', EXITS, 'process')
}

type MakeHandle = (address: string | null, port: number, type: number | string) => { close(): void } | number

/** The prototypes under every TCP, UDP and local socket of this process. None where Node itself denies to make one. */
function nativeSockets(
  net: { _createServerHandle: MakeHandle },
  dgram: { _createSocketHandle: MakeHandle },
): object[] {
  const makers = [
    () => net._createServerHandle('127.0.0.1', 0, 4),
    () => dgram._createSocketHandle(null, 0, 'udp4'),
  ]
  const local = [process.stdout, process.stderr].map(stream => (stream as { _handle?: object })._handle)
  const made = makers.map(make => {
    try {
      const handle = make()
      if (typeof handle === 'object') handle.close()
      return handle
    } catch {
      return undefined
    }
  })
  return [...local, ...made].flatMap(handle => (typeof handle === 'object' ? prototypesOf(handle) : []))
}

function prototypesOf(holder: object): object[] {
  const prototype = Object.getPrototypeOf(holder)
  return prototype === null || prototype === Object.prototype ? [] : [prototype, ...prototypesOf(prototype)]
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
