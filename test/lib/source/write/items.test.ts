/** Items that come, go and move, by the code that they leave. */
import { parseExpression } from '@babel/parser'
import { expect } from 'chai'
import { range } from '../../../../src/lib/source/names/nodes.js'
import { arrange, type Entry } from '../../../../src/lib/source/write/items.js'
import { splice } from '../../../../src/lib/splice.js'

/** `0` stays, `'n'` comes, `-1` is the second one, moved. */
type Order = (number | string)[]

function arranged(code: string, order: Order): string | undefined {
  const node = parseExpression(code)
  if (node.type !== 'ArrayExpression') throw new Error('a list is needed')
  const items = node.elements.flatMap(element => (element ? [range(element)] : []))
  const entries = order.map((entry): Entry => {
    if (typeof entry === 'string') return { code: entry }
    if (entry >= 0 && !Object.is(entry, -0)) return { kept: entry }
    const { start, end } = items[-entry] as { start: number; end: number }
    return { code: code.slice(start, end), moved: -entry }
  })
  const row = { module: { text: code } as never, start: 1, end: code.length - 1, items, separator: ',' }
  const edits = arrange(row, entries)
  return edits && splice(code, edits)
}

const CASES: [title: string, before: string, order: Order, after: string | undefined][] = [
  ['nothing', '[a, b]', [0, 1], '[a, b]'],
  ['the first of a line goes', '[a, b, c]', [1, 2], '[b, c]'],
  ['the last of a line goes', '[a, b, c]', [0, 1], '[a, b]'],
  ['all go', '[a, b]', [], '[]'],
  ['all go, and a comment stays', '[\n  a, // x\n]', [], '[\n  // x\n]'],
  ['all go, one comes', '[\n  a,\n  b,\n]', ['n'], '[\n  n,\n]'],
  ['blanks inside the brackets stay', '[ a, b ]', [0, 'n', 1], '[ a, n, b ]'],
  ['first on a line', '[a, b]', ['n', 0, 1], '[n, a, b]'],
  ['first without blanks', '["a","b"]', ['n', 0, 1], '[n,"a","b"]'],
  ['before the only one', '[a]', ['n', 0], '[n, a]'],
  ['behind the only one', '[a]', [0, 'n'], '[a, n]'],
  ['behind the only one on its line', '[\n  a\n]', [0, 'n'], '[\n  a,\n  n\n]'],
  ['two behind, trailing comma', '[\n  a,\n]', [0, 'n', 'm'], '[\n  a,\n  n,\n  m,\n]'],
  ['first on lines', '[\n  // x\n  a,\n  b,\n]', ['n', 0, 1], '[\n  n,\n  // x\n  a,\n  b,\n]'],
  ['behind a comment to the end of the line', '[\n  a, b // x\n]', [0, 1, 'n'], '[\n  a, b, // x\n  n\n]'],
  ['several a line: the first goes', '[\n  a, b,\n  c,\n]', [1, 2], '[\n  b,\n  c,\n]'],
  ['several a line: the second goes', '[\n  a, b,\n  c, d,\n]', [0, 2, 3], '[\n  a,\n  c, d,\n]'],
  ['several a line: a whole line goes', '[\n  a, b,\n  c, d,\n]', [0, 1], '[\n  a, b,\n]'],
  ['beside the bracket: the first goes', '[a,\n b,\n c]', [1, 2], '[b,\n c]'],
  ['beside the bracket: one more in front', '[a,\n b]', ['n', 0, 1], '[n,\n a,\n b]'],
  ['beside the bracket: one more behind', '[a,\n b]', [0, 1, 'n'], '[a,\n b,\n n]'],
  ['an empty line stays', '[\n  a,\n\n  b,\n  c,\n]', [0, 2], '[\n  a,\n\n  c,\n]'],
  ['no empty line comes to the top', '[\n  a,\n\n  b,\n]', [1], '[\n  b,\n]'],
  [
    'a comment behind stays where it was',
    '[\n  a, // x\n  b, // y\n  c,\n]',
    [0, 2],
    '[\n  a, // x\n  // y\n  c,\n]',
  ],
  [
    'comments above and behind',
    '[\n  a,\n  // x\n  b, // y\n  c,\n]',
    [0, 2],
    '[\n  a,\n  // x\n  // y\n  c,\n]',
  ],
  ['a comment inside the line', '[a, /* x */ b, c]', [0, 2], '[a, /* x */ c]'],
  ['comments around the first', '[/* x */ a /* y */, b]', [1], '[/* x */ /* y */ b]'],
  ['a comment before the comma goes with it', '[a /* x */, b]', [0, 'n', 1], '[a /* x */, n, b]'],
  ['a comment behind the last', '[a, b /* x */]', [0, 1, 'n'], '[a, b /* x */, n]'],
  ['commas in front: one comes', '[\n    a\n  , b\n]', [0, 'n', 1], '[\n    a\n  , n\n  , b\n]'],
  ['commas in front: one comes first', '[\n    a\n  , b\n]', ['n', 0, 1], '[\n    n\n  , a\n  , b\n]'],
  ['commas in front: the first goes', '[\n    a\n  , b\n  , c\n]', [1, 2], '[\n    b\n  , c\n]'],
  ['commas in front: the last goes', '[\n    a // x\n  , b\n]', [0], '[\n    a // x\n]'],
  ['commas in front, with a comment', '[\n    a\n  // x\n  , b\n]', [1], '[\n  // x\n    b\n]'],
  [
    'a moved one takes its comment along',
    '[\n  a, // x\n  b, // y\n]',
    [-1, 0],
    '[\n  b, // y\n  a, // x\n]',
  ],
  ['and the one above it', '[\n  a,\n  // x\n  b,\n]', [-1, 0], '[\n  // x\n  b,\n  a,\n]'],
  [
    'but not that of a group',
    '[\n  a,\n\n  // x\n  b,\n  c,\n]',
    [-1, 0, 2],
    '[\n  b,\n  a,\n\n  // x\n  c,\n]',
  ],
  ['into a line', '[a, b /* y */]', [-1, 0], '[b /* y */, a]'],
  ['CRLF', '[\r\n\ta,\r\n\tb,\r\n]', [0, 'n', 1], '[\r\n\ta,\r\n\tn,\r\n\tb,\r\n]'],
  ['a hole', '[a, , b]', [0], undefined],
  ['no items', '[]', ['n'], undefined],
]

describe('source: items between separators', () => {
  for (const [title, before, order, after] of CASES) {
    it(`${title}: ${JSON.stringify(before)}`, () => {
      expect(arranged(before, order)).to.equal(after)
    })
  }
})
