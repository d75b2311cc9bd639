/** What never answers, or never ends. */

import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Kind } from '../spring.js'
import { put } from '../trap.js'

const pipe = (path: string) => {
  rmSync(path, { force: true })
  execFileSync('mkfifo', [path])
}

/** What never answers, or never ends. */
const PIPES: Kind[] = [
  ...[
    'src/index.ts',
    'lua.skill.yaml',
    '.env',
    'package.json',
    'tsconfig.json',
    '.gitignore',
    'src/persona.txt',
  ],
  ...['.lua/lock', '.lua/sync.json', '.lua/backup-manifest.json', '.lua/cache/compile.json', '.lua/undo'],
].map(path => ({
  name: `a pipe for ${path}`,
  isPoison: true,
  make: trap => {
    trap.put('src/persona.txt', 'You help.\n')
    trap.persona('text', "import text from './persona.txt'")
  },
  unpack: trap => {
    put(join(trap.checkout, path), '')
    pipe(join(trap.checkout, path))
  },
}))

export const PIPE_KINDS: Kind[] = PIPES
