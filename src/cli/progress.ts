/**
 * Progress on a terminal: one line that is written over and in the end erased. Elsewhere there is none.
 */

/** What is over sooner than it could be read is not shown. */
const WORTH_SHOWING = 20

/** Shows `done` of `total` files; nothing for a few files, or where nobody watches. */
export function showProgress({ done, total }: { done: number; total: number }): void {
  const { stderr, env } = process
  if (total <= WORTH_SHOWING || !stderr.isTTY || env.TERM === 'dumb' || env.CI) return
  const step = Math.ceil(total / 100)
  if (done === total) stderr.write('\r\x1b[K')
  else if (done % step === 0) stderr.write(`\r\x1b[K  Fetching files: ${done} of ${total}`)
}
