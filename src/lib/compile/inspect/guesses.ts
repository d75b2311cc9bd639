/** What environment variables may be: the texts that a project's code compares with. */

import type { Sources } from '../../source/index.js'

const MOST = 12
/** `=== 'production'`, `'production' ===`, `case 'production':`, and the keys and members of a list beside `env`. */
const COMPARED =
  /[!=]==?\s*(['"`])([^'"`\n]{1,40})\1|(['"`])([^'"`\n]{1,40})\3\s*[!=]==?|\bcase\s+(['"`])([^'"`\n]{1,40})\5/g
const BESIDE = /(['"`])([\w.:/-]{1,40})\1|\b(\w{1,40})(?=\s*:)/g

/** @param inputs absolute paths of the files of an artifact, sorted */
export function guessesIn(sources: Sources, inputs: readonly string[]): string[] {
  const found = new Set<string>()
  for (const path of inputs) {
    if (path.includes('/node_modules/') || !/\.[cm]?[jt]sx?$/.test(path)) continue
    for (const guess of guessesOf(sources, path)) found.add(guess)
  }
  return [...found].slice(0, MOST)
}

const KNOWN = new WeakMap<Sources, Map<string, string[]>>()

function guessesOf(sources: Sources, path: string): string[] {
  const known = KNOWN.get(sources) ?? new Map<string, string[]>()
  KNOWN.set(sources, known)
  const guesses = known.get(path) ?? textsIn(sources.text(path)?.text ?? '')
  known.set(path, guesses)
  return guesses
}

function textsIn(text: string): string[] {
  if (!/\benv\b/.test(text)) return []
  const compared = [...text.matchAll(COMPARED)].map(
    ([, , after, , before, , ofCase]) => after ?? before ?? ofCase,
  )
  const lines = text.split('\n').filter(line => /\benv\b/.test(line))
  const beside = lines.flatMap(line => [...line.matchAll(BESIDE)].map(([, , quoted, key]) => quoted ?? key))
  return [...compared, ...beside].flatMap(guess => guess ?? [])
}
