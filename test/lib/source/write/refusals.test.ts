import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import {
  type AgentChange,
  diskHost,
  findAgent,
  planWrite,
  Sources,
} from '../../../../src/lib/source/index.js'
import { readAgent } from '../memory.js'

const LUA = "import { LuaAgent } from 'lua-cli'\n"

/** Every file below a folder with its bytes, as text that can be compared. */
function contents(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    paths.map(path => [relative(folder, path), readFileSync(path).toString('latin1')]),
  )
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')

const REFUSED: [title: string, files: Record<string, string | Buffer>, change: AgentChange, code: string][] =
  [
    [
      'an unknown value',
      { 'src/index.ts': `${LUA}new LuaAgent({ persona: make() })` },
      { persona: 'x' },
      'NOT_STATIC',
    ],
    [
      'an unresolved import',
      { 'src/index.ts': `${LUA}import { P } from './p'\nnew LuaAgent({ persona: P })` },
      { persona: 'x' },
      'UNRESOLVED',
    ],
    ['a syntax error', { 'src/index.ts': `${LUA}new LuaAgent({ persona: 'a' }` }, { persona: 'x' }, 'SYNTAX'],
    ['no agent', { 'src/index.ts': LUA }, { persona: 'x' }, 'NO_ENTRY'],
    [
      'two agents',
      { 'src/index.ts': `${LUA}new LuaAgent({})\nnew LuaAgent({})` },
      { persona: 'x' },
      'MANY_AGENTS',
    ],
    [
      'a file in Latin-1',
      { 'src/index.ts': latin1(`${LUA}// caf\xe9\nnew LuaAgent({ persona: 'a' })`) },
      { persona: 'x' },
      'FILE_REFUSED',
    ],
    [
      'a text file in Latin-1',
      {
        'src/index.ts': `${LUA}import p from './p.md?raw'\nnew LuaAgent({ persona: p })`,
        'src/p.md': latin1('caf\xe9'),
      },
      { persona: 'x' },
      'SYNTAX',
    ],
    [
      'a file in UTF-16',
      { 'src/index.ts': Buffer.from(`\uFEFF${LUA}new LuaAgent({ persona: 'a' })`, 'utf16le') },
      { persona: 'x' },
      'SYNTAX',
    ],
    [
      'a change across literals',
      { 'src/index.ts': `${LUA}new LuaAgent({ persona: 'ab' + 'cd' })` },
      { persona: 'axyd' },
      'CONFLICT',
    ],
    [
      'a shared name',
      { 'src/index.ts': `${LUA}const N = 'n'\nnew LuaAgent({ name: N, persona: \`I am \${N}\` })` },
      { name: 'm' },
      'CONFLICT',
    ],
    [
      'one good and one bad component',
      { 'src/index.ts': `${LUA}new LuaAgent({ name: 'n', persona: 'ab' + 'cd' })` },
      { name: 'm', persona: 'axyd' },
      'CONFLICT',
    ],
    [
      'a persona that is no persona',
      { 'src/index.ts': `${LUA}new LuaAgent({ persona: 'a' })` },
      { persona: { chat: 'x' } as never },
      'INTERNAL',
    ],
  ]

describe('source: what is refused leaves the disk as it is', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lua source é '))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  function save(files: Record<string, string | Buffer>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
  }

  for (const [title, files, change, code] of REFUSED) {
    it(`refuses ${title}`, async () => {
      save(files)
      const before = contents(root)
      const error = await (async () => {
        const sources = await Sources.open(diskHost(root))
        return planWrite(sources, findAgent(sources), change)
      })().catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(LuaError)
      expect((error as LuaError).code).to.equal(code)
      expect((error as LuaError).message)
        .to.be.a('string')
        .and.not.equal('')
      expect(contents(root)).to.deep.equal(before)
    })
  }

  it('plans without writing, even where it would succeed', async () => {
    save({ 'src/index.ts': `${LUA}new LuaAgent({ persona: 'a' })` })
    const before = contents(root)
    const sources = await Sources.open(diskHost(root))
    const plan = await planWrite(sources, findAgent(sources), { persona: 'b' })
    expect(plan.edits.map(edit => relative(root, edit.path))).to.deep.equal([join('src', 'index.ts')])
    expect(contents(root)).to.deep.equal(before)
  })

  it('reads a project on disk: other sources, text files, a workspace around it', async () => {
    save({
      'package.json': '{"workspaces":["apps/*","packages/*"]}',
      'packages/texts/package.json': '{"name":"@acme/texts"}',
      'packages/texts/src/index.ts': "export const NAME = 'n'",
      'apps/bot/lib/bot.ts': `${LUA}import { NAME } from '@acme/texts'\nimport { readFileSync } from 'node:fs'\nnew LuaAgent({ name: NAME, persona: readFileSync(new URL('../persona.md', import.meta.url), 'utf8') })`,
      'apps/bot/persona.md': '# hi\r\n',
      'apps/bot/node_modules/x/index.ts': `${LUA}new LuaAgent({ name: 'x' })`,
      'apps/bot/dist-v2/index.ts': `${LUA}new LuaAgent({ name: 'x' })`,
      'apps/bot/lib/bot.test.ts': `${LUA}new LuaAgent({ name: 'x' })`,
      'apps/bot/.hidden/a.ts': `${LUA}new LuaAgent({ name: 'x' })`,
    })
    mkdirSync(join(root, 'apps/bot/node_modules/@acme'), { recursive: true })
    for (const linked of [true, false]) {
      const link = join(root, 'apps/bot/node_modules/@acme/texts')
      if (linked) symlinkSync(join(root, 'packages/texts'), link, 'junction')
      else rmSync(link)
      const host = diskHost(join(root, 'apps/bot'))
      const sources = await Sources.open(host)
      const { name, persona } = readAgent(sources, findAgent(sources))
      expect(host.workspaceRoot).to.equal(root)
      expect([name?.value, persona?.value]).to.deep.equal(['n', '# hi\r\n'])
    }
  })

  it('takes the git root for the workspace, and the project itself where there is none', () => {
    mkdirSync(join(root, '.git'))
    mkdirSync(join(root, 'a/b'), { recursive: true })
    expect(diskHost(join(root, 'a/b')).workspaceRoot).to.equal(root)
    cpSync(join(root, 'a'), join(root, 'c'), { recursive: true })
    rmSync(join(root, '.git'), { recursive: true })
    expect(diskHost(join(root, 'c/b')).workspaceRoot).to.equal(join(root, 'c/b'))
  })
})
