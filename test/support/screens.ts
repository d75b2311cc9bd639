/**
 * Screens as text fixtures: what stood on the terminal, compared row by row. `SCREENS=write npm test` records them
 * anew; look at the difference before it is committed.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import type { Terminal } from './pty.js'

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'screens')

/** The widths at which every flow is looked at. */
export const WIDTHS = [40, 80, 200]

/** Is the screen as the fixture `name` has it? */
export async function expectScreen(terminal: Terminal, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.txt`)
  const seen = await terminal.screen()
  if (process.env.SCREENS === 'write') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, seen)
  }
  expect(seen.split('\n')).to.deep.equal(readFileSync(path, 'utf8').split('\n'))
}
