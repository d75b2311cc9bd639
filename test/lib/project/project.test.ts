import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { asLuaError } from '../../../src/lib/errors.js'
import { findProject } from '../../../src/lib/project/project.js'
import { makeProject, type TestProject } from '../../support/project.js'

let project: TestProject
beforeEach(() => {
  project = makeProject()
})
afterEach(() => project.remove())

const failure = () => findProject(project.root).then(() => expect.fail('it was found'), asLuaError)
const configOf = (id: string) =>
  project.write('lua.skill.yaml', `agent: { agentId: ${JSON.stringify(id)} }\n`)

describe('an agent id', () => {
  for (const id of ['a_b', 'baseAgent_agent_1760473281625_goc3sv7ac', 'a-1__x', `a_${'b'.repeat(198)}`]) {
    it(`may be ${JSON.stringify(id.slice(0, 50))}`, async () => {
      configOf(id)
      expect((await findProject(project.root)).agentId).to.equal(id)
    })
  }

  const none = [
    'ab',
    '_b',
    'a_',
    'a_b/c',
    'a_b/../c',
    '..',
    'a_%2e',
    'a_b c',
    'a_b?x',
    'a_b#',
    'a_\n_b',
    'a_b\n',
    ' a_b',
    'ä_b',
    'a_\u200bb',
  ]
  for (const id of [...none, `a_${'b'.repeat(199)}`]) {
    it(`is not ${JSON.stringify(id.slice(0, 50))}`, async () => {
      configOf(id)
      expect(await failure()).to.include({ code: 'PROJECT_INVALID', exitCode: 2 })
    })
  }
})

describe('lua.skill.yaml', () => {
  const unusable: [title: string, make: () => void, says: RegExp][] = [
    ['a link out of the project', () => symlinkSync('/etc/hostname', config()), /outside the project/],
    [
      'larger than a megabyte',
      () => project.write('lua.skill.yaml', `# ${'x'.repeat(1024 * 1024)}`),
      /larger than 1 MB/,
    ],
    [
      'brackets without end',
      () => project.write('lua.skill.yaml', '['.repeat(50_000)),
      /cannot be used|YAML/,
    ],
    ['a bomb of aliases', () => project.write('lua.skill.yaml', bomb()), /alias/i],
  ]
  const config = () => join(project.root, 'lua.skill.yaml')
  const bomb = () =>
    `a: &a [x, x]\n${[...'bcdefghijklmnop'].map((name, at) => `${name}: &${name} [${`*${'abcdefghijklmno'[at]},`.repeat(9)}]`).join('\n')}\n`
  for (const [title, make, says] of unusable) {
    it(`is not used where it is ${title}`, async () => {
      rmSync(config())
      make()
      const error = await failure()
      expect(error).to.include({ code: 'PROJECT_INVALID' })
      expect(error.message).to.match(says)
    })
  }
})

describe('the state folder', () => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project.root, stdio: 'ignore' })
  const found = async () => {
    const { stateDir, notes } = await findProject(project.root)
    return { folder: stateDir.slice(project.root.length + 1), notes }
  }

  it('is .lua, whatever lies in it that git does not know', async () => {
    expect(await found()).to.deep.equal({ folder: '.lua', notes: [] })
    project.write('.lua/sync.json', '{}')
    expect((await found()).folder).to.equal('.lua')
    git('init')
    expect((await found()).folder).to.equal('.lua')
  })

  it('is another one where git tracks state in it, and that is said', async () => {
    git('init')
    project.write('.lua/backup-manifest.json', '{}')
    project.write('.lua/external/up/a.ts', '')
    git('add', '-f', '.lua')
    expect(await found()).to.deep.equal({ folder: '.lua', notes: [] })
    project.write('.lua/lock', '{}')
    project.write('.lua/undo/x/entry.json', '{}')
    git('add', '-f', '.lua')
    const { folder, notes } = await found()
    expect(folder).to.equal('.lua/local')
    expect(notes?.[0]).to.match(/^Git tracks \.lua\/lock and 1 more: ignored/)
    project.write('.lua/local/sync.json', '{}')
    git('add', '-f', '.lua')
    expect((await found()).folder).to.equal('.lua/local-2')
  })
})
