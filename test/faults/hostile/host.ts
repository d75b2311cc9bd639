/**
 * The built commands in a process of their own that stays, as a host does: a tenth of what spawning the executable
 * costs, and what never answers can be ended.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { cleanEnv, type LuaRun } from '../../support/run-lua.js'
import type { Order } from './host-child.js'

type Answer = { run: LuaRun } | { error: string }

export class Host {
  #child: ChildProcess | undefined

  /** @param env what stands in the environment that the system shows of the process, whatever a run is given */
  constructor(readonly env: Record<string, string>) {}

  /** @throws if it takes longer than `patienceMs`; then it has been killed */
  run(order: Order, patienceMs: number): Promise<LuaRun> {
    const child = this.#start()
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        this.close()
        reject(new Error(`lua ${order.args.join(' ')} ${why}`))
      }
      const onExit = () => fail('ended the process that it ran in')
      const timer = setTimeout(() => fail(`does not end in ${patienceMs} ms`), patienceMs)
      child.once('exit', onExit)
      child.once('message', (answer: Answer) => {
        clearTimeout(timer)
        child.off('exit', onExit)
        if ('run' in answer) resolve(answer.run)
        else reject(new Error(answer.error))
      })
      child.send({ ...order, env: cleanEnv(order.env) })
    })
  }

  close(): void {
    this.#child?.removeAllListeners()
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  #start(): ChildProcess {
    this.#child ??= fork(fileURLToPath(new URL('./host-child.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      env: cleanEnv(this.env),
    })
    return this.#child
  }
}
