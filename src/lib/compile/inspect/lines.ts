/** Calls `use` with each whole line of what comes in. What has no end is dropped: it is no message of ours. */
export function inLines(
  use: (line: string) => void,
  longest = 256 * 1024 * 1024,
): (chunk: Buffer | string) => void {
  let parts: Buffer[] = []
  let length = 0
  return chunk => {
    let rest = Buffer.from(chunk)
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8')
      rest = rest.subarray(end + 1)
      parts = []
      length = 0
      use(line)
    }
    length += rest.length
    if (length <= longest) parts.push(rest)
    else parts = []
  }
}
