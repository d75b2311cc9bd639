import { expect } from 'chai'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'
import { expectScreen, WIDTHS } from '../support/screens.js'

const text = (change: Record<number, string> = {}) =>
  Array.from({ length: 40 }, (_, index) => change[index + 1] ?? `Line ${index + 1} of what it is told.`).join(
    '\n',
  )

const source = (persona: string) => `import { LuaAgent } from 'lua-cli'

export const agent = new LuaAgent({
  name: 'Test Agent',
  persona: \`${persona}\`,
  model: 'openai/gpt-4o',
})
`

describe('the screens of lua sync', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open({ persona: text(), files: { 'src/index.ts': source(text()) } })
    scene.agent.model = 'openai/gpt-4o'
    await scene.agree()
    scene.colleague(text({ 5: 'Line 5 is the server’s.', 20: 'Line 20 is the server’s.' }))
    const [first, second] = scene.agent.personaVersions
    first!.createdDate = Date.now() - 7.5 * 86_400_000
    second!.createdDate = Date.now() - 2.5 * 3_600_000
  })
  afterEach(() => scene.close())

  for (const width of WIDTHS) {
    it(`from an edit over a merge with a conflict to Ctrl-C, which leaves nothing that looks chosen, in ${width} columns`, async () => {
      scene.project.write(
        'src/index.ts',
        source(text({ 5: 'Line 5 is mine.', 12: 'Line 12 is mine.', 28: 'Line 28 is mine.' })),
      )
      scene.agent.name = 'Renamed Agent'
      scene.agent.model = 'openai/gpt-5'
      const env = { LUA_PAGER: 'head -n 5', EDITOR: 'sed -i s/Renamed/Edited/' }
      const terminal = scene.terminal(['sync'], env, [width, 41])
      await terminal.waitFor('❯ 📥 Pull server to local')
      terminal.type(KEYS.down)
      await terminal.waitFor('❯ 📝 Edit')
      terminal.type(KEYS.enter)
      await terminal.waitFor('Push it now?')
      terminal.type(`y${KEYS.enter}`)
      await terminal.waitFor('❯ 🔀 Merge both')
      terminal.type(KEYS.enter)
      await terminal.waitFor('❯ Ours (local)')
      terminal.type(KEYS.down + KEYS.enter)
      await terminal.waitFor('What would you like to do with model?')
      await terminal.waitFor('⏭️  Skip')
      await expectScreen(terminal, `session-${width}`)
      terminal.type(KEYS.ctrlC)
      await terminal.exit()
      await expectScreen(terminal, `stopped-${width}`)
    })

    it(`of a dry run, in ${width} columns`, async () => {
      const terminal = scene.terminal(['sync', '--pull', '--dry-run', '--verbose'], {}, [width, 100])
      await terminal.exit()
      await expectScreen(terminal, `dry-run-${width}`)
    })

    it(`of looking back, in ${width} columns`, async () => {
      scene.project.write('src/index.ts', source(text({ 12: 'Line 12 is mine.' })))
      for (const args of [['--history'], ['--diff', '1..local']]) {
        const terminal = scene.terminal(['sync', ...args], {}, [width, 60])
        expect(await terminal.exit()).to.equal(0)
        await expectScreen(terminal, `${args[0]!.slice(2)}-${width}`)
      }
    })

    it(`of the help, in ${width} columns`, async () => {
      const terminal = scene.terminal(['sync', '--help'], {}, [width, 200])
      await terminal.exit()
      await expectScreen(terminal, `help-${width}`)
    })
  }
})
