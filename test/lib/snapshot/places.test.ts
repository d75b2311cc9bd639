import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
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
import { commitFiles } from '../../../src/lib/disk/index.js'
import type { SnapshotFile } from '../../../src/lib/server/index.js'
import { placesOf } from '../../../src/lib/snapshot/places.js'

let top: string
let root: string
let outside: string
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'lua-places-')))
  root = join(top, 'project')
  outside = join(top, 'outside')
  for (const [name, text] of [
    ['outside/file.md', 'theirs'],
    ['project/src/index.ts', 'code'],
    ['project/.git/config', 'git'],
    ['project/.env', 'KEY=1'],
    ['project/.lua/sync.json', '{}'],
    ['project/node_modules/x/index.js', 'module'],
    ['project/folder/x.ts', 'x'],
  ] as const) {
    mkdirSync(dirname(join(top, name)), { recursive: true })
    writeFileSync(join(top, name), text)
  }
  symlinkSync('src', join(root, 'docs'))
  symlinkSync(outside, join(root, 'out'))
  symlinkSync('.git', join(root, 'history'))
  symlinkSync('.env', join(root, 'settings'))
  symlinkSync('../outside/file.md', join(root, 'file.md'))
  symlinkSync('nowhere', join(root, 'dangling'))
  symlinkSync('circle', join(root, 'circle'))
})
afterEach(() => {
  rmSync(top, { recursive: true })
})

const file = (relativePath: string, external = false): SnapshotFile => ({
  relativePath,
  hash: '0'.repeat(16),
  size: 1,
  external,
})

const placed = (...files: SnapshotFile[]) => placesOf(root, files).places.map(place => place.path)

function reasonFor(path: string, ...before: SnapshotFile[]): string {
  const { refused } = placesOf(root, [...before, file(path)])
  expect(refused.map(each => each.relativePath)).to.deep.equal([path])
  return refused[0]!.reason
}

/** Everything below a folder, links not followed: names with their contents. */
function contents(dir: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) found[path] = readFileSync(path, 'utf8')
  }
  return found
}

describe('placesOf', () => {
  it('gives every ordinary file its own place, also through a link that stays inside', () => {
    const places = placesOf(
      root,
      ['src/index.ts', 'src/new/a.ts', 'docs/new.md', 'README.md'].map(path => file(path)),
    )
    expect(places.refused).to.deep.equal([])
    expect(places.places.map(place => [place.path, place.absolute])).to.deep.equal([
      ['src/index.ts', join(root, 'src/index.ts')],
      ['src/new/a.ts', join(root, 'src/new/a.ts')],
      ['docs/new.md', join(root, 'docs/new.md')],
      ['README.md', join(root, 'README.md')],
    ])
  })

  it('refuses what leads outside, or inside to what is protected, through a link', () => {
    expect(reasonFor('out/x.ts')).to.match(/leads outside/)
    expect(reasonFor('out/deep/er/x.ts')).to.match(/leads outside/)
    expect(reasonFor('file.md')).to.match(/leads outside/)
    expect(reasonFor('history/config')).to.match(/\.git/)
    expect(reasonFor('settings')).to.match(/environment/)
    writeFileSync(join(root, 'lua.skill.yaml'), 'agent: {}')
    symlinkSync('lua.skill.yaml', join(root, 'other.yaml'))
    expect(reasonFor('other.yaml')).to.equal('it leads to lua.skill.yaml')
    expect(reasonFor('dangling')).to.match(/leads to nothing/)
    expect(reasonFor('dangling/x')).to.match(/leads to nothing/)
    expect(reasonFor('circle/x')).to.match(/cannot be reached/)
  })

  it('refuses what stands in the way of a folder or a file, here or in the snapshot', () => {
    expect(reasonFor('folder')).to.match(/not a file/)
    expect(reasonFor('src/index.ts/x')).to.match(/needs a folder/)
    expect(reasonFor('new/a', file('new'))).to.match(/has that place/)
    expect(reasonFor('new', file('new/a'))).to.match(/has that place/)
    expect(reasonFor('SRC/A.ts', file('src/a.ts'))).to.match(/has that place/)
    expect(reasonFor('docs/a.ts', file('src/a.ts'))).to.match(/has that place/)
    expect(reasonFor('src/a.ts', file('src/a.ts'))).to.match(/has that place/)
  })

  it('keeps external files below `.lua/external`, as far up as they were', () => {
    expect(
      placed(file('../shared/a.ts', true), file('../../a.ts', true), file('lib/a.ts', true)),
    ).to.deep.equal(['.lua/external/up/shared/a.ts', '.lua/external/up/up/a.ts', '.lua/external/lib/a.ts'])
    expect(
      placed(file('/etc/passwd', true), file('a/../../../x', true), file('..', true), file('../.env', true)),
    ).to.deep.equal([])
  })

  it('refuses a snapshot that would make a git repository of a folder', () => {
    const parts = ['HEAD', 'config', 'objects/x', 'refs/heads/main']
    const made =
      (folder: string, names: string[], external = false) =>
      () =>
        placesOf(
          root,
          names.map(name => file(folder + name, external)),
        )
    for (const folder of ['evil/', 'src/deep/', '']) expect(made(folder, parts)).to.throw(/git repository/)
    expect(made('evil/', ['head', 'Objects/x', 'REFS/x'])).to.throw(/git repository/)
    expect(made('../evil/', parts, true)).to.throw(/git repository/)
    expect(made('evil/', ['HEAD', 'config', 'objects/x'])).not.to.throw()
    mkdirSync(join(root, 'evil/refs'), { recursive: true })
    expect(made('evil/', ['HEAD', 'config', 'objects/x'])).to.throw(/git repository/)
    rmSync(join(root, 'evil'), { recursive: true })
  })

  it('refuses external files when `.lua/external` is a link', () => {
    symlinkSync(outside, join(root, '.lua/external'))
    expect(placed(file('a.ts', true))).to.deep.equal([])
    rmSync(join(root, '.lua/external'))
    symlinkSync('../src', join(root, '.lua/external'))
    expect(placed(file('a.ts', true))).to.deep.equal([])
  })

  it('of a thousand hostile names lets none be written outside the project or on what is protected', async function () {
    this.timeout(120_000)
    const part = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        '~',
        '/',
        '\\',
        'C:',
        '\0',
        '.git',
        '.GIT',
        '.git ',
        '.git.',
        'git~1',
        '.g\u200bit',
        '.lua',
        '.env',
        '.env.local',
        'node_modules',
        'src',
        'docs',
        'out',
        'history',
        'settings',
        'dangling',
        'circle',
        'folder',
        'file.md',
        'index.ts',
        'hooks',
        'external',
        'up',
        'sync.json',
        'config',
        'x.pem',
        'id_rsa',
        'a',
        'A',
        '\u2025',
        '\uff0e\uff0e',
        '..\\',
        'nul',
        'project',
        'outside',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    )
    const path = fc.oneof(
      { weight: 8, arbitrary: fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => parts.join('/')) },
      { weight: 1, arbitrary: fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('\\')) },
      { weight: 1, arbitrary: fc.constantFrom(outside, join(outside, 'x'), join(root, '../outside/x')) },
    )
    const manifest = fc.array(fc.tuple(path, fc.boolean()), { minLength: 20, maxLength: 20 })
    const before = contents(top)
    let written = 0
    await fc.assert(
      fc.asyncProperty(manifest, async entries => {
        const { places, refused } = placesOf(
          root,
          entries.map(([name, external]) => file(name, external)),
        )
        expect(places.length + refused.length).to.equal(entries.length)
        const writes = places.map(({ absolute }) => ({
          path: absolute,
          before: existsSync(absolute) ? readFileSync(absolute) : undefined,
          after: Buffer.from('hostile'),
        }))
        await commitFiles(writes, { stateDir: join(root, '.lua') })
        written += writes.length
        for (const [name, text] of Object.entries(contents(top))) {
          const isOurs = name === join(root, '.lua/.gitignore') || name === join(root, 'src/index.ts')
          const isNew = before[name] === undefined
          if (!isNew && !isOurs) expect(text, name).to.equal(before[name])
          if (isNew && !isOurs) {
            expect(name.startsWith(`${root}/`), name).to.equal(true)
            expect(name).to.not.match(/\/(\.git|node_modules)\/|\/\.env|\/\.lua\/(?!external\/)/i)
            // Newer Nodes list a file once more through a link to its folder, so it may be gone already.
            rmSync(name, { force: true })
          }
        }
      }),
      { numRuns: 50 },
    )
    expect(written).to.be.greaterThan(50)
  })
})
