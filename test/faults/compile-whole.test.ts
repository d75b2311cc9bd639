/** 300 generated modules: an artifact's `execute` gives what a plain bundle of its module gives. */

import { expect } from 'chai'
import * as fc from 'fast-check'
import { compileProject } from '../../src/lib/compile/index.js'
import type { LuaError } from '../../src/lib/errors.js'
import { compileProjectOf } from '../support/compile-fixture.js'
import { runArtifact, runPlainly } from '../support/plain-bundle.js'

const MODULES = Number(process.env.MODULES ?? 300)

/** What a module may declare, and what may work on its tool while it is loaded; `#` is the module's number. */
const SHAPES: Record<string, string> = {
  class: `export class Tool# extends Base { name = 'tool-#'; execute = undefined as any; constructor() { super(); delete (this as any).execute } }
const subject: any = Tool#.prototype
subject.execute = async function () { return ['class', ...log].join() }`,
  method: `export class Tool# { name = 'tool-#'; description = 'd'; inputSchema = z.object({}); async execute(): Promise<string> { return ['method', this.extra(), ...log].join() } extra() { return 'own' } }
const subject: any = Tool#.prototype`,
  field: `export class Tool# { name = 'tool-#'; description = 'd'; inputSchema = z.object({}); static made = 0; count = ++Tool#.made; execute = async (): Promise<string> => ['field', this.count, ...log].join() }
const subject: any = Tool#.prototype`,
  derived: `export class Tool# extends Base { name = 'tool-#' }
const subject: any = Tool#.prototype`,
  object: `export const Tool#: any = { name: 'tool-#', description: 'd', inputSchema: z.object({}), execute: async () => ['object', ...log].join() }
const subject: any = Tool#`,
  defined: `export const Tool#: any = defineTool({ name: 'tool-#', description: 'd', inputSchema: z.object({}), execute: async () => ['defined', ...log].join() })
const subject: any = Tool#`,
  instance: `class Inner extends Base { name = 'tool-#' }
export const Tool#: any = new Inner()
const subject: any = Tool#`,
  wrapped: `export const Tool#: any = wrap({ name: 'tool-#', description: 'd', inputSchema: z.object({}), execute: async () => ['wrapped', ...log].join() })
const subject: any = Tool#`,
}

const EFFECTS = [
  'wrap(subject)',
  'for (const each of [subject]) wrap(each)',
  ';[subject].forEach(wrap)',
  'if (log.length < 3) wrap(subject)',
  "Object.assign(subject, { extra: () => 'assigned' })",
  "Object.defineProperty(subject, 'late', { get: () => log.push('read'), configurable: true })",
  'void subject.late',
  'applyMixin(subject, Mixin)',
  "log.push('pushed')",
  'registry.push(subject); wrap(registry[registry.length - 1])',
  'registry.push(Tool#)',
  'log.push(String(registry.length), typeof Tool#)',
  'log.push(Level.High, Level[0])',
  'log.push(Names.join())',
  "namespace Merged { log.push('namespace') }",
  "class Static { static { log.push('static') } static value = note('value') }\nlog.push(String(Static.value))",
  "const { length } = log\nlog.push('length' + length)",
  "try { throw new Error('caught') } catch (error) { log.push((error as Error).message) }",
  "function setUp() { log.push('set up'); wrap(subject) }\nsetUp()",
  "function never() { log.push('never') }\nexport { never }",
  ';(() => { wrap(subject) })()',
  "let counter = 0\nwhile (counter < 2) counter++\nlog.push('counter' + counter)",
  "const skill = new LuaSkill({ name: 'inner-#', description: 'd', context: note('context'), tools: [Tool# as any] })",
  "const kept = new LuaSkill({ name: 'kept-#', description: 'd', context: 'c', tools: [subject] })\nfor (const each of (kept as any).tools) wrap(each)",
  "const schema = z.object({ text: z.string().default(note('default')) })",
  'const unused = new Other()',
  'new Other()',
  'export const later = () => wrap(subject)\nlater()',
  "switch (log.length) { default: log.push('switch') }",
  "shared.list.push('shared')\nlog.push(String(shared.list.length))",
  "import './effect-#'",
  "log.push((globalThis as any).effect_# ?? 'none')",
  "import { back_# } from './cycle-#'\nlog.push(typeof back_#)",
  "export const own_# = 'own'",
  "const odd: any = { [Symbol.toPrimitive]: () => { log.push('primitive'); return 1 } }\nconst sum = odd + 1",
  'const spy: any = new Proxy({}, { get: (_, key) => { log.push(String(key)); return 1 } })\nconst got = spy.any',
  "class Late { constructor(text = note('late')) {} }\nconst late = new Late()",
  'Promise.resolve().then(() => wrap(subject))',
  "Reflect.set(subject, 'extra', () => 'reflected')",
  "const again = skillOf([subject])\nagain.addTool(wrap({ name: 'again-#' }))",
  "const skillToo = new LuaSkill({ name: 'too-#', description: 'd', context: 'c', tools: [] })\nskillToo.addTools([subject as any])",
  'const guarded = new Proxy(subject, {})\nwrap(guarded)',
  "@(target => { log.push('decorated') }) class Decorated {}",
  "export const label = `${note('template')}`",
  "const { high = note('fallback') } = {} as any",
  "label: for (const one of [1, 2]) { if (one > 1) break label; log.push('one') }",
]

const HEAD = `import { LuaSkill, defineTool } from 'lua-cli'
import { z } from 'zod'
import { shared } from './shared-#'
const log: string[] = []
const registry: any[] = []
enum Level { Low, High = 'high' }
const Names: string[] = ['a']
namespace More { Names.push('b') }
function note(text: string) { log.push('note ' + text); return text }
function wrap(target: any) {
  const inner = target.execute
  if (inner) target.execute = async function (this: any) { return 'w(' + (await inner.call(this)) + ')' }
  return target
}
function skillOf(tools: any[]) { for (const each of tools) wrap(each); return new LuaSkill({ name: 'made', description: 'd', context: 'c', tools }) as any }
class Mixin { extra() { return 'mixed' } }
function applyMixin(target: any, from: any) { for (const key of Object.getOwnPropertyNames(from.prototype)) if (key !== 'constructor') target[key] = from.prototype[key] }
class Base { description = 'd'; inputSchema = z.object({}); async execute(): Promise<string> { return ['base', ...log].join() } extra() { return 'base' } }
class Other { constructor() { log.push('other') } }
`

const moduleOf = fc.record({
  shape: fc.constantFrom(...Object.keys(SHAPES)),
  effects: fc.uniqueArray(fc.constantFrom(...EFFECTS), { minLength: 1, maxLength: 7 }),
})

describe('300 generated modules', () => {
  it('give the same as an artifact and as a plain bundle', async function () {
    this.timeout(600_000)
    const seed = Number(process.env.SEED ?? Date.now() % 1e9)
    const samples = fc.sample(moduleOf, { numRuns: MODULES, seed })
    const files: Record<string, string> = {}
    const text = (at: number, code: string) => code.replaceAll('#', String(at))
    for (const [at, { shape, effects }] of samples.entries()) {
      files[`src/tool-${at}.ts`] = text(at, [HEAD, SHAPES[shape], ...effects].join('\n'))
      files[`src/shared-${at}.ts`] =
        'export const shared = { list: [] as string[] }\nshared.list.push("first")\n'
      files[`src/effect-${at}.ts`] = text(at, "(globalThis as any).effect_# = 'effect'\nexport {}\n")
      files[`src/cycle-${at}.ts`] = text(
        at,
        "import { own_# } from './tool-#'\nexport const back_# = () => own_#\n",
      )
      if (!effects.some(effect => effect.includes('own_#')))
        files[`src/cycle-${at}.ts`] = text(at, 'export const back_# = 1\n')
    }
    const isClass = (at: number) => /export class Tool/.test(files[`src/tool-${at}.ts`] ?? '')
    const made = (at: number) => (isClass(at) ? `new Tool${at}()` : `Tool${at}`)
    const all = samples.map((_, at) => at)
    files['src/index.ts'] = [
      "import { LuaAgent, LuaSkill } from 'lua-cli'",
      ...all.map(at => `import { Tool${at} } from './tool-${at}'`),
      `export const agent = new LuaAgent({ name: 'a', persona: 'p', skills: [new LuaSkill({ name: 's', description: 'd', context: 'c', tools: [${all.map(made)}] as any })] })`,
    ].join('\n')
    const copy = await compileProjectOf({ files })
    try {
      const { manifest } = await compileProject(copy.project).catch(error => {
        throw new Error(
          `SEED=${seed}\n${(error as LuaError).problems?.map(({ message, location, frame }) => `${message} ${location?.file}\n${frame}`).join('\n')}`,
        )
      })
      const paths = new Map(manifest.primitives.map(({ name, path }) => [name, path]))
      for (const at of all) {
        const file = `src/tool-${at}.ts`
        const plain = await runPlainly(copy.path(), file, made(at))
        const own = await runArtifact(copy.path(), paths.get(`tool-${at}`) ?? '')
        expect(own, `SEED=${seed}\n${files[file]?.slice(HEAD.length)}`).to.equal(plain)
      }
    } finally {
      copy.remove()
    }
  })
})
