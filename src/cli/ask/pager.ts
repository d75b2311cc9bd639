/**
 * Text that is longer than the screen, in the person's pager.
 */

import { spawnSync } from 'node:child_process'
import { harmless } from '../output.js'
import { ignoringSignals } from '../signals.js'
import { canAsk, screenHeight } from '../terminal.js'

/** So many rows of the screen stay for the question below. */
const LEFT_FREE = 8

/** Is the text higher than the screen? It is to be wrapped already. */
export function isLong(text: string): boolean {
  return text.split('\n').length + LEFT_FREE > screenHeight()
}

/** Prints a text, or where it is higher than a person's screen, shows it in the pager. */
export async function printPaged(text: string, print: (text: string) => void): Promise<void> {
  if (!canAsk() || !isLong(text) || !(await page(text))) print(text)
}

/**
 * Shows a text in `$LUA_PAGER`, `$PAGER` or `less -FRX`. An empty variable or `cat` means none.
 * @returns false if there is none, or it fails: then the text is still to be printed
 */
async function page(text: string): Promise<boolean> {
  const { LUA_PAGER, PAGER } = process.env
  const wanted = LUA_PAGER ?? PAGER
  const pager = (wanted ?? 'less -FRX').trim()
  if (pager === '' || pager === 'cat') return false
  // As git does: a `less` that was told nothing else shows our colours, and a short text needs no key.
  const env = { LESS: 'FRX', ...process.env }
  // Nobody asked for a pager that a machine may well not have, so nobody is told that it is missing.
  const stderr = wanted === undefined ? 'ignore' : 'inherit'
  const run = () =>
    spawnSync(pager, { input: harmless(text), env, stdio: ['pipe', 'inherit', stderr], shell: true })
  const { status, signal } = await ignoringSignals(async () => run())
  // Who ends a pager with Ctrl-C has seen enough.
  return status === 0 || signal === 'SIGINT'
}
