/** 500 random edits of a project: after each, a compile that knows the last one writes what one from scratch does. */

import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'chai'
import { compileProject } from '../../src/lib/compile/index.js'
import { asLuaError } from '../../src/lib/errors.js'
import { type CompileProject, compileProjectOf } from '../support/compile-fixture.js'
import { generator } from './support/random.js'

const EDITS = Number(process.env.EDITS ?? 500)

const TOOL = (name: string, from: string) => `import { value } from '${from}'
export const ${name} = { name: '${name}', description: 'd', inputSchema: { type: 'object' }, execute: async () => value }
`
const FILES: Record<string, string> = {
  'package.json': '{ "workspaces": ["packages/*"] }',
  'tsconfig.json':
    '{ "extends": "@org/base", "compilerOptions": { "paths": { "@/*": ["./over/*", "./src/*"] } } }',
  'node_modules/@org/base/package.json': '{}',
  'node_modules/@org/base/tsconfig.json': '{ "compilerOptions": { "target": "ES2022" } }',
  'node_modules/@org/base/other.json': '{ "compilerOptions": { "target": "ES2020" } }',
  'src/index.ts': `import { LuaAgent, LuaSkill } from 'lua-cli'
import { near } from './near'
import { far } from './far'
import { alias } from './alias'
import { pack } from './pack'
import { sub } from './sub'
import { linked } from './linked'
import { parts } from './parts'
import { Fields } from './fields'
export const agent = new LuaAgent({ name: 'a', persona: 'p', skills: [new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [near, far, alias, pack, sub, linked, parts, new Fields()] as any })] })
`,
  'src/near.ts': TOOL('near', './value'),
  'src/far.ts': TOOL('far', './deep/value.js'),
  'src/alias.ts': TOOL('alias', '@/shared'),
  'src/pack.ts': TOOL('pack', 'kit'),
  'src/sub.ts': TOOL('sub', 'kit/lib/x'),
  'src/linked.ts': TOOL('linked', './link/value'),
  'src/parts.ts':
    "export const parts = { name: 'parts', description: 'd', inputSchema: { type: 'object' }, execute: (name: string) => import(`./parts/${name}.ts`) }",
  'src/fields.ts':
    "class Base { kind = 'base' }\nexport class Fields extends Base { name = 'fields'; description = 'd'; inputSchema = { type: 'object' }; kind: any; async execute() { return this.kind } }",
  'src/parts/a.ts': 'export const value = 0\n',
  'variants/a/value.ts': 'export const value = "a"\n',
  'variants/b/value.ts': 'export const value = "b"\n',
  'src/value.ts': 'export const value = 0\n',
  'src/deep/value.js': 'export const value = 0\n',
  'src/shared.ts': 'export const value = 0\n',
  'packages/one/package.json': '{ "name": "kit", "main": "a.js" }',
  'packages/one/a.js': 'export const value = "a"\n',
  'packages/one/b.js': 'export const value = "b"\n',
  'packages/one/lib/x.js': 'import "./effect.js"\nexport const value = "x"\n',
  'packages/one/lib/effect.js': 'globalThis.effect = 1\n',
  'packages/two/package.json': '{ "name": "kit", "main": "a.js" }',
  'packages/two/a.js': 'export const value = "two"\n',
}

/** Files that shadow others, or that others would fall back to. */
const SHADOWS = [
  ...[
    'src/value.tsx',
    'src/value.ts',
    'src/value.js',
    'src/value/index.ts',
    'src/deep/value.ts',
    'src/deep/value.js',
  ],
  ...['src/shared.ts', 'src/shared/index.ts', 'over/shared.ts', 'over/shared.js', 'src/near.js'],
  ...[
    'src/node_modules/kit/index.js',
    'packages/one/a.js',
    'packages/one/a.ts',
    'packages/two/a.js',
    'packages/one/index.js',
    'packages/one/lib/x.js',
    'packages/one/lib/x/index.js',
    'packages/two/lib/x.js',
    'src/node_modules/kit/lib/x.js',
    'src/parts/a.ts',
    'src/parts/b.ts',
    'variants/a/value.ts',
    'dist-v2/sources/foreign.ts',
    'dist-v2/foreign.txt',
  ],
]
const CONFIGS: [string, string][] = [
  ['tsconfig.json', FILES['tsconfig.json'] as string],
  ['tsconfig.json', '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] }, "target": "ES2019" } }'],
  ['src/tsconfig.json', '{ "compilerOptions": { "paths": { "@/*": ["../over/*", "./*"] } } }'],
  ['packages/one/package.json', '{ "name": "kit", "main": "b.js" }'],
  ['packages/one/package.json', '{ "name": "kit", "main": "a.js" }'],
  ['packages/one/package.json', '{ "name": "kit", "exports": { ".": "./b.js", "./lib/*": "./lib/*.js" } }'],
  ['packages/one/lib/package.json', '{ "sideEffects": false }'],
  ['packages/one/lib/package.json', '{ "type": "commonjs" }'],
  ['node_modules/@org/base/package.json', '{}'],
  ['node_modules/@org/base/package.json', '{ "tsconfig": "./other.json" }'],
  ['node_modules/@org/base/tsconfig.json', '{ "compilerOptions": { "target": "ES2020" } }'],
  ['node_modules/@org/base/tsconfig.json', '{ "compilerOptions": { "target": "ES2022" } }'],
]

describe(`${EDITS} random edits`, () => {
  it('are all seen by the next compile', async function () {
    this.timeout(1_200_000)
    const seed = Number(process.env.SEED ?? Date.now() % 1e9)
    const random = generator(seed)
    const copy = await compileProjectOf({ files: FILES })
    const log: string[] = []
    try {
      copy.link('kit', copy.path('packages/one'))
      symlinkSync('../variants/a', copy.path('src/link'))
      for (let at = 0; at < EDITS; at++) {
        log.push(edit(copy, random, at))
        const warm = await resultOf(copy, true)
        const cold = await resultOf(copy, false)
        expect(warm, `SEED=${seed} after ${log.slice(-3).join('; ')}`).to.deep.equal(cold)
      }
    } finally {
      copy.remove()
    }
  })
})

function edit(copy: CompileProject, random: () => number, at: number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const clear = (path: string) => rmSync(copy.path(path), { recursive: true, force: true })
  const path = pick(SHADOWS)
  switch (pick(['write', 'write', 'remove', 'rename', 'config', 'unconfig', 'link', 'link'])) {
    case 'write':
      // A folder may stand where the file's folder or the file is to be.
      if (lstatSync(copy.path(path), { throwIfNoEntry: false })?.isDirectory()) clear(path)
      if (lstatSync(dirname(copy.path(path)), { throwIfNoEntry: false })?.isFile()) clear(dirname(path))
      copy.write(path, `export const value = ${at + 1}\n`)
      return `write ${path}`
    case 'remove':
      clear(path)
      return `remove ${path}`
    case 'rename': {
      const to = pick(SHADOWS)
      if (to === path || !lstatSync(copy.path(path), { throwIfNoEntry: false })) return 'nothing'
      clear(to)
      mkdirSync(dirname(copy.path(to)), { recursive: true })
      renameSync(copy.path(path), copy.path(to))
      return `rename ${path} to ${to}`
    }
    case 'config': {
      const [name, text] = pick(CONFIGS)
      copy.write(name, text)
      return `write ${name}`
    }
    case 'unconfig': {
      const name = pick(['src/tsconfig.json', 'packages/one/lib/package.json'])
      clear(name)
      return `remove ${name}`
    }
    default: {
      if (random() < 0.5) {
        const to = pick(['../variants/a', '../variants/b'])
        clear('src/link')
        symlinkSync(to, copy.path('src/link'))
        return `link src/link to ${to}`
      }
      const to = pick(['packages/one', 'packages/two'])
      clear('node_modules/kit')
      symlinkSync(copy.path(to), copy.path('node_modules/kit'))
      return `link ${to}`
    }
  }
}

/** All files of the output, or what was wrong. */
async function resultOf(copy: CompileProject, cache: boolean): Promise<Record<string, string>> {
  try {
    await compileProject(copy.project, { cache })
  } catch (error) {
    const { problems, message } = asLuaError(error)
    return { error: (problems ?? [{ message }]).map(problem => problem.message).join('\n') }
  }
  const files = readdirSync(copy.path('dist-v2'), { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const text = readFileSync(`${parentPath}/${name}`, 'utf8').replace(/"compiledAt": ".*"/, '')
      return [`${parentPath}/${name}`.slice(copy.path().length), text]
    }),
  )
}
