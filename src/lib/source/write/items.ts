/**
 * Items between separators: elements of a list, properties of an object, operands of a sum. They come, go and move; all
 * that stays keeps its bytes, a comment stays with its item, and what comes looks like its neighbours.
 */
import type { Module } from '../names/module.js'
import type { Edit } from './edits.js'
import { eolOf, lineIndent, skipTrivia, tailOfLine } from './layout.js'

/** Items as they stand in the code. */
export interface Row {
  module: Module
  /** What they stand in, without brackets. */
  start: number
  end: number
  items: readonly { start: number; end: number }[]
  separator: string
}

/** One that stays, by its index, or new code; `moved`: that of an item which takes its comments with it. */
export type Entry = { kept: number } | { code: string; moved?: number }

/** An item with the blanks, comments and separators that belong to it. */
interface Cell {
  /** Before and after a separator that stands in front of the item. */
  lead: [string, string]
  /** Does its separator stand in front of it, on its line? */
  leads: boolean
  /** Before and after the separator behind it. */
  tail: [string, string]
}

const LINE_BREAK = /\r\n|\n|\r/
const breaks = (text: string) => text.split(LINE_BREAK).length - 1
const blanksBefore = (text: string) => /^\s*/.exec(text)?.[0] ?? ''
const isBlank = (text: string) => text.trim() === ''
const textOf = ([before, after]: readonly [string, string]) => before + after

/** The edits for another order of items; those that stay are in the order that they were in. `undefined`: odd code. */
export function arrange(row: Row, order: readonly Entry[]): Edit[] | undefined {
  if (row.items.length === 0) return undefined
  const layout = Layout.of(row)
  return layout && new Arrangement(row, layout).edits(order)
}

class Layout {
  private constructor(
    readonly cells: Cell[],
    /** Behind the opening bracket, on its line. */
    readonly head: string,
    /** Before the closing bracket. */
    readonly foot: string,
    readonly isTrailing: boolean,
  ) {}

  static of({ module, start, end, items, separator }: Row): Layout | undefined {
    const opening = module.text.slice(start, items[0]?.start)
    const head = opening.slice(0, tailOfLine(opening))
    const cells: Cell[] = [{ lead: ['', opening.slice(head.length)], leads: false, tail: ['', ''] }]
    for (const [index, item] of items.entries()) {
      const cell = cells.at(-1) as Cell
      const next = items[index + 1]
      const gap = module.text.slice(item.end, next?.start ?? end)
      const at = skipTrivia(gap, 0)
      const hasSeparator = gap.startsWith(separator, at)
      const [before, after] = hasSeparator ? [gap.slice(0, at), gap.slice(at + separator.length)] : ['', gap]
      if (skipTrivia(after, 0) !== after.length || (next && !hasSeparator)) return undefined
      if (next === undefined) {
        const tail = breaks(after) > 0 ? tailOfLine(after) : after.trimEnd().length
        cell.tail = [before, after.slice(0, tail)]
        return new Layout(cells, head, after.slice(tail), hasSeparator)
      }
      const leads = breaks(before) > 0
      const split = tailOfLine(leads ? before : after)
      cell.tail = leads ? ['', before.slice(0, split)] : [before, after.slice(0, split)]
      const lead: Cell['lead'] = leads ? [before.slice(split), after] : ['', after.slice(split)]
      cells.push({ lead, leads, tail: ['', ''] })
    }
    return undefined
  }

  /** How the items are separated, where nothing else is between two. */
  get pattern(): Cell | undefined {
    return this.cells.slice(1).find(({ lead }) => isBlank(textOf(lead)))
  }

  /** What stands between an item and the separator behind it. */
  get beforeSeparator(): string {
    return this.cells.slice(0, -1).find(({ tail: [before] }) => isBlank(before))?.tail[0] ?? ''
  }
}

/** An item where it is to stand; `start`: where its code is now, if it stays. */
interface Placed extends Cell {
  code: string
  kept?: number
}

class Arrangement {
  readonly #row: Row
  readonly #layout: Layout
  readonly #eol: string

  constructor(row: Row, layout: Layout) {
    this.#row = row
    this.#layout = layout
    this.#eol = eolOf(row.module)
  }

  edits(order: readonly Entry[]): Edit[] {
    const { cells, head, foot, isTrailing } = this.#layout
    const { module, start, end, items, separator } = this.#row
    const moved = new Set(
      order.flatMap(entry => ('moved' in entry && entry.moved !== undefined ? [entry.moved] : [])),
    )
    const edits: Edit[] = []
    // What new code ends with, a text with "//" in it say, is no comment: only what stands behind it can be one.
    let done = ''
    let text = head
    let from = start
    let passed = 0
    let last: Placed | undefined
    const put = (to: number) => {
      const all = done + text
      if (module.text.slice(from, to) !== all) edits.push({ module, start: from, end: to, text: all })
    }
    for (const [index, entry] of order.entries()) {
      const next = order.slice(index).find(each => 'kept' in each) as { kept: number } | undefined
      const isKept = 'kept' in entry
      const gone = isKept ? range(passed, entry.kept) : []
      const rest = gone.map(each => this.#left(each, moved.has(each))).join('')
      const placed = isKept
        ? this.#kept(entry.kept, { last, gone, rest })
        : this.#new(entry, last, next && cells[next.kept], index === 1)
      if (last) text += this.#tail(last, !placed.leads)
      const lead = last && placed.leads ? placed.lead.join(separator) : this.#unseparated(placed)
      text = this.#joined(this.#joined(text, rest), lead)
      if (isKept) {
        put((items[entry.kept] as { start: number }).start)
        done = ''
        text = ''
        from = (items[entry.kept] as { end: number }).end
        passed = entry.kept + 1
      } else {
        done += text + placed.code
        text = ''
      }
      last = placed
    }
    const rest = range(passed, cells.length)
      .map(each => this.#left(each, moved.has(each)))
      .join('')
    if (last) text += this.#tail(last, isTrailing)
    text = this.#joined(text, rest)
    const isEmpty = last === undefined && isBlank(text)
    text = isEmpty ? '' : this.#joined(text, foot, module.text.slice(end, end + 200))
    put(end)
    return edits
  }

  /** Two pieces, the second not on the line of a comment that goes to its end. */
  #joined(text: string, next: string, behind = 'code'): string {
    const isOpen = /\/\/[^\n\r]*$/.test(text) && !/^[ \t]*[\n\r]/.test(next + behind)
    return (isOpen && next !== '') || (isOpen && behind !== 'code') ? text + this.#eol + next : text + next
  }

  #tail({ tail: [before, after], kept }: Placed, isSeparated: boolean): string {
    const { separator } = this.#row
    if (!isSeparated) return (before + after).trimEnd()
    const isLast = kept === this.#layout.cells.length - 1 && !this.#layout.isTrailing
    if (!isLast) return before + separator + after
    const blanks = this.#layout.beforeSeparator
    return after === '' || after.includes('//') ? blanks + separator + after : after + blanks + separator
  }

  /** The lead of an item that has no separator in front of it, or one in its own. */
  #unseparated({ lead, leads }: Placed): string {
    return leads ? lead.join(' '.repeat(this.#row.separator.length)) : textOf(lead)
  }

  #kept(index: number, { last, gone, rest }: { last?: Placed; gone: number[]; rest: string }): Placed {
    const { cells, pattern } = this.#layout
    const cell = { ...(cells[index] as Cell), code: '', kept: index }
    const lead = textOf(cell.lead)
    const first = textOf((cells[0] as Cell).lead)
    if (index === 0 && last) {
      // It was the first: its lead becomes like those of the others.
      if (pattern?.leads) return { ...cell, leads: true, lead: isBlank(lead) ? pattern.lead : [lead, ''] }
      const stays = breaks(lead) > 0 && (!pattern || breaks(textOf(pattern.lead)) > 0)
      const blanks = pattern ? textOf(pattern.lead) : ' '
      return stays ? cell : { ...cell, lead: ['', blanks + lead.trimStart()] }
    }
    if (gone.length === 0 || !isBlank(rest)) return cell
    if (!last) {
      const blanks = blanksBefore(first)
      const canJoin = isBlank(lead) || (breaks(blanks) > 0 && !cell.leads)
      return canJoin ? { ...cell, leads: false, lead: ['', blanks + lead.trimStart()] } : cell
    }
    if (cell.leads) return cell
    // A line, or a group of them, still begins where one began.
    const blanks = gone.map(each => blanksBefore(textOf((cells[each] as Cell).lead)))
    const widest = blanks.reduce((a, b) => (breaks(b) > breaks(a) ? b : a), blanksBefore(lead))
    return { ...cell, lead: ['', widest + lead.trimStart()] }
  }

  #new(
    entry: Exclude<Entry, { kept: number }>,
    last: Placed | undefined,
    next: Cell | undefined,
    isSecond: boolean,
  ): Placed {
    const { cells, pattern, beforeSeparator } = this.#layout
    const first = textOf((cells[0] as Cell).lead)
    const cell = {
      code: entry.code,
      leads: pattern?.leads ?? false,
      tail: [beforeSeparator, ''] as [string, string],
    }
    const own = entry.moved === undefined ? undefined : cells[entry.moved]
    if (!last) return this.#withComments({ ...cell, leads: false, lead: ['', this.#start(first)] }, own)
    if (pattern?.leads) return this.#withComments({ ...cell, lead: pattern.lead }, own)
    const lead = textOf(last.lead)
    const usual = pattern && textOf(pattern.lead)
    const behind = next && (next === cells[0] ? usual : textOf(next.lead))
    // The first may stand beside the bracket, and all others on lines of their own.
    const breaksBefore = breaks(lead) > 0 || (isSecond && breaks(usual ?? '') > 0)
    const breaksBehind = next ? breaks(behind ?? '') > 0 : cells.length > 1 || breaks(this.#layout.foot) > 0
    if ((breaksBefore && breaksBehind) || /\/\/[^\n\r]*$/.test(last.tail[1])) {
      const model = [lead, behind, usual].find(text => text !== undefined && breaks(text) > 0) ?? lead
      return this.#withComments({ ...cell, lead: ['', this.#start(model, true)] }, own)
    }
    const near = [behind, usual]
    const blanks = near.find(text => text !== undefined && isBlank(text) && breaks(text) === 0) ?? ' '
    return this.#withComments({ ...cell, lead: ['', blanks] }, own)
  }

  /** A moved item takes its comments along. */
  #withComments(placed: Placed, own: Cell | undefined): Placed {
    if (own === undefined) return placed
    const lead = textOf(own.lead)
    const tail = textOf(own.tail).trim()
    const start = breaks(lead.trimStart()) > 0 ? this.#start(lead) : placed.lead[1]
    return {
      ...placed,
      lead: hasOwnComments(own) ? ['', start + lead.trimStart()] : placed.lead,
      tail:
        tail === '' ? placed.tail : tail.startsWith('//') ? [placed.tail[0], ` ${tail}`] : [` ${tail}`, ''],
    }
  }

  /** Where the line of an item begins, without the comments before it; no more than a line break and its blanks. */
  #start(lead: string, breaking = false): string {
    if (breaks(lead) === 0 && breaking) {
      const { module, items } = this.#row
      return this.#eol + lineIndent(module.text, items.at(-1)?.start ?? 0)
    }
    if (breaks(lead) === 0) return isBlank(lead) ? lead : ''
    const line = lead.split(LINE_BREAK).at(-1) as string
    return this.#eol + (/^[ \t]*/.exec(line)?.[0] ?? '')
  }

  /** The comments of an item that goes stay where they were; one that is moved takes its own along. */
  #left(index: number, isMoved: boolean): string {
    const { lead, tail } = this.#layout.cells[index] as Cell
    const before = textOf(lead)
    const behind = isMoved ? '' : textOf(tail).trim()
    const goes = isMoved && hasOwnComments(this.#layout.cells[index] as Cell)
    const kept = goes || isBlank(before) ? '' : before.trimEnd()
    return behind === '' ? kept : kept + (this.#start(before) || ' ') + behind
  }
}

/** Comments above an item are its own, except where an empty line makes them those of a group. */
function hasOwnComments({ lead, leads }: Cell): boolean {
  const text = textOf(lead)
  return !leads && !isBlank(text) && breaks(blanksBefore(text)) < 2
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, index) => from + index)
}
