/** The way to a value, and the parts of objects and lists, each as the code that stands there. */
import { expect } from 'chai'
import { BEFORE, FILES } from './declarations.js'
import { partsOf, wayTo } from './meaning.js'

const WAYS: [expression: string, way: string[]][] = [
  ['O.a', ["a: 'a'", "'a'"]],
  ['taken', ['{ a: taken, ...rest } = O', "a: 'a'", "'a'"]],
  ['rest.O.deep', ["deep: 'deep'", "'deep'"]],
  ['L[2]', ["'z'", "'z'"]],
  ["'a' + A", ["'a' + A", "'a'", "A = 'const'", "'const'"]],
  ['`${A}${A}`', ['`${A}${A}`', "A = 'const'", "'const'", "A = 'const'"]],
  ['A.trim()', ['A.trim()', "A = 'const'", "'const'"]],
  ['({ ...all }).one', ['...all', '* as all', 'one', "one = '1'", "'1'"]],
  ['t.a', ['"a":"json"', '"json"']],
  ['member', ['a as member', '"a":"json"', '"json"']],
  ['one', ['one', "one = '1'", "'1'"]],
  ['renamed', ['renamed', "one = '1'", "'1'"]],
  ['starred', ['starred', "'./starred'", "starred = 'starred'", "'starred'"]],
  ['K.s', ["static s = 'static';", "'static'"]],
  ['E.A', ["A = 'enum'", "'enum'"]],
  ['S.n', ['n', "n = 'namespaced'", "'namespaced'"]],
]

const PARTS: [expression: string, parts: string[]][] = [
  [
    "({ a: 1, A, m() {}, get g() { return 1 }, set s(x) {}, f: f, 'q r': 2, 3: 4 })",
    [
      'a: value 1',
      'A: shorthand A',
      'm: method m() {}',
      'g: getter get g() { return 1 }',
      's: getter set s(x) {}',
      'f: value f',
      'q r: value 2',
      '3: value 4',
    ],
  ],
  [
    '({ ...all })',
    [
      'starred: export starred < ...all < * as all',
      'one: export one < ...all < * as all',
      'circle: export circle < ...all < * as all',
      'renamed: export one < ...all < * as all',
      "default: export 'default' < ...all < * as all",
    ],
  ],
  ['[1, , ...L]', ['1', 'hole', "'x'", "['y']", "'z'"]],
  ['E', ["A: value 'enum'", 'B: value 1', 'C: value C']],
  ['S', ['n: export n']],
  [
    '{ ...{ ...{ z: 1 }, y: 2 } }',
    ['z: value 1 < ...{ ...{ z: 1 }, y: 2 } < ...{ z: 1 }', 'y: value 2 < ...{ ...{ z: 1 }, y: 2 }'],
  ],
]

describe('source: the way to a value', () => {
  for (const [expression, way] of WAYS)
    it(expression, () => expect(wayTo(expression, BEFORE, FILES)).to.deep.equal(way))
})

describe('source: the parts of a value', () => {
  for (const [expression, parts] of PARTS)
    it(expression, () => expect(partsOf(expression, BEFORE, FILES)).to.deep.equal(parts))
})
