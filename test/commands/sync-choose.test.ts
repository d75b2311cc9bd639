import { expect } from 'chai'
import { KEYS, type Terminal } from '../support/pty.js'
import { Scene } from '../support/scene.js'
import { expectScreen, WIDTHS } from '../support/screens.js'

const LINES = Array.from({ length: 30 }, (_, index) => `Line ${index + 1} of what the agent is told.`)
const text = (change: Record<number, string> = {}) =>
  LINES.map((line, index) => change[index + 1] ?? line).join('\n')

const SERVER = text({
  3: 'Line 3 is the server’s.',
  12: 'Line 12 is the server’s.',
  25: 'Line 25 is the server’s.',
})
/** What the code has when these passages are taken. */
const taken = (...lines: number[]) =>
  text(Object.fromEntries(lines.map(line => [line, `Line ${line} is the server’s.`])))

describe('choosing passage by passage', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open({ persona: text() })
    await scene.agree()
    scene.colleague(SERVER)
    scene.agent.personaVersions.at(-1)!.createdDate = Date.now() - 2.5 * 3_600_000
  })
  afterEach(() => scene.close())

  const persona = async () => {
    const { components } = JSON.parse((await scene.lua('sync', '--check', '--json', '--verbose')).stdout)
    return components[1].local.text
  }

  describe('by number', () => {
    for (const [args, expected] of [
      [['--take', '1,3'], taken(3, 25)],
      [['--take', '2-3'], taken(12, 25)],
      [['--keep', '2'], taken(3, 25)],
      [['--take', '1-3'], SERVER],
    ] as const) {
      it(args.join(' '), async () => {
        const { code, stderr } = await scene.lua('sync', '--pull', ...args)
        expect(code, stderr).to.equal(0)
        expect(await persona()).to.equal(expected)
        expect((await scene.lua('sync', '--undo')).code).to.equal(0)
        expect(await persona()).to.equal(text())
      })
    }

    it('leaves a code that is ahead, and a push sends it', async () => {
      await scene.lua('sync', '--pull', '--take', '1')
      expect(await scene.state()).to.equal('ahead')
      expect((await scene.lua('sync', '--push')).code).to.equal(0)
      expect(scene.versions.at(-1)).to.equal(taken(3))
    })

    it('counts through all components, from the top of the diff', async () => {
      scene.agent.name = 'Renamed'
      const { stdout } = await scene.lua('sync', '--check', '--verbose')
      expect(stdout.match(/^@@ .* passage \d+$/gm)).to.deep.equal([
        '@@ -1,1 +1,1 @@ passage 1',
        '@@ -3,1 +3,1 @@ passage 2',
        '@@ -12,1 +12,1 @@ passage 3',
        '@@ -25,1 +25,1 @@ passage 4',
      ])
      expect((await scene.lua('sync', '--pull', '--take', '3')).code).to.equal(0)
      expect(await persona()).to.equal(taken(12))
      expect(scene.source).to.include('Test Agent')
    })

    it('takes or keeps a model, which is one passage', async () => {
      const source = (model: string) =>
        scene.source.replace(/(?:model: '.*',\n {2})?name: /, `model: '${model}',\n  name: `)
      scene.project.write('src/index.ts', source('a/one'))
      scene.agent.model = 'a/two'
      const { stdout } = await scene.lua('sync', '--check', '--verbose')
      expect(stdout).to.match(/MODEL DIFF[\s\S]*@@ -1,1 \+1,1 @@ passage 4\n- a\/two\n\+ a\/one\n/)
      expect((await scene.lua('sync', '--pull', '--take', '1')).code).to.equal(0)
      expect(scene.source).to.include('a/one')
      expect((await scene.lua('sync', '--pull', '--take', '1', '--only', 'model')).code).to.equal(0)
      expect(scene.source).to.include('a/two')
    })

    it('leaves governance whole, and counts nothing of it', async () => {
      scene.project.write(
        'src/index.ts',
        scene.source.replace('name: ', "governance: { mode: 'sdk', rules: { tokenBudget: 1 } },\n  name: "),
      )
      scene.agent.governance = { mode: 'sdk', rules: { tokenBudget: 2 } }
      const { stdout } = await scene.lua('sync', '--check', '--verbose')
      expect(stdout.match(/passage \d+$/gm)).to.deep.equal(['passage 1', 'passage 2', 'passage 3'])
      expect(stdout).to.match(/GOVERNANCE DIFF[\s\S]*@@ -\d,1 \+\d,1 @@\n/)
      const run = await scene.lua('sync', '--pull', '--take', '3')
      expect(run.code, run.stderr).to.equal(0)
      expect(run.stdout).to.include('governance: left as it is: governance is taken whole or not at all')
      expect(await persona()).to.equal(taken(25))
      expect(scene.source).to.include('tokenBudget: 1')
      const alone = await scene.lua('sync', '--pull', '--take', '1', '--only', 'governance')
      expect(alone.code).to.equal(21)
      expect(alone.stderr).to.include('governance is taken whole or not at all')
    })

    it('writes nothing for a number that there is not', async () => {
      const before = scene.project.bytes()
      const { code, stderr } = await scene.lua('sync', '--pull', '--take', '4')
      expect(code).to.equal(2)
      expect(stderr).to.include('expected numbers from 1 to 3')
      expect(scene.project.bytes()).to.deep.equal(before)
    })

    it('says with --dry-run how many lines would change', async () => {
      const { stdout } = await scene.lua('sync', '--pull', '--take', '1', '--dry-run')
      expect(stdout).to.match(/would take v2 into src\/index\.ts:\d+, 1 of 30 lines/)
    })
  })

  describe('on a terminal', () => {
    async function choose(terminal: Terminal, keys: string): Promise<void> {
      await terminal.waitFor('❯ 📥 Pull server to local')
      terminal.type(KEYS.down + KEYS.down)
      await terminal.waitFor('❯ 🔎 Choose one by one')
      terminal.type(KEYS.enter)
      const at: Record<string, number> = {}
      for (const [index, key] of [...keys].entries()) {
        await terminal.waitFor('[q]uit')
        at[key] = index
        terminal.type(key)
      }
    }

    for (const width of WIDTHS) {
      it(`shows each passage and the result, and writes what was chosen, in ${width} columns`, async () => {
        const terminal = scene.terminal(['sync'], { LUA_PAGER: '' }, [width, 100])
        await choose(terminal, 'tkt')
        await terminal.waitFor('Write this into your code?')
        await terminal.waitFor('(y/N)')
        await expectScreen(terminal, `choose-${width}`)
        terminal.type('y')
        await terminal.waitFor('y')
        terminal.type(KEYS.enter)
        await terminal.waitFor('Push it now?')
        terminal.type(KEYS.enter)
        expect(await terminal.exit(), terminal.text).to.equal(0)
        expect(await persona()).to.equal(taken(3, 25))
        expect(scene.versions).to.have.length(2)
      })
    }

    it('goes back, takes all of the rest, and pushes what was kept in the same step', async () => {
      const terminal = scene.terminal(['sync'], { LUA_PAGER: '' })
      await choose(terminal, 'tbka')
      await terminal.waitFor('Write this into your code?')
      terminal.type(`y${KEYS.enter}`)
      await terminal.waitFor('Push it now?')
      terminal.type(`y${KEYS.enter}`)
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(await persona()).to.equal(taken(12, 25))
      expect(scene.versions.at(-1)).to.equal(taken(12, 25))
    })

    it('works for a name and for a model, too', async () => {
      scene.edit({ name: 'Mine' })
      scene.project.write('src/index.ts', scene.source.replace('name: ', "model: 'a/one',\n  name: "))
      scene.agent.model = 'a/two'
      const terminal = scene.terminal(['sync', '--only', 'name,model'], { LUA_PAGER: '' })
      await terminal.waitFor('❯ 📤 Push local to server')
      terminal.type(KEYS.down.repeat(3))
      await terminal.waitFor('❯ 🔎 Choose one by one')
      terminal.type(KEYS.enter)
      await terminal.waitFor('[q]uit')
      terminal.type('k')
      await terminal.waitFor('Push it now?')
      terminal.type(KEYS.enter)
      await terminal.waitFor('with model?')
      await terminal.waitFor('❯ 📤 Push local to server')
      terminal.type(KEYS.down.repeat(2))
      await terminal.waitFor('❯ 🔎 Choose one by one')
      terminal.type(KEYS.enter)
      await terminal.waitFor('[q]uit')
      terminal.type('t')
      await terminal.waitFor('Write this into your code?')
      terminal.type(`y${KEYS.enter}`)
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(scene.source).to.include('name: "Mine"').and.to.include('a/two')
    })

    it('opens one passage in the editor', async () => {
      const terminal = scene.terminal(['sync'], { LUA_PAGER: '', EDITOR: 'sed -i s/server/editor/' })
      await choose(terminal, 'er')
      await terminal.waitFor('Write this into your code?')
      terminal.type(`y${KEYS.enter}`)
      await terminal.waitFor('Push it now?')
      terminal.type(KEYS.escape)
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(await persona()).to.equal(text({ 3: 'Line 3 is the editor’s.' }))
    })

    it('decides nothing where the editor is left without a change', async () => {
      const terminal = scene.terminal(['sync'], { LUA_PAGER: '', EDITOR: 'true' })
      await choose(terminal, 'e')
      await terminal.waitFor('so nothing is decided yet')
      await terminal.waitFor('1 of 3:')
      // What follows is for the screen as it is by then, which the program learns in its own time.
      terminal.resize(40, 60)
      do {
        terminal.type('b')
        await terminal.waitFor('1 of 3:')
      } while (!terminal.text.includes('(server line 3, code\nline 3)'))
      await terminal.waitFor('[q]uit')
      terminal.type('q')
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(await persona()).to.equal(text())
    })

    for (const [name, keys] of [
      ['q', 'tq'],
      ['Escape', 't\x1b'],
    ] as const) {
      it(`changes nothing with ${name}, whatever was said before`, async () => {
        const before = scene.project.bytes()
        const terminal = scene.terminal(['sync'], { LUA_PAGER: '' })
        await choose(terminal, keys)
        expect(await terminal.exit(), terminal.text).to.equal(0)
        expect(scene.project.bytes()).to.deep.equal(before)
      })
    }

    it('changes nothing where the result is declined', async () => {
      const terminal = scene.terminal(['sync'], { LUA_PAGER: '' })
      await choose(terminal, 'a')
      await terminal.waitFor('Write this into your code?')
      terminal.type(KEYS.enter)
      expect(await terminal.exit(), terminal.text).to.equal(0)
      expect(await persona()).to.equal(text())
    })
  })
})

describe('a diff that is higher than the screen', () => {
  let scene: Scene
  beforeEach(async () => {
    const many = (word: string) => Array.from({ length: 40 }, (_, index) => `${word} ${index}.`).join('\n')
    scene = await Scene.open({ persona: many('Mine') })
    scene.edit({ persona: many('Yours') })
  })
  afterEach(() => scene.close())

  it('goes through the pager, and a summary stands before the question', async () => {
    const terminal = scene.terminal(['sync'], { LUA_PAGER: 'cat > paged.txt', NO_COLOR: '1' }, [80, 24])
    await terminal.waitFor('it is not known who changed')
    await terminal.waitFor('1 change, +40 −40 lines')
    await terminal.waitFor('❯ 📤 Push local to server')
    terminal.type(KEYS.escape)
    expect(await terminal.exit()).to.equal(0)
    expect(scene.project.read('paged.txt')).to.include('PERSONA DIFF').and.to.include('Mine 39.')
    expect(terminal.text).not.to.include('Mine 39.')
  })

  for (const [name, heard] of [
    ['goes on', ':'],
    ['ends it', 'kill -s INT $$'],
  ]) {
    it(`may be left with a Ctrl-C that the pager hears and ${name}: the question comes all the same`, async () => {
      // Until it has heard: a Ctrl-C may come before whatever it would wait for has begun.
      const pager = `cat > /dev/null; trap 'has=1; trap - INT; ${heard}' INT; echo paging; until [ "$has" ]; do sleep 0.1; done; echo over`
      const terminal = scene.terminal(['sync'], { LUA_PAGER: pager }, [80, 24])
      await terminal.waitFor('paging')
      terminal.type(KEYS.ctrlC)
      await terminal.waitFor('❯ 📤 Push local to server')
      expect(terminal.text).not.to.include('Mine 39.')
      terminal.type(KEYS.escape)
      expect(await terminal.exit()).to.equal(0)
    })
  }

  it('is shown in colour by a less that was told nothing, and keeps what it was told', async () => {
    for (const [env, wanted] of [
      [{}, 'FRX'],
      [{ LESS: '-S' }, '-S'],
    ] as [Record<string, string>, string][]) {
      const pager = { PAGER: 'cat > /dev/null; echo "LESS is $LESS"', ...env }
      const terminal = scene.terminal(['sync'], pager, [80, 24])
      await terminal.waitFor(`LESS is ${wanted}`)
      await terminal.waitFor('❯ 📤 Push local to server')
      terminal.type(KEYS.escape)
      expect(await terminal.exit()).to.equal(0)
    }
  })

  for (const env of [
    { LUA_PAGER: '' },
    { PAGER: 'cat' },
    { LUA_PAGER: 'no-such-pager-here' },
    { LUA_PAGER: 'false' },
  ] as Record<string, string>[]) {
    it(`is printed with ${JSON.stringify(env)}`, async () => {
      const terminal = scene.terminal(['sync'], env, [80, 24])
      await terminal.waitFor('Mine 39.')
      await terminal.waitFor('1 change, +40 −40 lines')
      await terminal.waitFor('❯ 📤 Push local to server')
      terminal.type(KEYS.escape)
      expect(await terminal.exit()).to.equal(0)
    })
  }
})
