import { type ParserOptions, parse } from '@babel/parser'
import type { Node, Statement } from '@babel/types'
import { expect } from 'chai'
import { build } from 'esbuild'
import { type SliceTarget, sliceModule } from '../../../../src/lib/compile/artifact/slice.js'

const parser: ParserOptions = { sourceType: 'module', plugins: ['typescript', 'decorators-legacy'] }

interface Case {
  target: SliceTarget | ((body: readonly Statement[]) => SliceTarget)
  /** Statements that begin with one of these texts are wiring. */
  wiring?: string[]
  omit?: (body: readonly Statement[]) => Node[]
}

function slice(text: string, { target, wiring = [], omit }: Case): string {
  const { body } = parse(text, parser).program
  const begins = (statement: Statement) => wiring.some(begin => text.startsWith(begin, statement.start ?? 0))
  return sliceModule({
    text,
    body,
    target: typeof target === 'function' ? target(body) : target,
    wiring: new Set(body.filter(begins)),
    omit: omit?.(body) ?? [],
    epilogue: name => `export default ${name}`,
  })
}

/** What the slice exports, by running it. */
async function run(sliced: string): Promise<{ value: unknown; effects: string[] }> {
  const built = await build({
    stdin: { contents: sliced, loader: 'ts' },
    format: 'cjs',
    write: false,
    logLevel: 'silent',
  })
  const module = { exports: {} as { default?: unknown } }
  const effects: string[] = []
  const names = ['module', 'exports', 'effect']
  new Function(...names, built.outputFiles[0]?.text ?? '')(module, module.exports, (name: string) => {
    effects.push(name)
    return name
  })
  return { value: module.exports.default, effects }
}

/** The first expression whose source begins with `begin`. */
function find(text: string, begin: string, type: string) {
  return (body: readonly Statement[]): Node => {
    let found: Node | undefined
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null || found) return
      const candidate = node as Node
      if (candidate.type === type && text.startsWith(begin, candidate.start ?? -1)) found = candidate
      else for (const [key, child] of Object.entries(node)) if (key !== 'loc') walk(child)
    }
    walk(body)
    if (!found) throw new Error(`no ${type} that begins with ${begin}`)
    return found
  }
}

/** Every line and column where `word` stands. */
function places(text: string, word: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const column = line.indexOf(word)
    return column === -1 ? [] : [`${index}:${column}`]
  })
}

describe('slicing a module for one artifact', () => {
  const two = [
    "import { url } from './url'",
    "export const one = { name: 'one', made: effect('one') }",
    "export const two = { name: 'two', made: effect('two'), one: () => one }",
    "export const three = { name: 'three', made: effect('three') }",
    '',
  ].join('\n')
  const wiring = ['export const']

  it('keeps what the target needs and drops other primitives with their effects', async () => {
    const { value, effects } = await run(slice(two, { target: { form: 'binding', name: 'two' }, wiring }))
    expect(value).to.include({ name: 'two' })
    expect(effects).to.deep.equal(['one', 'two'])
  })

  it('drops imports that nothing needs any more, and keeps those without names', () => {
    const text =
      "import './setup'\nimport { a } from './a'\nimport { b } from './b'\nconst x = a\nconst y = b\n"
    const sliced = slice(text, { target: { form: 'binding', name: 'x' }, wiring: ['const y'] })
    expect(sliced).to.contain("import './setup'").and.contain("'./a'")
    expect(sliced).not.to.contain("'./b'")
  })

  it('keeps set-up code, but not code that works on primitives which are not needed', async () => {
    const text = [
      'const agent = { tools: [] as string[] }',
      'const tool = { name: effect("tool") }',
      'effect("set-up")',
      'function main() { agent.tools.push(effect("main")) }',
      'main()',
    ].join('\n')
    const target: SliceTarget = { form: 'binding', name: 'tool' }
    const { effects } = await run(slice(text, { target, wiring: ['const agent'] }))
    expect(effects).to.deep.equal(['tool', 'set-up'])
  })

  it('drops code that works on the target itself, but for what sets its properties', async () => {
    const text = [
      'const tool: any = { name: effect("tool") }',
      'tool.title = effect("title")',
      'function main() { effect(tool.name) }',
      'main()',
    ].join('\n')
    const { effects } = await run(
      slice(text, { target: { form: 'binding', name: 'tool' }, wiring: ['const tool'] }),
    )
    expect(effects).to.deep.equal(['tool', 'title'])
  })

  it('drops values that only feed primitives which are not needed', async () => {
    const text = 'const text = effect("read a file")\nconst agent = { text }\nconst tool = { name: 1 }\n'
    const target: SliceTarget = { form: 'binding', name: 'tool' }
    const { effects } = await run(slice(text, { target, wiring: ['const agent'] }))
    expect(effects).to.deep.equal([])
  })

  it('takes an expression out of the statement around it, without running the rest', async () => {
    const text = [
      'const limit = 3',
      'export const agent = make({',
      '  skills: [make({ tools: [{ name: "inline", limit }] })],',
      '})',
      'declare function make(value: unknown): unknown',
    ].join('\n')
    const node = find(text, '{ name: "inline"', 'ObjectExpression')
    const sliced = slice(text, { target: body => ({ form: 'expression', node: node(body) }) })
    expect((await run(sliced)).value).to.deep.equal({ name: 'inline', limit: 3 })
    expect(places(sliced, 'name: "inline"')).to.deep.equal(places(text, 'name: "inline"'))
  })

  it('takes an expression that needs the statement around it', async () => {
    const text = 'const kit = { url: "u", tool: { make: () => kit.url } }\n'
    const node = find(text, '{ make', 'ObjectExpression')
    const sliced = slice(text, { target: body => ({ form: 'expression', node: node(body) }) })
    expect(((await run(sliced)).value as { make(): string }).make()).to.equal('u')
  })

  for (const [what, text] of Object.entries({
    'an object': 'export default { name: effect("d") }',
    'a parenthesised object': 'export default ({ name: effect("d") })',
    'a named class': 'export default class Named { static name2 = effect("d") }',
    'a class without a name': 'export default class { static name2 = effect("d") }',
    'a comment in between': 'export /* the */ default /* one */ { name: effect("d") }',
  })) {
    it(`takes a default export: ${what}`, async () => {
      const { value, effects } = await run(slice(`const a = 1\n${text}\n`, { target: { form: 'default' } }))
      expect(effects).to.deep.equal(['d'])
      expect(typeof value).to.be.oneOf(['object', 'function'])
    })
  }

  it('drops a default export that has no name when it is not the target', async () => {
    const text = 'export const a = { name: "a" }\nexport default { other: effect("other"), a }\n'
    const { effects } = await run(slice(text, { target: { form: 'binding', name: 'a' } }))
    expect(effects).to.deep.equal([])
  })

  it('leaves out properties of the target, with their commas and what only they need', async () => {
    const text = [
      "import { tool } from './tool'",
      'const skill = { name: "s", tools: [tool] /* list */, context: "c" }',
      '',
    ].join('\n')
    const tools = find(text, 'tools: [tool]', 'ObjectProperty')
    const sliced = slice(text, { target: { form: 'binding', name: 'skill' }, omit: body => [tools(body)] })
    expect(sliced).not.to.contain('./tool')
    expect((await run(sliced)).value).to.deep.equal({ name: 's', context: 'c' })
  })

  it('drops re-exports and types, and exports nothing of its own', async () => {
    const text = [
      "export * from './all'",
      "export { x } from './x'",
      'export interface Shape { name: string }',
      'export type Other = string',
      'export enum Level { Low = "low" }',
      'const t = { level: Level.Low }',
      'export { t, t as u }',
      '',
    ].join('\n')
    const sliced = slice(text, { target: { form: 'binding', name: 't' } })
    expect(sliced).not.to.match(/\.\/all|\.\/x|interface|export \{/)
    expect((await run(sliced)).value).to.deep.equal({ level: 'low' })
  })

  it('keeps line and column of everything that stays, with CRLF, tabs and text beyond ASCII', () => {
    const text = "const é = '🙂'; const gone = 1\r\n\tconst t = { é, x: '→' }, z = 2; const w = 'end'\r\n"
    const sliced = slice(text, { target: { form: 'binding', name: 't' }, wiring: ['const gone', 'const w'] })
    for (const word of ['é, x', "'→'", 'z = 2'])
      expect(places(sliced, word)).to.deep.equal(places(text, word))
    expect(sliced).not.to.contain('gone')
    expect(sliced).not.to.contain("'end'")
  })

  it('knows a name from a property of the same name', async () => {
    const text = 'const b = { name: effect("b") }\nconst a = { b: 1, c: (x: any) => x.b }\n'
    const { effects } = await run(
      slice(text, { target: { form: 'binding', name: 'a' }, wiring: ['const b'] }),
    )
    expect(effects).to.deep.equal([])
  })

  it('sees a name in shorthand, patterns, defaults and types with values', async () => {
    const text = [
      'const one = effect("one"), two = effect("two"), three = effect("three")',
      'enum Kind { A = "a" }',
      'const t = { one, f: ({ x = two } = {}) => x, g: three as string, k: Kind.A }',
    ].join('\n')
    const sliced = slice(text, { target: { form: 'binding', name: 't' }, wiring: ['const one', 'enum'] })
    expect((await run(sliced)).effects).to.deep.equal(['one', 'two', 'three'])
  })
})
