/**
 * Made-up `.lua` folders and trees of links, through the executable's own modules: whatever they hold,
 * nothing outside the project's sources is written, nothing outside the workspace is read, and every error is typed.
 */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { FileStates } from '../../../src/lib/compile/cache/file-states.js'
import { commitFiles, needsRecovery, planUndo, recoverFiles } from '../../../src/lib/disk/index.js'
import { LuaError } from '../../../src/lib/errors.js'
import { projectPaths } from '../../../src/lib/project/files.js'
import { findProject } from '../../../src/lib/project/project.js'
import { readSnapshotBase } from '../../../src/lib/snapshot/base.js'
import { diskHost, findAgent, Sources } from '../../../src/lib/source/index.js'
import { readRecord } from '../../../src/lib/sync/base/record.js'
import { readAgent } from '../../lib/source/memory.js'
import { CONFIG } from '../../support/project.js'
import { tried } from '../support/tally.js'

/** EXHAUSTIVE=1 tries 5,000 of each. */
const RUNS = process.env.EXHAUSTIVE === undefined ? 500 : 5_000
const CANARY = 'canary-fuzz-51d0c3b8'
const SOURCE = `import { LuaAgent } from 'lua-cli'\nexport default new LuaAgent({ name: 'a', persona: 'p' })\n`
const OWNER = { agentId: 'baseAgent_agent_1_x', url: 'http://127.0.0.1:9' }

/** What a typed error may be here: never a bug of ours. */
async function typed(work: () => unknown): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LuaError && error.code !== 'INTERNAL') return error.message
    throw error
  }
}

describe('faults: fuzzed checkouts', function () {
  this.timeout(900_000)
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
  const options = { numRuns: RUNS, seed, endOnFailure: true }
  let outer: string
  let root: string

  beforeEach(() => {
    outer = realpathSync(mkdtempSync(join(tmpdir(), 'lua-fuzz-')))
    root = join(outer, 'project')
    put('project/.git/HEAD', 'ref: refs/heads/main\n')
    put('outside/secret.txt', `${CANARY}\n`)
  })
  afterEach(() => rmSync(outer, { recursive: true, force: true }))

  function put(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(outer, path)), { recursive: true })
    writeFileSync(join(outer, path), content)
  }

  /** All that no run may change. */
  function guarded(): string {
    const paths = [
      'project/.git/HEAD',
      'project/src/index.ts',
      'project/lua.skill.yaml',
      'outside/secret.txt',
    ]
    const texts = paths.map(path => readFileSync(join(outer, path), 'latin1'))
    const below = execFileSync('find', ['outside', 'project/.git', 'project/node_modules', '-ls'], {
      cwd: outer,
      encoding: 'latin1',
    })
    return `${texts.join('\0')}${createHash('sha256')
      .update(below.replace(/\s+\d+\s+\S+ \d+ \d\d:\d\d/g, ''))
      .digest('hex')}`
  }

  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const path = fc.constantFrom(
    ...['.git/HEAD', '../outside/secret.txt', 'src/index.ts', 'lua.skill.yaml', '.env', 'node_modules/x.js'],
    ...['/etc/passwd', '', '.', '..', 'src', '.lua/lock', 'src/\0', '__proto__', 'a'.repeat(300)],
  )
  const anything = fc.oneof(fc.jsonValue(), path, fc.integer(), fc.constant(hash(SOURCE)), fc.constant(null))
  const move = fc.record(
    { path: anything, target: anything, temp: anything, old: anything, before: anything, after: anything },
    { requiredKeys: [] },
  )
  const state = fc.record(
    {
      id: fc.oneof(fc.constant('0123456789ab'), anything),
      schemaVersion: fc.constantFrom<unknown>(1, 2, '1', null),
      at: anything,
      reason: anything,
      files: fc.oneof(fc.array(move, { maxLength: 4 }), anything),
      moves: fc.oneof(fc.array(move, { maxLength: 4 }), anything),
      dirs: fc.oneof(fc.array(path), anything),
      folders: fc.oneof(fc.array(path), anything),
      components: fc.oneof(fc.record({ persona: anything, name: anything }), anything),
      lastHash: anything,
      agentId: fc.constant(OWNER.agentId),
      mac: fc.oneof(fc.constant(hash('')), anything),
      value: anything,
    },
    { requiredKeys: [] },
  )
  const content = fc.oneof(
    state.map(value => JSON.stringify(value)),
    state.map(value => JSON.stringify({ mac: hash(''), value, sealed: value })),
    fc.json(),
    fc.uint8Array({ maxLength: 64 }),
    fc.constant('['.repeat(5_000)),
  )
  const AT = '2026-01-01T00-00-00.000Z'
  const name = fc.constantFrom(
    ...[
      'sync.json',
      'lock',
      'backup-manifest.json',
      'commit.json',
      'commit-moving.json',
      'commit-undoing.json',
    ],
    ...[
      'commit-staging.json',
      'commit-0123456789ab-moving.json',
      `undo/${AT}/entry.json`,
      `undo/${AT}/0-index.ts`,
    ],
    ...['undo', 'cache', 'local/sync.json', '.lua-state-1-0123456789ab.tmp', 'choices.json', 'journal.json'],
  )
  const entry = fc.record({
    name,
    form: fc.constantFrom('file', 'file', 'file', 'folder', 'link'),
    content,
    target: path,
  })

  it(`.lua (SEED=${seed})`, async () => {
    put('project/lua.skill.yaml', CONFIG)
    put('project/src/index.ts', SOURCE)
    mkdirSync(join(root, 'node_modules'), { recursive: true })
    const before = guarded()
    const project = await findProject(root)
    let turn = 0
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), entries =>
        tried('hostile: fuzzed .lua', async () => {
          rmSync(join(root, '.lua'), { recursive: true, force: true })
          for (const each of entries) make(join(root, '.lua', each.name), each)
          await typed(() => needsRecovery(project.stateDir))
          await typed(() => recoverFiles(project.stateDir))
          const plan = await typed(() => planUndo(project.stateDir))
          expect(plan === undefined || typeof plan === 'string', JSON.stringify(plan)).to.equal(true)
          await typed(() => readRecord(project, OWNER))
          await typed(() => readSnapshotBase(root))
          for (const path of ['src/index.ts', 'lua.skill.yaml'])
            expect(readFileSync(join(root, path), 'utf8')).to.equal(path === 'src/index.ts' ? SOURCE : CONFIG)
          // The whole look costs a process.
          if (turn++ % 100 === 0) expect(guarded()).to.equal(before)
        }),
      ),
      options,
    )
    expect(guarded()).to.equal(before)
  })

  function make(
    path: string,
    { form, content, target }: { form: string; content: string | Uint8Array; target: string },
  ) {
    try {
      mkdirSync(dirname(path), { recursive: true })
      // Not through a link that was made before: that would be our own doing.
      if (realpathSync(dirname(path)) !== dirname(path)) return
      if (form === 'folder') mkdirSync(path, { recursive: true })
      else if (form === 'link') symlinkSync(target || '.', path)
      else writeFileSync(path, content, { flag: 'wx' })
    } catch {
      // Where a file stands already, or no name is: another folder is made of the rest.
    }
  }

  const names = ['index.ts', 'a.txt', 'b.md', 'c.json', 'd', 'e/f.txt', 'd/g.ts', 'link', 'link/secret.txt']
  const link = fc.record({
    at: fc.constantFrom(...names),
    to: fc.constantFrom(
      ...[
        '../../outside',
        '../../outside/secret.txt',
        '../.git',
        '../.git/HEAD',
        '.',
        '..',
        '../..',
        '/proc/self',
      ],
      ...[
        '/proc/self/environ',
        '/dev/zero',
        '/dev/tty',
        'a.txt',
        'link',
        'd',
        './d/../link',
        '../.env',
        'missing',
      ],
    ),
  })
  const tree = fc.record({
    links: fc.array(link, { maxLength: 6 }),
    files: fc.array(fc.constantFrom(...names), { maxLength: 4 }),
    imported: fc.constantFrom(
      ...names,
      'link/HEAD',
      'link/environ',
      'd/secret.txt',
      '../.env',
      '../../outside/secret.txt',
    ),
    written: fc.constantFrom(
      ...names,
      'link/HEAD',
      'link/hooks/x',
      'd/secret.txt',
      '../.env',
      '../../outside/new',
    ),
  })

  it(`links (SEED=${seed})`, async () => {
    put('project/lua.skill.yaml', CONFIG)
    put('project/src/index.ts', SOURCE)
    put('project/.env', `SECRET=${CANARY}\n`)
    mkdirSync(join(root, 'node_modules'), { recursive: true })
    process.env.LUA_FUZZ_CANARY = CANARY
    const before = guarded()
    let turn = 0
    await fc.assert(
      fc.asyncProperty(tree, ({ links, files, imported, written }) =>
        tried('hostile: fuzzed links', async () => {
          const source = join(root, 'src')
          rmSync(source, { recursive: true, force: true })
          mkdirSync(source)
          for (const { at, to } of links) make(join(source, at), { form: 'link', content: '', target: to })
          const text = `import { LuaAgent } from 'lua-cli'\nimport p from './${imported}?raw'\nexport default new LuaAgent({ name: 'a', persona: p })\n`
          for (const file of ['index.ts', ...files])
            make(join(source, file), { form: 'file', content: text, target: '' })
          const told = [
            await typed(async () => {
              const sources = await Sources.open(diskHost(root))
              const { name, persona } = readAgent(sources, findAgent(sources))
              return JSON.stringify([name?.value, persona?.value])
            }),
            JSON.stringify(
              await typed(() => projectPaths(root).map(path => new FileStates().get(join(root, path))?.hash)),
            ),
            await typed(() =>
              commitFiles([{ path: join(source, written), before: undefined, after: Buffer.from('x') }], {
                stateDir: join(root, '.lua'),
              }),
            ),
          ]
          expect(JSON.stringify(told)).not.to.include(CANARY)
          expect(JSON.stringify(told)).not.to.include('refs/heads/main')
          expect(readFileSync(join(root, '.git/HEAD'), 'utf8')).to.equal('ref: refs/heads/main\n')
          expect(readFileSync(join(outer, 'outside/secret.txt'), 'utf8')).to.equal(`${CANARY}\n`)
          expect(readFileSync(join(root, '.env'), 'utf8')).to.equal(`SECRET=${CANARY}\n`)
          rmSync(source, { recursive: true, force: true })
          put('project/src/index.ts', SOURCE)
          if (turn++ % 100 === 0) expect(guarded()).to.equal(before)
        }),
      ),
      options,
    )
    delete process.env.LUA_FUZZ_CANARY
    expect(guarded()).to.equal(before)
  })
})
