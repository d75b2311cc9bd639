import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { Fence } from '../../src/lib/fence.js'
import { readIfThere } from '../../src/lib/files.js'
import { makeProject, type TestProject } from '../support/project.js'

let outer: TestProject
let root: string
let fence: Fence
beforeEach(() => {
  outer = makeProject({ 'home/.ssh/id': 'key', 'repo/.git/config': '[core]', 'repo/packages/a/x.txt': 'x' })
  root = join(outer.root, 'repo/packages/a')
  fence = new Fence(root)
})
afterEach(() => outer.remove())

function link(path: string, target: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  symlinkSync(target, join(root, path))
  return join(root, path)
}

function write(path: string, content = 'x'): string {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
  return join(root, path)
}

describe('fence', () => {
  it('reads files of the project and its workspace, also through links', () => {
    outer.write('repo/shared/y.txt', 'y')
    expect(fence.read(join(root, 'x.txt'))?.toString()).to.equal('x')
    expect(fence.read(link('y.txt', '../../shared/y.txt'))?.toString()).to.equal('y')
    expect(fence.read(join(root, 'none.txt'))).to.equal(undefined)
    expect(fence.read(root)).to.equal(undefined)
    expect(fence.has(join(root, 'y.txt'))).to.equal(true)
    expect(fence.has(root)).to.equal(false)
  })

  it('reads nothing of git, no environment file, nothing outside, however it is reached', () => {
    const refused = [
      join(outer.root, 'repo/.git/config'),
      join(outer.root, 'home/.ssh/id'),
      write('.env'),
      write('.ENV.local'),
      write('.lua/x.txt'),
      write('.ssh/id'),
      write('.GIT/x'),
      write('.g\u200cit/x'),
      write('.git /x'),
      write('git~1/x'),
      link('a.txt', '../../.git/config'),
      link('b.txt', '.env'),
      link('c.txt', join(outer.root, 'home/.ssh/id')),
      link('d.txt', '/proc/self/environ'),
      join(link('folder', join(outer.root, 'home')), '.ssh/id'),
    ]
    for (const path of refused) {
      expect(() => fence.read(path), path).to.throw(/was not read/)
      expect(fence.has(path), path).to.equal(false)
    }
  })

  it('waits for no pipe, opens no device, and reads no more than its limit', () => {
    execFileSync('mkfifo', [join(root, 'pipe')])
    expect(() => fence.read(join(root, 'pipe'))).to.throw(/pipe/)
    for (const path of ['/dev/zero', '/dev/null', join(root, 'pipe')]) {
      expect(() => readIfThere(path), path).to.throw(/pipe, a device/)
    }
    const path = write('large.txt', '12345')
    expect(readIfThere(path, { limit: 5 })?.toString()).to.equal('12345')
    expect(() => readIfThere(path, { limit: 4 })).to.throw(/larger/)
    // The system says that this file is empty.
    expect(readIfThere('/proc/self/status')?.toString()).to.include('Name:')
    expect(() => readIfThere('/proc/self/status', { limit: 10 })).to.throw(/larger/)
  })

  it('follows no link where it was told so', () => {
    expect(() => readIfThere(link('l.txt', 'x.txt'), { follow: false })).to.throw(/symbolic link/)
  })

  it('takes a name that nothing can have for one that is not there', () => {
    expect(readIfThere('a'.repeat(5000))).to.equal(undefined)
    expect(readIfThere('a\0b')).to.equal(undefined)
    expect(readIfThere(join(root, 'x.txt/y'))).to.equal(undefined)
  })

  const WRITES: [path: string, reason?: RegExp][] = [
    ['src/persona.ts'],
    ['new/folder/persona.md'],
    ['../../shared/persona.ts'],
    ['.gitignore'],
    ['.lua/backup-manifest.json'],
    ['.lua/external/up/a.ts'],
    ['src/.gitignore', /a dot/],
    ['../../.git/hooks/pre-commit', /\.git$/],
    ['.git', /\.git$/],
    ['.Git/config', /\.git$/],
    ['.g\u00adit/config', /\.git$/],
    ['.git./config', /\.git$/],
    ['.git::$INDEX_ALLOCATION/config', /\.git$/],
    ['GIT~1/config', /\.git$/],
    ['\uFF0Egit/config', /\.git$/],
    ['.lua/sync.json', /\.lua$/],
    ['node_modules/zod/index.js', /node_modules/],
    ['a/node_modules/x.js', /node_modules/],
    ['.env', /environment/],
    ['.env.local', /environment/],
    ['.vscode/tasks.json', /a dot/],
    ['.npmrc', /a dot/],
    ['../../../home/.bashrc', /outside/],
    ['../../../elsewhere.txt', /outside/],
  ]
  for (const [path, reason] of WRITES) {
    it(`${reason ? 'refuses to write' : 'writes'} ${JSON.stringify(path)}`, () => {
      const real = join(root, path)
      const answer = fence.writeRefusal(real, real)
      if (reason) expect(answer).to.match(reason)
      else expect(answer).to.equal(undefined)
    })
  }

  it('never takes the home folder for a workspace, nor what is above it', () => {
    const home = process.env.HOME
    try {
      for (const each of ['repo', 'repo/packages']) {
        process.env.HOME = join(outer.root, each)
        expect(new Fence(root).workspace).to.equal(realpathSync(root))
      }
    } finally {
      process.env.HOME = home
    }
    expect(fence.workspace).to.equal(realpathSync(join(outer.root, 'repo')))
  })

  it('knows a project by its real place', () => {
    symlinkSync(root, join(outer.root, 'link'))
    const linked = new Fence(join(outer.root, 'link'))
    expect(linked.project).to.equal(realpathSync(root))
    expect(linked.read(join(outer.root, 'link/x.txt'))?.toString()).to.equal('x')
  })
})
