/** "Did you mean …?", among the fields of a primitive. */

import { closest } from '../../closest.js'

/** The known word that `word` is most likely meant to be: another tool's word for it, or the nearest, if any is near. */
export function nearest(
  word: string,
  known: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): string | undefined {
  return Object.hasOwn(aliases, word) ? aliases[word] : closest(word, known)
}
