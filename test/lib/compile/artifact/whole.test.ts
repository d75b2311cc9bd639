import { expect } from 'chai'
import { compileProject } from '../../../../src/lib/compile/index.js'
import { compileProjectOf } from '../../../support/compile-fixture.js'
import { runArtifact, runPlainly } from '../../../support/plain-bundle.js'

/**
 * An artifact does what its module does when a bundler takes it as it is: whatever works on a primitive while the
 * module is loaded is in it.
 */
interface Case {
  what: string
  /** `src/index.ts`, behind imports and helpers. The tool is `Tool`, or `tool` if there is such a name. */
  index: string
  files?: Record<string, string>
  /** An expression that gives the tool in the module that a bundler makes; `new Tool()` unless given. */
  tool?: string
  /** Its name, where it is not the only one. */
  own?: string
}

const HEAD = `import { LuaAgent, LuaSkill, defineSkill } from 'lua-cli'
import { z } from 'zod'
export { Tool }
export const log: string[] = []
function wrap(target: any) {
  const inner = target.execute
  target.execute = async function (this: any) { return 'wrapped ' + (await inner.call(this)) }
  return target
}
class Tool {
  name = 'tool'; description = 'd'; inputSchema = z.object({})
  async execute(): Promise<string> { return ['ran', ...log].join() }
}
class Other {
  name = 'other'; description = 'd'; inputSchema = z.object({})
  async execute(): Promise<string> { return 'other' }
}
`
const TAIL = `
const skill = new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [new Tool(), new Other()] })
export const agent = new LuaAgent({ name: 'a', persona: 'p', skills: [skill] })
`
const withTool = (made: string) => TAIL.replace('new Tool()', made)

const OBJECT = `export const tool: any = { name: 'tool', description: 'd', inputSchema: z.object({}), execute: async () => 'ran' }\n`

const CASES: Case[] = [
  { what: 'a wrapped prototype', index: `wrap(Tool.prototype)${TAIL}` },
  { what: 'a wrapped prototype, behind the agent', index: `${TAIL}wrap(Tool.prototype)` },
  {
    what: 'Object.assign',
    index: `Object.assign(Tool.prototype, { execute: async () => 'assigned' })${TAIL}`,
  },
  {
    what: 'Object.defineProperty',
    index: `Object.defineProperty(Tool.prototype, 'execute', { value: async () => 'defined' })${TAIL}`,
  },
  {
    what: 'Object.setPrototypeOf',
    index: `delete (Tool.prototype as any).execute\nObject.setPrototypeOf(Tool.prototype, { execute: async () => 'above' })${TAIL}`,
  },
  {
    what: 'a mixin',
    index: `class Mixin { async execute() { return 'mixed' } }
function applyMixins(target: any, mixins: any[]) {
  for (const mixin of mixins) for (const key of Object.getOwnPropertyNames(mixin.prototype)) target.prototype[key] = mixin.prototype[key]
}
applyMixins(Tool, [Mixin])${TAIL}`,
  },
  {
    what: 'a condition',
    index: `if (log.length === 0) { Tool.prototype.execute = async () => 'if' }${TAIL}`,
  },
  ...[
    "const o = { get x() { log.push('got'); return 1 } }\nconst y = o.x",
    "const o = { get x() { log.push('got'); return 1 } }\nconst y = { ...o }",
    'const o = { toString() { log.push("text"); return "o" } }\nconst y = `${o}`',
    'const o = { valueOf() { log.push("value"); return 1 } }\nconst y = (o as any) + 1',
    'const o = { toString() { log.push("text"); return "o" } }\nconst y = String(o)',
    'const o = { toJSON() { log.push("json"); return 1 } }\nconst y = JSON.stringify(o)',
    'const o: any = { *[Symbol.iterator]() { log.push("next"); yield 1 } }\nconst y = [...o]',
    'const o: any = { *[Symbol.iterator]() { log.push("next"); yield 1 } }\nconst y = new Set(o)',
    "class Setting { set x(value: number) { log.push('set') } constructor() { this.x = 1 } }\nconst y = new Setting()",
  ].map(index => ({
    what: `code that runs without a call: ${index.split('\n')[1]}`,
    index: `${index}${TAIL}`,
  })),
  { what: 'another name for it', index: `const p = Tool.prototype; p.execute = async () => 'alias'${TAIL}` },
  {
    what: 'a registry',
    index: `const all: any[] = []\nall.push(Tool)\nfor (const each of all) wrap(each.prototype)${TAIL}`,
  },
  {
    what: 'a registry that is read when it runs',
    index: `log.push('one')\nlog.push(Tool.name)\nlog.push(Other.name)${TAIL}`,
  },
  { what: 'a wrapped object', tool: 'tool', index: `${OBJECT}wrap(tool)${withTool('tool')}` },
  {
    what: 'a loop over objects',
    tool: 'tool',
    index: `${OBJECT}for (const t of [tool]) wrap(t)${withTool('tool')}`,
  },
  {
    what: 'a wrapped instance',
    tool: 'tool',
    index: `export const tool = new Tool()\nwrap(tool)${withTool('tool')}`,
  },
  {
    what: 'a wrapped list',
    tool: 'tools[0]',
    index: `export const tools = [new Tool(), new Other()]\ntools.forEach(wrap)${TAIL.replace('[new Tool(), new Other()]', 'tools')}`,
  },
  {
    what: 'the tools of a skill',
    tool: 'skill.tools[0]',
    index: `${TAIL}for (const each of (skill as any).tools) wrap(each)\nexport { skill }`,
  },
  {
    what: 'the agent',
    tool: 'skill.tools[0]',
    index: `${TAIL}for (const each of (agent as any).skills) each.tools.forEach(wrap)\nexport { skill }`,
  },
  {
    what: 'what a function does that is called',
    index: `${TAIL}function main() { wrap(Tool.prototype) }\nmain()`,
  },
  {
    what: 'what a constructor of another tool does',
    tool: 'skill.tools[0]',
    index: `class Noisy extends Other { constructor() { super(); log.push('noisy') } }${TAIL.replace('new Other()', 'new Noisy()')}\nexport { skill }`,
  },
  { what: 'a static block', index: `class Set { static { log.push('static') } }${TAIL}` },
  {
    what: 'an enum and a namespace',
    index: `enum Level { Low = 'low' }\nnamespace Inner { log.push(Level.Low) }${TAIL}`,
  },
  { what: 'an IIFE', index: `;(() => { wrap(Tool.prototype) })()${TAIL}` },
  { what: 'a chain of calls', index: `[Tool].map(each => each.prototype).forEach(wrap)${TAIL}` },
  {
    what: 'a decorated class, the old way',
    files: { 'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }' },
    tool: 'new Deco()',
    index: `function deco(target: any) { wrap(target.prototype) }
@deco class Deco extends Tool {}\nexport { Deco }${withTool('new Deco()')}`,
  },
  {
    what: 'a file that works on what the tool extends',
    index: `import { Far } from './far'\nimport './instrument'\nexport class Near extends Far { name = 'near' }\n${withTool('new Near()')}`,
    tool: 'new Near()',
    files: {
      'src/far.ts':
        "export class Far { name = 'far'; description = 'd'; inputSchema = { type: 'object' }; async execute() { return 'far' } }",
      'src/instrument.ts':
        "import { Far } from './far'\nconst inner = Far.prototype.execute\nFar.prototype.execute = async function () { return `hooked ${await inner.call(this)}` }",
    },
  },
  {
    what: 'state that two files of a cycle share',
    index: `import { seen } from './state'\nexport const label = 'x'\nclass Cyclic extends Tool { async execute() { seen.push(label); return seen.join() } }\nexport { Cyclic }\nseen.push('loaded')${withTool('new Cyclic()')}`,
    tool: 'new Cyclic()',
    files: {
      'src/state.ts': `import * as index from './index'\nexport const seen: string[] = []\nexport const back = () => index`,
    },
  },
  {
    what: 'an import with effects beside the tool',
    index: `import { noted } from './noted'\nexport const use = () => noted\n${TAIL.replace('new Other()', 'noted')}`,
    files: {
      'src/noted.ts': `(globalThis as any).note = 'noted'\nexport const noted = { name: 'noted', description: 'd', inputSchema: { type: 'object' }, execute: async () => 1 }`,
    },
  },
  {
    what: 'instances in the order in which they are made',
    tool: 'skill.tools[1]',
    index: `class Counted extends Tool { static made = 0; name = 'counted'; constructor(name: string) { super(); this.name = name; log.push(name + Counted.made++) } }
const skill = new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [new Counted('a-longer-name'), new Counted('b')] })
export { skill }
export const agent = new LuaAgent({ name: 'a', persona: 'p', skills: [skill] })`,
    own: 'b',
  },
  {
    what: 'a text of a file',
    files: { 'src/text.md': 'from a file' },
    index: `import { readFileSync } from 'node:fs'
import { join } from 'node:path'
const text = readFileSync(join(__dirname, 'text.md'), 'utf8')\nlog.push(text)${TAIL}`,
  },
  ...[
    'const o: any = { [Symbol.toPrimitive]() { log.push("primitive"); return 1 } }\nconst y = -o',
    'const o: any = new Proxy({}, { has() { log.push("has"); return true } })\nconst y = "x" in o',
    'const o: any = new Proxy({}, { get() { log.push("get"); return 1 } })\nconst y = o.any',
    'const o: any = { toString() { log.push("key"); return "k" } }\nconst y = { [o]: 1 }',
    'const y = z.object({ get a() { log.push("shape"); return z.string() } }).shape.a',
    'class Late { constructor(x = log.push("default")) {} }\nconst y = new Late()',
    'const abs = Math.abs\nMath.abs = x => { log.push("abs"); return abs(x) }\nconst y = Math.abs(-1)\nMath.abs = abs',
  ].map(index => ({ what: `what a value does: ${index.split('\n').at(-1)}`, index: `${index}${TAIL}` })),
  {
    what: 'what is done later',
    index: `Promise.resolve().then(() => wrap(Tool.prototype))${TAIL}`,
  },
  {
    what: 'a Proxy',
    tool: 'guarded',
    index: `${OBJECT}export const guarded = new Proxy(tool, { get: (t, k) => k === 'execute' ? async () => 'guarded' : t[k] })${withTool('guarded')}`,
  },
  {
    what: 'a class that a function makes',
    tool: 'new Loud()',
    index: `const loud = (from: any) => { wrap(from.prototype); return class extends from {} }\nexport const Loud: any = loud(Tool)${withTool('new Loud()')}`,
  },
  {
    what: 'a skill that wraps its tools',
    tool: 'skill.tools[0]',
    index: `class Guarded extends LuaSkill { constructor(config: any) { super(config); (this as any).tools.forEach(wrap) } }${TAIL.replace('new LuaSkill', 'new Guarded')}\nexport { skill }`,
  },
  {
    what: 'an agent that wraps its tools',
    tool: 'skill.tools[0]',
    index: `class Guarded extends LuaAgent { constructor(config: any) { super(config); (this as any).skills.forEach((s: any) => s.tools.forEach(wrap)) } }${TAIL.replace('new LuaAgent', 'new Guarded')}\nexport { skill }`,
  },
  {
    what: 'a tool that is wrapped as it is added',
    tool: 'skill.tools[1]',
    index: `${TAIL.replace('[new Tool(), new Other()]', '[new Other()] as any[]')}skill.addTool(wrap(new Tool()))\nexport { skill }`,
  },
  ...[
    'import { far } from "./far"\nwrap(far)',
    'import * as all from "./far"\nimport { far } from "./far"\nwrap(all.far)',
    'import { far } from "./far"\nimport "./boot"',
    'import { far } from "./far"\nimport { setUp } from "./boot"\nsetUp()',
    'import { far } from "./barrel"',
  ].map(imports => ({
    what: `another module that works on it: ${imports.replace(/\n/g, '; ')}`,
    index: `${imports}${withTool('far')}\nexport { far }`,
    tool: 'far',
    own: 'far',
    files: {
      'src/far.ts':
        "export const far: any = { name: 'far', description: 'd', inputSchema: { type: 'object' }, execute: async () => 'far' }",
      'src/boot.ts':
        "import { far } from './far'\nconst inner = far.execute\nfar.execute = async () => `boot ${await inner()}`\nexport const setUp = () => { far.execute = async () => 'set up' }",
      'src/barrel.ts':
        "import { far } from './far'\nexport * from './far'\nfar.execute = async () => 'barrel'",
    },
  })),
]

describe('what an artifact holds of its module', () => {
  for (const { what, index, files = {}, tool = 'new Tool()', own: ownName } of CASES) {
    it(what, async () => {
      const copy = await compileProjectOf({ zod: 'zod', files: { ...files, 'src/index.ts': HEAD + index } })
      try {
        const { manifest } = await compileProject(copy.project)
        const own = manifest.primitives.find(
          ({ kind, name }) => kind === 'tool' && (ownName ? name === ownName : name !== 'other'),
        )
        const plainly = await runPlainly(copy.path(), 'src/index.ts', tool)
        expect(await runArtifact(copy.path(), own?.path ?? '')).to.equal(plainly)
      } finally {
        copy.remove()
      }
    })
  }
})
