/**
 * Numbers and ages as words.
 */

/** `1 component`, `2 components`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

const UNITS: [name: string, milliseconds: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** How long ago, in the largest unit that fits: `2 hours ago`, `just now`. A future time (a skewed clock) is `just now`. */
export function ago(then: number, now: number): string {
  for (const [unit, milliseconds] of UNITS) {
    const amount = Math.floor((now - then) / milliseconds)
    if (amount >= 1) return `${count(amount, unit)} ago`
  }
  return 'just now'
}

/** Versions, oldest first, with the age of the last: `v2, 2 hours ago`, `v2 to v5, just now`. */
export function versionsAndAge(
  versions: readonly { version: number; createdAt?: number }[],
  now: number,
): string {
  const [first, last] = [versions[0]!, versions.at(-1)!]
  const numbers = first === last ? `v${first.version}` : `v${first.version} to v${last.version}`
  return last.createdAt === undefined ? numbers : `${numbers}, ${ago(last.createdAt, now)}`
}
