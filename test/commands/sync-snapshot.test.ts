import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { fileHash, type SnapshotOptions, seedSnapshot } from '../support/lua-server.js'
import { agentSource, CONFIG } from '../support/project.js'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'

const BASE = 'You help.\nYou are kind.'
const THEIRS = 'You help.\nYou are gentle.'
const BASE_FILE = '.lua/backup-manifest.json'
const RESTORE = 'Restore the 3 files that differ here? (y/N)'

describe('lua sync and the snapshot of the sources', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open({
      persona: BASE,
      files: { 'src/tool.ts': 'export const tool = 1\n', 'src/mine.ts': 'export const mine = 1\n' },
    })
    await scene.agree()
    sees('src/index.ts', 'src/tool.ts')
  })
  afterEach(() => scene.close())

  /** As the vendor's CLI writes it: this checkout last pushed or pulled these files as they are now. */
  function sees(...paths: string[]): void {
    const files = paths.map(relativePath => ({
      relativePath,
      hash: fileHash(scene.project.read(relativePath)),
    }))
    scene.project.write(
      BASE_FILE,
      JSON.stringify({ lastHash: 'before', lastPushedAt: '2025-01-01T00:00:00.000Z', files }, null, 2),
    )
  }

  const snapshot = (texts: Record<string, string> = {}, options: SnapshotOptions = {}) =>
    seedSnapshot(
      scene.server.state,
      scene.agent,
      {
        'lua.skill.yaml': CONFIG,
        'src/index.ts': `${agentSource({ persona: BASE })}// from the snapshot\n`,
        'src/tool.ts': 'export const tool = 2\n',
        'src/new/deep.ts': 'export {}\n',
        ...texts,
      },
      options,
    )
  const requested = (part: string) => scene.server.requests.filter(({ path }) => path.includes(part)).length
  const baseFile = () => JSON.parse(scene.project.read(BASE_FILE))

  describe('--pull', () => {
    it('restores what differs, applies the persona on top, and remembers what it saw', async () => {
      const { projectHash } = snapshot()
      scene.colleague(THEIRS)
      const run = await scene.lua('sync', '--pull')
      expect(run).to.include({ code: 0, stderr: '' })
      expect(run.stdout)
        .to.include('3 source files restored from the snapshot:')
        .and.to.include('src/new/deep.ts')
        .and.to.include('Persona pulled into src/index.ts:5')
        .and.to.include('no drift left')
      expect(scene.source).to.equal(`${agentSource({ persona: THEIRS })}// from the snapshot\n`)
      expect(scene.project.read('src/tool.ts')).to.equal('export const tool = 2\n')
      expect(scene.project.read('src/mine.ts')).to.equal('export const mine = 1\n')
      expect(baseFile()).to.have.all.keys('lastHash', 'lastPushedAt', 'files')
      expect(baseFile().lastHash).to.equal(projectHash)
      expect(baseFile().files).to.deep.include({
        relativePath: 'src/index.ts',
        hash: fileHash(scene.source),
      })
      expect(await scene.lua('sync', '--check')).to.include({ code: 0, stderr: '' })
      expect((await scene.lua('sync', '--pull')).stdout).to.include('No drift detected')
    })

    it('restores even where no component drifted, and undo takes all of it back', async () => {
      snapshot()
      const before = scene.project.bytes()
      const run = await scene.lua('sync', '--pull')
      expect(run.code).to.equal(0)
      expect(run.stdout)
        .to.include('restored')
        .and.to.match(/lua sync --undo\n$/)
      await scene.lua('sync', '--undo')
      expect(scene.project.bytes()).to.deep.equal(before)
      expect(baseFile().lastHash).to.equal('before')
    })

    it('only remembers a snapshot that says what is here already: nothing to undo', async () => {
      const texts = Object.fromEntries(
        ['lua.skill.yaml', 'src/index.ts', 'src/tool.ts'].map(path => [path, scene.project.read(path)]),
      )
      seedSnapshot(scene.server.state, scene.agent, texts)
      const run = await scene.lua('sync', '--pull')
      expect(run.stdout).to.equal('✅ Sources: all files are as in the server’s snapshot.\n')
      expect(baseFile().files).to.have.length(3)
      expect((await scene.lua('sync', '--undo')).stdout).to.equal('There is nothing to undo.\n')
    })

    it('refuses where files were changed here: every path, no blob, nothing modified', async () => {
      snapshot({ 'src/mine.ts': 'export const mine = 2\n' })
      scene.project.write('src/tool.ts', 'export const tool = 3\n')
      scene.colleague(THEIRS)
      const before = scene.project.bytes()
      const run = await scene.lua('sync', '--pull')
      expect(run.code).to.equal(21)
      expect(run.stderr)
        .to.include('  src/tool.ts')
        .and.to.include('  src/mine.ts')
        .and.to.include('--no-sources')
      expect(requested('blob')).to.equal(0)
      expect(scene.project.bytes()).to.deep.equal(before)
      expect((await scene.lua('sync', '--pull', '--force')).code).to.equal(0)
      expect(scene.project.read('src/tool.ts')).to.equal('export const tool = 2\n')
      await scene.lua('sync', '--undo')
      expect(scene.project.bytes()).to.deep.equal(before)
    })

    it('without a base, takes what git has committed for unchanged', async () => {
      rmSync(join(scene.project.root, BASE_FILE))
      snapshot()
      expect((await scene.lua('sync', '--pull')).code, 'without git').to.equal(21)
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
          cwd: scene.project.root,
          stdio: 'pipe',
        })
      git('init', '-q')
      git('add', 'src', 'lua.skill.yaml')
      git('commit', '-qm', 'one')
      scene.project.write('src/tool.ts', 'export const tool = 3\n')
      const refused = await scene.lua('sync', '--pull')
      expect(refused.code).to.equal(21)
      expect(refused.stderr).to.include('  src/tool.ts').and.not.to.include('  src/index.ts')
      git('commit', '-qam', 'two')
      expect((await scene.lua('sync', '--pull')).code).to.equal(0)
    })

    it('--no-sources leaves the sources alone and does not even ask about them', async () => {
      snapshot()
      scene.colleague(THEIRS)
      expect((await scene.lua('sync', '--pull', '--no-sources')).code).to.equal(0)
      expect(scene.source).to.equal(agentSource({ persona: THEIRS }))
      expect(scene.project.read('src/tool.ts')).to.equal('export const tool = 1\n')
      expect(requested('/backup')).to.equal(0)
      // What a pull edited is no local change: the base goes with it.
      expect((await scene.lua('sync', '--pull')).code).to.equal(0)
      expect(scene.project.read('src/tool.ts')).to.equal('export const tool = 2\n')
    })

    it('merges lua.skill.yaml: state from the snapshot, comments from here', async () => {
      snapshot({ 'lua.skill.yaml': `${CONFIG}  - { name: support, version: 1.2.0, skillId: s1 }\n` })
      await scene.lua('sync', '--pull')
      const config = scene.project.read('lua.skill.yaml')
      expect(config).to.include('Keep this comment').and.to.include('skillId: s1')
    })

    it('writes no path that it should not, and names each', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'lua-outside-'))
      symlinkSync(outside, join(scene.project.root, 'link'))
      mkdirSync(join(scene.project.root, '.git'))
      const refused = [
        '../up.ts',
        '/etc/absolute.ts',
        'C:\\drive.ts',
        'C:/drive.ts',
        'src/../../up.ts',
        'nul\0byte.ts',
        '.env',
        'sub/.env.local',
        '.git/hooks/post-checkout',
        '.lua/sync.json',
        'node_modules/x/index.js',
        'id_rsa',
        'cert.pem',
        'link/through.ts',
        '\u001b[31mred.ts/..',
      ]
      snapshot(Object.fromEntries(refused.map(path => [path, 'evil\n'])))
      const run = await scene.lua('sync', '--pull')
      expect(run.code).to.equal(0)
      for (const path of refused) {
        const shown = path.replaceAll('\0', '\\x00').replaceAll('\u001b', '\\x1b')
        expect(run.stderr).to.include(`${shown} of the snapshot was left out`)
      }
      expect(run.stderr).not.to.include('\u001b')
      expect(Object.values(scene.project.bytes())).not.to.include(Buffer.from('evil\n').toString('base64'))
      expect(scene.project.read('.lua/sync.json')).not.to.equal('evil\n')
      expect(readdirSync(outside)).to.deep.equal([])
      expect(existsSync(join(scene.project.root, '..', 'up.ts'))).to.equal(false)
      rmSync(outside, { recursive: true })
    })

    it('puts files from outside the project below .lua/external', async () => {
      snapshot({ '../shared/util.ts': 'export {}\n' }, { external: ['../shared/util.ts'] })
      expect((await scene.lua('sync', '--pull')).code).to.equal(0)
      expect(scene.project.read('.lua/external/up/shared/util.ts')).to.equal('export {}\n')
    })

    it('writes nothing if a content is not what its hash says', async () => {
      snapshot({}, { gzip: true })
      const before = scene.project.bytes()
      scene.server.state.blobs[fileHash('export const tool = 2\n')] = { base64: 'AAAA' }
      const run = await scene.lua('sync', '--pull')
      expect(run.code).to.equal(11)
      expect(run.stderr).to.include('src/tool.ts')
      expect(scene.project.bytes()).to.deep.equal(before)
    })
  })

  describe('--check', () => {
    it('notes a newer snapshot, which is no drift', async () => {
      snapshot({}, { createdAt: Date.UTC(2026, 0, 2), createdBy: 'ann\u001b[31m@example.com' })
      const run = await scene.lua('sync', '--check')
      expect(run.code).to.equal(0)
      expect(run.stdout).to.include('No drift detected')
      expect(run.stderr)
        .to.include('newer snapshot of the sources (4 files, 2026-01-02, by ann\\x1b[31m@example.com)')
        .and.to.include('lua sync --pull')
    })

    it('does not ask about it on a fresh checkout', async () => {
      rmSync(join(scene.project.root, BASE_FILE))
      snapshot()
      expect(await scene.lua('sync', '--check')).to.include({ code: 0, stderr: '' })
      expect(requested('/backup')).to.equal(0)
    })

    it('goes on, with a note, where that cannot be asked', async () => {
      scene.server.fault({ path: '*/backup' }, { kind: 'answer', status: 403, body: { message: 'no' } })
      const run = await scene.lua('sync', '--check')
      expect(run.code).to.equal(0)
      expect(run.stderr).to.include('It is not known whether the server has a newer snapshot')
      expect((await scene.lua('sync', '--check', '--only', 'sources')).code).to.equal(10)
    })

    describe('with --only sources', () => {
      const check = (...flags: string[]) => scene.lua('sync', '--check', '--only', 'sources', ...flags)

      it('compares the files: names those that differ, and what to do about them', async () => {
        snapshot()
        const run = await check()
        expect(run.code).to.equal(1)
        expect(run.stdout)
          .to.match(/^⚠️ {2}Drift detected!\n\nSources: 3 files differ/)
          .and.to.include('   src/tool.ts\n')
          .and.to.include('drifted (sources)')
          .and.to.include('lua sync --pull --only sources')
          .and.to.include('lua push backup')
          .and.not.to.include('--push')
        const json = JSON.parse((await check('--json')).stdout)
        expect(json).to.include({ status: 'drift' })
        expect(json.snapshot.differing).to.deep.equal(['src/index.ts', 'src/new/deep.ts', 'src/tool.ts'])
        expect((await scene.lua('sync', '--pull', '--only', 'sources')).code).to.equal(0)
        expect(await check()).to.include({ code: 0, stdout: '✅ No drift detected in sources.\n' })
      })

      it('says that there is none to compare with', async () => {
        expect((await check()).stderr).to.include('The server has no snapshot of the sources')
        expect((await scene.lua('sync', '--pull', '--only', 'sources')).stderr).to.include('lua push backup')
      })

      it('finds none where the files are as the snapshot has them, though this checkout never saw it', async () => {
        rmSync(join(scene.project.root, BASE_FILE))
        seedSnapshot(scene.server.state, scene.agent, {
          'lua.skill.yaml': `# Comments are their own.\n${CONFIG}`,
          'src/index.ts': scene.source,
          'src/tool.ts': scene.project.read('src/tool.ts'),
        })
        expect(await check()).to.include({ code: 0, stdout: '✅ No drift detected in sources.\n' })
      })

      it('finds a file that was changed here, and one that was deleted, since the snapshot was pulled', async () => {
        snapshot()
        await scene.lua('sync', '--pull')
        scene.project.write('src/tool.ts', 'export const tool = 3\n')
        rmSync(join(scene.project.root, 'src/new/deep.ts'))
        const { snapshot: state } = JSON.parse((await check('--json')).stdout)
        expect(state).to.deep.include({
          newer: false,
          drift: true,
          differing: ['src/new/deep.ts', 'src/tool.ts'],
        })
        const pull = await scene.lua('sync', '--pull', '--only', 'sources')
        expect(pull.code).to.equal(21)
        expect(pull.stderr).to.include('  src/tool.ts')
        expect((await scene.lua('sync', '--pull', '--only', 'sources', '--force')).code).to.equal(0)
        expect((await check()).code).to.equal(0)
      })

      it('takes a persona that is newer than the snapshot for no difference of the sources', async () => {
        snapshot()
        scene.colleague(THEIRS)
        await scene.lua('sync', '--pull')
        expect((await check()).code).to.equal(0)
        rmSync(join(scene.project.root, BASE_FILE))
        expect((await check()).code).to.equal(0)
        scene.project.write('src/index.ts', `${scene.source}// and more\n`)
        expect((await check()).code).to.equal(1)
      })
    })

    it('notices a file that was renamed, which the project hash does not tell', async () => {
      snapshot()
      await scene.lua('sync', '--pull')
      const { files, projectHash } = scene.agent.snapshot!
      const renamed = Object.fromEntries(
        files.map(({ relativePath }) => [
          relativePath.replace('src/tool.ts', 'src/tools.ts'),
          scene.project.read(relativePath),
        ]),
      )
      renamed['src/index.ts'] = `${agentSource({ persona: BASE })}// from the snapshot\n`
      const now = seedSnapshot(scene.server.state, scene.agent, renamed, { createdAt: Date.UTC(2026, 0, 2) })
      expect(now.projectHash).to.equal(projectHash)
      expect((await scene.lua('sync', '--check')).stderr).to.include('newer snapshot of the sources')
      Object.assign(now, { createdAt: Date.UTC(2025, 0, 1) })
      const pull = await scene.lua('sync', '--pull')
      expect(pull.code).to.equal(0)
      expect(scene.project.read('src/tools.ts')).to.equal('export const tool = 2\n')
      expect(pull.stderr).to.include('src/tool.ts is not in the snapshot any more')
      expect((await scene.lua('sync', '--pull')).stdout).to.include('No drift detected')
    })
  })

  describe('leaves alone what was not asked for', () => {
    const OWN = 'You help.\nYou are brief.'

    for (const only of ['sources', 'name,sources']) {
      it(`--only ${only}: the code's persona stays in the file that is restored`, async () => {
        scene.edit({ persona: OWN })
        sees('src/index.ts', 'src/tool.ts')
        snapshot()
        const run = await scene.lua('sync', '--pull', '--only', only)
        expect(run.code, run.stderr).to.equal(0)
        expect(scene.source).to.equal(`${agentSource({ persona: OWN })}// from the snapshot\n`)
        expect(scene.project.read('src/tool.ts')).to.equal('export const tool = 2\n')
      })
    }

    it('a persona that was edited here, which is in nobody’s way where that is all that was', async () => {
      scene.edit({ persona: OWN })
      seedSnapshot(scene.server.state, scene.agent, {
        'src/index.ts': agentSource({ persona: BASE }),
        'src/tool.ts': 'export const tool = 2\n',
      })
      for (let turn = 0; turn < 2; turn++) {
        const run = await scene.lua('sync', '--pull', '--only', 'sources')
        expect(run.code, run.stderr).to.equal(0)
        expect(scene.source).to.equal(agentSource({ persona: OWN }))
        expect(scene.project.read('src/tool.ts')).to.equal('export const tool = 2\n')
        expect((await scene.lua('sync', '--check', '--only', 'sources')).code).to.equal(0)
      }
      snapshot()
      expect((await scene.lua('sync', '--pull', '--only', 'sources')).code).to.equal(0)
      expect(scene.source).to.equal(`${agentSource({ persona: OWN })}// from the snapshot\n`)
    })

    it('what would be poison, where both sides have it already', async () => {
      const poison = 'You help.\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b'
      scene.edit({ persona: poison })
      sees('src/index.ts', 'src/tool.ts')
      scene.colleague(poison)
      snapshot()
      expect((await scene.lua('sync', '--pull')).code).to.equal(0)
      expect(scene.source).to.equal(`${agentSource({ persona: poison })}// from the snapshot\n`)
    })

    it('a server without a persona: the one of the code stays', async () => {
      scene.edit({ persona: OWN })
      sees('src/index.ts', 'src/tool.ts')
      scene.agent.personaVersions = []
      snapshot()
      expect((await scene.lua('sync', '--pull')).code).to.equal(0)
      expect(scene.source).to.equal(`${agentSource({ persona: OWN })}// from the snapshot\n`)
    })

    it('refuses to bring in a persona where the code declares none and --only leaves it out', async () => {
      scene.project.write(
        'src/index.ts',
        "import { LuaAgent } from 'lua-cli'\nexport default new LuaAgent({ name: 'Test Agent' })\n",
      )
      sees('src/index.ts', 'src/tool.ts')
      snapshot()
      const before = scene.project.bytes()
      const run = await scene.lua('sync', '--pull', '--only', 'sources')
      expect(run.code).to.equal(21)
      expect(run.stderr).to.include('declare a persona').and.to.include('--only sources,persona')
      expect(scene.project.bytes()).to.deep.equal(before)
      expect((await scene.lua('sync', '--pull', '--only', 'sources', '--force')).code).to.equal(0)
      expect(scene.source).to.include('You are kind.')
    })

    it('names --no-sources where the snapshot has an index.ts that does not compile; nothing is written', async () => {
      for (const [index, code] of [
        ['export const agent = new LuaAgent({', 20],
        ['export {}\n', 20],
      ] as const) {
        snapshot({ 'src/index.ts': index })
        const before = scene.project.bytes()
        const run = await scene.lua('sync', '--pull')
        expect(run.code, run.stderr).to.equal(code)
        expect(run.stderr).to.include('With the sources of the snapshot').and.to.include('--no-sources')
        expect(scene.project.bytes()).to.deep.equal(before)
      }
    })

    it('takes a symbolic link that git has, to a file that git has, for unchanged', async () => {
      rmSync(join(scene.project.root, BASE_FILE))
      rmSync(join(scene.project.root, 'src/tool.ts'))
      scene.project.write('shared/real.ts', 'export const tool = 1\n')
      symlinkSync('../shared/real.ts', join(scene.project.root, 'src/tool.ts'))
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
          cwd: scene.project.root,
          stdio: 'pipe',
        })
      git('init', '-q')
      git('add', 'src', 'shared', 'lua.skill.yaml')
      git('commit', '-qm', 'one')
      snapshot()
      const run = await scene.lua('sync', '--pull')
      expect(run.code, run.stderr).to.equal(0)
      expect(scene.project.read('shared/real.ts')).to.equal('export const tool = 2\n')
      scene.project.write('shared/real.ts', 'export const tool = 3\n')
      rmSync(join(scene.project.root, BASE_FILE))
      const refused = await scene.lua('sync', '--pull')
      expect(refused.code).to.equal(21)
      expect(refused.stderr).to.include('  src/tool.ts')
    })
  })

  describe('on a terminal', () => {
    beforeEach(() => {
      snapshot()
      scene.colleague(THEIRS)
    })

    it('asks before it restores, and then does both', async () => {
      const terminal = scene.terminal()
      await terminal.waitFor('❯ 📥 Pull')
      terminal.type(KEYS.enter)
      await terminal.waitFor('newer snapshot of the sources (4 files, 2025-01-01, by colleague@example.com)')
      await terminal.waitFor(RESTORE)
      terminal.type(`y${KEYS.enter}`)
      expect(await terminal.exit()).to.equal(0)
      expect(terminal.text).to.include('3 source files restored').and.to.include('Persona pulled')
      expect(scene.source).to.equal(`${agentSource({ persona: THEIRS })}// from the snapshot\n`)
    })

    it('leaves the sources alone where the answer is no', async () => {
      const terminal = scene.terminal()
      await terminal.waitFor('❯ 📥 Pull')
      terminal.type(KEYS.enter)
      await terminal.waitFor(RESTORE)
      terminal.type(KEYS.enter)
      expect(await terminal.exit()).to.equal(0)
      expect(scene.source).to.equal(agentSource({ persona: THEIRS }))
      expect(scene.project.read('src/tool.ts')).to.equal('export const tool = 1\n')
      expect(requested('blob')).to.equal(0)
    })

    it('keeps local work that was skipped, in a file that is restored around it', async () => {
      scene.edit({ name: 'Own Name' })
      sees('src/index.ts', 'src/tool.ts')
      const terminal = scene.terminal()
      await terminal.waitFor('do with name?')
      await terminal.waitFor('❯ 📤 Push')
      terminal.type(KEYS.down.repeat(4))
      await terminal.waitFor('❯ ⏭️  Skip')
      terminal.type(KEYS.enter)
      await terminal.waitFor('do with persona?')
      await terminal.waitFor('❯ 📥 Pull')
      terminal.type(KEYS.enter)
      await terminal.waitFor(RESTORE)
      terminal.type(`y${KEYS.enter}`)
      expect(await terminal.exit()).to.equal(0)
      expect(scene.source).to.equal(
        `${agentSource({ name: 'Own Name', persona: THEIRS })}// from the snapshot\n`,
      )
      expect(scene.agent.name).to.equal('Test Agent')
    })

    it('does not ask where local work is in the way: says so, and pulls the persona', async () => {
      scene.project.write('src/tool.ts', 'export const tool = 3\n')
      const terminal = scene.terminal()
      await terminal.waitFor('❯ 📥 Pull')
      terminal.type(KEYS.enter)
      expect(await terminal.exit()).to.equal(0)
      expect(terminal.text).to.include('would overwrite what was changed here: src/tool.ts')
      expect(scene.source).to.equal(agentSource({ persona: THEIRS }))
      expect(scene.project.read('src/tool.ts')).to.equal('export const tool = 3\n')
    })

    it('asks with --only sources, too, and needs somebody to answer', async () => {
      const terminal = scene.terminal(['sync', '--only', 'sources'])
      await terminal.waitFor(RESTORE)
      terminal.type(`y${KEYS.enter}`)
      expect(await terminal.exit()).to.equal(0)
      expect(scene.source).to.equal(`${agentSource({ persona: BASE })}// from the snapshot\n`)
      snapshot({ 'src/tool.ts': 'export const tool = 4\n' })
      expect((await scene.lua('sync', '--only', 'sources')).code).to.equal(2)
    })
  })

  it('restores many files, with progress on a terminal', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`src/many/file-${at}.ts`, `export const n = ${at}\n`]),
    )
    snapshot(texts)
    // Longer than the half second after which it is said what is being waited for.
    scene.server.fault({ origin: 'blob', path: '/blobs/*', times: 1 }, { kind: 'delay', ms: 900 })
    const terminal = scene.terminal(['sync', '--pull'])
    expect(await terminal.exit()).to.equal(0)
    expect(terminal.text)
      .to.match(/Fetching files: \d+ of 63/)
      .and.to.include('… and 53 more')
    for (const [path, text] of Object.entries(texts)) expect(scene.project.read(path), path).to.equal(text)
    expect(baseFile().files).to.have.length(64)
    expect((await scene.lua('sync', '--undo')).code).to.equal(0)
    expect(scene.project.bytes()).not.to.have.any.keys(Object.keys(texts))
  })
})
