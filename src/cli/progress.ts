import { canRewrite, colors } from './terminal.js'

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
