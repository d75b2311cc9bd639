/** How much source a run takes: what is read has to fit into memory, as text and, many times larger, as a tree. */
import { LuaError } from '../../errors.js'

/** Characters of all files that are read. */
const MOST_TEXT = 12 * 1024 * 1024
/** Marks and line ends in all files that are parsed: a tree takes some 300 bytes for each. */
const MOST_MARKS = 1_000_000

export class Budget {
  #text = 0
  #marks = 0

  /** @param length characters of the file; 0 before it is read
   * @throws LuaError NOT_STATIC when the sources are too large to be read */
  spendText(path: string, length: number): void {
    this.#text += length
    if (this.#text > MOST_TEXT) throw tooLarge(path)
  }

  /** @throws LuaError NOT_STATIC when the sources are too large to be parsed */
  spendTree(path: string, text: string): void {
    // A long text is no large tree, so its letters and blanks do not count.
    for (let at = 0; at < text.length; at++) if (isMark(text.charCodeAt(at))) this.#marks++
    if (this.#marks > MOST_MARKS) throw tooLarge(path)
  }
}

/** Everything of ASCII that is no letter, digit, blank, `_` or `$`. */
function isMark(code: number): boolean {
  if (code > 0x7e || code === 0x20 || code === 0x24 || code === 0x5f || code < 0x0a) return false
  return code < 0x30 || (code > 0x39 && code < 0x41) || (code > 0x5a && code < 0x61) || code > 0x7a
}

function tooLarge(path: string): LuaError {
  return new LuaError(
    'NOT_STATIC',
    `The sources are too large to be read: with ${path} they pass the limit.`,
    {
      hint: 'Keep large data out of the modules that the agent is declared in: no agent has texts of many megabytes.',
    },
  )
}
