/** Texts, with the literals that their characters come from, and why others are not known. */
import { expect } from 'chai'
import { meaning } from './meaning.js'

const BEFORE =
  "import t from './t.json'\nimport file from './t.md'\nconst A = 'const'\nconst N = 3\nconst make = () => ''"

const CASES: [expression: string, meaning: string][] = [
  ["'a'", 'quoted(a)'],
  ['`a`', 'template(a)'],
  ['`a${A}b`', 'quasi(a)|quoted(const)|quasi(b)'],
  ['`${N}`', 'quasi()|3|quasi()'],
  ['`${make()}`', 'make() is the result of a function call, interpolated'],
  ['`${process.env.X}`', 'process.env.X depends on the environment variable X, interpolated'],
  ['t.a', 'json(json)'],
  ['file', 'text(file\n)'],
  ["'a' + A", 'quoted(a)|quoted(const)'],
  ["1 + 2 + 'x' + 1 + 2", '3|quoted(x)|1|2'],
  ["N + 'x'", '3|quoted(x)'],
  ['true + 1', 'true + 1 is computed'],
  ['1 + 2', 'plain 3'],
  ['1 + make()', 'make() is the result of a function call, interpolated'],
  ["'a' + make()", 'make() is the result of a function call, interpolated'],
  ["'a' + process.env.X", 'process.env.X depends on the environment variable X, interpolated'],
  ["'a' - 'b'", "'a' - 'b' is computed"],
  ["('a' - 'b') + 'c'", "'a' - 'b' is computed, interpolated"],
  ["'a' + (1 + 2)", 'quoted(a)|3'],
  ["['a', A].join('-')", 'quoted(a)|-|quoted(const)'],
  ["['a', 'b'].join()", 'quoted(a)|,|quoted(b)'],
  ["['a', 'b'].join(undefined)", 'quoted(a)|,|quoted(b)'],
  ["['a', 'b'].join(null)", 'quoted(a)|null|quoted(b)'],
  ["['a', 'b'].join(1)", 'quoted(a)|1|quoted(b)'],
  ["['a', 'b'].join(make())", 'make() is the result of a function call'],
  ["['a', 'b'].join([])", '[] is a list, not a text'],
  ["['a', null, undefined, , 0, false].join('-')", 'quoted(a)|-|-|-|-|0|-|false'],
  ["['a', make()].join('-')", 'make() is the result of a function call, interpolated'],
  ["['a', process.env.X].join('-')", 'process.env.X depends on the environment variable X, interpolated'],
  ["['a', ...make()].join('-')", 'make() is the result of a function call'],
  ["['a'].join('-')", 'quoted(a)'],
  ["[].join('-')", ''],
  ["' a '.trim()", "quoted(a@1) < .trim() of ' a '"],
  ["' a '.trimStart()", "quoted(a @1) < .trimStart() of ' a '"],
  ["' a '.trimEnd()", "quoted( a) < .trimEnd() of ' a '"],
  ["' a '.trimLeft()", "quoted(a @1) < .trimLeft() of ' a '"],
  ["' a '.trimRight()", "quoted( a) < .trimRight() of ' a '"],
  ["'  '.trim()", "quoted() < .trim() of '  '"],
  ["(' ' + ' a ' + ' ').trim()", "quoted(a@1) < .trim() of ' ' + ' a ' + ' '"],
  ['`  ${A}  `.trim().trimEnd()', 'quoted(const) < .trimEnd() of `  ${A}  `.trim() < .trim() of `  ${A}  `'],
  ["'a'.concat('b', A)", 'quoted(a)|quoted(b)|quoted(const)'],
  ["'a'.concat(make())", 'make() is the result of a function call, interpolated'],
  ["'a'.toString()", 'quoted(a)'],
  ["'a'.valueOf()", 'quoted(a)'],
  ["'a'.toUpperCase()", 'call'],
  ["'axbxc'.replace('x', '-')", "quoted(a)|-|quoted(bxc@2) < .replace(…) of 'axbxc'"],
  ["'axbxc'.replaceAll('x', '-')", "quoted(a)|-|quoted(b@2)|-|quoted(c@4) < .replaceAll(…) of 'axbxc'"],
  ["'axbxc'.replace(/x/g, '-')", "quoted(a)|-|quoted(b@2)|-|quoted(c@4) < .replace(…) of 'axbxc'"],
  ["'axbxc'.replace(/x/, '-')", "quoted(a)|-|quoted(bxc@2) < .replace(…) of 'axbxc'"],
  ["'axb'.replace('a', '-')", "-|quoted(xb@1) < .replace(…) of 'axb'"],
  ["'axb'.replace('b', '-')", "quoted(ax)|- < .replace(…) of 'axb'"],
  ["'x'.replace('x', '-')", "- < .replace(…) of 'x'"],
  ["'x'.replace('y', '-')", "quoted(x) < .replace(…) of 'x'"],
  ["'axb'.replace(/x/, '[$&]')", "a[x]b < .replace(…) of 'axb'"],
  ["'axb'.replace(/(a)x/, '$1')", "ab < .replace(…) of 'axb'"],
  ["'axb'.replaceAll(/x/, '-')", "'axb'.replaceAll(/x/, '-') lacks the flag `g`"],
  ["'axb'.replace('x', make)", "() => '' is no literal replacement"],
  ["'axb'.replace(make(), '-')", 'make() is the result of a function call'],
  ["'axb'.replace('x')", "'axb'.replace('x') replaces nothing"],
  ["'axb'.replace()", "'axb'.replace() replaces nothing"],
  ["(A + 'xb').replace('x', A)", "quoted(const)|const|quoted(b@1) < .replace(…) of A + 'xb'"],
]

describe('source: texts and their literals', () => {
  for (const [expression, expected] of CASES) {
    it(expression, () => expect(meaning(expression, BEFORE)).to.equal(expected))
  }
})
