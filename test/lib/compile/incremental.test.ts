import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type CompileEvent, type CompileOptions, compileProject } from '../../../src/lib/compile/index.js'
import { seal, unseal } from '../../../src/lib/disk/index.js'
import { LuaError } from '../../../src/lib/errors.js'
import { findProject } from '../../../src/lib/project/project.js'
import { type CompileProject, compileProjectOf } from '../../support/compile-fixture.js'

const TOOL = (name: string, result = name) => `import { z } from 'zod'
import { suffix } from './shared'
export class ${name} {
  name = '${name.toLowerCase()}'
  description = 'd'
  inputSchema = z.object({})
  async execute() { return '${result}' + suffix }
}
`
const FILES: Record<string, string> = {
  'package.json': '{ "name": "x" }\n',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }\n',
  'src/index.ts': `import { LuaAgent, LuaSkill } from 'lua-cli'
import { One } from '@/one'
import { Two } from './two'
export const agent = new LuaAgent({
  name: 'a',
  persona: 'p',
  skills: [new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [new One(), new Two()] })],
})
`,
  'src/one.ts': TOOL('One'),
  'src/two.ts': TOOL('Two'),
  'src/shared.ts': `export const suffix = '!'\n`,
}

describe('compiling again', () => {
  let copy: CompileProject
  const compile = (options?: CompileOptions, onEvent?: (event: CompileEvent) => void) =>
    compileProject(copy.project, options, onEvent)
  const output = (path = '') => copy.path('dist-v2', path)
  /** Every file of the output but the manifest's time. */
  const bytes = (folder = output()) =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .map(path => [
          path.slice(folder.length),
          readFileSync(path, 'utf8').replace(/"compiledAt": "[^"]*"/, '"compiledAt"'),
        ])
        .sort(),
    )
  const failure = async (promise: Promise<unknown>): Promise<LuaError> => {
    const error = await promise.then(
      () => undefined,
      thrown => thrown,
    )
    expect(error).to.be.instanceOf(LuaError)
    return error
  }
  /** As long ago as the cache wants it before it trusts a file's time. */
  const settle = () => {
    const past = new Date(Date.now() - 60_000)
    for (const path of Object.keys(FILES)) utimesSync(copy.path(path), past, past)
  }

  beforeEach(async () => {
    copy = await compileProjectOf({ files: FILES })
    settle()
  })
  afterEach(() => {
    if (existsSync(output())) chmodSync(output(), 0o755)
    copy.remove()
  })

  it('gives the same bytes, with and without the cache, here and in another folder', async () => {
    await compile()
    const first = bytes()
    await compile({ cache: false })
    expect(bytes()).to.deep.equal(first)
    const other = await compileProjectOf({ files: FILES, prefix: 'quite another place-' })
    try {
      await compileProject(other.project)
      expect(bytes(other.path('dist-v2'))).to.deep.equal(first)
    } finally {
      other.remove()
    }
  })

  it('builds nothing and writes nothing when nothing has changed', async () => {
    await compile()
    const { mtimeMs } = statSync(output())
    expect(await compile()).to.deep.include({ cached: true, rebuilt: 0, written: [] })
    expect(statSync(output()).mtimeMs).to.equal(mtimeMs)
  })

  it('gives the manifest and the warnings again', async () => {
    copy.write('src/two.ts', TOOL('Two').replace("description = 'd'", "description = ''"))
    const first = await compile()
    const second = await compile()
    expect(second.manifest).to.deep.equal(first.manifest)
    expect(second.warnings).to.deep.equal(first.warnings).and.have.length(1)
  })

  it('repeats the warnings of what it does not build again', async () => {
    copy.write('node_modules/heavy/index.js', `exports.text = ${JSON.stringify('x'.repeat(1_100_000))}`)
    copy.write(
      'src/two.ts',
      `import { text } from 'heavy'\nexport const odd = () => typeof text === 'strnig'\n${TOOL('Two', '').replace("''", 'odd()')}`,
    )
    const first = await compile()
    expect(first.warnings).to.have.length(2)
    copy.write('src/one.ts', TOOL('One', 'other'))
    const second = await compile()
    expect(second.rebuilt).to.equal(1)
    expect(second.warnings).to.deep.equal(first.warnings)
  })

  it('is the same through a link', async () => {
    await compile()
    const direct = bytes()
    const link = `${copy.path()}-link`
    symlinkSync(copy.path(), link)
    try {
      const project = await findProject(link)
      expect((await compileProject(project)).cached).to.equal(true)
      await compileProject(project, { cache: false })
      expect(bytes()).to.deep.equal(direct)
    } finally {
      rmSync(link)
    }
  })

  for (const [what, path, text, rebuilt] of [
    ['one tool', 'src/one.ts', TOOL('One', 'changed'), 1],
    ['what two tools share', 'src/shared.ts', `export const suffix = '?'\n`, 2],
    // The skill is declared there, too, and its source map holds the file.
    ['the agent', 'src/index.ts', FILES['src/index.ts']?.replace("'p'", "'new'"), 2],
    ['tsconfig.json', 'tsconfig.json', `${FILES['tsconfig.json']}\n`, 4],
    ['package.json', 'package.json', '{ "name": "y" }\n', 4],
    ['a lock file that was not there', 'package-lock.json', '{}', 4],
    ['a file that nothing imports', 'src/note.txt', 'hello', 4],
  ] as const) {
    it(`builds ${rebuilt} of 4 after a change of ${what}, as a full compile would`, async () => {
      await compile()
      copy.write(path, text ?? '')
      expect((await compile()).rebuilt).to.equal(rebuilt)
      const incremental = bytes()
      await compile({ cache: false })
      expect(bytes()).to.deep.equal(incremental)
      expect((await compile()).cached).to.equal(true)
    })
  }

  it('sees a change that leaves size and time as they were', async () => {
    await compile()
    const { atime, mtime } = statSync(copy.path('src/one.ts'))
    copy.write('src/one.ts', TOOL('One', 'eno'))
    utimesSync(copy.path('src/one.ts'), atime, mtime)
    expect((await compile()).rebuilt).to.equal(1)
  })

  it('does not build again for a time alone', async () => {
    await compile()
    utimesSync(copy.path('src/one.ts'), new Date(), new Date())
    expect((await compile()).cached).to.equal(true)
  })

  it('sees a new file that takes the place of another', async () => {
    await compile()
    mkdirSync(copy.path('src/two'))
    cpSync(copy.path('src/two.ts'), copy.path('src/two/index.ts'))
    writeFileSync(copy.path('src/two/shared.ts'), `export const suffix = '#'\n`)
    rmSync(copy.path('src/two.ts'))
    await compile()
    expect(readFileSync(output('artifacts/tool/two.js'), 'utf8')).to.contain('#')
  })

  it('forgets a primitive that is not registered any more', async () => {
    await compile()
    copy.write('src/index.ts', FILES['src/index.ts']?.replace(', new Two()', '') ?? '')
    await compile()
    expect(readdirSync(output('artifacts/tool'))).to.deep.equal(['one.js', 'one.js.map', 'one.json'])
  })

  it('makes output again that is gone, was edited, or is gone as a whole', async () => {
    await compile()
    const whole = bytes()
    for (const spoil of [
      () => rmSync(output('artifacts/tool/one.js')),
      () => writeFileSync(output('artifacts/tool/one.js'), 'module.exports = {}'),
      () => rmSync(output(), { recursive: true }),
    ]) {
      spoil()
      expect((await compile()).cached).to.equal(false)
      expect(bytes()).to.deep.equal(whole)
    }
  })

  it('ignores a cache that is none of ours, and mends it', async () => {
    for (const [what, text] of Object.entries({
      'no JSON': '{ "compiler":',
      'of another version': JSON.stringify({ compiler: 'x', content: {} }),
      'of another shape': JSON.stringify({ content: [] }),
      empty: '',
    })) {
      await compile()
      for (const name of ['compile.json', 'artifacts.json']) copy.write(`.lua/cache/${name}`, text)
      expect((await compile()).cached, what).to.equal(false)
    }
    expect((await compile()).cached).to.equal(true)
  })

  /** A cache that we wrote ourselves, with something in it that is not as it was. */
  function rewriteCache(change: (state: { compiler: string; content: Record<string, unknown> }) => void) {
    const { stateDir } = copy.project
    const path = join(stateDir, 'cache/compile.json')
    const state = unseal(stateDir, 'cache', readFileSync(path)) as Parameters<typeof change>[0]
    change(state)
    writeFileSync(path, seal(stateDir, 'cache', state))
  }

  it('takes a cache that is read and written again for what it is', async () => {
    await compile()
    rewriteCache(() => {})
    expect((await compile()).cached).to.equal(true)
  })

  it('ignores the cache of another compiler, another esbuild, another Node', async () => {
    await compile()
    const { compiler } = unseal(
      copy.project.stateDir,
      'cache',
      readFileSync(copy.path('.lua/cache/compile.json')),
    ) as { compiler: string }
    const esbuild = JSON.parse(readFileSync('node_modules/esbuild/package.json', 'utf8')).version
    for (const own of [statSync('src/lib/compile/cache/state.ts').mtimeMs, esbuild, process.version]) {
      expect(compiler.split(' ')).to.include(String(own))
      rewriteCache(state => {
        state.compiler = compiler.replace(String(own), 'another')
      })
      expect((await compile()).cached, String(own)).to.equal(false)
    }
  })

  it('ignores a cache in which a list is none', async () => {
    for (const list of ['projectPaths', 'files', 'absent', 'links', 'outputs', 'warnings']) {
      await compile()
      rewriteCache(({ content }) => {
        content[list] = {}
      })
      expect((await compile()).cached, list).to.equal(false)
    }
  })

  it('does without a cache where it cannot be written', async () => {
    mkdirSync(copy.path('.lua'))
    writeFileSync(copy.path('.lua/cache'), 'a file')
    expect((await compile()).cached).to.equal(false)
    expect((await compile()).cached).to.equal(false)
    expect(existsSync(output('manifest.json'))).to.equal(true)
  })

  describe('when it fails', () => {
    const cases: [what: string, spoil: () => void, message: RegExp][] = [
      [
        'a problem',
        () => copy.write('src/one.ts', TOOL('One').replace('execute', 'other')),
        /does not compile/,
      ],
      ['a syntax error', () => copy.write('src/one.ts', 'export class {'), /class name/i],
      ['no agent', () => copy.write('src/index.ts', 'export {}'), /declares a LuaAgent/],
      [
        'two agents',
        () => copy.write('src/index.ts', `${FILES['src/index.ts']}new LuaAgent({ name: 'b' })\n`),
        /2 LuaAgents/,
      ],
      ['read-only output', () => chmodSync(output(), 0o555), /read-only/],
      ['node_modules gone', () => rmSync(copy.path('node_modules'), { recursive: true }), /does not compile/],
    ]
    for (const [what, spoil, message] of cases) {
      it(`leaves the last output as it was: ${what}`, async () => {
        await compile()
        const before = bytes()
        spoil()
        copy.write('src/shared.ts', `export const suffix = 'new'\n`)
        const error = await failure(compile())
        expect(error.message).to.match(message)
        expect(error.exitCode).to.equal(20)
        expect(bytes()).to.deep.equal(before)
        expect(readdirSync(copy.path('.lua')).filter(name => /dist|lock/.test(name))).to.deep.equal([])
      })
    }

    it('because a file goes while it compiles', async () => {
      await compile()
      const before = bytes()
      copy.write('src/one.ts', TOOL('One', 'newer'))
      const error = await failure(
        compile({}, event => {
          if (event.type === 'step' && event.step === 'discover') rmSync(copy.path('src/shared.ts'))
        }),
      )
      expect(error.exitCode).to.equal(20)
      expect(bytes()).to.deep.equal(before)
    })

    it('because lua.skill.yaml changes while it compiles', async () => {
      const error = await failure(
        compile({}, event => {
          if (event.type !== 'step' || event.step !== 'load') return
          const path = copy.path('lua.skill.yaml')
          process.nextTick(() =>
            setImmediate(() => writeFileSync(path, `${readFileSync(path, 'utf8')}# late\n`)),
          )
        }),
      ).catch(() => undefined)
      // The editor's text is there, whichever of the two came first.
      expect(readFileSync(copy.path('lua.skill.yaml'), 'utf8')).to.contain('# late')
      if (error) expect(error.code).to.equal('FILE_CHANGED')
    })
  })

  it('puts right what a compile that was killed has left', async () => {
    await compile()
    const before = bytes()
    mkdirSync(copy.path('.lua/dist-v2.new'))
    cpSync(output(), copy.path('.lua/dist-v2.old'), { recursive: true, preserveTimestamps: true })
    rmSync(output(), { recursive: true })
    await compile()
    expect(bytes()).to.deep.equal(before)
    expect(readdirSync(copy.path('.lua')).filter(name => name.startsWith('dist'))).to.deep.equal([])
  })

  it('waits for another compile of the same project', async () => {
    const [one, two] = await Promise.all([compile(), compile()])
    expect(one.manifest.primitives).to.deep.equal(two.manifest.primitives)
    expect(Object.keys(bytes()).length).to.be.greaterThan(10)
  })

  it('follows a package that is linked into node_modules', async () => {
    copy.write('packages/left/package.json', '{ "name": "left", "main": "index.js" }')
    copy.write('packages/left/index.js', `exports.suffix = '<'`)
    symlinkSync(copy.path('packages/left'), copy.path('node_modules/left'))
    copy.write('src/shared.ts', `export { suffix } from 'left'\n`)
    await compile()
    copy.write('packages/left/index.js', `exports.suffix = '>'`)
    expect((await compile()).rebuilt).to.equal(2)
  })
})
