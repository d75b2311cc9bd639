import { expect } from 'chai'
import {
  alignAdjacent,
  alignJoined,
  cutByHunks,
  likeness,
  type PartPlan,
} from '../../../../src/lib/source/write/align.js'
import type { Hunk } from '../../../../src/lib/splice.js'

/** A plan in one line: the parts, `-` for one that goes, and `+…` for those that come, each where it stands. */
function shown(plan: PartPlan | undefined): string | undefined {
  if (plan === undefined) return undefined
  expect(plan.inserted).to.have.length(plan.texts.length + 1)
  return plan.inserted
    .flatMap((come, at) => {
      const text = plan.texts[at]
      const own = at === plan.texts.length ? [] : [text === undefined ? '-' : JSON.stringify(text)]
      return [...come.map(text => `+${JSON.stringify(text)}`), ...own]
    })
    .join(' ')
}

describe('source: parts that are joined', () => {
  const cases: [parts: string[], separator: string, target: string, plan: string][] = [
    [['a', 'b', 'c'], ' ', 'a b c', '"a" "b" "c"'],
    [['a', 'b', 'c'], ' ', 'a c', '"a" - "c"'],
    [['a', 'b', 'c'], ' ', 'b c', '- "b" "c"'],
    [['a', 'b', 'c'], ' ', 'a b', '"a" "b" -'],
    [['a', 'b', 'c'], ' ', 'a b c d', '"a" "b" "c" +"d"'],
    [['a', 'b', 'c'], ' ', 'z a b c', '+"z" "a" "b" "c"'],
    [['a', 'b', 'c'], ' ', 'a x y b c', '"a" +"x" +"y" "b" "c"'],
    [['a', 'b', 'c'], ' ', 'a x c', '"a" "x" "c"'],
    [['a', 'b', 'c'], ' ', 'x y z', '"x" "y" "z"'],
    [['a', 'b', 'c'], ' ', '', '"" - -'],
    [['a', 'a', 'a'], ' ', 'a a', '"a" "a" -'],
    [['a b', 'c'], ' ', 'a x b c', '"a x b" "c"'],
    [['a b', 'c'], ' ', 'b c', '"b" "c"'],
    [['a b', 'c d'], ' ', 'a d', '"a" "d"'],
    [['a b', 'c d'], ' ', 'a b x c d', '"a b" +"x" "c d"'],
    [
      ['be kind', 'be brief', 'be fair'],
      '. ',
      'be kind. be very brief. be fair',
      '"be kind" "be very brief" "be fair"',
    ],
    [['be kind', 'be brief'], '. ', 'be kinder. stop. be briefer', '"be kinder" +"stop" "be briefer"'],
    [['one thing', 'two things', 'red'], '/', 'two thinks', '- "two thinks" -'],
    [['red', 'one thing'], '/', 'some thing', '- "some thing"'],
  ]
  for (const [parts, separator, target, plan] of cases)
    it(`${parts.join('|')} to ${target}`, async () =>
      expect(shown(await alignJoined(parts, separator, target))).to.equal(plan))

  it('pair by their places where they are very many', async () => {
    const parts = Array.from({ length: 150 }, (_, n) => `old ${n}`)
    const target = Array.from({ length: 151 }, (_, n) => `new ${n}`)
    const plan = (await alignJoined(parts, '|', target.join('|')))!
    expect(plan.texts).to.deep.equal(target.slice(0, 150))
    expect(plan.inserted.at(-1)).to.deep.equal(['new 150'])
  })
})

describe('source: parts that follow each other', () => {
  const cases: [parts: string[], target: string, plan: string | undefined][] = [
    [['a\n', 'b\n', 'c'], 'a\nx\nc', '"a\\n" "x\\n" "c"'],
    [['a\n', 'b\n', 'c'], 'a\nc', '"a\\n" - "c"'],
    [['a\n', 'b\n', 'c'], 'a\nb', '"a\\n" "b" -'],
    [['a\n', 'b\n', 'c'], 'a\nb\nc\n', '"a\\n" "b\\n" "c\\n"'],
    [['a\n', 'b\n', 'c\n'], 'a\nb\nc', '"a\\n" "b\\n" "c"'],
    [['a\n', 'b\n', 'c'], 'a\nb\nx\nc', '"a\\n" "b\\n" +"x\\n" "c"'],
    [['a\n', 'b'], 'a\nb\nc', '"a\\n" "b\\n" +"c"'],
    [['a', '\nb', '\nc'], 'a\nc', '"a" - "\\nc"'],
    [['a', '\nb', '\nc'], 'b\nc', '- "b" "\\nc"'],
    [['a', '\nb', '\nc'], 'a\nb\nx\nc', '"a" "\\nb" +"\\nx" "\\nc"'],
    [['a', '\nb'], 'z\na\nb', '+"z" "\\na" "\\nb"'],
    [['a', 'b'], 'ab', undefined],
    [['a', '\nb', 'c'], 'abc', undefined],
    [['a\n'], 'b\n', undefined],
    [[], 'b', undefined],
  ]
  for (const [parts, target, plan] of cases)
    it(`${JSON.stringify(parts)} to ${JSON.stringify(target)}`, async () =>
      expect(shown(await alignAdjacent(parts, target))).to.equal(plan))
})

describe('source: parts that hunks touch', () => {
  const hunk = (start: number, end: number, text: string): Hunk => ({ start, end, text })
  const any = () => true
  const cases: [
    title: string,
    parts: string[],
    hunks: Hunk[],
    can: (part: number) => boolean,
    plan: string | undefined,
  ][] = [
    ['within one', ['abc', 'def'], [hunk(1, 2, 'X')], any, '"aXc" "def"'],
    ['within the second', ['abc', 'def'], [hunk(4, 5, 'X')], any, '"abc" "dXf"'],
    ['in both', ['abc', 'def'], [hunk(0, 1, 'X'), hunk(5, 6, 'Y')], any, '"Xbc" "deY"'],
    ['added between them', ['abc', 'def'], [hunk(3, 3, 'X')], any, '"abcX" "def"'],
    [
      'added between them, for the second',
      ['abc', 'def'],
      [hunk(3, 3, 'X')],
      part => part === 1,
      '"abc" "Xdef"',
    ],
    ['added at the end', ['abc', 'def'], [hunk(6, 6, 'X')], any, '"abc" "defX"'],
    ['added at the beginning', ['abc', 'def'], [hunk(0, 0, 'X')], any, '"Xabc" "def"'],
    ['one taken out', ['abc', 'def'], [hunk(0, 3, '')], any, '- "def"'],
    ['one taken out that cannot change', ['abc', 'def'], [hunk(0, 3, '')], () => false, '- "def"'],
    ['taken out across them', ['abc', 'def'], [hunk(2, 4, '')], any, '"ab" "ef"'],
    ['replaced across them', ['abc', 'def'], [hunk(2, 4, 'X')], any, undefined],
    ['in one that cannot change', ['abc', 'def'], [hunk(1, 2, 'X')], part => part === 1, undefined],
    ['empty ones stay', ['', 'abc'], [hunk(1, 2, '')], any, '"" "ac"'],
    ['nothing', ['abc', 'def'], [], any, '"abc" "def"'],
  ]
  for (const [title, parts, hunks, can, plan] of cases)
    it(title, () => expect(shown(cutByHunks(parts, hunks, can))).to.equal(plan))
})

describe('source: how alike two texts are', () => {
  const cases: [a: string, b: string, likeness: number][] = [
    ['abc', 'abc', 1],
    ['', '', 0],
    ['abc', 'xyz', 0],
    ['abcd', 'abxd', 0.75],
    ['ab', 'abab', 0.5],
    ['aa', 'aaaa', 0.5],
  ]
  for (const [a, b, expected] of cases)
    it(`${a} and ${b}`, () => {
      expect(likeness(a, b)).to.equal(expected)
      expect(likeness(b, a)).to.equal(expected)
    })
})
