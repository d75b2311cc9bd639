import { expect } from 'chai'
import { canonical } from '../../../../src/lib/sync/canonical.js'
import { isMembers, mergeJson } from '../../../../src/lib/sync/merge/merge-json.js'

/** What comes of both sides; an array of paths where something is to be decided. */
type Row = [
  title: string,
  base: unknown,
  ours: unknown,
  theirs: unknown,
  merged: unknown,
  conflicts?: string[],
]

const BASE = { a: 1, b: { c: 2, d: [3] } }

const ROWS: Row[] = [
  ['nothing changed', BASE, BASE, BASE, BASE],
  ['we changed a member', BASE, { ...BASE, a: 9 }, BASE, { ...BASE, a: 9 }],
  ['they changed a member', BASE, BASE, { ...BASE, a: 9 }, { ...BASE, a: 9 }],
  ['both changed it alike', BASE, { ...BASE, a: 9 }, { ...BASE, a: 9 }, { ...BASE, a: 9 }],
  [
    'each changed another, deep down',
    BASE,
    { a: 1, b: { c: 9, d: [3] } },
    { a: 1, b: { c: 2, d: [3, 4] } },
    { a: 1, b: { c: 9, d: [3, 4] } },
  ],
  ['each added another', BASE, { ...BASE, x: 1 }, { ...BASE, y: 2 }, { ...BASE, x: 1, y: 2 }],
  ['both added the same', BASE, { ...BASE, x: { y: 1 } }, { ...BASE, x: { y: 1 } }, { ...BASE, x: { y: 1 } }],
  [
    'both added an object, each with a member of its own',
    BASE,
    { ...BASE, x: { y: 1 } },
    { ...BASE, x: { z: 2 } },
    { ...BASE, x: { y: 1, z: 2 } },
  ],
  ['we took one out', BASE, { a: 1 }, BASE, { a: 1 }],
  ['they took one out', BASE, BASE, { a: 1 }, { a: 1 }],
  ['both took one out', BASE, { a: 1 }, { a: 1 }, { a: 1 }],
  ['only the order of keys is another', { a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1, b: 3 }, { b: 3, a: 1 }],
  ['both changed a member', BASE, { ...BASE, a: 8 }, { ...BASE, a: 9 }, { ...BASE, a: 8 }, ['a']],
  [
    'both changed two, one of them deep down',
    BASE,
    { a: 8, b: { c: 8, d: [3] } },
    { a: 9, b: { c: 9, d: [3] } },
    { a: 8, b: { c: 8, d: [3] } },
    ['a', 'b.c'],
  ],
  [
    'both changed a list',
    BASE,
    { a: 1, b: { c: 2, d: [] } },
    { a: 1, b: { c: 2, d: [4] } },
    { a: 1, b: { c: 2, d: [] } },
    ['b.d'],
  ],
  ['we took out what they changed', BASE, { a: 1 }, { a: 1, b: { c: 9 } }, { a: 1 }, ['b']],
  ['they took out what we changed', BASE, { a: 1, b: { c: 9 } }, { a: 1 }, { a: 1, b: { c: 9 } }, ['b']],
  ['one is no object any more', BASE, { a: 1, b: [] }, { a: 1, b: { c: 9, d: [3] } }, { a: 1, b: [] }, ['b']],
  [
    'one is nothing any more',
    BASE,
    { a: 1, b: { c: 9, d: [3] } },
    { a: 1, b: null },
    { a: 1, b: { c: 9, d: [3] } },
    ['b'],
  ],
  ['the whole is another on both sides', 1, 2, 3, 2, ['']],
  ['without a base, both are the same', undefined, BASE, BASE, BASE],
  ['without a base, one has a member more', undefined, BASE, { ...BASE, x: 1 }, { ...BASE, x: 1 }],
  ['without a base, a member differs', undefined, { a: 1 }, { a: 2 }, { a: 1 }, ['a']],
  [
    'keys are what every object has',
    {},
    { toString: 1 },
    { constructor: 2 },
    { toString: 1, constructor: 2 },
  ],
]

describe('a merge of documents', () => {
  for (const [title, base, ours, theirs, merged, conflicts = []] of ROWS) {
    it(`${title}${conflicts.length > 0 ? ': to be decided' : ''}`, () => {
      const found = mergeJson(base, ours, theirs)
      expect(found.value).to.deep.equal(merged)
      expect(found.conflicts.map(path => path.join('.'))).to.deep.equal(conflicts)
    })
  }

  it('goes into objects only', () => {
    expect([{}, { a: 1 }, [], null, undefined, 'a', 1].map(isMembers)).to.deep.equal([
      true,
      true,
      ...Array(5).fill(false),
    ])
  })
})

describe('a document as text', () => {
  const texts: [value: unknown, text: string][] = [
    [{ b: 1, a: [2, 1] }, '{\n  "a": [\n    2,\n    1\n  ],\n  "b": 1\n}'],
    [{ a: { d: 1, c: undefined } }, '{\n  "a": {\n    "d": 1\n  }\n}'],
    ['x', '"x"'],
    [null, 'null'],
    [undefined, 'null'],
  ]
  for (const [value, text] of texts)
    it(`is the same for all that means ${JSON.stringify(value)}`, () =>
      expect(canonical(value)).to.equal(text))
})
