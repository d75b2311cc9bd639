import { expect } from 'chai'
import { agentSource } from '../support/project.js'
import { KEYS } from '../support/pty.js'
import { Scene } from '../support/scene.js'

const BASE = 'You help.\nYou are kind.\nYou answer in English.\nYou sign with your name.'
const LOCAL = BASE.replace('You help.', 'You help a lot.')
const SERVER = BASE.replace('with your name', 'as the Team')
const MERGED = LOCAL.replace('with your name', 'as the Team')

/** What brings a scene, whose two sides agreed on BASE, into each state. */
const STATES: Record<string, (scene: Scene) => void> = {
  'in sync': () => {},
  behind: scene => scene.colleague(SERVER),
  ahead: scene => scene.edit({ persona: LOCAL }),
  diverged: scene => {
    scene.edit({ persona: LOCAL })
    scene.colleague(SERVER)
  },
  differs: scene => {
    // Neither a record nor the server's history knows a text that both sides had.
    scene.project.write('.lua/sync.json', '')
    scene.edit({ persona: LOCAL })
    scene.agent.personaVersions.length = 0
    scene.colleague(SERVER)
  },
}

interface Cell {
  code: number
  /** The persona in the code afterwards. */
  codeSays: string
  /** Texts of versions that were added on the server. */
  added?: string[]
  /** What the output must hold. */
  says: RegExp
  /** The state afterwards. */
  leaves: string
}

type Row = Record<keyof typeof STATES, Cell>

const NO_DRIFT = /^✅ No drift detected\. Local code is in sync with server\.$/m
const inSync: Cell = { code: 0, codeSays: BASE, says: NO_DRIFT, leaves: 'in-sync' }
const refused = (leaves: string): Cell => ({
  code: 21,
  codeSays: LOCAL,
  says: new RegExp(
    `overwrite local changes to persona; nothing was modified\\.[\\s\\S]*src/index\\.ts:5[\\s\\S]*Three ways on: ${leaves === 'ahead' ? 'push them \\(lua sync --push\\), merge' : 'merge both sides \\(lua sync --merge\\), push .*--push --force\\)'}.*--pull --force\\)`,
  ),
  leaves,
})
const pulled = (codeSays: string): Cell => ({
  code: 0,
  codeSays,
  says: /Persona pulled into src\/index\.ts:5\.\n.*no drift left in persona\.\n.*lua sync --undo/,
  leaves: 'in-sync',
})
const pushed = (version: number, supersedes: number | undefined, text: string): Cell => ({
  code: 0,
  codeSays: text,
  added: [text],
  says: new RegExp(
    `version ${version} created\\.${supersedes ? `\\n.*supersedes version ${supersedes}` : '\\n'}`,
  ),
  leaves: 'in-sync',
})
const found = (leaves: string, codeSays: string, says: RegExp): Cell => ({ code: 1, codeSays, says, leaves })

const MODES: Record<string, Row> = {
  '--check': {
    'in sync': inSync,
    behind: found(
      'behind',
      BASE,
      /server is 1 version ahead \(v2, \d+ days ago\); your code still has v1\.[\s\S]*Run `lua sync --pull` to take the server’s, or `lua sync` to decide/,
    ),
    ahead: found(
      'ahead',
      LOCAL,
      /your code changed since v1; the server did not\.[\s\S]*Run `lua sync --push` to send yours, or `lua sync` to decide/,
    ),
    diverged: found(
      'diverged',
      LOCAL,
      /both changed since v1: server is 1 version ahead \(v2, \d+ days ago\), and your code was edited too\.[\s\S]*run `lua sync --merge` to bring them together, or `lua sync` to decide/,
    ),
    differs: found('differs', LOCAL, /it is not known who changed; the server has its own \(v1, /),
  },
  '--pull': {
    'in sync': inSync,
    behind: pulled(SERVER),
    ahead: refused('ahead'),
    diverged: refused('diverged'),
    differs: { ...pulled(SERVER), says: /it is not known who changed[\s\S]*Persona pulled into/ },
  },
  '--pull --force': {
    'in sync': inSync,
    behind: pulled(SERVER),
    ahead: pulled(BASE),
    diverged: pulled(SERVER),
    differs: pulled(SERVER),
  },
  '--push': {
    'in sync': inSync,
    behind: {
      code: 21,
      codeSays: BASE,
      says: /would revert the persona on the server \(v2, \d+ days ago\); nothing was pushed\.[\s\S]*--pull or --merge\)[\s\S]*--push --force\)/,
      leaves: 'behind',
    },
    ahead: pushed(2, undefined, LOCAL),
    diverged: {
      code: 21,
      codeSays: LOCAL,
      says: /would revert the persona on the server \(v2, \d+ days ago\); nothing was pushed\.[\s\S]*lua sync --merge\)[\s\S]*--push --force\)/,
      leaves: 'diverged',
    },
    differs: {
      ...pushed(2, 1, LOCAL),
      says: /it is not known who changed[\s\S]*version 2 created/,
    },
  },
  '--push --force': {
    'in sync': inSync,
    behind: pushed(3, 2, BASE),
    ahead: pushed(2, undefined, LOCAL),
    diverged: pushed(3, 2, LOCAL),
    differs: pushed(2, 1, LOCAL),
  },
  '--merge': {
    'in sync': inSync,
    behind: { ...pulled(SERVER), says: /Persona pulled into src\/index\.ts:5/ },
    ahead: {
      code: 0,
      codeSays: LOCAL,
      says: /persona: only your code changed, so there is nothing to merge/,
      leaves: 'ahead',
    },
    diverged: { code: 0, codeSays: MERGED, says: /Persona merged into src\/index\.ts:5/, leaves: 'ahead' },
    differs: { code: 21, codeSays: LOCAL, says: /nothing was written/, leaves: 'differs' },
  },
  '--merge --push': {
    'in sync': inSync,
    behind: { ...pulled(SERVER), says: /Persona pulled into src\/index\.ts:5/ },
    ahead: pushed(2, undefined, LOCAL),
    diverged: { ...pushed(3, undefined, MERGED), says: /Persona merged[\s\S]*version 3 created/ },
    differs: { code: 21, codeSays: LOCAL, says: /nothing was written/, leaves: 'differs' },
  },
}

describe('lua sync in every state', () => {
  let scene: Scene

  beforeEach(async () => {
    scene = await Scene.open({ persona: BASE })
    await scene.agree()
  })
  afterEach(() => scene.close())

  async function expectCell(cell: Cell, before: unknown[], said: string): Promise<void> {
    expect(said).to.match(cell.says)
    expect(scene.source).to.equal(agentSource({ persona: cell.codeSays }))
    expect(scene.versions).to.deep.equal([...before, ...(cell.added ?? [])])
    expect(await scene.state()).to.equal(cell.leaves)
  }

  for (const [mode, row] of Object.entries(MODES)) {
    describe(mode, () => {
      for (const [state, cell] of Object.entries(row)) {
        it(`${state}: exit ${cell.code}, leaves it ${cell.leaves}`, async () => {
          STATES[state]!(scene)
          const before = scene.versions
          const run = await scene.lua('sync', ...mode.split(' '))
          expect(run.code, run.stderr).to.equal(cell.code)
          await expectCell(cell, before, run.stdout + run.stderr)
        })
      }
    })
  }

  const PUSH = '📤 Push local to server'
  const PULL = '📥 Pull server to local'
  const MERGE = '🔀 Merge both'
  const EDIT = "📝 Edit the server's text"
  const CHOOSE = '🔎 Choose one by one'
  const SKIP = '⏭️  Skip'
  const EDITED = SERVER.replace('kind', 'gentle')
  const edited: Cell = {
    code: 0,
    codeSays: EDITED,
    says: /Persona written into src\/index\.ts:5/,
    leaves: 'ahead',
  }
  const skipped = (leaves: string, codeSays: string): Cell => ({
    code: 0,
    codeSays,
    says: /persona: skipped\./,
    leaves,
  })

  /** What is offered, in order, which of it is preselected, and what each choice does. */
  const CHOICES: Record<
    string,
    { preselected: string; offered: Record<string, Cell>; takenBack?: Record<string, string> }
  > = {
    behind: {
      preselected: PULL,
      takenBack: { [PUSH]: 'reverts v2, days ago' },
      offered: {
        [PUSH]: pushed(3, 2, BASE),
        [PULL]: pulled(SERVER),
        [EDIT]: edited,
        [SKIP]: skipped('behind', BASE),
      },
    },
    ahead: {
      preselected: PUSH,
      takenBack: { [PULL]: 'takes back what your code changed' },
      offered: {
        [PUSH]: pushed(2, undefined, LOCAL),
        [PULL]: pulled(BASE),
        [EDIT]: { ...edited, codeSays: BASE.replace('kind', 'gentle') },
        [SKIP]: skipped('ahead', LOCAL),
      },
    },
    diverged: {
      preselected: MERGE,
      takenBack: { [PUSH]: 'reverts v2, days ago', [PULL]: 'takes back what your code changed' },
      offered: {
        [PUSH]: pushed(3, 2, LOCAL),
        [PULL]: pulled(SERVER),
        [MERGE]: MODES['--merge']!.diverged!,
        [EDIT]: edited,
        [SKIP]: skipped('diverged', LOCAL),
      },
    },
    differs: {
      preselected: PUSH,
      offered: {
        [PUSH]: pushed(2, 1, LOCAL),
        [PULL]: pulled(SERVER),
        [EDIT]: edited,
        [SKIP]: skipped('differs', LOCAL),
      },
    },
  }

  describe('on a terminal', () => {
    it('in sync: asks nothing', async () => {
      const terminal = scene.terminal()
      expect(await terminal.exit()).to.equal(0)
      await expectCell(inSync, [BASE], terminal.text)
    })

    for (const [state, { preselected, offered, takenBack }] of Object.entries(CHOICES)) {
      // What choosing passage by passage does has tests of its own.
      const labels = Object.keys(offered).toSpliced(-1, 0, CHOOSE)
      for (const [choice, cell] of Object.entries(offered)) {
        it(`${state}, ${choice}: leaves it ${cell.leaves}`, async () => {
          STATES[state]!(scene)
          const before = scene.versions
          const terminal = scene.terminal(['sync'], { EDITOR: 'sed -i s/kind/gentle/' })
          await terminal.waitFor(`❯ ${preselected}`)
          await terminal.waitFor(SKIP)
          const shown = terminal.text.match(/(?:📤|📥|🔀|📝|🔎|⏭️ ) .*/gu) ?? []
          expect(shown.map(label => label.replace(/ \(.*\)$/, ''))).to.deep.equal(labels)
          expect(
            shown.map(label => (/ \((.*)\)$/.exec(label)?.[1] ?? '').replace(/\d+ days/, 'days')),
          ).to.deep.equal(labels.map(label => takenBack?.[label] ?? ''))
          const [from, to] = [labels.indexOf(preselected), labels.indexOf(choice)]
          for (let at = from; at !== to; ) {
            at += Math.sign(to - from)
            terminal.type(to > from ? KEYS.down : KEYS.up)
            await terminal.waitFor(`❯ ${labels[at]}`)
          }
          terminal.type(KEYS.enter)
          // What came of it is not on the server yet: that is asked, and here left for later.
          if (choice === EDIT) {
            await terminal.waitFor('Push it now?')
            terminal.type(KEYS.enter)
          }
          expect(await terminal.exit()).to.equal(cell.code)
          await expectCell(cell, before, terminal.text)
        })
      }
    }
  })
})
