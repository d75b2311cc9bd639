import { expect } from 'chai'
import { compileProject } from '../../../../src/lib/compile/index.js'
import { LuaError } from '../../../../src/lib/errors.js'
import { compileProjectOf } from '../../../support/compile-fixture.js'
import { runArtifact } from '../../../support/plain-bundle.js'

/** What `tsconfig.json` says holds for a module with a primitive as for what it imports. */
interface Case {
  what: string
  options: object
  /** The class of the tool; its `execute` gives `gives`. */
  tool: string
  gives: unknown
  files?: Record<string, string>
}

const FIELDS = "name = 'tool'; description = 'd'; inputSchema = { type: 'object' }"
const REDECLARED = `class Base { kind = 'base' }
export class Tool extends Base { ${FIELDS}; kind: any; async execute() { return this.kind ?? 'none' } }`

const CASES: Case[] = [
  {
    what: 'target ES2020: a redeclared field keeps its value',
    options: { target: 'ES2020' },
    tool: REDECLARED,
    gives: 'base',
  },
  { what: 'target ES2022: it does not', options: { target: 'ES2022' }, tool: REDECLARED, gives: 'none' },
  {
    what: 'useDefineForClassFields over target',
    options: { target: 'ES2022', useDefineForClassFields: false },
    tool: REDECLARED,
    gives: 'base',
  },
  {
    what: 'parameter properties before fields',
    options: { target: 'ES2020' },
    tool: `export class Tool { ${FIELDS}; constructor(private word = 'word') {}; loud = this.word + '!'; async execute() { return this.loud } }`,
    gives: 'word!',
  },
  {
    what: 'experimentalDecorators: three arguments',
    options: { experimentalDecorators: true },
    tool: `function count(...args: any[]): any { const [, , descriptor] = args; descriptor.value = async () => args.length }
export class Tool { ${FIELDS}; @count async execute() { return 0 } }`,
    gives: 3,
  },
  {
    what: 'standard decorators without it: two',
    options: {},
    tool: `function count(...args: any[]): any { return async () => args.length }
export class Tool { ${FIELDS}; @count async execute() { return 0 } }`,
    gives: 2,
  },
  {
    what: 'what it extends',
    options: { extends: './base.json' },
    files: { 'base.json': '{ "compilerOptions": { "target": "ES2019" } }' },
    tool: REDECLARED,
    gives: 'base',
  },
]

const INDEX = (from: string) => `import { LuaAgent, LuaSkill } from 'lua-cli'
import { Tool } from '${from}'
export const agent = new LuaAgent({ name: 'a', persona: 'p', skills: [new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [new Tool()] as any })] })
`

async function resultOf(files: Record<string, string>): Promise<unknown> {
  const copy = await compileProjectOf({ files })
  try {
    const { manifest } = await compileProject(copy.project)
    return await runArtifact(copy.path(), manifest.primitives.find(({ kind }) => kind === 'tool')?.path ?? '')
  } finally {
    copy.remove()
  }
}

const tsconfig = ({ extends: parent, ...compilerOptions }: Record<string, unknown>) =>
  JSON.stringify({ ...(parent ? { extends: parent } : {}), compilerOptions })

describe('compiler options in artifacts', () => {
  for (const { what, options, tool, gives, files } of CASES) {
    it(what, async () => {
      const config = tsconfig(options as Record<string, unknown>)
      expect(
        await resultOf({
          ...files,
          'tsconfig.json': config,
          'src/tool.ts': tool,
          'src/index.ts': INDEX('./tool'),
        }),
      ).to.equal(gives)
    })
  }

  it('are those of the nearest tsconfig.json, in a package of the workspace too', async () => {
    const files = {
      'tsconfig.json': tsconfig({ target: 'ES2022' }),
      'packages/tools/tsconfig.json': tsconfig({ target: 'ES2019' }),
      'packages/tools/tool.ts': REDECLARED,
      'src/index.ts': INDEX('../packages/tools/tool'),
    }
    expect(await resultOf(files)).to.equal('base')
  })

  it('refuse emitDecoratorMetadata where there are decorators, and only there', async () => {
    const files = {
      'tsconfig.json': tsconfig({ experimentalDecorators: true, emitDecoratorMetadata: true }),
      'src/index.ts': INDEX('./tool'),
    }
    const plain = `export class Tool { ${FIELDS}; async execute() { return 'a@b' } }`
    expect(await resultOf({ ...files, 'src/tool.ts': plain })).to.equal('a@b')
    const decorated = `const deco: any = () => {}\n@deco ${plain}`
    const error = await resultOf({ ...files, 'src/tool.ts': decorated }).catch((thrown: LuaError) => thrown)
    if (!(error instanceof LuaError)) throw new Error(`${error}`)
    expect(error.problems).to.have.length(1)
    expect(error.problems?.[0]?.message).to.contain('emitDecoratorMetadata')
    expect(error.problems?.[0]?.location).to.include({ line: 2 })
  })
})
