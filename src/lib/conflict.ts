/** What git leaves in a file where a merge was not finished. */

/** The line (from 1) on which the first conflict begins; undefined: there is none. */
export function conflictLine(text: string): number | undefined {
  if (!text.includes('<<<<<<<')) return undefined
  let began: number | undefined
  let isHalf = false
  for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (/^<{7}(?: |$)/.test(line)) {
      began ??= at + 1
      isHalf = false
    } else if (began !== undefined && line === '=======') isHalf = true
    else if (isHalf && /^>{7}(?: |$)/.test(line)) return began
  }
  return undefined
}

export const CONFLICT = { message: 'The file holds conflict markers.', hint: 'Finish the merge.' } as const
