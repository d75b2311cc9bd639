import { expect } from 'chai'
import { evaluate } from '../../../../src/lib/source/index.js'
import { staticJson } from '../../../../src/lib/source/value/json.js'
import { sourcesOf } from '../memory.js'

/** What a value is as JSON, or what of it is not known; `without X`: a variable of the environment decides. */
function json(code: string, without?: string[]): unknown {
  const sources = sourcesOf({ 'src/index.ts': code, 'src/t.json': '{"a":[1,null]}' })
  const module = sources.module('/project/src/index.ts')
  const node = module.exports.named.get('default')!.node
  const found = staticJson(sources, evaluate(sources, { module, node }), without)
  if (found.kind === 'unknown')
    return `${module.text.slice(found.at.node.start!, found.at.node.end!)} ${found.what}`
  const variables = found.environment.map(({ variable }) => variable)
  return variables.length === 0 ? found.value : [found.value, ...variables]
}

const CASES: [expression: string, json: unknown][] = [
  ["'a'", 'a'],
  ['1', 1],
  ['undefined', undefined],
  ['null', null],
  ['[1, [2], , undefined, null]', [1, [2], null, null, null]],
  ["{ a: { b: ['c'] }, d: undefined, e: null, f: false }", { a: { b: ['c'] }, e: null, f: false }],
  ['{ ...{ a: 1 }, ...{ a: 2, b: 3 } }', { a: 2, b: 3 }],
  ["require('./t.json')", { a: [1, null] }],
  ['10n', '10n is a big integer'],
  ['{ a: [10n] }', '10n is a big integer'],
  ['[1, ...f()]', 'f() is the result of a function call'],
  ['{ a: 1, ...f() }', 'f() is the result of a function call'],
  ['{ a: f() }', 'f() is the result of a function call'],
  ['[1, f()]', 'f() is the result of a function call'],
  ['{ get a() { return 1 } }', 'get a() { return 1 } is a getter, which needs running'],
  ['() => 1', '() => 1 is a function'],
  ["process.env.X ?? 'x'", ['x', 'X']],
  ["[process.env.X ?? 'x', process.env.Y ?? 'y']", [['x', 'y'], 'X', 'Y']],
  ["{ a: process.env.X ?? 'x', b: [process.env.Y || 'y'] }", [{ a: 'x', b: ['y'] }, 'X', 'Y']],
  ["process.env.X ? ['x'] : [1]", [[1], 'X']],
]

describe('source: values as JSON', () => {
  for (const [expression, expected] of CASES)
    it(expression, () => expect(json(`export default (${expression})`)).to.deep.equal(expected))

  it('leave out, at every depth, what is not asked for', () => {
    const code = 'export default { a: 1, key: f(), b: [{ key: 2, c: 3 }] }'
    expect(json(code, ['key'])).to.deep.equal({ a: 1, b: [{ c: 3 }] })
  })

  it('end where one holds too many', () => {
    const lists = Array.from({ length: 17 }, (_, n) => `const v${n + 1} = [v${n}, v${n}]`).join('\n')
    expect(json(`const v0 = 1\n${lists}\nexport default v15`)).to.be.an('array')
    expect(json(`const v0 = 1\n${lists}\nexport default v17`)).to.match(/ holds too many values$/)
  })
})
