import { expect } from 'chai'
import { DEFAULT_AGENT, type LuaServer, seedVersion } from '../support/lua-server.js'
import { agentSource, type TestProject } from '../support/project.js'
import { Scene } from '../support/scene.js'

const RULE = '='.repeat(60)
const NO_DRIFT = '✅ No drift detected. Local code is in sync with server.\n'

describe('lua sync', () => {
  let scene: Scene
  let server: LuaServer
  let project: TestProject

  beforeEach(async () => {
    scene = await Scene.open()
    ;({ server, project } = scene)
  })
  afterEach(() => scene.close())

  const agent = () => scene.agent
  const lua = (...args: string[]) => scene.lua(...args)
  const writes = () => server.requests.filter(({ method }) => method !== 'GET')
  /** The dashboard of a colleague: a new published version. */
  const colleague = (persona: unknown) => scene.colleague(persona)

  describe('--check', () => {
    it('finds no drift, exits 0, with two requests and no others', async () => {
      const run = await scene.spawn('sync', '--check')
      expect(run).to.include({ code: 0, stdout: NO_DRIFT, stderr: '' })
      expect(server.requests.map(({ method, path }) => `${method} ${path}`)).to.have.members([
        `GET /admin/agents/${DEFAULT_AGENT}`,
        `GET /developer/agents/${DEFAULT_AGENT}/persona/versions`,
      ])
    })

    it('takes flags of the program before the command', async () => {
      expect(await scene.spawn('--ci', 'sync', '--check')).to.include({
        code: 0,
        stdout: NO_DRIFT,
        stderr: '',
      })
    })

    it('knows no drift from a version that has no text, and no stop from one without a date', async () => {
      agent().personaVersions[0]!.createdDate = undefined
      for (const persona of [{ voice: null }, {}, null, '', ' \n', { base: '', text: ' ' }]) {
        seedVersion(agent(), { persona })
        expect(await lua('sync', '--check')).to.include({ code: 0, stdout: NO_DRIFT })
      }
    })

    it('shows the documented block, says the ways on, exits 1 and writes nothing', async () => {
      project.write(
        'src/index.ts',
        agentSource({ persona: '<persona>\n  <identity>\n    New Agent Name\n  </identity>\n</persona>' }),
      )
      colleague('<persona>\n  <identity>\n    Old Agent Name\n  </identity>\n</persona>')
      const before = project.bytes()
      const run = await scene.spawn('sync', '--check')
      expect(run.code).to.equal(1)
      expect(run.stdout).to.include(
        [
          RULE,
          'PERSONA DIFF',
          '- Server (deployed)  + Local (code)',
          RULE,
          '',
          '  <persona>',
          '    <identity>',
          '-     Old Agent Name',
          '+     New Agent Name',
          '    </identity>',
          '  </persona>',
          '',
          RULE,
          '',
        ].join('\n'),
      )
      const last = run.stdout.trimEnd().split('\n').at(-1)
      expect(last).to.match(/^1 component drifted \(persona\)\..*`lua sync`.*--pull.*--push/)
      expect(project.bytes()).to.deep.equal(before)
      expect(writes()).to.deep.equal([])
    })

    it('shows name drift in a short block of its own', async () => {
      agent().name = 'Renamed'
      const run = await lua('sync', '--check')
      expect(run.code).to.equal(1)
      expect(run.stdout).to.include(`${RULE}\n\n- Renamed\n+ Test Agent\n\n${RULE}\n`)
    })

    it('abbreviates unchanged runs, with three lines of context, and counts empty lines as lines', async () => {
      const lines = Array.from({ length: 20 }, (_, index) => (index % 5 === 4 ? '' : `line ${index}`))
      project.write('src/index.ts', agentSource({ persona: [...lines, 'new', 'end'].join('\n') }))
      colleague([...lines, 'old', 'end'].join('\n'))
      const run = await lua('sync', '--check')
      expect(run.stdout).to.include(
        '\n\n  ... (17 unchanged lines) ...\n  line 17\n  line 18\n  \n- old\n+ new\n  end\n\n',
      )
    })

    it('takes the published version with the greatest date: no draft, no roll-back, no order of the server', async () => {
      agent().personaVersions.length = 0
      const at = Date.UTC(2026, 0, 1)
      seedVersion(agent(), {
        version: 3,
        persona: 'You help.',
        createdDate: new Date(at + 3000).toISOString(),
        isCurrent: false,
      })
      seedVersion(agent(), {
        version: 4,
        persona: 'A draft.',
        createdDate: at + 4000,
        status: 'draft',
        isCurrent: false,
      })
      seedVersion(agent(), { version: 1, persona: 'Oldest.', createdDate: at + 1000, isCurrent: true })
      seedVersion(agent(), { version: 2, persona: 'Tied.', createdDate: at + 3000, isCurrent: false })
      expect(await lua('sync', '--check')).to.include({ code: 0, stdout: NO_DRIFT })
    })

    it('takes a difference in line endings and outer white space for cosmetic: told with --verbose, never drift', async () => {
      colleague('\r\nYou help.\r\n')
      expect(await lua('sync', '--check')).to.include({ code: 0, stdout: NO_DRIFT })
      const verbose = await lua('sync', '--check', '--verbose')
      expect(verbose.code).to.equal(0)
      expect(verbose.stdout).to.include('differs only in line endings or white space')
    })

    it('shows one section for each channel that differs', async () => {
      project.write(
        'src/index.ts',
        "import { LuaAgent } from 'lua-cli'\nexport default new LuaAgent({ name: 'Test Agent', persona: { base: 'same', voice: 'mine', text: 'new' } })\n",
      )
      colleague({ base: 'same', voice: 'theirs' })
      const { stdout, code } = await lua('sync', '--check')
      expect(code).to.equal(1)
      expect(stdout).to.include('PERSONA (voice) DIFF').and.to.include('- theirs\n+ mine\n')
      expect(stdout).to.include('PERSONA (text) DIFF').and.to.include('\n+ new\n')
      expect(stdout).not.to.include('PERSONA (base)')
    })

    it('never lets the server steer the terminal', async () => {
      colleague('You \x1b[2Jhelp.\x07\u202e')
      const { stdout } = await lua('sync', '--check')
      expect(stdout).to.include('\\x1b[2Jhelp.\\x07\\u202e')
      expect(stdout).not.to.match(/[\x1b\x07\u202e]/)
    })

    it('reports no drift while the server has no persona', async () => {
      agent().personaVersions.length = 0
      expect(await lua('sync', '--check')).to.include({ code: 0, stdout: NO_DRIFT })
    })

    it('needs no node_modules and reads no old dist-v2', async () => {
      project.write('dist-v2/manifest.json', '{"primitives":[{"kind":"agent","name":"Old","persona":"Old"}]}')
      expect(await lua('sync', '--check')).to.include({ code: 0, stdout: NO_DRIFT })
    })
  })

  describe('--pull', () => {
    it('writes name and persona into the source, names file and line, and leaves no drift', async () => {
      agent().name = "The Colleague's Name"
      colleague('You help.\nYou are `kind` and cost ${nothing}.')
      const run = await scene.spawn('sync', '--pull')
      expect(run).to.include({ code: 0, stderr: '' })
      expect(run.stdout).to.include('src/index.ts:4').and.to.include('src/index.ts:5')
      expect(run.stdout).to.include('no drift left')
      expect(project.read('src/index.ts')).to.equal(
        agentSource({
          name: "The Colleague's Name",
          persona: 'You help.\nYou are `kind` and cost ${nothing}.',
        }),
      )
      expect(writes()).to.deep.equal([])
      expect(await lua('sync', '--check')).to.include({ code: 0, stdout: NO_DRIFT })
    })

    it('does nothing where nothing drifted', async () => {
      const before = project.bytes()
      expect(await lua('sync', '--pull')).to.include({ code: 0, stdout: NO_DRIFT })
      expect(project.bytes()).to.deep.equal(before)
    })

    it('goes on with --accept, and says on stderr that it is deprecated', async () => {
      colleague('You help more.')
      const run = await lua('sync', '--accept')
      expect(run.code).to.equal(0)
      expect(run.stderr).to.include('--accept is deprecated')
      expect(project.read('src/index.ts')).to.include('You help more.')
    })
  })

  describe('--push', () => {
    it('creates a version, reads it back and names it', async () => {
      project.write('src/index.ts', agentSource({ name: 'New Name', persona: 'You help a lot.' }))
      const run = await scene.spawn('sync', '--push')
      expect(run).to.include({ code: 0, stderr: '' })
      expect(run.stdout).to.include('version 2 created')
      expect(run.stdout).to.include('Name pushed. The old name was "Test Agent".')
      expect(agent().name).to.equal('New Name')
      expect(agent().personaVersions.at(-1)).to.include({ version: 2, persona: 'You help a lot.' })
      expect(await lua('sync', '--check')).to.include({ code: 0, stdout: NO_DRIFT })
    })

    it('says that a new version is a draft and how to deploy it, and creates no second one however often', async () => {
      server.state.publishOnCreate = false
      project.write('src/index.ts', agentSource({ persona: 'You help a lot.' }))
      const first = await lua('sync', '--push')
      expect(first.code).to.equal(0)
      expect(first.stdout).to.include('Version 2 is a draft').and.to.include('lua sync --push --deploy')
      const second = await lua('sync', '--push')
      expect(second.code).to.equal(0)
      expect(second.stdout).to.include('version 2 has exactly this text already')
      expect(agent().personaVersions).to.have.length(2)
      const third = await lua('sync', '--push', '--deploy')
      expect(third.code).to.equal(0)
      expect(agent().personaVersions.at(-1)).to.include({ status: 'published', isCurrent: true })
      expect(await lua('sync', '--check')).to.include({ code: 0, stdout: NO_DRIFT })
    })

    it('sends the first persona of an agent that has none', async () => {
      agent().personaVersions.length = 0
      expect((await lua('sync', '--push')).stdout).to.include('version 1 created')
      expect(agent().personaVersions[0]).to.include({ persona: 'You help.' })
    })
  })

  describe('flags', () => {
    const wrong = [
      ['--check', '--pull'],
      ['--pull', '--push'],
      ['--accept', '--push'],
      ['--check', '--push'],
      ['--check', '--accept'],
      ['--force'],
      ['--check', '--force'],
      ['--deploy'],
      ['--chekc'],
      ['stray'],
    ]
    for (const flags of wrong) {
      for (const json of [[], ['--json']]) {
        it(`refuses ${[...flags, ...json].join(' ')} with exit code 2 and touches nothing`, async () => {
          colleague('Other.')
          const before = project.bytes()
          const run = await lua('sync', ...flags, ...json)
          expect(run.code).to.equal(2)
          expect(server.requests).to.deep.equal([])
          expect(project.bytes()).to.deep.equal(before)
          if (json.length > 0) expect(JSON.parse(run.stdout).error).to.include({ code: 'USAGE', exitCode: 2 })
        })
      }
    }
  })

  describe('where nobody can answer', () => {
    it('exits 2 at once and names the flags', async () => {
      colleague('Other.')
      const run = await scene.spawn('sync')
      expect(run.code).to.equal(2)
      expect(run.stderr).to.include('--check').and.to.include('--pull').and.to.include('--push')
    })

    it('needs no answer where nothing drifted', async () => {
      expect(await lua('sync')).to.include({ code: 0, stdout: NO_DRIFT })
    })
  })

  describe('with a server that says no', () => {
    const refusals = [
      { status: 401, code: 9, says: 'key' },
      { status: 403, code: 10, says: '' },
      { status: 404, code: 3, says: '' },
    ]
    for (const { status, code, says } of refusals) {
      it(`exits ${code} on ${status}, with a hint`, async () => {
        server.fault({ path: '*' }, { kind: 'answer', status, body: { message: `no ${status}` } })
        for (const mode of ['--check', '--pull', '--push']) {
          const run = await lua('sync', mode)
          expect(run.code, mode).to.equal(code)
          expect(run.stderr).to.include('→').and.to.include(says)
        }
      })
    }
  })

  describe('with no server', () => {
    for (const mode of [['--check'], []]) {
      it(`goes on: sync ${mode.join(' ')} exits 0 and says that drift was not checked`, async () => {
        server.fault({ path: '*' }, { kind: 'reset', when: 'before' })
        const run = await lua('sync', ...mode)
        expect(run.code).to.equal(0)
        expect(run.stdout).to.equal('')
        expect(run.stderr).to.match(/^Drift was NOT checked: .*\n$/)
      })
    }
    for (const mode of ['--pull', '--push']) {
      it(`sync ${mode} cannot do what it was told: exit 11`, async () => {
        server.fault({ path: '*' }, { kind: 'reset', when: 'before' })
        const run = await lua('sync', mode)
        expect(run.code).to.equal(11)
        expect(run.stdout).to.equal('')
      })
    }
  })
})
