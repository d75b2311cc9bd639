/** What is tried again, and how long to wait first. */
import type { Timing } from './types.js'

/** Statuses of failures that may pass by themselves. */
export const RETRIED: readonly number[] = [408, 429, 500, 502, 503, 504]

/** Is a request without an answer sent again? Not a write that timed out, for it may have been done. */
export function isRetried(
  failure: { retriable: boolean; reached: boolean; timedOut: boolean },
  writes: boolean,
): boolean {
  return failure.retriable && !(writes && failure.reached && failure.timedOut)
}

/**
 * 5 s to connect, 15 s for a request, two retries with jitter, `Retry-After` up to 10 s. A check makes its calls at
 * the same time and is to be done within 25 s: that leaves 22 s for a call.
 */
export const TIMING: Timing = {
  connectMs: 5_000,
  requestMs: 15_000,
  callMs: 22_000,
  retries: 2,
  pauseMs: 300,
  retryAfterMaxMs: 10_000,
}

/**
 * Ms to wait before the next attempt, or undefined to give up: no attempt is left, the server asks for more
 * patience than we have (`asked`, ms), or the wait would end after `msLeft`.
 */
export function pauseBefore(
  attempt: number,
  asked: number | undefined,
  timing: Timing,
  msLeft: number,
): number | undefined {
  if (attempt > timing.retries) return undefined
  if (asked !== undefined && asked > timing.retryAfterMaxMs) return undefined
  const jittered = timing.pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random())
  const pause = Math.max(asked ?? 0, jittered)
  return pause < msLeft ? pause : undefined
}
