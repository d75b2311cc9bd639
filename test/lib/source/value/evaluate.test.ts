import type { Class } from '@babel/types'
import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import {
  classChain,
  evaluate,
  type Handle,
  instanceMember,
  member,
  type Static,
  superclassOf,
} from '../../../../src/lib/source/index.js'
import { type Files, sourcesOf } from '../memory.js'

/** The default export of `src/index.ts`. */
function evaluated(code: string, others: Files = {}) {
  const sources = sourcesOf({ 'src/index.ts': code, ...others })
  const module = sources.module('/project/src/index.ts')
  const node = module.exports.named.get('default')?.node
  if (node === undefined) throw new Error('no default export')
  return { sources, value: evaluate(sources, { module, node }) }
}

/** A static value as plain data; what is not data as its kind. */
function data({ sources, value }: ReturnType<typeof evaluated>): unknown {
  const inner = (handle: Handle | undefined) => handle && data({ sources, value: evaluate(sources, handle) })
  if (value.kind === 'string' || value.kind === 'plain') return value.value
  if (value.kind === 'array') return value.items.map(inner)
  if (value.kind === 'object') {
    return Object.fromEntries([...value.properties].map(([key, property]) => [key, inner(property.value)]))
  }
  return `<${value.kind}>`
}

const result = (code: string, others?: Files) => data(evaluated(code, others))

describe('source: the evaluator', () => {
  it('resolves spreads of objects, and keeps the order of the last writers', () => {
    const code =
      "import { b } from './b'\nconst a = { x: 1, y: 2 }\nexport default { ...a, z: 3, ...b, y: 'last' }"
    expect(result(code, { 'src/b.ts': 'export const b = { x: 9, w: null }' })).to.deep.equal({
      x: 9,
      w: null,
      z: 3,
      y: 'last',
    })
    const { value } = evaluated(code, { 'src/b.ts': 'export const b = { x: 9, w: null }' })
    expect(value.kind === 'object' && [...value.properties.keys()]).to.deep.equal(['z', 'x', 'w', 'y'])
  })

  it('resolves spreads of lists and of namespaces', () => {
    expect(result("const a = [1, 2]\nexport default ['x', ...a, , true]")).to.deep.equal([
      'x',
      1,
      2,
      undefined,
      true,
    ])
    expect(
      result("import * as t from './t'\nexport default { ...t }", {
        'src/t.ts': 'export const a = 1\nconst c = 2\nexport { c as b }',
      }),
    ).to.deep.equal({ a: 1, b: 2 })
  })

  it('says what a list or object lacks when a spread is not known', () => {
    const list = evaluated('export default [1, ...make()]').value
    expect(list.kind === 'array' && list.unknown?.what).to.match(/result of a function call/)
    const object = evaluated('export default { a: 1, ...make(), b: 2 }').value as Static & { kind: 'object' }
    expect([...object.properties.keys()]).to.deep.equal(['b'])
    expect(object.unknown?.what).to.match(/result of a function call/)
  })

  it('keeps functions, classes, instances and calls as they are', () => {
    const code =
      "import { defineTool } from 'lua-cli/skill'\nclass A {}\nfunction f() {}\nexport default { A, f, g: () => 1, h() {}, a: new A(1), t: defineTool({}) }"
    expect(result(code)).to.deep.equal({
      A: '<class>',
      f: '<function>',
      g: '<function>',
      h: '<function>',
      a: '<instance>',
      t: '<call>',
    })
  })

  it('knows the package and name behind aliases, namespaces and barrels', () => {
    const external = (code: string, others?: Files) => {
      const { value } = evaluated(code, others)
      return value.kind === 'external' ? `${value.specifier} ${value.name}` : value.kind
    }
    expect(external("import { LuaSkill as S } from 'lua-cli'\nexport default S")).to.equal('lua-cli LuaSkill')
    expect(
      external("import * as lua from 'lua-cli'\nconst { LuaSkill } = lua\nexport default LuaSkill"),
    ).to.equal('lua-cli LuaSkill')
    expect(external("import z from 'zod'\nexport default z.object")).to.equal('zod default.object')
    expect(
      external("import { S } from './s'\nexport default S", {
        'src/s.ts': "export * from './t'",
        'src/t.ts': "export { LuaSkill as S } from 'lua-cli'",
      }),
    ).to.equal('lua-cli LuaSkill')
    expect(
      external("import { S } from './s'\nexport default S", { 'src/s.ts': "export * from 'lua-cli'" }),
    ).to.equal('lua-cli S')
  })

  it('follows superclasses over files', () => {
    const { sources, value } = evaluated(
      "import { B } from './b'\nexport default class A extends B { name = 'a' }",
      {
        'src/b.ts':
          "import { LuaTool } from 'lua-cli'\nexport class B extends LuaTool { name = 'b'; static name = 'static' }",
      },
    )
    const handle = value.at as Handle<Class>
    const chain = classChain(
      sources,
      handle,
      parent => parent.kind === 'external' && parent.name === 'LuaTool',
    )
    expect(chain?.map(item => item.node.id?.name)).to.deep.equal(['A', 'B'])
    expect(superclassOf(sources, handle)?.kind).to.equal('class')
    expect(instanceMember(handle, 'name')?.type).to.equal('ClassProperty')
    expect(instanceMember(handle, 'other')).to.equal(undefined)
    expect(classChain(sources, handle)).to.equal(undefined)
  })

  it('ends a circle of classes', () => {
    const { sources, value } = evaluated('class A extends B {}\nclass B extends A {}\nexport default A')
    expect(classChain(sources, value.at as Handle<Class>)).to.equal(undefined)
  })

  it('reads members of what it evaluated', () => {
    const { sources, value } = evaluated("export default { a: { b: ['x'] } }")
    const list = member(sources, member(sources, value, 'a'), 'b')
    expect(member(sources, list, '0')).to.include({ kind: 'string', value: 'x' })
    expect(member(sources, list, 'length')).to.include({ kind: 'plain', value: 1 })
    expect(member(sources, value, 'missing')).to.include({ kind: 'plain', value: undefined })
  })

  /** What a name means where it stands. */
  const SCOPES: [title: string, code: string, expected: unknown][] = [
    [
      'an inner const hides an outer one',
      "const a = 'o'\nlet r; { const a = 'i'; r = a }\nexport default a",
      'o',
    ],
    ['a block sees the outer one', "const a = 'o'\nconst f = () => { { return a } }\nexport default a", 'o'],
    [
      'a var that may not have been reached is not known',
      "if (true) { var a = 'v' }\nexport default a",
      '<unknown>',
    ],
    ['a var is not known before it is declared', "export default a\nvar a = 'v'", '<unknown>'],
    ['a var written twice is reassigned', "var a = 'x'\nvar a = 'y'\nexport default a", '<unknown>'],
    [
      'a shadowing variable may change',
      "const a = 'x'\nfunction f() { let a = 1; a = 2; return a }\nexport default a",
      'x',
    ],
    ['a change in a function counts', "let a = 'x'\nfunction f() { a = 'y' }\nexport default a", '<unknown>'],
    [
      'a change by destructuring counts',
      "let a = 'x', b;\n({ a, ...b } = other)\nexport default a",
      '<unknown>',
    ],
    ['a change by a loop counts', "let a = 'x'\nfor (a of list) {}\nexport default a", '<unknown>'],
    ['a change by ++ counts', 'let a = 1\na++\nexport default a', '<unknown>'],
    ['a changed property is not known', 'const o = { a: 1, b: 2 }\no.a = 3\nexport default o.a', '<unknown>'],
    ['its neighbour is', 'const o = { a: 1, b: 2 }\no.a = 3\nexport default o.b', 2],
    ['a deleted property is not known', 'const o = { a: 1 }\ndelete o.a\nexport default o.a', '<unknown>'],
    [
      'a property set by a computed key may be any',
      'const o = { a: 1 }\no[k] = 2\nexport default o.a',
      '<unknown>',
    ],
    [
      'a changed static field is not known',
      "class A { static a = 'x' }\nA.a = 'y'\nexport default A.a",
      '<unknown>',
    ],
    ['a type of the same name is none', "type a = 'x'\nexport default a", '<global>'],
    ['typeof is no use', "let a = 'x'\ntype T = typeof a\nexport default a", 'x'],
    ['a member of an enum built of another', "enum E { A = 'a', B = `${A}b` }\nexport default E.B", 'ab'],
    ['the variable of a loop', 'for (const a of [1]) { var b = a }\nexport default b', '<unknown>'],
    ['a variable without a value', 'let a\nexport default a', undefined],
    [
      'a rest of an object',
      'const { a, ...rest } = { a: 1, b: 2, c: 3 }\nexport default rest',
      { b: 2, c: 3 },
    ],
    ['void, not and minus', 'export default [void 0, !1, -2, +3]', [undefined, false, -2, 3]],
    [
      'logic that is decided',
      "export default [0 || 'a', 'b' && 'c', null ?? 'd', 1 ?? 2]",
      ['a', 'c', 'd', 1],
    ],
    ['logic that is not', "export default f() || 'a'", '<unknown>'],
    ['comparisons', "export default ['a' === 'a', 1 != 2, f() === 'a']", [true, true, '<unknown>']],
    ['await', 'export default await x', '<unknown>'],
    ['a URL', "export default new URL('./x', import.meta.url).href", 'file:///project/src/x'],
    ['sums', 'export default [1 + 2, 1 + true]', [3, '<unknown>']],
    ['other operators', "export default 'a' - 1", '<unknown>'],
  ]
  for (const [title, code, expected] of SCOPES) {
    it(`knows that ${title}`, () => expect(result(code)).to.deep.equal(expected))
  }

  it('names the file of a change in another module', () => {
    const { value } = evaluated("import { o } from './o'\nexport default o.a", {
      'src/o.ts': 'export const o = { a: 1 }\no.a = 2',
    })
    expect(value.kind === 'unknown' && value.what).to.equal('is changed in /project/src/o.ts, line 2')
    const own = evaluated("import { o } from './o'\no.a = 2\nexport default o.a", {
      'src/o.ts': 'export const o = { a: 1 }',
    }).value
    expect(own.kind === 'unknown' && own.what).to.equal('is changed on line 2')
  })

  it('says as often as it is asked that a file cannot be parsed', () => {
    const sources = sourcesOf({
      'src/index.ts': "import { a } from './b'\nexport default a",
      'src/b.ts': 'const = 1',
    })
    const module = sources.module('/project/src/index.ts')
    const node = module.exports.named.get('default')!.node
    for (let turn = 0; turn < 2; turn += 1)
      expect(() => evaluate(sources, { module, node }))
        .to.throw(LuaError)
        .with.property('code', 'SYNTAX')
  })

  it('evaluates a sum of two thousand texts', () => {
    const code = `export default ${Array.from({ length: 2000 }, (_, index) => `'${index} '`).join(' + ')}`
    expect(result(code)).to.have.lengthOf(8890)
  })
})
