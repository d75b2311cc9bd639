/** The clock, chance and the machine, as artifacts see them while they are loaded: their use is noted, and they can be moved. */

import { syncBuiltinESMExports } from 'node:module'

const HOUR_MS = 3_600_000

/** Where it is compiled must make no difference. */
export const HERE = { TZ: 'UTC', LANG: 'en_US.UTF-8' }
const ELSEWHERE = 'Asia/Tokyo'
/** A date that says its time zone, or none because it is all of a day. */
const ZONED = /(?:Z|[+-]\d\d:?\d\d)$|^\d{4}(?:-\d\d){0,2}$/
/** The parts of a date that are different in another time zone. */
const LOCAL = /^get(?!Time$|UTC)|^to(?:Locale\w*|Date|Time)?String$/

/** Later times, in milliseconds: another second, hour, day of the week, month, half of the year and year. */
export const LATER = [29.123_456, 107, 190 * 24 + 18, 500 * 24 + 6].map(hours => Math.round(hours * HOUR_MS))

export class Chance {
  /** Something asked for the time, a random value or the machine since this was last set to false. */
  used = false
  #moved = 0
  readonly #env = process.env

  get moved(): number {
    return this.#moved
  }

  /** Pretends to be so many milliseconds later, and on another machine. */
  set moved(milliseconds: number) {
    this.#moved = milliseconds
    this.#env.TZ = milliseconds === 0 ? HERE.TZ : ELSEWHERE
  }

  /**
   * Takes the place of the globals of this process. Random values differ each time anyway.
   * @param hasFolder files are read from the folder of the project, which cannot be hidden then
   */
  install(require: NodeJS.Require, hasFolder: boolean): void {
    const { now } = Date
    const clock = () => {
      this.used = true
      return now() + this.moved
    }
    const Real = Date
    globalThis.Date = new Proxy(Date, {
      get: (target, key) => (key === 'now' ? clock : Reflect.get(target, key)),
      construct: (target, args, self) => {
        const [first] = args
        if (args.length > 1 || (typeof first === 'string' && !ZONED.test(first))) this.used = true
        const given = args.length === 0 ? [clock()] : args
        return Reflect.construct(target, given, self === globalThis.Date ? Real : self)
      },
      apply: () => new Real(clock()).toString(),
    })
    formatWith(clock)
    this.#note(Math, ['random'])
    this.#note(performance, ['now'])
    this.#note(process, ['hrtime', 'uptime', 'memoryUsage'])
    this.#note(
      Date.prototype,
      Object.getOwnPropertyNames(Date.prototype).filter(name => LOCAL.test(name)),
    )
    this.#note(Intl.DateTimeFormat.prototype, ['resolvedOptions'])
    this.#note(globalThis.crypto, ['randomUUID', 'getRandomValues'])
    this.#note(require('node:crypto'), ['randomUUID', 'randomBytes', 'randomInt'])
    this.#hideMachine(require('node:os'), hasFolder)
    syncBuiltinESMExports()
  }

  /** The names of this machine and its user are none of the code's business. */
  #hideMachine(os: Record<string, unknown>, hasFolder: boolean): void {
    const answer = <T>(here: T, elsewhere: T) => {
      this.used = true
      return this.moved === 0 ? here : elsewhere
    }
    const replace = (holder: object, key: string, descriptor: PropertyDescriptor) =>
      Object.defineProperty(holder, key, { ...descriptor, configurable: true, enumerable: true })
    const { uid, gid, shell } = { uid: 1000, gid: 1000, shell: null }
    const user = (username: string) => ({ username, uid, gid, shell, homedir: `/home/${username}` })
    replace(os, 'hostname', { value: () => answer('localhost', 'elsewhere') })
    replace(os, 'userInfo', { value: () => answer(user('user'), user('somebody')) })
    replace(os, 'homedir', { value: () => answer('/home/user', '/home/somebody') })
    replace(process, 'pid', { get: () => answer(1, 2) })
    if (!hasFolder) replace(process, 'cwd', { value: () => answer('/project', '/elsewhere') })
  }

  #note(holder: object, names: readonly string[]): void {
    for (const name of names) {
      const inner = Reflect.get(holder, name) as (...args: unknown[]) => unknown
      const use = () => {
        this.used = true
      }
      const value = function (this: unknown, ...args: unknown[]) {
        use()
        return Reflect.apply(inner, this ?? holder, args)
      }
      // `process.hrtime.bigint`.
      for (const key of Object.keys(inner)) this.#copyNoted(value, inner, key)
      Object.defineProperty(holder, name, { value, configurable: true, writable: true })
    }
  }

  #copyNoted(to: object, from: object, key: string): void {
    Reflect.set(to, key, Reflect.get(from, key))
    this.#note(to, [key])
  }
}

/** Formatting nothing is formatting now. */
function formatWith(clock: () => number): void {
  const { prototype } = Intl.DateTimeFormat
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'format') ?? {}
  const { formatToParts } = prototype
  Object.defineProperty(prototype, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const format = get?.call(this)
      return (date?: Date) => format(date ?? clock())
    },
  })
  prototype.formatToParts = function (this: Intl.DateTimeFormat, date) {
    return formatToParts.call(this, date ?? clock())
  }
}
