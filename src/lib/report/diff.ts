/**
 * The coloured diff block, to the character as the product's documentation shows it.
 */

import type { Colors } from 'picocolors/types.js'
import { changedWords, diffLines, type LineChange, splitLines } from '../line-diff.js'
import { invisibleNote, shownBlanks, visible } from '../text.js'

const RULE = '='.repeat(60)
const CONTEXT = 3
/** In how many characters of changed lines the changed words are looked for. */
const MARKED = 200_000
const SIDES = { before: 'Server (deployed)', after: 'Local (code)' }

export interface DiffBlock {
  /** In capitals above the legend: `PERSONA`, `NAME`, or with a channel. */
  title: string
  server: string
  local: string
  /** What stands on either side; the server and the code unless said otherwise. */
  legend?: { before: string; after: string }
}

/**
 * One block: rule, title, legend, rule, the changed lines with three lines of context, rule.
 * Ends with a line feed. The texts are data: control characters are spelled out.
 */
export async function renderDiffBlock(
  { title, server, local, legend = SIDES }: DiffBlock,
  colors: Colors,
): Promise<string> {
  const { changes, coarse } = await diffLines(splitLines(server), splitLines(local))
  const sides = `${colors.red(`- ${legend.before}`)}  ${colors.green(`+ ${legend.after}`)}`
  const head = [RULE, colors.bold(`${title} DIFF`), sides, RULE, '']
  const hidden = invisibleNote(server, local)
  const notes = [
    ...(coarse ? [colors.dim('  (too different for an exact diff: shown coarsely)')] : []),
    ...(hidden ? [colors.yellow(`  (${hidden})`)] : []),
  ]
  return `${[...head, ...notes, ...(await renderChanges(changes, colors, coarse)), '', RULE].join('\n')}\n`
}

async function renderChanges(changes: LineChange[], colors: Colors, coarse: boolean): Promise<string[]> {
  const rendered: string[] = []
  const words = { left: coarse ? 0 : MARKED }
  for (const [index, change] of changes.entries()) {
    const lines =
      change.kind === 'same'
        ? renderUnchanged(change.lines, index === 0, index === changes.length - 1, colors)
        : await renderChanged(change, colors, words)
    for (const line of lines) rendered.push(line)
  }
  return rendered
}

function renderUnchanged(unchanged: string[], first: boolean, last: boolean, colors: Colors): string[] {
  const before = first ? 0 : CONTEXT
  const after = last ? 0 : CONTEXT
  const hidden = unchanged.length - before - after
  const gray = (line: string) => colors.gray(`  ${visible(line)}`)
  // A run of one would only trade a line for a line.
  if (hidden <= 1) return unchanged.map(gray)
  return [
    ...unchanged.slice(0, before).map(gray),
    colors.gray(`  ... (${hidden} unchanged lines) ...`),
    ...unchanged.slice(unchanged.length - after).map(gray),
  ]
}

type Changed = Extract<LineChange, { kind: 'changed' }>

/** A run of changed lines: the server's first, then the local ones; lines that pair up show which words changed. */
async function renderChanged(
  { server, local }: Changed,
  colors: Colors,
  budget: { left: number },
): Promise<string[]> {
  const removed: string[] = []
  const added: string[] = []
  for (let row = 0; row < Math.max(server.length, local.length); row++) {
    const [old, now] = pairOf(server[row], local[row])
    const words =
      old !== undefined && now !== undefined && budget.left > 0 ? await changedWords(old, now) : undefined
    budget.left -= (old?.length ?? 0) + (now?.length ?? 0)
    if (old !== undefined)
      removed.push(colors.red(`- ${emphasize(words?.server ?? [{ text: old }], colors)}`))
    if (now !== undefined) added.push(colors.green(`+ ${emphasize(words?.local ?? [{ text: now }], colors)}`))
  }
  return [...removed, ...added]
}

/** Two lines that differ in nothing but the blanks at their ends would look the same. */
function pairOf(old: string | undefined, now: string | undefined): [string | undefined, string | undefined] {
  if (old === undefined || now === undefined || old.trimEnd() !== now.trimEnd()) return [old, now]
  return [shownBlanks(old), shownBlanks(now)]
}

function emphasize(parts: { text: string; changed?: boolean }[], colors: Colors): string {
  return parts.map(({ text, changed }) => (changed ? colors.inverse(visible(text)) : visible(text))).join('')
}
