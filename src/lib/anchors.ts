/**
 * Lines that two long texts certainly have in common, as "patience diff" finds them: those that occur exactly once
 * on each side, and as many of them as are in the same order. They divide one large comparison into small ones.
 */

/** Positions of one line on both sides. */
type Anchor = [server: number, local: number]

/** The longest run of unique common lines in order. Takes O(n log n). */
export function anchorsOf(server: readonly string[], local: readonly string[]): Anchor[] {
  const here = onlyOnce(local)
  const pairs: Anchor[] = []
  for (const [line, at] of onlyOnce(server)) {
    const other = here.get(line)
    if (other !== undefined) pairs.push([at, other])
  }
  return longestInOrder(pairs.sort(([a], [b]) => a - b))
}

/** Do the two have any line in common? */
export function shareLines(server: readonly string[], local: readonly string[]): boolean {
  const lines = new Set(server)
  return local.some(line => lines.has(line))
}

function onlyOnce(lines: readonly string[]): Map<string, number> {
  const found = new Map<string, number>()
  const twice = new Set<string>()
  for (const [index, line] of lines.entries()) {
    if (found.has(line)) twice.add(line)
    else found.set(line, index)
  }
  for (const line of twice) found.delete(line)
  return found
}

/** The longest subsequence whose local positions rise, too. */
function longestInOrder(pairs: Anchor[]): Anchor[] {
  /** The best end of a run of each length, and of every pair the one before it. */
  const ends: number[] = []
  const before: number[] = []
  for (const [index, [, at]] of pairs.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[ends[middle]!]![1] < at) low = middle + 1
      else high = middle
    }
    before[index] = low > 0 ? ends[low - 1]! : -1
    ends[low] = index
  }
  const run: Anchor[] = []
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) run.push(pairs[at]!)
  return run.reverse()
}
