import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { committedTexts, repositoryFiles } from '../../../src/lib/project/git.js'
import {
  commitsSince,
  commitsTouching,
  filesAt,
  headCommit,
  isShallow,
  mayTrack,
  renamesIn,
} from '../../../src/lib/project/git-history.js'

let repository: string
let root: string
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'lua-git-'))
  root = join(repository, 'packages/my agent')
  mkdirSync(join(root, 'src'), { recursive: true })
})
afterEach(() => {
  rmSync(repository, { recursive: true })
})

function git(...args: string[]): void {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main']
  execFileSync('git', [...who, ...args], { cwd: repository, stdio: 'ignore' })
}

/** The text of one file in HEAD. */
async function committedText(folder: string, path: string): Promise<string | undefined> {
  return (await committedTexts(folder, [path])).get(path)
}

function commit(name: string, text: string | undefined): void {
  if (text === undefined) rmSync(join(root, name))
  else writeFileSync(join(root, name), text)
  git('add', '-A')
  git('commit', '--no-gpg-sign', '-m', name)
}

/** A `git` in a folder that runs this. */
function program(folder: string, line: string): void {
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${line}\n`)
  chmodSync(join(folder, 'git'), 0o755)
}

async function withEnv<T>(changes: Record<string, string>, fn: () => Promise<T>): Promise<T> {
  const saved = { ...process.env }
  Object.assign(process.env, changes)
  try {
    return await fn()
  } finally {
    for (const name of Object.keys(changes)) delete process.env[name]
    Object.assign(process.env, saved)
  }
}

describe('git', () => {
  it('gives committed texts of a project below the repository’s root, exactly', async () => {
    git('init')
    const text = 'é 😀\r\nno final newline'
    commit('src/index.ts', text)
    commit('src/[id] $x.ts', 'odd name')
    writeFileSync(join(root, 'src/index.ts'), 'not committed')
    expect(await committedText(root, 'src/index.ts')).to.equal(text)
    const texts = await committedTexts(root, ['src/none.ts', 'src/[id] $x.ts', 'src', 'src/index.ts'])
    expect([...texts]).to.deep.equal([
      ['src/[id] $x.ts', 'odd name'],
      ['src/index.ts', text],
    ])
    expect(await committedText(root, 'src/none.ts')).to.equal(undefined)
  })

  it('gives the commits that touched files, newest first, and what they had', async () => {
    git('init')
    for (const text of ['one', 'two', undefined, 'three']) commit('src/persona.md', text)
    commit('src/other.ts', 'x')
    const deadline = performance.now() + 10_000
    const file = 'packages/my agent/src/persona.md'
    const paths = [file, 'src/[none].ts']
    const commits = (await commitsTouching(repository, paths, { limit: 50, deadline }))!
    expect(commits.map(({ added }) => added)).to.deep.equal([[file], [], [], []])
    const ids = commits.map(({ id }) => id)
    const files = await filesAt(repository, ids, paths, deadline)
    expect(ids.map(id => files.get(id)!.get(file)?.bytes.toString())).to.deep.equal([
      'three',
      undefined,
      'two',
      'one',
    ])
    expect(await commitsTouching(repository, paths, { limit: 1, deadline })).to.have.length(1)
    expect(await commitsTouching(root, ['src/none.ts'], { limit: 50, deadline })).to.deep.equal([])
    expect([...(await commitsSince(root, ids[1]!))!]).to.have.members([ids[0], await headCommit(root)])
    expect(await commitsSince(root, '0'.repeat(40))).to.equal(undefined)
    expect(await isShallow(root)).to.equal(false)
  })

  it('tells from the index what it surely does not track', () => {
    expect(mayTrack(root, '.lua'), 'outside a repository').to.equal(false)
    git('init')
    expect(mayTrack(root, '.lua'), 'without an index').to.equal(true)
    commit('src/a.ts', 'x')
    expect(mayTrack(root, '.lua')).to.equal(false)
    git('worktree', 'add', '-q', 'tree')
    expect(mayTrack(join(repository, 'tree'), '.lua'), 'in a worktree').to.equal(false)
    for (const version of [4, 2]) {
      git('update-index', '--index-version', `${version}`)
      expect(mayTrack(root, '.lua'), `index version ${version}`).to.equal(version === 4)
    }
    git('update-index', '--split-index')
    expect(mayTrack(root, '.lua'), 'split').to.equal(true)
    git('update-index', '--no-split-index')
    commit('.lua', 'x')
    expect(mayTrack(root, '.lua')).to.equal(true)
  })

  it('knows what HEAD names: on a branch, packed, detached, in a worktree, and not before the first commit', async () => {
    const says = () => execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
    expect(await headCommit(root)).to.equal(undefined)
    git('init')
    expect(await headCommit(root)).to.equal(undefined)
    commit('src/a.ts', 'x')
    const first = says()
    expect(await headCommit(root)).to.equal(first)
    git('pack-refs', '--all')
    expect(await headCommit(root)).to.equal(first)
    commit('src/a.ts', 'y')
    expect(await headCommit(root))
      .to.equal(says())
      .and.not.to.equal(first)
    git('worktree', 'add', join(repository, 'tree'), '-b', 'feature/x', first)
    expect(await headCommit(join(repository, 'tree/packages'))).to.equal(first)
    git('checkout', '--detach', first)
    expect(await headCommit(root)).to.equal(first)
  })

  it('drops a commit whose name was cut off', async () => {
    git('init')
    commit('src/a.ts', 'x')
    const bin = mkdtempSync(join(tmpdir(), 'lua-bin-'))
    const id = '1'.repeat(40)
    program(bin, `printf '\\001${id} ${'2'.repeat(40)}\\0\\nA\\0src/a.ts\\0\\001abc'`)
    const ask = () => commitsTouching(root, ['src/a.ts'], { limit: 9, deadline: performance.now() + 10_000 })
    try {
      const commits = await withEnv({ PATH: `${bin}:${process.env.PATH}` }, ask)
      expect(commits).to.deep.equal([{ id, added: ['src/a.ts'] }])
    } finally {
      rmSync(bin, { recursive: true })
    }
  })

  it('remembers nothing outside a repository, before the first commit, or without git', async () => {
    const answers = async () => [
      await committedText(root, 'src/a.ts'),
      (await commitsTouching(root, ['src/a.ts'], { limit: 9, deadline: performance.now() + 5000 }))?.length,
    ]
    expect(await answers()).to.deep.equal([undefined, undefined])
    git('init')
    expect(await answers()).to.deep.equal([undefined, undefined])
    commit('src/a.ts', 'x')
    expect(await answers()).to.deep.equal(['x', 1])
    expect(await withEnv({ PATH: join(root, 'nowhere') }, answers)).to.deep.equal([undefined, undefined])
    expect(await committedText(join(root, 'no/such/folder'), 'a.ts')).to.equal(undefined)
  })

  it('does not wait for a git that hangs', async () => {
    git('init')
    const bin = mkdtempSync(join(tmpdir(), 'lua-bin-'))
    try {
      program(bin, 'sleep 60')
      const PATH = `${bin}:${process.env.PATH}`
      expect(await withEnv({ PATH }, () => headCommit(root))).to.equal(undefined)
    } finally {
      rmSync(bin, { recursive: true })
    }
  })

  it('asks the repository of the project, not that of a hook it may run in', async () => {
    git('init')
    commit('src/a.ts', 'x')
    const env = { GIT_DIR: join(root, 'elsewhere'), GIT_INDEX_FILE: join(root, 'index') }
    expect(await withEnv(env, () => committedText(root, 'src/a.ts'))).to.equal('x')
  })

  describe('of a repository that wishes its reader ill', () => {
    const touch = () => `touch ${join(repository, 'canary')}; false`
    const noCommandRan = () => expect(existsSync(join(repository, 'canary'))).to.equal(false)
    const askEverything = async () => {
      await committedText(root, 'src/a.ts')
      const deadline = performance.now() + 2000
      const commits = (await commitsTouching(root, ['src'], { limit: 50, deadline })) ?? []
      for (const { id } of commits) {
        await renamesIn(root, id, deadline)
        await commitsSince(root, id)
        await filesAt(root, [id], ['packages/my agent/src/a.ts'], deadline)
      }
      await isShallow(root)
      await repositoryFiles(root)
      await repositoryFiles(join(root, 'src'))
    }

    it('runs no command of its configuration', async () => {
      git('init')
      commit('src/a.ts', 'x')
      writeFileSync(join(root, '.gitattributes'), '* filter=evil diff=evil\n')
      for (const key of COMMANDS) git('config', key, touch())
      git('config', 'log.showSignature', 'true')
      mkdirSync(join(repository, 'hooks'))
      git('config', 'core.hooksPath', join(repository, 'hooks'))
      writeFileSync(join(repository, 'hooks/post-index-change'), `#!/bin/sh\n${touch()}\n`, { mode: 0o755 })
      writeFileSync(join(root, 'src/a.ts'), 'y')
      await askEverything()
      noCommandRan()
      expect(await committedText(root, 'src/a.ts')).to.equal('x')
    })

    it('fetches nothing that a partial clone lacks', async () => {
      git('init')
      commit('src/a.ts', 'x')
      const blob = execFileSync('git', ['rev-parse', 'HEAD:./src/a.ts'], { cwd: root, encoding: 'utf8' })
      rmSync(join(repository, '.git/objects', blob.slice(0, 2), blob.slice(2).trim()))
      git('config', 'core.repositoryFormatVersion', '1')
      git('config', 'extensions.partialClone', 'origin')
      git('config', 'remote.origin.url', 'ssh://somewhere/x')
      git('config', 'core.sshCommand', touch())
      git('config', 'protocol.ssh.allow', 'always')
      await askEverything()
      noCommandRan()
    })

    it('takes no folder for a repository because it looks like one', async () => {
      git('init', '--bare', join(root, 'src'))
      git('--git-dir', join(root, 'src'), 'config', 'core.bare', 'false')
      git('--git-dir', join(root, 'src'), 'config', 'core.worktree', root)
      git('--git-dir', join(root, 'src'), 'config', 'core.fsmonitor', touch())
      git('init')
      git('add', '-A')
      expect(await repositoryFiles(join(root, 'src'))).to.equal(undefined)
      noCommandRan()
      expect(await repositoryFiles(root)).to.include('src/config')
    })

    it('runs no git that lies in it', async () => {
      git('init')
      commit('src/a.ts', 'x')
      program(root, touch())
      const PATH = [root, '', '.', process.env.PATH].join(':')
      expect(await withEnv({ PATH }, () => committedText(root, 'src/a.ts'))).to.equal('x')
      noCommandRan()
    })
  })
})

const COMMANDS = [
  ...['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.askPass', 'core.editor'],
  ...['core.alternateRefsCommand', 'credential.helper', 'diff.external', 'diff.evil.command'],
  ...['diff.evil.textconv', 'filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'gpg.program'],
  ...['gpg.ssh.program', 'pager.log', 'alias.log', 'alias.ls-files', 'alias.cat-file'],
]
