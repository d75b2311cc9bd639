/**
 * Synchronous work that may never end, on a thread of its own: started when the first comes, waited for, and ended where
 * the work does not end.
 */

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'

/** Starting the thread takes about ten milliseconds, and more on a busy machine. */
const START_MS = 5_000
const MEMORY_MB = 256
/** Each job that did not end in time halves the limit of the next, down to this: otherwise many would take many times as long. */
const LEAST_MS = 50
const FORGOTTEN_MS = 30_000

/** A message holds the arguments of a call. */
const PROGRAM = `
const { port, count, program } = require('node:worker_threads').workerData
const work = eval(program)
const answer = message => {
  port.postMessage(message)
  Atomics.add(count, 0, 1)
  Atomics.notify(count, 0)
}
port.on('message', args => {
  try {
    answer({ value: work(...args) })
  } catch (error) {
    answer({ error: String(error) })
  }
})
answer({ value: undefined })
`

type Answer = { value?: unknown; error?: string }

export class Thread<Args extends unknown[], Value> {
  readonly #program: string
  #running: { worker: Worker; port: MessagePort; count: Int32Array } | undefined
  #endless: number[] = []

  /** @param program JavaScript: a function that sees nothing but its arguments. As text no build changes it. */
  constructor(program: string) {
    this.#program = program
  }

  /** What `work` returns; undefined where it fails, or has not ended after so many milliseconds. */
  run(milliseconds: number, ...args: Args): Value | undefined {
    const now = performance.now()
    this.#endless = this.#endless.filter(at => now - at < FORGOTTEN_MS)
    const limit = Math.max(LEAST_MS, milliseconds / 2 ** this.#endless.length)
    const { port, count } = this.#start()
    const before = Atomics.load(count, 0)
    port.postMessage(args)
    const answer = answerOf(port, count, before, limit)
    if (answer === undefined) {
      this.#endless.push(performance.now())
      this.#stop()
    }
    return answer?.value as Value | undefined
  }

  #start() {
    if (this.#running) return this.#running
    const { port1: port, port2 } = new MessageChannel()
    const count = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(PROGRAM, {
      eval: true,
      workerData: { port: port2, count, program: this.#program },
      transferList: [port2],
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    })
    worker.unref()
    // Out of memory: the answer that is waited for will never come.
    worker.on('error', () => {})
    answerOf(port, count, 0, START_MS)
    this.#running = { worker, port, count }
    return this.#running
  }

  #stop(): void {
    void this.#running?.worker.terminate()
    this.#running = undefined
  }
}

function answerOf(
  port: MessagePort,
  count: Int32Array,
  before: number,
  milliseconds: number,
): Answer | undefined {
  Atomics.wait(count, 0, before, milliseconds)
  return receiveMessageOnPort(port)?.message
}
