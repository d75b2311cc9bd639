import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { findProjects } from '../../../src/lib/project/find-projects.js'
import { makeProject, type TestProject } from '../../support/project.js'

describe('findProjects', () => {
  let folder: TestProject

  beforeEach(() => {
    folder = makeProject({ 'lua.skill.yaml': undefined, 'src/index.ts': undefined })
  })
  afterEach(() => folder.remove())

  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], { cwd: folder.root, stdio: 'pipe' })
  const config = (...folders: string[]) => {
    for (const each of folders) folder.write(join(each, 'lua.skill.yaml'), 'agent: {}\n')
  }

  const found = async (root: string) => (await findProjects(root)).projects

  it('finds every project below, in the order of their paths, the root itself as a dot', async () => {
    config('b', 'a/z', 'a/ö with space', 'a', '.')
    expect(await found(folder.root)).to.deep.equal(['.', 'a', 'a/z', 'a/ö with space', 'b'])
  })

  it('passes by what is never a project: dependencies, output, hidden folders', async () => {
    config('node_modules/x', 'a/node_modules/y', 'a/dist/z', 'a/dist-v2', '.cache/v', 'coverage', 'a')
    expect(await found(folder.root)).to.deep.equal(['a'])
    git('init')
    expect(await found(folder.root)).to.deep.equal(['a'])
  })

  it('skips what git ignores, and finds what is not committed yet', async () => {
    git('init')
    folder.write('.gitignore', 'old/\n/scratch\n')
    config('a', 'old/b', 'a/old/c', 'scratch/d', 'a/scratch')
    git('add', 'a/lua.skill.yaml')
    expect(await found(folder.root)).to.deep.equal(['a', 'a/scratch'])
    expect(await found(join(folder.root, 'a'))).to.deep.equal(['.', 'scratch'])
  })

  it('does not count what git still lists but is deleted', async () => {
    git('init')
    config('a', 'b')
    git('add', '.')
    execFileSync('rm', ['-r', join(folder.root, 'b')])
    expect(await found(folder.root)).to.deep.equal(['a'])
  })

  it('looks into a repository within the repository', async () => {
    git('init')
    config('nested/a')
    execFileSync('git', ['init', '-q'], { cwd: join(folder.root, 'nested') })
    expect(await found(folder.root)).to.deep.equal(['nested/a'])
  })

  it('looks into submodules as git would in them, and names those that are not checked out', async () => {
    git('init')
    config('sub/a', 'sub/ignored/b', 'sub/deep/c')
    folder.write('sub/.gitignore', 'ignored/\n')
    const within = (path: string, ...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
        cwd: join(folder.root, path),
        stdio: 'pipe',
      })
    for (const path of ['sub/deep', 'sub']) {
      within(path, 'init', '-q')
      within(path, 'add', '.')
      within(path, 'commit', '-qm', 'one')
    }
    git('add', 'sub')
    const head = within('sub', 'rev-parse', 'HEAD').toString().trim()
    git('update-index', '--add', '--cacheinfo', `160000,${head},away`)
    git('update-index', '--add', '--cacheinfo', `160000,${head},.hidden`)
    expect(await findProjects(folder.root)).to.deep.equal({
      projects: ['sub/a', 'sub/deep/c'],
      missing: ['away'],
    })
  })

  it('follows no link in a circle', async () => {
    config('a')
    symlinkSync('..', join(folder.root, 'a', 'up'))
    expect(await found(folder.root)).to.deep.equal(['a'])
  })

  it('finds nothing where there is nothing', async () => {
    expect(await found(folder.root)).to.deep.equal([])
    expect(await found(join(folder.root, 'nowhere'))).to.deep.equal([])
  })
})
