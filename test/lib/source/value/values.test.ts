/** What is known, or said, of values that are no plain texts. */
import { expect } from 'chai'
import { BEFORE, FILES } from './declarations.js'
import { meaning } from './meaning.js'

const CASES: Record<string, [expression: string, meaning: string][]> = {
  'of objects and lists': [
    ['(function () {})', 'function'],
    ['(class {})', 'class'],
    ['({ a: 1, [f()]: 2 }).a', 'f() is the result of a function call'],
    ['({ a: 1, ...f() }).a', 'f() is the result of a function call'],
    ['({ ...f(), a: 1 }).a', 'plain 1'],
    ['({ a: 1, ...{ ...f() } }).a', 'f() is the result of a function call'],
    ['({ a: 1, ...null }).a', 'plain 1'],
    ["({ [N]: 'three' })[3]", 'quoted(three)'],
    ['({ a: 1, 1n: 2 }).b', '1n is no key that is known'],
    ['[...[...f()]][0]', 'f() is the result of a function call'],
    ["['a', ...f()][0]", 'f() is the result of a function call'],
    ["['a', ...f()].length", 'f() is the result of a function call'],
  ],
  'of a declaration': [
    ['P.t', 'P.#s is private to its class'],
    ['P.u', 'quoted(u)'],
    ['P.v', 'P.v is no static field with a value'],
    ['P.w', 'P.w is no static field with a value'],
    ['P.none', 'P.none is no static field with a value'],
    ['K.i', 'K.i is no static field with a value'],
    ['L[I]', 'array'],
    ['(A - 1)[f()]()', 'call'],
    ['missing.x', 'missing.x is not exported by /project/src/names.ts'],
    ['(A - 1).x', 'A - 1 is computed'],
    ['early', 'quoted(early)'],
    ['noDefault', 'noDefault is not exported by /project/src/starred.ts'],
    ['asText', 'text({"a":"json"})'],
    ['alias', 'import alias = S.n is an alias that is not followed'],
    ['nothing', 'plain undefined'],
    ['kept', 'object'],
    ['one1', 'quoted(one)'],
    ['num', 'plain 3'],
    ['dynamic', 'dynamic is taken from a value in a way that needs running'],
    ['ofText', 'ofText is the rest of something that is not known'],
    ['ambient', 'ambient is declared without a value'],
    ['D', "namespace D.E2 { export const n = 'x' } is a namespace that is not followed"],
    ['D.E2', "namespace D.E2 { export const n = 'x' } is a namespace that is not followed"],
  ],
  'of a call': [
    ['new Date()', 'instance'],
    ['new Date.URL()', 'instance'],
    ['!f()', 'f() is the result of a function call'],
    ['all.one()', 'call'],
    ['all.none()', 'all.none is not exported by /project/src/names.ts'],
    ['O.m()', 'call'],
    ['O.g()', 'call'],
    ['missing()', 'missing is not exported by /project/src/names.ts'],
    ['fileURLToPath()', 'fileURLToPath() is no valid path'],
    ['dirname()', 'dirname() is no valid path'],
    ['normalize()', 'normalize() is no valid path'],
    ['resolve()', 'resolve() is no valid path'],
    ["join('a', 'b')", 'a/b'],
    ['new URL()', 'new URL() is no valid URL'],
    [
      "readFileSync('/etc/secret.md', 'utf8')",
      "readFileSync('/etc/secret.md', 'utf8') reads /etc/secret.md, but it lies outside the workspace",
    ],
    [
      "readFileSync(__dirname + '/t.md', 'utf8x')",
      "readFileSync(__dirname + '/t.md', 'utf8x') is not read as UTF-8",
    ],
    [
      "readFileSync(__dirname + '/t.md', 'xutf8')",
      "readFileSync(__dirname + '/t.md', 'xutf8') is not read as UTF-8",
    ],
    ["readFileSync(__dirname + '/t.md', N)", 'buffer'],
    ["readFileSync(__dirname + '/t.md', {})", 'buffer'],
    ["readFileSync(__dirname + '/t.md').slice()", 'call'],
    ["readFileSync(__dirname + '/t.md').toString('xutf8')", 'call'],
    ["require('./t.json')", 'object'],
    ['require()', 'call'],
    ["require('./none')", "'./none' cannot be imported: there is no such file"],
    ['proc.cwd()', 'proc.cwd() depends on the folder the code runs in'],
    ['cwd()', 'cwd() depends on the folder the code runs in'],
  ],
  'of an operator': [
    ["(A - 1) ? 'yes' : 'no'", 'A - 1 is computed'],
    ["other ? 'yes' : 'no'", "'other' comes from the package `other`"],
    ["nowhere ? 'yes' : 'no'", 'nowhere is not declared'],
    ["Math.PI ? 'yes' : 'no'", 'Math.PI is known only when the code runs'],
    ["O ?? 'no'", 'object'],
    ["N == '4'", 'plain false'],
    ['-true', '-true is computed'],
    ['+A', '+A is computed'],
    ['~N', '~N is computed'],
  ],
  'of the environment': [
    ['process.env.X == null', 'plain true, without X'],
    ["env('X') ?? 'no'", 'quoted(no), without X'],
    ["env('X') === 'x'", 'plain false, without X'],
    ['!process.env.X', 'plain true, without X'],
    ["env('X').trim()", "env('X') depends on the environment variable X"],
    ["env('X')?.trim()", "env('X') depends on the environment variable X, unset"],
    ['process.env.X?.trim()', 'process.env.X?.trim() depends on the environment variable X, unset'],
    ["env('X').length", "env('X') depends on the environment variable X"],
    ["ours('X')", "ours('X') depends on the environment variable X, unset"],
    ["theirs('X')", 'call'],
    ['proc.env.X', 'global'],
    ["process.env.X.length || 'no'", 'process.env.X.length depends on the environment variable X'],
    ["process.env || 'no'", 'process.env depends on an environment variable'],
    ["theirs.X || 'no'", 'theirs.X comes from the package `lua-clix`'],
    ["import.meta.env.X ?? 'no'", 'quoted(no), without X'],
    ["Bun.env.X ?? 'no'", 'quoted(no), without X'],
    ["Deno.env.get('X') ?? 'no'", 'quoted(no), without X'],
    ["process.env[process.env.Y ?? 'Z'] ?? 'no'", 'quoted(no), without Y, without Z'],
    ["O[process.env.X ?? 'a']", 'quoted(a), without X'],
    ["(process.env.X ? ['y'] : ['z']).join('')", 'quoted(z), without X'],
    ["(process.env.X ? 'y' : 'z') + A", 'quoted(z)|quoted(const), without X'],
    ["(process.env.X ? 'y' : 'z').trim()", "quoted(z) < .trim() of process.env.X ? 'y' : 'z', without X"],
    ["[...(process.env.X ? ['y'] : ['z'])].join('')", 'quoted(z), without X'],
    ["!(process.env.X ?? 'a')", 'plain false, without X'],
    ["(process.env.X ?? 'a') === 'a'", 'plain true, without X'],
    ["(process.env.X ?? 'a') ? 'yes' : 'no'", 'quoted(yes), without X'],
  ],
  'in a template': [
    [
      '`${O}`',
      "{ a: 'a', 'b c': 'b', 1: 'one', [A]: 'computed', m() {}, get g() { return 'g' }, O: { deep: 'deep' } } is an object, not a text, interpolated",
    ],
    ['`${f}`', 'function f(parameter) { return parameter } is a function, interpolated'],
    [
      '`${K}`',
      "class K { static s = 'static'; static m() {} i = 'instance' } is a class, not a text, interpolated",
    ],
    ['`${() => 1}`', '() => 1 is a function, interpolated'],
    [
      '`${globalThis.process.env.X}`',
      'globalThis.process.env.X depends on the environment variable X, interpolated',
    ],
    ['`${process.env}`', 'process.env depends on an environment variable, interpolated'],
    ['`${process.env.X.length}`', 'process.env.X.length depends on the environment variable X, interpolated'],
    ['`${Math.PI}`', 'Math.PI is known only when the code runs, interpolated'],
    ['`${import.meta.x}`', 'import.meta.x is known only when the code runs, interpolated'],
    ['`${require.main}`', 'require.main is known only when the code runs, interpolated'],
    ['`${module.id}`', 'module.id is known only when the code runs, interpolated'],
    ['`${nowhere}`', 'nowhere is not declared, interpolated'],
    ['`${other}`', "'other' comes from the package `other`, interpolated"],
    ['`${L}`', "['x', ['y'], ...['z']] is a list, not a text, interpolated"],
    ['`${/a/}`', '/a/ is a regular expression, not a text, interpolated'],
    ['`${new K()}`', 'new K() is an object that is made when the code runs, interpolated'],
    [
      "`${new URL('./x', import.meta.url)}`",
      "new URL('./x', import.meta.url) is a URL, not a text, interpolated",
    ],
    [
      "`${readFileSync(__dirname + '/t.md')}`",
      "readFileSync(__dirname + '/t.md') is the bytes of a file, read without an encoding, not a text, interpolated",
    ],
    ["`${process.env.X || 'no'}`", 'quasi()|quoted(no)|quasi(), without X'],
  ],
  'of texts that are joined, trimmed or replaced': [
    ["+N + 'x'", '3|quoted(x)'],
    ["1 + true + 'x'", "1 + true + 'x' is computed"],
    ['1 + 2 + f()', 'f() is the result of a function call, interpolated'],
    ["'  a '.trimStart()", "quoted(a @2) < .trimStart() of '  a '"],
    ["'  a '.trimEnd()", "quoted(  a) < .trimEnd() of '  a '"],
    ["'  a '.trimLeft()", "quoted(a @2) < .trimLeft() of '  a '"],
    ["'  a '.trimRight()", "quoted(  a) < .trimRight() of '  a '"],
    ['A?.trim()', 'quoted(const) < .trim() of A'],
    ["A?.replace('c', '')", '|quoted(onst@1) < .replace(…) of A'],
    ["'x'.replace('x', '')", " < .replace(…) of 'x'"],
    ["''.replace('y', 'z')", "quoted() < .replace(…) of ''"],
  ],
}

for (const [group, cases] of Object.entries(CASES)) {
  describe(`source: the value ${group}`, () => {
    for (const [expression, expected] of cases) {
      it(expression, () => expect(meaning(expression, BEFORE, FILES)).to.equal(expected))
    }
  })
}

describe('source: values without end', () => {
  /** `const v0 = …; const v1 = …` so many times, each made of the one before. */
  const chain = (length: number, first: string, next: (before: string) => string) =>
    Array.from({ length }, (_, n) => `const v${n} = ${n === 0 ? first : next(`v${n - 1}`)}`).join('\n')

  const ENDLESS: [title: string, last: string, before: string, meaning: string][] = [
    ['250 names for one value', 'v249', chain(250, "'a'", before => before), 'quoted(a)'],
    [
      '400 names for one value',
      'v399',
      chain(400, "'a'", before => before),
      'v99 is nested too deeply, or named after a name too often',
    ],
    [
      'a list of 65,536 items',
      'v16[65_535]',
      chain(17, '[1]', before => `[...${before}, ...${before}]`),
      'plain 1',
    ],
    [
      'a list of 131,072 items',
      'v17[0]',
      chain(18, '[1]', before => `[...${before}, ...${before}]`),
      '[...v16, ...v16] is too long a list',
    ],
    [
      'a template of too many texts',
      'v18',
      chain(19, "'a'", before => `\`\${${before}}\${${before}}\``),
      '`${v14}${v14}` gives too long a text, interpolated',
    ],
    [
      'a sum of too many texts',
      'v18',
      chain(19, "'a'", before => `${before} + ${before}`),
      'v16 + v16 gives too long a text, interpolated',
    ],
    [
      'a list of too many texts, joined',
      'v18',
      chain(19, "'a'", before => `[${before}, ${before}].join('')`),
      "[v15, v15].join('') gives too long a text, interpolated",
    ],
  ]
  for (const [title, last, before, expected] of ENDLESS) {
    it(title, () => expect(meaning(last, before)).to.equal(expected))
  }
})
