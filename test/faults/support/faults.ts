/**
 * What the server or the wire does wrong, and what a client must conclude from it.
 */

import type { Fault } from '../../support/lua-server.js'

/** `ok`: no harm. `unreachable`: no answer. `invalid`: an answer that is none. A number: a refusal with that status. */
export type Conclusion = 'ok' | 'unreachable' | 'invalid' | 401 | 404 | 409

export interface FaultCase {
  name: string
  /** `other` is the origin of a server that must never hear from us. `die`: the server ends at this request. */
  fault: Fault | { kind: 'die' } | ((other: string) => Fault)
  /** Only this many requests get it; without it all do, the repeated ones too. */
  times?: number
  reads: Conclusion
  /** Was a write done all the same? */
  applied?: boolean
  /** After a write nobody can know, but by reading, whether it was done. */
  unclear?: boolean
  /** It takes long: seconds of waiting for what does not come. */
  slow?: boolean
  /** Nothing else than another fault, unless the request changes the server. */
  writesOnly?: boolean
}

const unclear = { reads: 'unreachable', unclear: true } as const

export const FAULTS: FaultCase[] = [
  { name: 'no answer at all (hang)', fault: { kind: 'hang' }, ...unclear, slow: true },
  { name: 'a byte a second', fault: { kind: 'trickle' }, ...unclear, applied: true, slow: true },
  { name: 'reset before the answer', fault: { kind: 'reset', when: 'before' }, ...unclear },
  {
    name: 'reset before the answer, work done',
    fault: { kind: 'reset', when: 'before', applied: true },
    ...unclear,
    applied: true,
    writesOnly: true,
  },
  { name: 'reset during the body', fault: { kind: 'reset', when: 'during' }, ...unclear, applied: true },
  { name: 'reset after the body', fault: { kind: 'reset', when: 'after' }, reads: 'ok', applied: true },
  { name: 'half a body', fault: { kind: 'half-body' }, ...unclear, applied: true },
  { name: 'a length too large', fault: { kind: 'wrong-length', by: 10 }, ...unclear, applied: true },
  {
    name: 'a length too small',
    fault: { kind: 'wrong-length', by: -10 },
    ...unclear,
    applied: true,
  },
  { name: 'not JSON', fault: { kind: 'not-json' }, reads: 'invalid', unclear: true },
  {
    name: 'JSON of another shape',
    fault: { kind: 'answer', status: 200, body: { hello: 1 } },
    reads: 'invalid',
    unclear: true,
  },
  { name: '10 MB of JSON', fault: { kind: 'huge', bytes: 10_000_000 }, reads: 'ok', applied: true },
  { name: 'a gzip bomb', fault: { kind: 'gzip-bomb', bytes: 300_000_000 }, reads: 'invalid', unclear: true },
  {
    name: 'a redirect to another origin',
    fault: other => ({ kind: 'redirect', to: `${other}/steal`, status: 307 }),
    reads: 'invalid',
    unclear: true,
  },
  {
    name: 'a redirect in a circle',
    fault: { kind: 'redirect', to: '?again' },
    reads: 'invalid',
    unclear: true,
  },
  { name: '401', fault: { kind: 'answer', status: 401, body: { message: 'no' } }, reads: 401 },
  { name: '404', fault: { kind: 'answer', status: 404, body: { message: 'no' } }, reads: 404 },
  { name: '409', fault: { kind: 'answer', status: 409, body: { message: 'no' } }, reads: 409 },
  { name: '429', fault: { kind: 'answer', status: 429 }, reads: 'unreachable' },
  { name: '500', fault: { kind: 'answer', status: 500 }, ...unclear },
  {
    name: '500, work done',
    fault: { kind: 'answer', status: 500, applied: true },
    ...unclear,
    applied: true,
    writesOnly: true,
  },
  { name: '503', fault: { kind: 'answer', status: 503, body: '<h1>down</h1>' }, reads: 'unreachable' },
  { name: 'the server ends', fault: { kind: 'die' }, ...unclear },
  { name: 'a reset, once', fault: { kind: 'reset', when: 'before' }, times: 1, reads: 'ok', applied: true },
  {
    name: 'a lost answer, once',
    fault: { kind: 'reset', when: 'before', applied: true },
    times: 1,
    reads: 'ok',
    applied: true,
    writesOnly: true,
  },
  {
    name: '429 for a second, once',
    fault: { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
    times: 1,
    reads: 'ok',
    applied: true,
  },
  {
    name: '503, twice',
    fault: { kind: 'answer', status: 503 },
    times: 2,
    reads: 'ok',
    applied: true,
    writesOnly: true,
  },
]
