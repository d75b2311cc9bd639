/**
 * Differences in the format of `diff -u`.
 */

import { diffLines, type LineChange, splitLines } from '../line-diff.js'
import { asOneText } from '../persona.js'
import type { ComponentDrift } from '../sync/model.js'
import { shownBlanks, visible } from '../text.js'
import { clipped } from './clipped.js'
import { asTyped } from './commands.js'

const CONTEXT = 3

/** The text of one side, with its name for the diff's header. */
interface NamedText {
  name: string
  text: string
}

/** What is different, with three lines of context; empty if nothing is. Text as it is: data. */
export async function unifiedTexts(before: NamedText, after: NamedText): Promise<string> {
  const { changes } = await diffLines(linesWithEnd(before.text), linesWithEnd(after.text))
  if (!changes.some(({ kind }) => kind === 'changed')) return ''
  return [`--- ${before.name}\n`, `+++ ${after.name}\n`, ...hunks(changes)].join('')
}

/** A component's drift, from the server's text to the local one. */
export async function unifiedDiff(drift: ComponentDrift): Promise<string> {
  return named(drift, textsOf(drift))
}

function textsOf({ server, local }: ComponentDrift): { server: string; local: string } {
  const text = (shown: typeof server.shown) => (shown === undefined ? '' : asOneText(shown))
  return { server: text(server.shown), local: text(local.shown) }
}

function named({ component }: ComponentDrift, { server, local }: { server: string; local: string }) {
  return unifiedTexts(
    { name: `server/${component}`, text: server },
    { name: `local/${component}`, text: local },
  )
}

/** The same for people: control characters and blanks at the ends spelled out, and no word on missing final line feeds. */
export async function readableDiff(drift: ComponentDrift): Promise<string> {
  const { server, local } = textsOf(drift)
  const { note, ...shown } = clipped(server, local)
  const diff = (await named(drift, shown)).replace(/^\\ No newline at end of file\n/gm, '')
  const lines = diff.split('\n').map(line => (/^[+-]/.test(line) ? shownBlanks(line) : line))
  return visible(`${note === undefined ? '' : `${asTyped(note)}\n`}${lines.join('\n')}`)
}

const NO_NEWLINE = '\n\\ No newline at end of file\n'

/** Lines with their line feeds; a last one without is marked, as `diff` does it. */
function linesWithEnd(text: string): string[] {
  const lines = splitLines(text)
  const last = lines.pop()
  const whole = lines.map(line => `${line}\n`)
  return last === undefined || last === '' ? whole : [...whole, `${last}${NO_NEWLINE}`]
}

interface Hunk {
  /** First line on either side, counted from 1. */
  before: number
  after: number
  lines: string[]
  removed: number
  added: number
}

function hunks(changes: LineChange[]): string[] {
  const found: Hunk[] = []
  let [before, after] = [1, 1]
  let open: Hunk | undefined
  for (const [index, change] of changes.entries()) {
    if (change.kind === 'changed') {
      open ??= start(found, before, after)
      add(open, '-', change.server)
      add(open, '+', change.local)
      before += change.server.length
      after += change.local.length
      continue
    }
    const { lines } = change
    const isLast = index === changes.length - 1
    const split = lines.length > 2 * CONTEXT || isLast || !open
    if (!split) add(open!, ' ', lines)
    else {
      if (open) add(open, ' ', lines.slice(0, CONTEXT))
      const context = isLast ? [] : lines.slice(-CONTEXT)
      open = undefined
      if (!isLast) {
        open = start(found, before + lines.length - context.length, after + lines.length - context.length)
        add(open, ' ', context)
      }
    }
    before += lines.length
    after += lines.length
  }
  return found.flatMap(hunk => [header(hunk), ...hunk.lines])
}

function start(found: Hunk[], before: number, after: number): Hunk {
  const hunk = { before, after, lines: [], removed: 0, added: 0 }
  found.push(hunk)
  return hunk
}

function add(hunk: Hunk, sign: ' ' | '-' | '+', lines: string[]): void {
  for (const line of lines) hunk.lines.push(`${sign}${line}`)
  if (sign !== '+') hunk.removed += lines.length
  if (sign !== '-') hunk.added += lines.length
}

/** A side without lines is said to begin at the line before. */
function header({ before, after, removed, added }: Hunk): string {
  const range = (line: number, count: number) => `${count === 0 ? line - 1 : line},${count}`
  return `@@ -${range(before, removed)} +${range(after, added)} @@\n`
}
