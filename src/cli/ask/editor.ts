/**
 * A text in the person's own editor.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LuaError } from '../../lib/errors.js'

/**
 * Opens `text` in `$VISUAL` or `$EDITOR` and returns what was saved. The file lies in a private folder.
 * @param name of the file: ours, never of the server's text
 * @throws LuaError INTERRUPTED if the editor fails or there is none
 */
export function editText(text: string, name = 'text.md'): string {
  const folder = mkdtempSync(join(tmpdir(), 'lua-edit-'))
  const file = join(folder, name)
  let isOver = true
  try {
    writeFileSync(file, text, { mode: 0o600 })
    const failure = runEditor(file)
    const saved = readFileSync(file, 'utf8')
    if (failure === undefined) return saved
    // An editor that died may have saved a great deal before.
    isOver = saved === text
    throw new LuaError('INTERRUPTED', isOver ? failure : `${failure} What it had saved is in ${file}.`, {
      hint: 'Set VISUAL or EDITOR to an editor that waits until the file is closed.',
    })
  } finally {
    if (isOver) rmSync(folder, { recursive: true, force: true })
  }
}

/** Why what was saved does not count, if it does not. */
function runEditor(file: string): string | undefined {
  const windows = process.platform === 'win32'
  const editor = process.env.VISUAL || process.env.EDITOR || (windows ? 'notepad' : 'vi')
  // The variable may hold arguments ("code --wait"), so a shell splits it, as git lets one do.
  const { status, error } = windows
    ? spawnSync(`${editor} "${file}"`, { stdio: 'inherit', shell: true })
    : spawnSync('sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit' })
  if (status === 0) return undefined
  const why = error ? error.message : `it ended with exit code ${status}`
  return `The editor (${editor}) failed: ${why}.`
}
