/** A write of four files, in a process that is killed in the middle of it, and what must be found afterwards. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { buildSync } from 'esbuild'
import { type Workspace, workspace } from './workspace.js'

export type Texts = { [name: string]: string | undefined }

export const BEFORE: Texts = { 'a.ts': 'one', 'b.ts': 'uno', 'gone.ts': 'bye', 'dir/new.ts': undefined }
export const AFTER: Texts = { 'a.ts': 'two', 'b.ts': 'due', 'gone.ts': undefined, 'dir/new.ts': 'new' }

/** A folder with the files as they are at first. */
export function beginning(): Workspace {
  const w = workspace()
  for (const [name, text] of Object.entries(BEFORE)) if (text !== undefined) w.put(name, text)
  return w
}

/** The program to be killed, in a folder of its own. */
export function builtVictim(): Workspace {
  const built = workspace()
  buildSync({
    entryPoints: [fileURLToPath(new URL('crash-child.ts', import.meta.url))],
    outfile: built.path('child.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  })
  return built
}

/**
 * Runs an action that is killed before its nth change of the disk, or before a file of that name is moved into place.
 * @returns whether it came to its end
 */
export function survives(
  victim: Workspace,
  w: Workspace,
  action: 'commit' | 'roll-back' | 'recover',
  at: number | string,
): boolean {
  const child = spawnSync(process.execPath, [victim.path('child.mjs'), action, w.root, String(at)])
  if (child.signal === 'SIGKILL') return false
  expect(child.status, child.stderr.toString()).to.equal(0)
  return true
}

export const textsOf = (w: Workspace): Texts =>
  Object.fromEntries(Object.keys(BEFORE).map(name => [name, w.text(name)]))

/** Nothing is left but the files themselves. */
export function expectClean(w: Workspace): void {
  const files = Object.entries(textsOf(w)).flatMap(([name, text]) => (text === undefined ? [] : [name]))
  expect(w.names().filter(name => name !== 'dir')).to.deep.equal(files.sort())
  expect(w.state().filter(name => name !== '.gitignore')).to.deep.equal([])
}
