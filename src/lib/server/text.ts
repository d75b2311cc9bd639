/** Server text in our messages: data, never control. */

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu
const LONGEST = 200

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (character === '\n') return '\\n'
  return code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

/** One line of at most 200 characters, control and direction characters written out, secrets taken out. */
export function excerpt(text: string, secrets: string[] = []): string {
  // Secrets first: a cut or an escape inside one would leave a part of it standing.
  const clean = secrets
    .filter(secret => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '[key]'), text)
  const start = Array.from(clean.slice(0, 4 * LONGEST))
    .slice(0, LONGEST)
    .join('')
  const shown = start.trim().replace(UNSAFE, visible)
  return start.length < clean.length ? `${shown}…` : shown
}
