/** How texts and data are written as code. */
import type { ObjectExpression } from '@babel/types'
import { expect } from 'chai'
import type { Module } from '../../../../src/lib/source/names/module.js'
import { cook, units } from '../../../../src/lib/source/write/cook.js'
import { dataCode } from '../../../../src/lib/source/write/data-code.js'
import { keyCode, literalFor } from '../../../../src/lib/source/write/insert.js'
import {
  commentsIn,
  endOfLineTail,
  indentBefore,
  indentUnit,
  lineIndent,
  preferredQuote,
  skipTrivia,
  tailOfLine,
  withComments,
} from '../../../../src/lib/source/write/layout.js'
import {
  commonEnd,
  commonStart,
  freshLiteral,
  jsonString,
  quoted,
  templateBody,
} from '../../../../src/lib/source/write/literal.js'
import { sourcesOf } from '../memory.js'

function moduleOf(code: string, name = 'a.ts'): Module {
  return sourcesOf({ [name]: code }).module(`/project/${name}`)
}

/** Runs what was written. */
const value = (code: string) => new Function(`return ${code}`)() as unknown

describe('source: a text as a literal', () => {
  const cases: [text: string, quoted: string, template: string][] = [
    ['plain', "'plain'", 'plain'],
    ["it's", '"it\'s"', "it's"],
    ['"so"', '\'"so"\'', '"so"'],
    [`"it's"`, `'"it\\'s"'`, `"it's"`],
    ['a\\b', "'a\\\\b'", 'a\\\\b'],
    ['a\tb', "'a\\tb'", 'a\tb'],
    ['a\nb', "'a\\nb'", 'a⏎b'],
    ['a\r\nb', "'a\\r\\nb'", 'a\\r⏎b'],
    ['`${x}`', "'`${x}`'", '\\`\\${x}\\`'],
    ['$ {x} $', "'$ {x} $'", '$ {x} $'],
    ['\0', "'\\0'", '\\0'],
    ['\x001', "'\\x001'", '\\x001'],
    ['\0a', "'\\0a'", '\\0a'],
    ['\x07\x1f\x7f\x9f', "'\\x07\\x1f\\x7f\\x9f'", '\\x07\\x1f\\x7f\\x9f'],
    ['\x0b\x0c', "'\\x0b\\x0c'", '\\x0b\\x0c'],
    ['\xa0\xad', "'\xa0\xad'", '\xa0\xad'],
    ['\u2028\u2029\ufeff', "'\\u2028\\u2029\\uFEFF'", '\\u2028\\u2029\\uFEFF'],
    [
      '\u061c\u200b\u200e\u200f\u202a\u202e\u2066\u2069',
      "'\\u061C\\u200B\\u200E\\u200F\\u202A\\u202E\\u2066\\u2069'",
      '\\u061C\\u200B\\u200E\\u200F\\u202A\\u202E\\u2066\\u2069',
    ],
    ['\u200c\u200d\u2065\u206a', "'\u200c\u200d\u2065\u206a'", '\u200c\u200d\u2065\u206a'],
    ['\ud800 \udc00', "'\\uD800 \\uDC00'", '\\uD800 \\uDC00'],
    ['😀 é 日本', "'😀 é 日本'", '😀 é 日本'],
  ]
  for (const [text, asQuoted, asTemplate] of cases) {
    it(JSON.stringify(text), () => {
      expect(quoted(text, "'")).to.equal(asQuoted)
      expect(templateBody(text, '\r\n').replaceAll('\r\n', '⏎')).to.equal(asTemplate)
      for (const code of [
        quoted(text, "'"),
        quoted(text, '"'),
        `\`${templateBody(text, '\r\n')}\``,
        jsonString(text),
      ])
        expect(value(code), code).to.equal(text)
      expect(JSON.parse(jsonString(text))).to.equal(text)
      expect(cook(templateBody(text, '\n'))).to.equal(text)
    })
  }

  it('has the quotes that are wanted, unless the others need fewer escapes', () => {
    expect([quoted('a', '"'), quoted('a', "'")]).to.deep.equal(['"a"', "'a'"])
    expect([quoted('"', '"'), quoted("'", "'")]).to.deep.equal(["'\"'", '"\'"'])
    expect([quoted(`'"`, '"'), quoted(`'"`, "'")]).to.deep.equal([`"'\\""`, `'\\'"'`])
    expect([quoted(`''"`, '"'), quoted(`''"`, "'")]).to.deep.equal([`"''\\""`, `"''\\""`])
  })

  it('is a template if it has several lines', () => {
    expect([freshLiteral('a', "'", '\n'), freshLiteral('a\nb', "'", '\r\n')]).to.deep.equal([
      "'a'",
      '`a\r\nb`',
    ])
  })

  it('is escaped in JSON, too, where it is hidden', () => {
    expect(jsonString('a\u200b\u2028"\x9f\ud800')).to.equal('"a\\u200b\\u2028\\"\\u009f\\ud800"')
  })
})

describe('source: the value of a literal', () => {
  const cases: [raw: string, value: string][] = [
    ['plain', 'plain'],
    ['\\n\\r\\t\\b\\f\\v\\0', '\n\r\t\b\f\v\0'],
    ['\\x41\\u0042\\u{43}\\u{1F600}', 'ABC😀'],
    ['\\a\\\'\\"\\`\\$\\\\', 'a\'"`$\\'],
    ['a\\\nb\\\rc\\\r\nd\\\u2028e\\\u2029f', 'abcdef'],
    ['a\r\nb\rc\nd', 'a\nb\nc\nd'],
  ]
  for (const [raw, expected] of cases) it(JSON.stringify(raw), () => expect(cook(raw)).to.equal(expected))

  it('has places between whole units only', () => {
    const { rawBefore, rawAfter } = units('a\\u0042\\\nc\\nd')
    // a B c ⏎ d
    expect([0, 1, 2, 3, 4, 5].map(at => rawBefore(at).raw)).to.deep.equal([0, 1, 7, 10, 12, 13])
    expect([0, 1, 2, 3, 4, 5].map(at => rawAfter(at).raw)).to.deep.equal([0, 1, 7, 10, 12, 13])
    const pair = units('x\\u{1F600}y')
    expect([1, 2, 3, 4].map(at => pair.rawBefore(at).raw)).to.deep.equal([1, 1, 10, 11])
    expect([1, 2, 3, 4, 9].map(at => pair.rawAfter(at).raw)).to.deep.equal([1, 10, 10, 11, 11])
    expect(pair.rawAfter(2)).to.deep.equal({ raw: 10, cooked: 3 })
  })
})

describe('source: what two texts have in common', () => {
  const cases: [a: string, b: string, start: number, end: number][] = [
    ['abc', 'abc', 3, 0],
    ['abc', 'axc', 1, 1],
    ['abc', 'abxc', 2, 1],
    ['aa', 'aaa', 2, 0],
    ['', 'a', 0, 0],
    ['😀', '😁', 0, 0],
    ['a😀b', 'a😁b', 1, 1],
    ['\ud83d\ude00', '\ud83c\ude00', 0, 0],
  ]
  for (const [a, b, start, end] of cases)
    it(`${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => {
      expect([commonStart(a, b), commonEnd(a, b, commonStart(a, b))]).to.deep.equal([start, end])
      expect([commonStart(b, a), commonEnd(b, a, commonStart(b, a))]).to.deep.equal([start, end])
    })
})

describe('source: data as code', () => {
  const DATA = { a: 1, 'b-c': ['x', null, true], d: { e: {}, f: [] }, g: [{ h: "it's" }], __proto_: -1.5 }
  it('stands in one line where the code around it does', () => {
    expect(dataCode(moduleOf("f('a')"), DATA, {})).to.equal(
      "{ a: 1, 'b-c': ['x', null, true], d: { e: {}, f: [] }, g: [{ h: \"it's\" }], __proto_: -1.5 }",
    )
  })

  it('stands over several lines, indented as the file is', () => {
    expect(dataCode(moduleOf('if (x) {\r\n\tf("a")\r\n}'), DATA, { margin: '\t' })).to.equal(
      '{\r\n\t\ta: 1,\r\n\t\t"b-c": [\r\n\t\t\t"x",\r\n\t\t\tnull,\r\n\t\t\ttrue,\r\n\t\t],\r\n\t\td: {\r\n\t\t\te: {},\r\n\t\t\tf: [],\r\n\t\t},\r\n\t\tg: [\r\n\t\t\t{\r\n\t\t\t\th: "it\'s",\r\n\t\t\t},\r\n\t\t],\r\n\t\t__proto_: -1.5,\r\n\t}',
    )
  })

  it('is JSON in a JSON file', () => {
    const code = dataCode(moduleOf('{\n  "a": 1\n}', 'a.json'), DATA, { margin: '' })
    expect(code.split('\n').slice(0, 3)).to.deep.equal(['{', '  "a": 1,', '  "b-c": ['])
    expect(JSON.parse(code)).to.deep.equal(DATA)
  })

  it('reads back', () => {
    for (const margin of [undefined, '', '  '])
      expect(value(`(${dataCode(moduleOf('f()'), DATA, { margin })})`)).to.deep.equal(DATA)
  })

  const object = (code: string, name?: string): [Module, ObjectExpression] => {
    const module = moduleOf(name ? code : `export default ${code}`, name)
    return [module, (name ? module.root : module.exports.named.get('default')!.node) as ObjectExpression]
  }
  const keys: [key: string, among: string, written: string][] = [
    ['a', '{}', 'a'],
    ['a', '{ b: 1 }', 'a'],
    ['a', "{ 'b': 1 }", "'a'"],
    ['a', '{ "b": 1, "c": 2 }', '"a"'],
    ['a', "{ 'b': 1, c: 2 }", 'a'],
    ['a', "{ ...b, 'c': 2 }", "'a'"],
    ['a-b', '{}', "'a-b'"],
    ['a-b', '{ b: "x" }', '"a-b"'],
    ['1a', '{ b: 1 }', "'1a'"],
    ['$_1', '{ b: 1 }', '$_1'],
    ['__proto__', '{ b: 1 }', "['__proto__']"],
    ['é', '{}', "'é'"],
  ]
  for (const [key, among, written] of keys)
    it(`has the key ${key} as the keys of ${among} are written`, () => {
      const [module, node] = object(among)
      expect(keyCode(module, key, node)).to.equal(written)
    })

  it('has texts in the quotes of their neighbours, or of the file', () => {
    const [module, node] = object('{ a: f(), b: "x" }')
    expect([literalFor(module, 't', node), literalFor(module, 't')]).to.deep.equal(['"t"', '"t"'])
    const [single, none] = object("{ a: 1 }\nimport 'a'\nf = 'b'")
    expect([literalFor(single, 't', none), literalFor(single, 'a\nb')]).to.deep.equal(["'t'", '`a\nb`'])
    const [json, root] = object('{ "a": 1 }', 'a.json')
    expect([literalFor(json, "t'", root), keyCode(json, 'k', root)]).to.deep.equal(['"t\'"', '"k"'])
  })
})

describe('source: the layout of code', () => {
  it('has blanks and comments between its parts', () => {
    const text = 'a /* b */ // c\n  d'
    expect([0, 1, 3, 17].map(at => skipTrivia(text, at))).to.deep.equal([0, 17, 3, 17])
  })

  it('has a tail of blanks and comments on each line', () => {
    const cases: [text: string, from: number, end: number][] = [
      ['a // b\nc', 1, 6],
      ['a /* b */  \r\nc', 1, 11],
      ['a /* b */ c\n', 1, 1],
      ['a /* b\n */ c', 1, 1],
      ['a', 1, 1],
      ['a  ', 1, 3],
    ]
    for (const [text, from, end] of cases) expect(endOfLineTail(text, from), text).to.equal(end)
    expect([' // a\nb', ' b', ' // a', '\nb'].map(tailOfLine)).to.deep.equal([5, 0, 0, 0])
  })

  it('has an indentation', () => {
    const text = 'a\n  b c\r\td\n  \te'
    const at = (char: string) => text.indexOf(char)
    expect(['a', 'b', 'c', 'd', 'e'].map(char => indentBefore(text, at(char)))).to.deep.equal([
      '',
      '  ',
      undefined,
      '\t',
      '  \t',
    ])
    expect(['a', 'b', 'c', 'd', 'e'].map(char => lineIndent(text, at(char)))).to.deep.equal([
      '',
      '  ',
      '  ',
      '\t',
      '  \t',
    ])
    const units = ['a\n  b', 'a\n    b\n  c', 'a\n\tb', 'a', 'a\n b', 'a\n          b', '  \n    b']
    expect(units.map(indentUnit)).to.deep.equal(['  ', '    ', '\t', '  ', '  ', '  ', '    '])
  })

  it('has quotes that it prefers', () => {
    const quotes = [
      '',
      `f('a', "b")`,
      `f("a")`,
      `x = "a"\ny = 'b'`,
      `import a from "a"\nimport b from "b"\nc = 'c'`,
      `{ a: "a" }`,
      `f( "a")`,
    ]
    expect(quotes.map(text => preferredQuote({ text } as Module))).to.deep.equal([
      "'",
      "'",
      '"',
      "'",
      '"',
      '"',
      '"',
    ])
  })

  it('has comments, which go along with what holds them', () => {
    const module = moduleOf('export default f(/* one */ a, // two\n  b /* three */) // four')
    const node = module.exports.named.get('default')!.node
    expect(commentsIn(module, node)).to.deep.equal(['/* one */', '// two', '/* three */'])
    const [first] = (node as unknown as { arguments: [typeof node] }).arguments
    expect(commentsIn(module, node, [{ ...first, start: 16, end: 30 }])).to.deep.equal([
      '// two',
      '/* three */',
    ])
    const indented = moduleOf('x\n  y')
    expect(withComments(indented, 4, ['// a', '/* b */'], 'c')).to.equal('// a\n  /* b */ c')
    expect(withComments(indented, 4, [], 'c')).to.equal('c')
  })
})
