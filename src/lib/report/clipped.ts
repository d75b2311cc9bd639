/** Cuts texts that are too long for anybody to read: whoever wrote one may have meant to bury the reader in it. */

/** Characters of each side; a long persona has a tenth of that. */
const MOST = 400_000
const NOTE =
  'Only the first 400,000 characters from the first difference on are shown; lua sync --check --json --verbose has the whole texts.'

interface Clipped {
  server: string
  local: string
  /** What a person should know, where not all is there. */
  note?: string
}

/** Both texts; of longer ones, `LIMIT` characters from the start of the line in which they begin to differ. */
export function clipped(server: string, local: string): Clipped {
  if (server.length <= MOST && local.length <= MOST) return { server, local }
  const start = firstDifference(server, local)
  const part = (text: string) => wholeCharacters(text.slice(start, start + MOST))
  return { server: part(server), local: part(local), note: NOTE }
}

/** Where the line begins in which two texts first differ; in a line without end, near that place. */
function firstDifference(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  const line = one.lastIndexOf('\n', at - 1) + 1
  return at - line > MOST / 2 ? at - 100 : line
}

/** A cut may fall between the halves of a character. */
function wholeCharacters(text: string): string {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
}
