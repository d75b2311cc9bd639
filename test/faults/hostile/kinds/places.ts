/** Names that are not what they seem: links and devices under every name that is read, hard links, twins, giants. */

import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { agentSource, CONFIG } from '../../../support/project.js'
import type { Kind } from '../spring.js'
import { CANARY, IS_EXHAUSTIVE, put, type Trap } from '../trap.js'

/** Every name that the tool, git or esbuild looks for. */
const READ = [
  ...['src/index.ts', 'src/persona.txt', 'src/other.ts', 'index.ts', 'lua.skill.yaml', '.env', '.gitignore'],
  ...['package.json', 'tsconfig.json', 'src/package.json', 'package-lock.json', 'pnpm-workspace.yaml'],
  ...[
    'node_modules/.package-lock.json',
    'node_modules/zod/package.json',
    'node_modules/lua-cli/package.json',
  ],
  ...[
    '.lua/lock',
    '.lua/sync.json',
    '.lua/backup-manifest.json',
    '.lua/cache/compile.json',
    '.lua/.gitignore',
  ],
  ...['.lua/choices.json', '.lua/commit-0123456789ab-moving.json', 'dist-v2/manifest.json', '.gitattributes'],
  ...['README.md'],
]

const USES = (trap: Trap) => {
  trap.put('src/persona.txt', 'You help.\n')
  trap.put('src/other.ts', "export const name = 'Test Agent'\n")
  trap.persona('text', "import text from './persona.txt'", "import './other'")
}

/** Git carries the links themselves. */
const LINKS: Kind[] = [
  ['/dev/zero', READ],
  ['/dev/stdin', ['src/index.ts', '.env', '.lua/sync.json', 'src/persona.txt']],
  ['/proc/self/mem', ['src/persona.txt', 'lua.skill.yaml']],
  ['/proc/self/fd/0', ['src/persona.txt']],
  ['.', ['src/persona.txt', 'node_modules', 'src/deep', '.lua/undo']],
].flatMap(([target, names]) =>
  (names as string[]).map(
    (name): Kind => ({
      name: `${name} as a link to ${target}`,
      isPoison: true,
      make: trap => {
        USES(trap)
        trap.link(name, target as string)
      },
    }),
  ),
)

const GIANTS: Kind[] = [...READ, '.git/index', '.git/config', '.git/HEAD', '.git/packed-refs'].map(path => ({
  name: `five gigabytes of ${path}`,
  isPoison: true,
  make: USES,
  unpack: trap => {
    rmSync(join(trap.checkout, path), { recursive: true, force: true })
    put(join(trap.checkout, path), '')
    truncateSync(join(trap.checkout, path), 5 * 1024 ** 3)
  },
}))

const HARD = [
  'src/index.ts',
  'lua.skill.yaml',
  '.gitignore',
  '.lua/sync.json',
  '.lua/lock',
  '.lua/.gitignore',
]

const OTHER: Kind[] = [
  ...HARD.map(
    (path): Kind => ({
      name: `${path} as a hard link into the home folder`,
      make: () => {},
      unpack: trap => {
        const outside = join(trap.home, 'linked')
        const source = agentSource({ persona: 'You help.' })
        put(outside, path.endsWith('.ts') ? source : path.endsWith('.yaml') ? CONFIG : 'node_modules\n')
        mkdirSync(dirname(join(trap.checkout, path)), { recursive: true })
        rmSync(join(trap.checkout, path), { force: true })
        linkSync(outside, join(trap.checkout, path))
      },
    }),
  ),
  {
    name: 'twins that differ in case only',
    make: trap => {
      for (const name of [
        'SRC/index.ts',
        'src/INDEX.ts',
        '.ENV',
        '.Lua/sync.json',
        'LUA.skill.yaml',
        'Package.json',
      ])
        trap.put(name, `${CANARY.slice(0, 6)}\n`)
    },
  },
  ...['gitdir: ../home/git\n', 'gitdir: ./evil\n', 'gitdir: /dev/zero\n', 'x'.repeat(100_000)].map(
    (text, at): Kind => ({
      name: `.git as a file (${at})`,
      isPoison: true,
      make: trap => trap.put('evil/HEAD', 'ref: refs/heads/main\n'),
      unpack: trap => {
        trap.git('config', '--unset', 'trap.canary')
        trap.git('config', 'core.fsmonitor', trap.command)
        trap.git('config', 'core.bare', 'false')
        trap.git('config', 'core.worktree', trap.checkout)
        const at = join(trap.checkout, text.includes('./evil') ? 'evil' : 'away')
        rmSync(at, { recursive: true, force: true })
        renameSync(join(trap.checkout, '.git'), at)
        put(join(trap.checkout, '.git'), text)
      },
    }),
  ),
  {
    name: '.git as a link into the home folder',
    isPoison: true,
    make: () => {},
    unpack: trap => {
      rmSync(join(trap.checkout, '.git'), { recursive: true })
      symlinkSync(trap.home, join(trap.checkout, '.git'))
    },
  },
  {
    name: 'a folder that is its own parent, and a tree of a hundred folders',
    make: trap => {
      trap.put(`src/${'d/'.repeat(100)}x.ts`, 'export const x = 1\n')
      trap.link('src/up', '..')
      trap.link('agents', '.')
      trap.link('src/loop', 'loop')
    },
  },
  {
    name: 'folders where files are expected',
    make: trap => {
      for (const name of READ.filter(
        path => !/^(?:src\/index\.ts|lua\.skill\.yaml|\.gitattributes|\.gitignore|\.gitmodules)$/.test(path),
      ))
        makeFolder(trap, name)
    },
  },
]

/** Every name is tried in every way with EXHAUSTIVE=1; else each in one or two. */
const some = (kinds: Kind[], from: number) =>
  kinds.filter((_, index) => IS_EXHAUSTIVE || (index + from) % 3 === 0)

function makeFolder(trap: Trap, name: string): void {
  rmSync(join(trap.checkout, name), { force: true })
  mkdirSync(join(trap.checkout, name), { recursive: true })
  trap.put(`${name}/x`, '')
}

export const PLACE_KINDS: Kind[] = [...some(LINKS, 0), ...some(GIANTS, 1), ...OTHER]
