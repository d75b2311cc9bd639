/** What a rewriting of lists and sums may not touch: blanks between what stays, and comments with what they speak of. */

interface Token {
  kind: 'comment' | 'string' | 'blank' | 'other'
  text: string
}

const TOKEN =
  /(\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`)|(\s+)|[A-Za-z_$][\w$]*|[\s\S]/g

function tokensOf(code: string): Token[] {
  return [...code.matchAll(TOKEN)].map(([text, comment, string, blank]) => ({
    kind: comment ? 'comment' : string ? 'string' : blank ? 'blank' : 'other',
    text,
  }))
}

/** What is wrong with `after`; `moves`: something may have changed places. */
export function touched(before: string, after: string, moves: boolean): string[] {
  const [old, now] = [tokensOf(before), tokensOf(after)]
  const problems: string[] = []
  const comments = (tokens: Token[]) =>
    tokens.flatMap(({ kind, text }) => (kind === 'comment' ? [text] : [])).sort()
  if (String(comments(old)) !== String(comments(now))) problems.push(`other comments: ${comments(now)}`)
  const [was, is] = [subjects(old), subjects(now)]
  for (const [comment, subject] of was) {
    // Above a group of lines it stays where the group is.
    const group = moves && new RegExp(`\\n\\s*\\n\\s*${escaped(comment)}`).test(before)
    const stays = !group && now.some(({ kind, text }) => kind === 'string' && subject.endsWith(text))
    if (stays && is.get(comment) !== subject)
      problems.push(`${comment} was ${subject}, is ${is.get(comment)}`)
  }
  if (!moves) problems.push(...otherBlanks(old, now))
  if (/[ \t](?:\r?\n|$)/.test(after)) problems.push('blanks at the end of a line')
  if (/,\s*,|\[\s*,|\+\s*\+/.test(after)) problems.push('a separator too many')
  return problems
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** Between two tokens that were neighbours and are, the same blanks. */
function otherBlanks(old: Token[], now: Token[]): string[] {
  const solid = (tokens: Token[]) =>
    tokens.flatMap((token, index) => (token.kind === 'blank' ? [] : [{ ...token, index }]))
  const [a, b] = [solid(old), solid(now)]
  const pairs = common(a, b)
  return pairs.flatMap(([i, j], index) => {
    const [k, l] = pairs[index + 1] ?? []
    if (k !== i + 1 || l !== j + 1) return []
    const between = (tokens: Token[], from?: number, to?: number) =>
      tokens
        .slice((from as number) + 1, to)
        .map(({ text }) => text)
        .join('')
    const [x, y] = [between(old, a[i]?.index, a[k]?.index), between(now, b[j]?.index, b[l]?.index)]
    return x === y ? [] : [`between ${a[i]?.text} and ${a[k]?.text}: ${JSON.stringify(y)}`]
  })
}

/** The longest common subsequence; strings and comments count for more than what joins them. */
function common(a: Token[], b: Token[]): [number, number][] {
  const best = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const at = (i: number, j: number) => best[i]?.[j] as number
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const isSame = a[i]?.text === b[j]?.text
      const score = isSame
        ? at(i + 1, j + 1) + (a[i]?.kind === 'other' ? 2 : 3)
        : Math.max(at(i + 1, j), at(i, j + 1))
      ;(best[i] as Uint32Array)[j] = score
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i]?.text === b[j]?.text) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}

/** What each comment speaks of: the string that it is behind or before. */
function subjects(tokens: Token[]): Map<string, string> {
  const found = new Map<string, string>()
  const isBreak = (token?: Token) => token?.kind === 'blank' && /[\r\n]/.test(token.text)
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'comment') continue
    let left = index - 1
    while (tokens[left]?.kind === 'comment' || (tokens[left]?.kind === 'blank' && !isBreak(tokens[left])))
      left--
    let right = index + 1
    while (tokens[right]?.kind === 'comment' || (tokens[right]?.kind === 'blank' && !isBreak(tokens[right])))
      right++
    const behind = tokens.slice(0, left + 1).findLast(token => token.kind === 'string')
    const before = tokens.slice(index + 1).find(token => token.kind === 'string' || token.kind === 'other')
    const opens = tokens[left]?.text === '[' && isBreak(tokens[right])
    const isBehind =
      tokens[left]?.kind === 'string' || (isBreak(tokens[right]) && /[,+]/.test(tokens[left]?.text ?? ''))
    found.set(text, opens ? 'behind [' : isBehind ? `behind ${behind?.text}` : `before ${before?.text}`)
  }
  return found
}
