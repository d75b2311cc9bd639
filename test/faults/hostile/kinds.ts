/** The kinds of ill will: each makes a repository, and what a repository cannot carry, in the checkout. */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { rmSync, symlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { CONFIG } from '../../support/project.js'
import { put, type Trap } from './trap.js'

export interface Kind {
  name: string
  /** What is committed. */
  make(trap: Trap): void
  /** What is done to the checkout afterwards: an archive may hold what git does not carry. */
  unpack?(trap: Trap): void
  /** What a person is told about it, in every mode that comes so far. */
  says?: RegExp
  /** Git itself would run the repository's commands in it, or wait for ever. */
  isPoison?: boolean
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const AT = '2026-01-01T00-00-00.000Z'
const ID = '0123456789ab'
const pipe = (path: string) => {
  rmSync(path, { force: true })
  execFileSync('mkfifo', [path])
}

/** State of every kind, with and without something that looks like a seal. */
const STATE: Kind[] = [
  '.git/hooks/post-index-change',
  '.git/commondir',
  'node_modules/x.js',
  '.env',
  '../home/.bashrc',
  '.lua/x',
].map(path => ({
  name: `an undo record that names ${path}`,
  says: /Git tracks \.lua\/undo\/\S+ and 1 more: ignored/,
  make: trap => {
    const files = [{ path, after: undefined, before: hash(trap.command) }]
    const entry = { schemaVersion: 1, reason: 'pull', at: 1, files, folders: [], memo: { record: {} } }
    trap.put(`.lua/undo/${AT}/entry.json`, JSON.stringify({ ...entry, mac: hash('') }))
    trap.put(`.lua/undo/${AT}/0-${path.split('/').at(-1)}`, trap.command)
  },
}))

const JOURNALS: Kind[] = ['moving', 'undoing', 'staging'].map(phase => ({
  name: `a journal (${phase}) that deletes and moves`,
  says: /Git tracks \.lua\/commit-\S+ and 1 more: ignored/,
  make: trap => {
    const files = [{ path: '.git/HEAD', before: hash('ref: refs/heads/main\n') }, { path: 'src/index.ts' }]
    const journal = JSON.stringify({ id: ID, startedAt: 1, files, dirs: ['src'], mac: hash('') })
    trap.put(`.lua/commit-${phase}.json`, journal)
    trap.put(`.lua/commit-${ID}-${phase}.json`, journal)
    trap.put(`src/.lua-sync-${ID}-1.old`, trap.command)
  },
}))

const OTHER_STATE: Kind[] = [
  {
    name: 'a lock of a process that lives',
    make: trap =>
      trap.put(
        '.lua/lock',
        JSON.stringify({ token: 'x', pid: 1, host: hostname(), command: '\u001b[2Jlua' }),
      ),
  },
  { name: 'a lock that is a link', make: trap => trap.link('.lua/lock', trap.home) },
  { name: 'a .lua that is a link to the home folder', make: trap => trap.link('.lua', trap.home) },
  { name: 'a .lua that is a link to .git', make: trap => trap.link('.lua', '.git') },
  { name: 'a .lua that is a file', make: trap => trap.put('.lua', 'x') },
  { name: 'an undo folder that is a link', make: trap => trap.link('.lua/undo', trap.home) },
  {
    name: 'links where this machine would keep its state',
    make: trap => {
      for (const name of ['local', 'local-2', 'sync.json', 'cache', 'dist-v2.new', 'dist-v2.old']) {
        trap.link(`.lua/${name}`, trap.home)
      }
    },
  },
  {
    name: 'links in .lua that git does not know',
    make: () => {},
    unpack: trap => {
      for (const name of ['sync.json', 'cache', 'undo', 'dist-v2.new', 'lock']) {
        put(join(trap.checkout, '.lua/.gitignore'), '*\n')
        symlinkSync(trap.home, join(trap.checkout, '.lua', name))
      }
    },
  },
  {
    name: 'an old output to be brought back, and temporary files',
    make: trap => {
      trap.put('.lua/dist-v2.old/manifest.json', '{}')
      trap.put(`.lua/.lua-state-1-${ID}.tmp`, 'x')
    },
  },
  {
    name: 'a cache and an output of its own',
    make: trap => {
      trap.put('.lua/cache/compile.json', '{"compiler":"x","content":{"files":[]}}')
      trap.put('dist-v2/artifacts/agent/Test Agent.js', trap.command)
      trap.link('dist-v2/sources', trap.home)
    },
  },
  { name: 'an output that is a link', make: trap => trap.link('dist-v2', trap.home) },
  {
    name: 'a manifest of the last push that is a link',
    make: trap => trap.link('.lua/backup-manifest.json', '../src/index.ts'),
  },
  {
    name: 'a manifest of the last push that leads out',
    make: trap =>
      trap.put(
        '.lua/backup-manifest.json',
        JSON.stringify({
          lastHash: 'x',
          files: [
            { relativePath: '../home/.bashrc', hash: 'x' },
            { relativePath: '.git/config', hash: 'x' },
          ],
        }),
      ),
  },
]

/** A persona that lies where it must not be read from, or written to. */
const texts: [name: string, make: (trap: Trap) => void][] = [
  ['imported from .git', trap => trap.persona('text', "import text from '../.git/config?raw'")],
  ['imported from the home folder', trap => trap.persona('text', "import text from '../../home/secret.txt'")],
  [
    'imported raw from the home folder',
    trap => trap.persona('text', "import text from '../../home/.ssh/id_rsa?raw'"),
  ],
  [
    'imported by its whole path',
    trap => trap.persona('text', `import text from '${trap.home}/secret.txt' with { type: 'text' }`),
  ],
  ['imported as JSON', trap => trap.persona('json.text', "import json from '../../home/secret.json'")],
  ['imported as code', trap => trap.persona('text', "import { text } from '../../home/secret'")],
  [
    'read from a file',
    trap =>
      trap.persona(
        "readFileSync(new URL('../../home/secret.txt', import.meta.url), 'utf8')",
        "import { readFileSync } from 'node:fs'",
      ),
  ],
  [
    'read from an encoded path',
    trap =>
      trap.persona(
        "readFileSync(new URL('..%2F..%2Fhome/secret.txt', import.meta.url), 'utf8')",
        "import { readFileSync } from 'node:fs'",
      ),
  ],
  [
    'read from the environment of the process',
    trap =>
      trap.persona("readFileSync('/proc/self/environ', 'utf8')", "import { readFileSync } from 'node:fs'"),
  ],
  ...(['persona.txt', 'persona.md', 'persona.ts', 'persona.json', 'persona'] as const).map(
    (file): [string, (trap: Trap) => void] => [
      `in a link ${file} to the home folder`,
      trap => {
        trap.link(`src/${file}`, join(trap.home, file.endsWith('.ts') ? 'secret.ts' : 'secret.txt'))
        trap.persona('text', `import text from './${file}${/\.(ts|json)$/.test(file) ? '' : '?raw'}'`)
      },
    ],
  ),
  [
    'in a link to the environment of the process',
    trap => {
      trap.link('src/persona.txt', '/proc/self/environ')
      trap.persona('text', "import text from './persona.txt'")
    },
  ],
  [
    'in a link to the configuration of git',
    trap => {
      trap.link('src/persona.txt', '../.git/config')
      trap.persona('text', "import text from './persona.txt'")
    },
  ],
  [
    'behind a link to a folder',
    trap => {
      trap.link('src/texts', join(trap.home, 'folder'))
      trap.persona('text', "import text from './texts/secret.md'")
    },
  ],
  ['in an entry file that is a link', trap => trap.link('src/index.ts', join(trap.home, 'secret.ts'))],
  [
    'behind a path of tsconfig.json',
    trap => {
      trap.put(
        'tsconfig.json',
        '{ "compilerOptions": { "baseUrl": "../home", "paths": { "@/*": ["../home/*"] } } }',
      )
      trap.persona('text', "import text from '@/secret.txt'")
    },
  ],
  [
    'in a package of a workspace that reaches out',
    trap => {
      trap.put('package.json', '{ "name": "a", "workspaces": ["../*", "../../..", "../home"] }')
      put(join(trap.home, 'package.json'), '{ "name": "home", "main": "secret.txt" }')
      trap.persona('text', "import text from 'home/secret.txt'")
    },
  ],
  [
    'in a committed package that is a link',
    trap => {
      trap.link('node_modules/home', trap.home)
      trap.persona('text', "import text from 'home/secret.txt'")
    },
  ],
  [
    'in an environment file',
    trap => {
      trap.put('.env.persona', 'You help.\n')
      trap.persona('text', "import text from '../.env.persona?raw'")
    },
  ],
  [
    'in a hook',
    trap => {
      trap.put('.husky/pre-commit', 'You help.\n')
      trap.persona('text', "import text from '../.husky/pre-commit?raw'")
    },
  ],
  [
    'in an installed package',
    trap => {
      trap.put('node_modules/x/text.txt', 'You help.\n')
      trap.persona('text', "import text from '../node_modules/x/text.txt'")
    },
  ],
]

const TEXTS: Kind[] = texts.map(([name, make]) => ({ name: `a persona ${name}`, make }))

const CONFIGURATION: Kind[] = [
  {
    name: 'a lua.skill.yaml that is a link',
    make: trap => trap.link('lua.skill.yaml', join(trap.home, 'secret.txt')),
  },
  { name: 'a .env that is a link', make: trap => trap.link('.env', join(trap.home, 'secret.txt')) },
  { name: 'a .gitignore that is a link', make: trap => trap.link('.gitignore', join(trap.home, '.bashrc')) },
  {
    name: 'a package.json that is a link',
    make: trap => trap.link('package.json', join(trap.home, 'secret.json')),
  },
  {
    name: 'a package.json of the sources that is a link',
    make: trap => trap.link('src/package.json', join(trap.home, '.ssh/id_rsa')),
  },
  {
    name: 'a tsconfig.json that is a link',
    make: trap => trap.link('tsconfig.json', join(trap.home, 'secret.txt')),
  },
  {
    name: 'a tsconfig.json that extends a secret',
    make: trap => trap.put('tsconfig.json', '{ "extends": "../home/secret.txt" }'),
  },
  ...['../../x', 'a_b/../../c', 'a_%2e%2e', 'x'.repeat(300), '_x', 'a_b?c=d'].map(
    (id): Kind => ({
      name: `the agent id ${id.slice(0, 20)}`,
      make: trap => trap.put('lua.skill.yaml', CONFIG.replace(/agentId: .*/, `agentId: "${id}"`)),
    }),
  ),
  {
    name: 'a bomb of aliases in lua.skill.yaml',
    make: trap => {
      const lines = [...'bcdefghijkl'].map(
        (name, at) => `${name}: &${name} [${`*${'abcdefghijk'[at]},`.repeat(9)}]`,
      )
      trap.put('lua.skill.yaml', `${CONFIG}a: &a [x]\n${lines.join('\n')}\n`)
    },
  },
]

const GIT: Kind[] = [
  {
    name: 'a bare repository with an agent in it',
    make: trap => {
      const bare = join(trap.upstream, 'agents/evil')
      execFileSync('git', ['init', '-q', '--bare', bare])
      const set = (key: string, value: string) =>
        execFileSync('git', ['--git-dir', bare, 'config', key, value])
      set('core.bare', 'false')
      set('core.worktree', '.')
      set('core.fsmonitor', trap.command)
      put(join(bare, 'refs/heads/keep'), '')
      put(join(bare, 'objects/keep'), '')
      put(join(bare, 'lua.skill.yaml'), CONFIG)
      put(
        join(bare, 'src/index.ts'),
        "import { LuaAgent } from 'lua-cli'\nexport default new LuaAgent({ name: 'x', persona: 'y' })\n",
      )
    },
    isPoison: true,
  },
  {
    name: 'attributes with filters, and a configuration that has them',
    make: trap => trap.put('.gitattributes', '* filter=evil diff=evil\n'),
    unpack: trap => {
      for (const key of [
        'core.fsmonitor',
        'core.pager',
        'diff.external',
        'diff.evil.textconv',
        'filter.evil.clean',
        'filter.evil.process',
        'core.sshCommand',
        'gpg.program',
      ]) {
        trap.git('checkout', 'config', key, trap.command)
      }
      trap.git('checkout', 'config', 'core.hooksPath', 'hooks')
      put(join(trap.checkout, 'hooks/post-index-change'), `#!/bin/sh\n${trap.command}\n`)
    },
    isPoison: true,
  },
  {
    name: 'a git of its own',
    make: trap => {
      trap.put('git', `#!/bin/sh\n${trap.command}\n`)
      trap.put('node_modules/.bin/git', `#!/bin/sh\n${trap.command}\n`)
      execFileSync('chmod', ['+x', join(trap.upstream, 'git'), join(trap.upstream, 'node_modules/.bin/git')])
    },
  },
]

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

export const KINDS: Kind[] = [
  ...STATE,
  ...JOURNALS,
  ...OTHER_STATE,
  ...TEXTS,
  ...CONFIGURATION,
  ...GIT,
  ...PIPES,
]
