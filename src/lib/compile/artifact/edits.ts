/** Edits of a text that keep the line and column of everything that stays. */

interface Edit {
  start: number
  end: number
  text: string
}

export class TextEdits {
  readonly #text: string
  readonly #edits: Edit[] = []
  #tail = ''

  constructor(text: string) {
    this.#text = text
  }

  /** Replaces a range; what follows on the same line keeps its column if `text` is not longer than the range. */
  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text: text.padEnd(end - start) })
  }

  /** Empties a range: its line breaks stay, and so many spaces that what follows keeps its column. */
  blank(start: number, end: number): void {
    this.#edits.push({ start, end, text: this.#blanks(start, end) })
  }

  /** Empties a member of a list or an object literal, with the comma behind it. */
  blankListed(start: number, end: number): void {
    const comma = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*,/y
    comma.lastIndex = end
    this.blank(start, end + (comma.exec(this.#text)?.[0].length ?? 0))
  }

  /** Empties a range but for an inner one, which is put between `before` and `after`. */
  isolate(
    start: number,
    end: number,
    innerStart: number,
    innerEnd: number,
    before: string,
    after: string,
  ): void {
    const lead = this.#blanks(start, innerStart)
    const fits = lead.endsWith(' '.repeat(before.length))
    const text = fits ? lead.slice(0, -before.length) + before : `;${before}${lead}`
    this.#edits.push({ start, end: innerStart, text })
    const rest = this.#blanks(innerEnd, end)
    const room = rest.startsWith(' '.repeat(after.length)) ? after.length : 0
    this.#edits.push({ start: innerEnd, end, text: after + rest.slice(room) })
  }

  /** Adds code behind everything else. */
  append(text: string): void {
    this.#tail += `\n${text}`
  }

  /** The edited text. An edit that lies inside an earlier and larger one has no effect. */
  result(): string {
    const edits = this.#edits.sort((a, b) => a.start - b.start || b.end - a.end)
    let at = 0
    let out = ''
    for (const edit of edits) {
      if (edit.start < at) continue
      out += this.#text.slice(at, edit.start) + edit.text
      at = edit.end
    }
    return out + this.#text.slice(at) + this.#tail
  }

  #blanks(start: number, end: number): string {
    const lines = this.#text.slice(start, end).split('\n')
    const last = lines.pop() ?? ''
    return '\n'.repeat(lines.length) + ' '.repeat(last.length)
  }
}
