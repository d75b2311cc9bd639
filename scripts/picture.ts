/**
 * Draws docs/diff.svg: what `lua sync` shows on a terminal, from the real program on a real pseudo-terminal.
 */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startLuaServer } from '../test/support/lua-server.js'
import { newState } from '../test/support/lua-server-state.js'
import { KEYS, Terminal } from '../test/support/pty.js'
import { API_KEY, seedState } from './bookshop.mjs'

const ROOT = dirname(import.meta.dirname)
const LINE = 17
const CHAR = 8.43
const COLORS: Record<string, string> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  36: '#79c0ff',
  34: '#79c0ff',
  90: '#8b949e',
}

interface Style {
  color?: string
  bold?: boolean
  dim?: boolean
  inverse?: boolean
}

writeFileSync(join(ROOT, 'docs', 'diff.svg'), draw(await record()))

/** Everything that the terminal got up to the question, with its colours. */
async function record(): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), 'lua-picture-'))
  cpSync(join(ROOT, 'examples', 'bookshop-agent'), project, { recursive: true })
  const server = await startLuaServer({ state: newState(seedState(project)) })
  try {
    const terminal = new Terminal(['sync'], { cwd: project, url: server.url, env: { LUA_API_KEY: API_KEY } })
    await terminal.waitFor('Skip')
    const shown = terminal.output
    terminal.type(KEYS.ctrlC)
    await terminal.exit()
    return shown
  } finally {
    await server.close()
    rmSync(project, { recursive: true, force: true })
  }
}

function draw(output: string): string {
  const lines = ['$ lua sync', ...output.replaceAll('\r', '').split('\n')]
  while (
    lines
      .at(-1)
      ?.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
      .trim() === ''
  )
    lines.pop()
  const style: Style = {}
  const rows = lines.map((line, row) => drawLine(line, 30 + row * LINE, style))
  const height = 30 + lines.length * LINE
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="${height}" role="img" aria-label="lua sync on a terminal">`,
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#c9d1d9" xml:space="preserve">',
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** One line of text; the style goes on from line to line, as on a terminal. */
function drawLine(line: string, y: number, style: Style): string {
  let column = 0
  const parts: string[] = []
  for (const token of line.split(/(\x1b\[[0-9;?]*[A-Za-z])/)) {
    const codes = /^\x1b\[([0-9;]*)m$/.exec(token)
    if (codes) for (const code of (codes[1] || '0').split(';')) apply(style, code)
    if (token === '' || token.startsWith('\x1b')) continue
    const width = [...token].length * CHAR
    const x = 20 + column * CHAR
    const fill = style.color ?? '#c9d1d9'
    if (style.inverse)
      parts.push(`<rect x="${x}" y="${y - 13}" width="${width}" height="${LINE}" fill="${fill}"/>`)
    const weight = style.bold ? ' font-weight="bold"' : ''
    const opacity = style.dim ? ' opacity="0.6"' : ''
    parts.push(
      `<text x="${x}" y="${y}" fill="${style.inverse ? '#0d1117' : fill}"${weight}${opacity}>${escapeXml(token)}</text>`,
    )
    column += [...token].length
  }
  return parts.join('')
}

function apply(style: Style, code: string): void {
  if (code === '0') for (const key of Object.keys(style)) delete style[key as keyof Style]
  else if (code === '1') style.bold = true
  else if (code === '2') style.dim = true
  else if (code === '22') style.bold = style.dim = false
  else if (code === '7') style.inverse = true
  else if (code === '27') style.inverse = false
  else if (code === '39') style.color = undefined
  else if (COLORS[code]) style.color = COLORS[code]
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
