/** Personas that are not simply written down: what sync makes of them. */
import { expect } from 'chai'
import { Scene } from '../support/scene.js'

const agentOf = (persona: string, before = '') =>
  `import { LuaAgent } from 'lua-cli'\n${before}\nexport const agent = new LuaAgent({\n  name: 'Test Agent',\n  persona: ${persona},\n})\n`

describe('lua sync: what it reads', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open()
  })
  afterEach(() => scene.close())

  describe('a value that depends on the environment', () => {
    beforeEach(() => scene.project.write('src/index.ts', agentOf("process.env.PERSONA_TEXT ?? 'You help.'")))

    it('is its default, as compile deploys it, and says so', async () => {
      const run = await scene.lua('sync', '--check')
      expect(run.code).to.equal(0)
      expect(run.stderr).to.include('PERSONA_TEXT (src/index.ts:5)')
      const { notes } = JSON.parse((await scene.lua('sync', '--check', '--json')).stdout)
      expect(notes).to.have.lengthOf(1)
    })

    it('has its default written by a pull', async () => {
      scene.colleague('You help a lot.')
      await scene.lua('sync', '--pull')
      expect(scene.source).to.equal(agentOf("process.env.PERSONA_TEXT ?? 'You help a lot.'"))
      expect((await scene.lua('sync', '--check')).code).to.equal(0)
    })

    it('without a default: says which variable, and how to go on without the persona', async () => {
      scene.project.write('src/index.ts', agentOf('process.env.PERSONA_TEXT'))
      const run = await scene.lua('sync', '--check')
      expect(run.code).to.equal(20)
      expect(run.stderr).to.include('PERSONA_TEXT').and.to.include('--only name')
      expect((await scene.lua('sync', '--check', '--only', 'name')).code).to.equal(0)
    })
  })

  it('a text file that is imported by its name is read and written', async () => {
    scene.project.write('src/index.ts', agentOf('persona', "import persona from './persona.md'"))
    scene.project.write('src/persona.md', 'You help.\n')
    expect((await scene.lua('sync', '--check')).code).to.equal(0)
    scene.colleague('You help.\n\n- a lot')
    expect((await scene.lua('sync', '--pull')).code).to.equal(0)
    expect(scene.project.read('src/persona.md')).to.equal('You help.\n\n- a lot\n')
  })

  describe('a pull into a computed value', () => {
    const pull = () => scene.lua('sync', '--pull', '--compute', '--no-sources')
    const code = agentOf("greet('You', 'help')", 'const greet = (a: string, b: string) => `${a} ${b}.`')

    it('puts the words that changed where they stand, proved by running it', async () => {
      scene.project.write('src/index.ts', code)
      scene.colleague('They help.')
      const run = await pull()
      expect(run.code, run.stderr).to.equal(0)
      expect(scene.source).to.equal(code.replace("'You'", "'They'"))
      expect((await scene.lua('sync', '--check', '--compute')).code).to.equal(0)
    })

    it('several words, each in its own literal', async () => {
      scene.project.write('src/index.ts', code)
      scene.colleague('They assist.')
      expect((await pull()).code).to.equal(0)
      expect(scene.source).to.equal(code.replace("'You'", "'They'").replace("'help'", "'assist'"))
    })

    it('a text file that the code reads', async () => {
      const reading = agentOf(
        "load('persona.md')",
        "import { readFileSync } from 'node:fs'\nconst load = (name: string) => readFileSync(process.cwd() + '/prompts/' + name, 'utf8').trim()",
      )
      scene.project.write('src/index.ts', reading)
      scene.project.write('prompts/persona.md', 'You help.\n')
      scene.colleague('You help.\n\nA lot.')
      expect((await pull()).code).to.equal(0)
      expect(scene.project.read('prompts/persona.md')).to.equal('You help.\n\nA lot.\n')
      expect(scene.source).to.equal(reading)
    })

    it('a text file keeps its line endings, and the line break at its end', async () => {
      const reading = agentOf(
        "load('persona.md')",
        "import { readFileSync } from 'node:fs'\nconst load = (name: string) => readFileSync(process.cwd() + '/prompts/' + name, 'utf8')",
      )
      scene.project.write('src/index.ts', reading)
      scene.project.write('prompts/persona.md', 'You\r\nhelp.\r\n')
      scene.colleague('You\nassist.')
      expect((await pull()).code).to.equal(0)
      expect(scene.project.read('prompts/persona.md')).to.equal('You\r\nassist.\r\n')
      expect((await scene.lua('sync', '--check', '--compute')).code).to.equal(0)
    })

    it('a name that can be read goes with it', async () => {
      scene.project.write('src/index.ts', code)
      scene.colleague('They help.')
      scene.agent.name = 'Renamed'
      expect((await pull()).code).to.equal(0)
      expect(scene.source).to.equal(code.replace("'You'", "'They'").replace('Test Agent', 'Renamed'))
    })

    it('words that are there twice, from one literal', async () => {
      const twice = agentOf("twice('You help.')", 'const twice = (text: string) => `${text} ${text}`')
      scene.project.write('src/index.ts', twice)
      scene.colleague('You assist. You assist.')
      expect((await pull()).code).to.equal(0)
      expect(scene.source).to.equal(twice.replace('help', 'assist'))
    })

    it('names only the files that it is made of where it is refused', async () => {
      scene.project.write(
        'src/index.ts',
        agentOf(
          "load('/a.md')",
          "import { readFileSync } from 'node:fs'\nconst load = (name: string) => readFileSync(process.cwd() + name, 'utf8').toLowerCase()",
        ),
      )
      scene.project.write('a.md', 'YOU HELP.')
      scene.project.write('b.md', 'Something else.')
      scene.colleague('we help.')
      const run = await pull()
      expect(run.code).to.equal(21)
      expect(run.stderr).to.include('(src/index.ts, a.md)')
    })

    for (const [title, server, words] of [
      [
        'another channel',
        { base: 'You help.', voice: 'Short.' },
        'makes one text, the server has base and voice',
      ],
      ['only channels', { voice: 'Short.' }, 'makes one text, the server has voice'],
    ] as const) {
      it(`does not change which channels there are: ${title}`, async () => {
        scene.project.write('src/index.ts', code)
        scene.colleague(server)
        const run = await pull()
        expect(run.code).to.equal(21)
        expect(run.stderr).to.include(words)
        expect(scene.source).to.equal(code)
      })
    }

    it('is refused where no single literal has them: 21, with the files, and nothing changes', async () => {
      scene.project.write('src/index.ts', agentOf("['Y', 'ou help.'].map(part => part).join('')"))
      scene.colleague('We help.')
      const before = scene.project.bytes()
      const run = await pull()
      expect(run.code).to.equal(21)
      expect(run.stderr).to.include('src/index.ts')
      expect(scene.project.bytes()).to.deep.equal(before)
    })
  })

  describe('a value that only running the code tells', () => {
    const READ = "import { readFileSync } from 'node:fs'\nimport { join, resolve } from 'node:path'"
    const COMPUTED: [title: string, persona: string, before?: string][] = [
      ['a helper function', 'make()', "const make = () => 'You help.'"],
      [
        'a helper function with arguments',
        "greet('You', 'help')",
        'const greet = (a: string, b: string) => `${a} ${b}.`',
      ],
      ['map and join', "['You', 'help.'].map(word => word.trim()).join(' ')"],
      ['filter', "['You', '', 'help.'].filter(word => word !== '').join(' ')"],
      ['a file by the working folder', "readFileSync(process.cwd() + '/persona.txt', 'utf8')", READ],
      ['a file by path.resolve', "readFileSync(resolve('persona.txt'), 'utf8')", READ],
      ['JSON that is read', "JSON.parse(readFileSync(join(__dirname, '../p.json'), 'utf8')).persona", READ],
      ['Map.get', "texts.get('persona')", "const texts = new Map([['persona', 'You help.']])"],
      ['a tag of its own', 'text`You help.`', "const text = (parts: TemplateStringsArray) => parts.join('')"],
      ['a function that is called at once', "(() => 'You help.')()"],
      [
        'a translation',
        "t('persona')",
        "const words: Record<string, string> = { persona: 'You help.' }\nconst t = (key: string) => words[key]",
      ],
    ]
    beforeEach(() => {
      scene.project.write('persona.txt', 'You help.')
      scene.project.write('p.json', '{"persona":"You help."}')
    })

    for (const [title, persona, before] of COMPUTED) {
      it(`${title}: is computed with --compute`, async () => {
        scene.project.write('src/index.ts', agentOf(persona, before))
        const run = await scene.lua('sync', '--check', '--compute', '--json')
        const { components, status } = JSON.parse(run.stdout)
        expect(status, run.stdout).to.equal('in-sync')
        expect(components[1]).to.include({ component: 'persona', computed: true })
        expect(components[0]).not.to.have.property('computed')
      })
    }

    it('what depends on the environment says so, with the place of the variable', async () => {
      const make =
        "const key = process.env.OTHER\nconst make = () => {\n  return process.env.PERSONA_TEXT ?? 'You help.'\n}\nexport { key }"
      scene.project.write('src/index.ts', agentOf('make()', make))
      const { notes, status } = JSON.parse((await scene.lua('sync', '--check', '--compute', '--json')).stdout)
      expect(status).to.equal('in-sync')
      expect(notes).to.have.lengthOf(1)
      expect(notes[0]).to.include('PERSONA_TEXT (src/index.ts:4)')
    })

    it('what depends on the clock says so', async () => {
      scene.project.write('src/index.ts', agentOf('`It is ${Date.now()}.`'))
      const run = await scene.lua('sync', '--check', '--compute')
      expect(run.stderr).to.include('depends on the clock or on chance')
    })

    for (const [title, persona, words] of [
      ['a variable without a default', 'process.env.PERSONA_TEXT', 'PERSONA_TEXT'],
      ['one inside a text', '`You ${process.env.PERSONA_TEXT}.`', 'PERSONA_TEXT'],
      ['a number', '(() => 42)()', 'gives persona 42, which is no text'],
      ['nothing', '(() => undefined as never)()', 'gives persona no value'],
      [
        'what only loads with a variable',
        "((key?: string) => { if (!key) throw Error('no key'); return key })(process.env.PERSONA_TEXT)",
        'needs PERSONA_TEXT',
      ],
    ] as const) {
      it(`${title}: 20 in spite of --compute, which says why, and how to go on`, async () => {
        scene.project.write('src/index.ts', agentOf(persona))
        const run = await scene.lua('sync', '--check', '--compute')
        expect(run.code, run.stdout).to.equal(20)
        expect(run.stderr).to.include(words).and.to.include('--only name')
      })
    }

    it('a getter of its class', async () => {
      scene.project.write(
        'src/index.ts',
        "import { LuaAgent } from 'lua-cli'\nexport class Bot extends LuaAgent {\n  name = 'Test Agent'\n  get persona() {\n    return 'You help.'\n  }\n}\n",
      )
      expect((await scene.lua('sync', '--check', '--compute')).code).to.equal(0)
    })

    it('without the flag: 20, which names it, and nothing is run', async () => {
      scene.project.write('src/index.ts', agentOf('make()', "const make = () => 'You help.'"))
      const run = await scene.lua('sync', '--check')
      expect(run.code).to.equal(20)
      expect(run.stderr).to.include('--compute').and.to.include('--only name')
    })

    it('can be pushed, and its base is known', async () => {
      scene.project.write('src/index.ts', agentOf('make()', "const make = () => 'You help.'"))
      await scene.lua('sync', '--check', '--compute')
      scene.project.write('src/index.ts', agentOf('make()', "const make = () => 'You help more.'"))
      const { components } = JSON.parse((await scene.lua('sync', '--check', '--compute', '--json')).stdout)
      expect(components[1].state).to.equal('ahead')
      expect((await scene.lua('sync', '--push', '--compute')).code).to.equal(0)
      expect(scene.versions.at(-1)).to.equal('You help more.')
      expect((await scene.lua('sync', '--history', '--compute')).stdout).to.match(/v2.*code/s)
    })

    it('the history and the difference to it say that it was computed, or why it is not known', async () => {
      scene.project.write('src/index.ts', agentOf('make()', "const make = () => 'You help.'"))
      const json = async (...args: string[]) =>
        JSON.parse((await scene.lua('sync', ...args, '--json')).stdout)
      const { computed, versions } = await json('--history', '--compute')
      expect([computed, versions[0].isLocal]).to.deep.equal([true, true])
      expect(await json('--diff', 'v1..local', '--compute')).to.include({
        computed: true,
        after: 'You help.',
      })
      expect(await json('--diff', 'v1', '--compute')).not.to.have.property('computed')
      const without = await scene.lua('sync', '--history')
      expect(without.code).to.equal(0)
      expect(without.stderr).to.include('None is marked as your code').and.to.include('--compute')
      expect((await scene.lua('sync', '--diff', 'v1..local')).code).to.equal(20)
    })

    it('is asked for once at a terminal, and remembered on this machine only', async () => {
      scene.project.write('src/index.ts', agentOf('make()', "const make = () => 'You help.'"))
      scene.project.write('home/README', '')
      const env = { HOME: `${scene.project.root}/home` }
      const refusing = scene.terminal(['sync', '--check'], env)
      await refusing.waitFor("Run the project's code")
      refusing.type('n\r')
      expect(await refusing.exit()).to.equal(20)
      const agreeing = scene.terminal(['sync', '--check'], env)
      await agreeing.waitFor("Run the project's code")
      agreeing.type('y\r')
      expect(await agreeing.exit()).to.equal(0)
      const again = scene.terminal(['sync', '--check'], env)
      expect(await again.exit()).to.equal(0)
      expect(again.text).not.to.include("Run the project's code")
      expect(scene.project.read('home/.lua-cli/sync-choices.json')).to.include(scene.project.root)
    })

    it('is there for compile --sync, which runs the code anyway', async () => {
      scene.project.write('src/index.ts', agentOf('make()', "const make = () => 'You help.'"))
      const run = await scene.spawn('compile', '--sync')
      expect(run.code, run.stderr).to.equal(0)
    })
  })
})
