/**
 * What the terminal can do: colour, whether somebody is there to answer, and a line that says what is going on.
 */

import pc from 'picocolors'
import type { Colors } from 'picocolors/types.js'

interface Streams {
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

/** Columns of the screen; undefined where output is no screen and lines stay as they are. */
export function screenWidth(): number | undefined {
  return process.stdout.isTTY ? Math.max(20, process.stdout.columns || 80) : undefined
}

/** Rows of the screen; no end of them where output is no screen. */
export function screenHeight(): number {
  return (process.stdout.isTTY && process.stdout.rows) || Number.POSITIVE_INFINITY
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

/** A wait shorter than this needs no word, in milliseconds. */
const PATIENCE = 500

export interface Progress {
  /** Says what is being done from now on. */
  say(text: string): void
  /** Leaves no trace on the screen. */
  clear(): void
}

/** One dim line on stderr that comes after half a second and is erased again; nothing where nobody watches. */
export function startProgress(text: string, quiet: boolean): Progress {
  if (quiet || !canRewrite()) return { say: () => {}, clear: () => {} }
  let [wanted, shown] = [text, '']
  // Spaces erase on every terminal, and with NO_COLOR no escape sequence is left at all.
  const erase = () => process.stderr.write(`\r${' '.repeat(shown.length)}\r`)
  const show = () => {
    if (shown) erase()
    process.stderr.write(colors().dim(wanted))
    shown = wanted
  }
  let timer: NodeJS.Timeout | undefined = setTimeout(show, PATIENCE).unref()
  return {
    say(next) {
      wanted = next
      if (shown) show()
      else timer ??= setTimeout(show, PATIENCE).unref()
    },
    clear() {
      clearTimeout(timer)
      timer = undefined
      if (shown) erase()
      shown = ''
    },
  }
}
