/**
 * A process that dies: `node crash-child.mjs ACTION ROOT N` runs an action of the disk room and kills itself
 * right before the Nth call that changes the disk, or, where N is a file's name, before that file is moved into place.
 * Exits 0 when the action was through by then.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { commitFiles, recoverFiles } from '../../../src/lib/disk/index.js'
import { write } from './workspace.js'

const [action, root, nth] = process.argv.slice(2) as [string, string, string]
const CHANGING = [
  'openSync',
  'writeFileSync',
  'linkSync',
  'renameSync',
  'unlinkSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
]

let calls = 0
function count(name: string, args: unknown[]): void {
  calls += 1
  const reached = name === 'renameSync' && args[1] === join(root, nth)
  if (reached || calls === Number(nth)) process.kill(process.pid, 'SIGKILL')
}

function counted(table: Record<string, unknown>, name: string): void {
  const real = table[name] as (...args: unknown[]) => unknown
  table[name] = (...args: unknown[]) => {
    count(name, args)
    return real(...args)
  }
}

for (const name of CHANGING) counted(fs as unknown as Record<string, unknown>, name)
counted(fs.promises as unknown as Record<string, unknown>, 'open')
syncBuiltinESMExports()

const stateDir = join(root, '.lua')
if (action === 'recover') await recoverFiles(stateDir)
else await commit()

async function commit(): Promise<void> {
  const failing = action === 'roll-back'
  if (failing) failAt(join(root, 'b.ts'))
  const set = [
    write(join(root, 'a.ts'), 'one', 'two'),
    write(join(root, 'dir/new.ts'), undefined, 'new'),
    write(join(root, 'gone.ts'), 'bye', undefined),
    write(join(root, 'b.ts'), 'uno', 'due'),
  ]
  const run = commitFiles(set, { stateDir })
  await (failing ? run.catch(() => {}) : run)
}

/** The disk breaks when the last file is to be moved into place, so that the others must be put back. */
function failAt(path: string): void {
  const real = fs.renameSync
  fs.renameSync = (from, to) => {
    if (to === path) throw Object.assign(new Error('EIO'), { code: 'EIO' })
    real(from, to)
  }
  syncBuiltinESMExports()
}
