/** State that came with the repository. */

import { createHash } from 'node:crypto'
import { symlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Kind } from '../spring.js'
import { put } from '../trap.js'

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const AT = '2026-01-01T00-00-00.000Z'
const ID = '0123456789ab'

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
    const journal = JSON.stringify({ id: ID, files, dirs: ['src'], mac: hash('') })
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

export const STATE_KINDS: Kind[] = [...STATE, ...JOURNALS, ...OTHER_STATE]
