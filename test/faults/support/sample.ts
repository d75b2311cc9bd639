/**
 * How much is tried: a sample that is the same every time, or with `EXHAUSTIVE=1` everything, and what is left to
 * chance by another seed each time. `SEED=n` chooses the seed.
 */

export const EXHAUSTIVE = Boolean(process.env.EXHAUSTIVE)

export const SEED = Number(process.env.SEED ?? (EXHAUSTIVE ? Date.now() % 2 ** 31 : 1))

/** One in so many, unless everything is tried. */
export const oneIn = (share: number) => (EXHAUSTIVE ? 1 : share)
