import { expect } from 'chai'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'

/** Keys that mean nothing at a question: arrows, Home, End, pages, F-keys, Tab, Backspace, Insert, letters, digits. */
const MEANINGLESS = [
  ...[
    '\x1b[D',
    '\x1b[C',
    '\x1b[H',
    '\x1b[F',
    '\x1b[1~',
    '\x1b[4~',
    '\x1b[5~',
    '\x1b[6~',
    '\x1b[2~',
    '\x1b[3~',
  ],
  ...['\x1bOP', '\x1bOQ', '\x1b[15~', '\x1b[24~', '\x1b[1;5D', '\t', '\x7f', '\x01', '\x05', '\x0e', '\x10'],
  ...['p', 'S', 'j', 'k', '1', '3', ' ', '📤'],
]

describe('keys at the questions of lua sync', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await Scene.open()
    await scene.agree()
  })
  afterEach(() => scene.close())

  it('leave the list where it is, all but those that mean something', async () => {
    scene.colleague('You help.\nKindly.')
    const terminal = scene.terminal()
    await terminal.waitFor('❯ 📥 Pull server to local')
    for (const key of MEANINGLESS) terminal.type(key)
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).to.equal(0)
    expect(scene.versions).to.have.length(2)
    expect(scene.source).to.include('Kindly.')
  })

  for (const [name, keys] of [
    ['Escape', KEYS.escape],
    ['Escape and Enter at once', KEYS.escape + KEYS.enter],
    ['down to the end, and no further', KEYS.down.repeat(9) + KEYS.enter],
  ] as const) {
    it(`skip with ${name}`, async () => {
      scene.edit({ persona: 'You help.\nA lot.' })
      const terminal = scene.terminal()
      await terminal.waitFor('❯ 📤 Push local to server')
      terminal.type(keys)
      expect(await terminal.exit()).to.equal(0)
      expect(terminal.text).to.include('✔ What would you like to do with persona? ⏭️  Skip')
      expect(scene.versions).to.have.length(1)
    })
  }

  it('answer nothing by a text that is pasted, whatever lines are in it', async () => {
    scene.colleague('You help.\nKindly.')
    const terminal = scene.terminal()
    await terminal.waitFor('❯ 📥 Pull server to local')
    terminal.type(`\x1b[200~y\nkeep\r\r\x1b[201~${KEYS.up}`)
    await terminal.waitFor('❯ 📤 Push local to server')
    terminal.type(KEYS.escape)
    expect(await terminal.exit()).to.equal(0)
    expect(terminal.output.match(/\x1b\[\?2004[hl]/g)).to.deep.equal(['\x1b[?2004h', '\x1b[?2004l'])
  })

  it('are heard again after Ctrl-Z and fg', async () => {
    scene.colleague('You help.\nKindly.')
    const under = ['bash', '-c', 'set -m; "$@"; fg', 'bash']
    const terminal = scene.terminal(['sync'], {}, undefined, under)
    await terminal.waitFor('❯ 📥 Pull server to local')
    terminal.type('\x1a')
    await terminal.waitFor('❯ 📥 Pull server to local')
    // What the shell wrote in between stands there still, and below it the whole question.
    await terminal.waitFor('⏭️  Skip')
    expect(await terminal.screen()).to.match(
      /❯ 📥[\s\S]*\? What[^?]*\?\n {2}📤[^\n]*\n❯ 📥[\s\S]*⏭️ {2}Skip\n$/,
    )
    terminal.type(KEYS.enter)
    expect(await terminal.exit(), terminal.text).to.equal(0)
    expect(scene.source).to.include('Kindly.')
  })

  it('show what they choose on a screen with few rows', async () => {
    scene.colleague('You help.\nKindly.')
    const terminal = scene.terminal(['sync'], { LUA_PAGER: '' }, [20, 6])
    await terminal.waitFor('(2 of 5)')
    terminal.type(KEYS.up)
    await terminal.waitFor('(1 of 5)')
    await terminal.waitFor('❯ 📤 Push local to')
    terminal.type(KEYS.down.repeat(9))
    await terminal.waitFor('(5 of 5)')
    await terminal.waitFor('❯ ⏭️  Skip')
    terminal.type(KEYS.enter)
    expect(await terminal.exit()).to.equal(0)
    expect(scene.versions).to.have.length(2)
  })

  it('stop at the first choice on the way up', async () => {
    scene.colleague('You help.\nKindly.')
    const terminal = scene.terminal()
    await terminal.waitFor('❯ 📥 Pull server to local')
    terminal.type(KEYS.up.repeat(9))
    await terminal.waitFor('❯ 📤 Push local to server')
    terminal.type(KEYS.down + KEYS.enter)
    expect(await terminal.exit()).to.equal(0)
    expect(scene.versions).to.have.length(2)
  })

  it('answer no question that was not asked yet', async () => {
    scene.colleague('You help.\nKindly.')
    scene.server.fault({ path: '*' }, { kind: 'delay', ms: 300 })
    const terminal = scene.terminal()
    terminal.type(KEYS.enter.repeat(5))
    await terminal.waitFor('❯ 📥 Pull server to local')
    terminal.type(KEYS.escape)
    expect(await terminal.exit()).to.equal(0)
    expect(scene.source).not.to.include('Kindly.')
  })

  it('end the run with Ctrl-D as with Ctrl-C', async () => {
    scene.edit({ persona: 'You help.\nA lot.' })
    const terminal = scene.terminal()
    await terminal.waitFor('❯ 📤 Push local to server')
    terminal.type(KEYS.ctrlD)
    expect(await terminal.exit()).to.equal(130)
    expect(terminal.text).to.include('Stopped. Nothing was changed.')
  })
})
