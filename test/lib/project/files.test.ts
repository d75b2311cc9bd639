import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { fileType, projectPaths } from '../../../src/lib/project/files.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lua-files-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

function put(name: string, text: string | Uint8Array = name): void {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}

describe('projectPaths', () => {
  it('is the list that the vendor’s CLI makes of the same folder', () => {
    // Expected: read from a manifest that the vendor’s CLI wrote of a folder with these very files.
    const counted = [
      '.github/w.yml',
      '.vscode/t.json',
      '__tests__/q.ts',
      'a.test.d/z.ts',
      'certs/k.pem',
      'lua.skill.yaml',
      'out/o.md',
      'package.json',
      'src/A.ts',
      'src/__tests__/r.ts',
      'src/_z.ts',
      'src/a.ts',
      'src/empty.txt',
      'src/index.ts',
      'src/q.mts',
      'src/sp ace.txt',
      'src/Ünï.md',
      'tsconfig.json',
    ]
    const skipped = [
      '.gitignore',
      '.env',
      'src/a.test.ts',
      'src/b.spec.ts',
      'src/x.d.ts',
      'src/y.js.map',
      'yarn.lock',
      'sub/node_modules/x/i.js',
      'sub/dist/i.js',
      'src/foo__tests__bar.ts',
      'sub/package-lock.json',
      'pnpm-lock.yaml',
      '.git/config',
      '.lua/sync.json',
      'dist-v2/manifest.json',
      '.temp/x.ts',
      'coverage/x.ts',
      'packages/web/.next/x.js',
      '.turbo/x.json',
    ]
    for (const name of [...counted, ...skipped]) put(name)
    expect(projectPaths(root)).to.deep.equal(counted)
  })

  it('counts links to files, but follows none to folders, into circles or to nothing', () => {
    put('src/real.md')
    symlinkSync('real.md', join(root, 'src/link.md'))
    symlinkSync('..', join(root, 'src/up'))
    symlinkSync('loop', join(root, 'loop'))
    symlinkSync('nowhere', join(root, 'dangling'))
    expect(projectPaths(root)).to.deep.equal(['src/link.md', 'src/real.md'])
  })

  it('lists 3,000 files', function () {
    this.timeout(20_000)
    for (let n = 0; n < 3000; n += 1) put(`src/${n % 50}/${n}.ts`, `export const n = ${n}\n`)
    expect(projectPaths(root)).to.have.length(3000)
  })
})

describe('fileType', () => {
  it('knows the kinds', () => {
    const kinds = [
      'a.ts',
      'a.tsx',
      'a.js',
      'a.jsx',
      'a.yaml',
      'a.yml',
      'a.json',
      'a.toml',
      'a.mts',
      'README',
    ].map(fileType)
    expect(kinds).to.deep.equal([...Array(4).fill('source'), ...Array(4).fill('config'), 'other', 'other'])
  })
})
