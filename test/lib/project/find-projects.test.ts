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

  it('finds every project below, in the order of their paths, the root itself as a dot', async () => {
    config('b', 'a/z', 'a/ö with space', 'a', '.')
    expect(await findProjects(folder.root)).to.deep.equal(['.', 'a', 'a/z', 'a/ö with space', 'b'])
  })

  it('passes by what is never a project: dependencies, output, hidden folders', async () => {
    config('node_modules/x', 'a/node_modules/y', 'a/dist/z', 'a/dist-v2', '.cache/v', 'coverage', 'a')
    expect(await findProjects(folder.root)).to.deep.equal(['a'])
    git('init')
    expect(await findProjects(folder.root)).to.deep.equal(['a'])
  })

  it('skips what git ignores, and finds what is not committed yet', async () => {
    git('init')
    folder.write('.gitignore', 'old/\n/scratch\n')
    config('a', 'old/b', 'a/old/c', 'scratch/d', 'a/scratch')
    git('add', 'a/lua.skill.yaml')
    expect(await findProjects(folder.root)).to.deep.equal(['a', 'a/scratch'])
    expect(await findProjects(join(folder.root, 'a'))).to.deep.equal(['.', 'scratch'])
  })

  it('does not count what git still lists but is deleted', async () => {
    git('init')
    config('a', 'b')
    git('add', '.')
    execFileSync('rm', ['-r', join(folder.root, 'b')])
    expect(await findProjects(folder.root)).to.deep.equal(['a'])
  })

  it('looks into a repository within the repository', async () => {
    git('init')
    config('nested/a')
    execFileSync('git', ['init', '-q'], { cwd: join(folder.root, 'nested') })
    expect(await findProjects(folder.root)).to.deep.equal(['nested/a'])
  })

  it('follows no link in a circle', async () => {
    config('a')
    symlinkSync('..', join(folder.root, 'a', 'up'))
    expect(await findProjects(folder.root)).to.deep.equal(['a'])
  })

  it('finds nothing where there is nothing', async () => {
    expect(await findProjects(folder.root)).to.deep.equal([])
    expect(await findProjects(join(folder.root, 'nowhere'))).to.deep.equal([])
  })
})
