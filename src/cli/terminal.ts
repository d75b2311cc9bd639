/**
 * What the terminal can do: colour, and whether somebody is there to answer.
 */

import pc from 'picocolors'
import type { Colors } from 'picocolors/types.js'

export interface Streams {
  stdin: { isTTY?: boolean; destroyed?: boolean }
  stdout: { isTTY?: boolean }
}

/** NO_COLOR wins, then FORCE_COLOR; else colour is for a capable terminal outside CI. */
export function wantsColor(env: NodeJS.ProcessEnv = process.env, streams: Streams = process): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return Boolean(streams.stdout.isTTY) && env.TERM !== 'dumb' && !isCi(env)
}

export function colors(): Colors {
  return pc.createColors(wantsColor())
}

/** Can a question be asked here? Both ends must be a capable terminal, and no CI may have said otherwise. */
export function canAsk(env: NodeJS.ProcessEnv = process.env, streams: Streams = process): boolean {
  return Boolean(streams.stdin.isTTY && streams.stdout.isTTY) && env.TERM !== 'dumb' && !isCi(env)
}

/** May a line on stderr be written over again: a capable terminal, and nobody's log? */
export function canRewrite(
  env: NodeJS.ProcessEnv = process.env,
  stderr: { isTTY?: boolean } = process.stderr,
): boolean {
  return Boolean(stderr.isTTY) && env.TERM !== 'dumb' && !isCi(env)
}

/** `--ci`: from here on everything behaves as if `CI=true` were set. */
export function behaveAsInCi(): void {
  process.env.CI = 'true'
}

export function inGithubActions(env: NodeJS.ProcessEnv = process.env): boolean {
  return env.GITHUB_ACTIONS === 'true'
}

function isCi(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.CI) && env.CI !== 'false' && env.CI !== '0'
}
