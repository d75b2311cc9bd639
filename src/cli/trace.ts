/**
 * `DEBUG=lua*`: requests, files and timings on stderr, one line each. Never the key.
 */

import type { LuaError } from '../lib/errors.js'
import type { RequestEvent } from '../lib/server/index.js'
import { visibleLine } from '../lib/text.js'
import { harmless } from './output.js'

const NAME = 'lua:trace'

/** Does the variable name us, in the form that the `debug` package made common: names, `*`, and `-` to leave out? */
export function isTraced(debug = process.env.DEBUG): boolean {
  const patterns = (debug ?? '').split(/[\s,]+/).filter(Boolean)
  const matches = (pattern: string) =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(NAME)
  return (
    patterns.some(pattern => !pattern.startsWith('-') && matches(pattern)) &&
    !patterns.some(pattern => pattern.startsWith('-') && matches(pattern.slice(1)))
  )
}

/** Writes one line, with the milliseconds since the process began. */
export function trace(topic: 'request' | 'file' | 'time' | 'error', text: string): void {
  if (!isTraced()) return
  const shown = topic === 'error' ? text : visibleLine(text)
  process.stderr.write(harmless(`lua:${topic} ${shown} +${Math.round(process.uptime() * 1000)}ms\n`))
}

export function traceRequest({ method, url, attempt, status, error, ms }: RequestEvent): void {
  const again = attempt > 1 ? ` (attempt ${attempt})` : ''
  trace('request', `${method} ${url} ${status ?? error} in ${ms} ms${again}`)
}

/** Where an error comes from, with the errors behind it: what a report of a bug needs. */
export function traceError(error: LuaError): void {
  if (!isTraced()) return
  const stacks: string[] = []
  for (let at: unknown = error; at instanceof Error && stacks.length < 5; at = at.cause) {
    stacks.push(at.stack ?? at.message)
  }
  trace('error', stacks.join('\ncaused by '))
}
