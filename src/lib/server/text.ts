/** Server text in our messages: data, never control. */
import { visibleLine } from '../text.js'

const LONGEST = 200

/** One line of at most 200 characters (before escapes), unsafe characters spelled out, secrets taken out. */
export function excerpt(text: string, secrets: string[] = []): string {
  // Secrets first: a cut or an escape inside one would leave a part of it standing.
  const clean = secrets
    .filter(secret => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '[key]'), text.trim())
  // Twice as many code units hold as many characters; the spread keeps a character whole.
  const start = [...clean.slice(0, 2 * LONGEST)].slice(0, LONGEST).join('')
  return visibleLine(start) + (start.length < clean.length ? '…' : '')
}
