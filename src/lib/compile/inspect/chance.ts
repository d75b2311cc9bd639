/** The clock and chance, as artifacts see them while they are loaded: their use is noted, and they can be moved. */

import { syncBuiltinESMExports } from 'node:module'

const DAY_MS = 86_400_000

export class Chance {
  /** Something asked for the time or for a random value since this was last set to false. */
  used = false
  /** Be at another time, a day and some later. */
  moved = false

  /** Puts itself in the place of what this process has. Random values differ each time as it is. */
  install(require: NodeJS.Require): void {
    const clock = (now: number) => {
      this.used = true
      return this.moved ? now + DAY_MS + 12_345 : now
    }
    const { now } = Date
    const Real = Date
    globalThis.Date = new Proxy(Date, {
      get: (target, key) => (key === 'now' ? () => clock(now()) : Reflect.get(target, key)),
      construct: (target, args, self) =>
        Reflect.construct(
          target,
          args.length === 0 ? [clock(now())] : args,
          self === globalThis.Date ? Real : self,
        ),
      apply: () => new Real(clock(now())).toString(),
    })
    this.#note(Math, ['random'])
    this.#note(performance, ['now'])
    this.#note(globalThis.crypto, ['randomUUID', 'getRandomValues'])
    this.#note(require('node:crypto'), ['randomUUID', 'randomBytes', 'randomInt'])
    syncBuiltinESMExports()
  }

  #note(holder: object, names: readonly string[]): void {
    for (const name of names) {
      const inner = Reflect.get(holder, name) as (...args: unknown[]) => unknown
      const value = (...args: unknown[]) => {
        this.used = true
        return Reflect.apply(inner, holder, args)
      }
      Object.defineProperty(holder, name, { value, configurable: true, writable: true })
    }
  }
}
