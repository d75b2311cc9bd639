/**
 * Draws docs/diff.svg: what `lua sync` shows on a terminal, from the real program on a real pseudo-terminal: the question
 * as it is asked and, below it, what follows the answer. The signs that are pictures in most fonts are drawn as shapes,
 * so that none is needed; the colours follow the reader's scheme.
 */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { IBufferLine } from '@xterm/headless'
import { startLuaServer } from '../test/support/lua-server.js'
import { newState } from '../test/support/lua-server-state.js'
import { KEYS, Terminal } from '../test/support/pty.js'
import { API_KEY, seedState } from './bookshop.mjs'

const ROOT = dirname(import.meta.dirname)
const [COLUMNS, ROWS] = [84, 60]
const [CHAR, LINE, LEFT, TOP] = [8.4, 18, 20, 32]
const QUESTION = 'What would you like to do with persona?'

/** Classes of the style sheet, by the number of the terminal's colour. */
const COLOR: Record<number, string> = { 1: 'red', 2: 'green', 3: 'amber', 4: 'blue', 6: 'blue', 8: 'gray' }

const STYLE = `
svg { color: #1f2328 } .screen { fill: #ffffff; stroke: #d0d7de } .paper { color: #ffffff }
.red { color: #b5232e } .green { color: #116329 } .amber { color: #8a5a00 } .blue { color: #0a58c2 } .gray { color: #656d76 }
@media (prefers-color-scheme: dark) {
  svg { color: #d1d7e0 } .screen { fill: #0d1117; stroke: #30363d } .paper { color: #0d1117 }
  .red { color: #ff7b72 } .green { color: #7ee787 } .amber { color: #e3b341 } .blue { color: #79c0ff } .gray { color: #8b949e }
}
text, .mark { fill: currentColor; white-space: pre } .bold { font-weight: bold }
path { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round }
`

/** Each sign in a box of 16 by 16, in its colour. */
const SIGNS: Record<string, [color: string, path: string]> = {
  '⚠️': ['amber', 'M8 2 L14.5 14 H1.5 Z M8 6.5 V10 M8 12 V12.1'],
  '✅': ['green', 'M2 2 H14 V14 H2 Z M5 8 L7.3 10.5 L11.5 5.5'],
  '✔': ['green', 'M1.5 8.5 L4 11.5 L7.5 4.5'],
  '❯': ['blue', 'M2 4 L6 8.5 L2 13'],
  '📤': ['blue', 'M2 9 V14 H14 V9 M8 11 V2.5 M4.8 5.5 L8 2.3 L11.2 5.5'],
  '📥': ['blue', 'M2 9 V14 H14 V9 M8 2 V10.5 M4.8 7.5 L8 10.7 L11.2 7.5'],
  '📝': ['blue', 'M3 2 H11 V5 M3 2 V14 H11 V12 M6 10.5 L13 4 L14.5 5.5 L7.5 12 L5.5 12.5 Z'],
  '🔎': ['blue', 'M7 3 A4 4 0 1 0 7.01 3 M10 10.5 L14 14.5'],
  '🔀': ['blue', 'M2 4 H5 L11 12 H14 M2 12 H5 L11 4 H14'],
  '⏭️': ['gray', 'M2.5 4 L7 8 L2.5 12 Z M7.5 4 L12 8 L7.5 12 Z M13.5 4 V12'],
}

interface Cell {
  text: string
  width: number
  classes: string
  inverse: boolean
}

type Row = Cell[]

/** The rows of the screen at the question, and those that the answer brings. */
async function record(): Promise<Row[]> {
  const project = mkdtempSync(join(tmpdir(), 'lua-picture-'))
  cpSync(join(ROOT, 'examples', 'bookshop-agent'), project, { recursive: true })
  const server = await startLuaServer({ state: newState(seedState(project, { colleague: false })) })
  const open = (...args: string[]) =>
    new Terminal(args, {
      cwd: project,
      url: server.url,
      size: [COLUMNS, ROWS],
      env: { LUA_API_KEY: API_KEY },
    })
  try {
    // Both sides agreed once, so it is known who has moved since.
    await open('sync', '--check').exit()
    server.state = newState(seedState(project))
    const terminal = open('sync')
    await terminal.waitFor('Skip')
    const asked = await rowsOf(terminal)
    terminal.type(KEYS.enter)
    await terminal.exit()
    const after = await rowsOf(terminal)
    const answer = after.findIndex(row => textOf(row).startsWith(`✔ ${QUESTION}`))
    return [[plain('$ lua sync')], ...asked, [], ...after.slice(answer)]
  } finally {
    await server.close()
    rmSync(project, { recursive: true, force: true })
  }
}

async function rowsOf(terminal: Terminal): Promise<Row[]> {
  const rows = await terminal.rows(rowOf)
  while (rows.at(-1)?.length === 0) rows.pop()
  return rows
}

function rowOf(line: IBufferLine): Row {
  const cells = Array.from({ length: line.length }, (_, column) => line.getCell(column)!)
  const row = cells
    .filter(cell => cell.getWidth() > 0)
    .map(cell => ({
      text: cell.getChars() || ' ',
      width: cell.getWidth(),
      classes: [
        ...(cell.isFgPalette() ? [COLOR[cell.getFgColor()] ?? ''] : []),
        ...(cell.isDim() ? ['gray'] : []),
        ...(cell.isBold() ? ['bold'] : []),
      ].join(' '),
      inverse: cell.isInverse() !== 0,
    }))
  const end = row.findLastIndex(({ text }) => text !== ' ')
  return row.slice(0, end + 1)
}

const plain = (text: string): Cell => ({ text, width: text.length, classes: '', inverse: false })
const textOf = (row: Row) => row.map(({ text }) => text).join('')

function draw(rows: Row[]): string {
  const [width, height] = [2 * LEFT + COLUMNS * CHAR, TOP + rows.length * LINE]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${height}" width="${round(width)}" height="${height}" role="img" aria-label="lua sync on a terminal: the diff, the question, the result">`,
    `<style>${STYLE}</style>`,
    '<rect class="screen" x="0.5" y="0.5" width="99.9%" height="99.8%" rx="8"/>',
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">',
    ...rows.flatMap((row, index) => drawRow(row, TOP + index * LINE)),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function drawRow(row: Row, y: number): string[] {
  const parts: string[] = []
  let column = 0
  for (const { cells, sign } of runsOf(row)) {
    const { classes, inverse } = cells[0]!
    const x = round(LEFT + column * CHAR)
    const columns = sign ? widthOf(sign) : cells.reduce((sum, { width }) => sum + width, 0)
    const width = round(columns * CHAR)
    if (sign) parts.push(drawSign(sign, x, y))
    else if (cells.some(({ text }) => text !== ' ')) {
      const name = (
        inverse ? ['paper', ...classes.split(' ').filter(each => each === 'bold')].join(' ') : classes
      ).trim()
      if (inverse)
        parts.push(`<rect class="mark ${classes}" x="${x}" y="${y - 14}" width="${width}" height="${LINE}"/>`)
      const named = name ? ` class="${name}"` : ''
      parts.push(`<text${named} x="${x}" y="${y}" textLength="${width}">${escapeXml(textOf(cells))}</text>`)
    }
    column += columns
  }
  return parts
}

/** Neighbours of one style go together; a sign stands for itself. */
function runsOf(row: Row): { cells: Row; sign?: string }[] {
  const runs: { cells: Row; sign?: string }[] = []
  for (const cell of row) {
    const last = runs.at(-1)
    const sign = SIGNS[cell.text] ? cell.text : undefined
    const isSame = last && !last.sign && !sign && styleOf(last.cells[0]!) === styleOf(cell)
    if (isSame) last.cells.push(cell)
    else runs.push({ cells: [cell], sign })
  }
  return runs
}

const styleOf = ({ classes, inverse }: Cell) => `${classes} ${inverse}`

/** Terminals give most of them two columns; after the others, which they do not agree on, stands a second blank. */
const widthOf = (sign: string) => (/[\ufe0f❯✔]/.test(sign) ? 1 : 2)

function drawSign(sign: string, x: number, y: number): string {
  const [color, path] = SIGNS[sign]!
  return `<path class="${color}" transform="translate(${x} ${y - 13})" d="${path}"/>`
}

function round(number: number): number {
  return Math.round(number * 10) / 10
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

writeFileSync(join(ROOT, 'docs', 'diff.svg'), draw(await record()))
