/** What calls, tags, members and declarations are, and why others are not known. */
import { expect } from 'chai'
import { meaning, OTHERS } from './meaning.js'

const BEFORE = `
import fs, { readFileSync } from 'node:fs'
import path, { dirname, join, normalize, resolve } from 'path'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { env, LuaAgent } from 'lua-cli'
import dedent from 'dedent'
import other from 'other'
import t, { a as member } from './t.json'
import file from './t.md'
import * as all from './names'
import { one, missing, circle, starred, renamed } from './names'
const A = 'const', N = 3
const O = { a: 'a', 'b c': 'b', 1: 'one', [A]: 'computed', m() {}, get g() { return 'g' }, O: { deep: 'deep' } }
const L = ['x', ['y'], ...['z']]
const { a: taken, ...rest } = O, [first, , third = 'third', fourth = 'fourth'] = L
const { O: { deep } } = O
let changed = 'a'
changed = 'b'
let unset
enum E { A = 'enum', B = 1, C }
class K { static s = 'static'; static m() {} i = 'instance' }
namespace S { export const n = 'namespaced'; const hidden = 1 }
function f(parameter) { return parameter }
const self = self2, self2 = self
try {} catch (caught) {}
`
const FILES = {
  ...OTHERS,
  'src/names.ts':
    "export const one = '1'\nexport { circle } from './circle'\nexport * from './starred'\nexport { one as renamed }\nexport default 'default'",
  'src/circle.ts': "export { circle } from './names'",
  'src/starred.ts': "export const starred = 'starred'",
}

const CASES: [expression: string, meaning: string][] = [
  ["readFileSync(__dirname + '/t.md', 'utf8')", 'text(file\n)'],
  ["readFileSync(__dirname + '/t.md', 'UTF-8')", 'text(file\n)'],
  ["readFileSync(__dirname + '/t.md', { encoding: 'utf8' })", 'text(file\n)'],
  [
    "readFileSync(__dirname + '/t.md', 'latin1')",
    "readFileSync(__dirname + '/t.md', 'latin1') is not read as UTF-8",
  ],
  ["readFileSync(__dirname + '/t.md')", 'buffer'],
  ["readFileSync(__dirname + '/t.md').toString()", 'text(file\n)'],
  ["readFileSync(__dirname + '/t.md').toString('utf8')", 'text(file\n)'],
  ["readFileSync(__dirname + '/t.md').toString('hex')", 'call'],
  ["readFileSync(__dirname + '/t.md').toString(N)", 'call'],
  ["readFileSync(__dirname + '/t.md').slice(1)", 'call'],
  ["readFileSync('t.md', 'utf8')", "'t.md' is a path relative to the folder the code runs in"],
  [
    "readFileSync(__dirname + '/none.md', 'utf8')",
    "readFileSync(__dirname + '/none.md', 'utf8') reads /project/src/none.md, which does not exist",
  ],
  [
    "readFileSync('/etc/passwd', 'utf8')",
    "readFileSync('/etc/passwd', 'utf8') reads /etc/passwd, which does not exist",
  ],
  ['readFileSync()', 'readFileSync() reads no file'],
  ["readFileSync(N, 'utf8')", '3 is a number, boolean or nothing, not a text'],
  ["readFileSync(new URL('./t.md', import.meta.url), 'utf8')", 'text(file\n)'],
  [
    "readFileSync(new URL('https://x.y/t.md'), 'utf8')",
    "new URL('https://x.y/t.md') is a path relative to the folder the code runs in",
  ],
  [
    "readFileSync(new URL('file:///a%2Fb'), 'utf8')",
    "new URL('file:///a%2Fb') is a path relative to the folder the code runs in",
  ],
  ["fs.readFileSync(join(__dirname, 't.md'), 'utf8')", 'text(file\n)'],
  ["fs.writeFileSync('a', 'b')", 'call'],
  ["new URL('./t.md', import.meta.url)", 'url'],
  ["new URL('./t.md', import.meta.url).href", 'file:///project/src/t.md'],
  ["new URL('./t.md', import.meta.url).pathname", '/project/src/t.md'],
  ["new URL('./t.md', import.meta.url).host", "new URL('./t.md', import.meta.url).host is a part of a URL"],
  ["new URL('./t.md')", "new URL('./t.md') is no valid URL"],
  ['new URL(f())', 'f() is the result of a function call'],
  ['new K()', 'instance'],
  ['fileURLToPath(import.meta.url)', '/project/src/index.ts'],
  ["fileURLToPath(new URL('./x', import.meta.url))", '/project/src/x'],
  ["fileURLToPath('https://x.y')", "fileURLToPath('https://x.y') is no valid path"],
  ["join('/a', '../b')", '/b'],
  ["join(f(), 'b')", 'f() is the result of a function call'],
  ["posix.join('/a', 'b')", '/a/b'],
  ["path.join('/a', 'b')", '/a/b'],
  ["resolve('/a', 'b')", '/a/b'],
  ["resolve('a', 'b')", "resolve('a', 'b') depends on the folder the code runs in"],
  ["dirname('/a/b')", '/a'],
  ["normalize('/a/../b')", '/b'],
  ["path.relative('/a', '/b')", 'call'],
  ['process.cwd()', 'process.cwd() depends on the folder the code runs in'],
  ['process.env.X', 'global'],
  ['process.env.X.length', 'global'],
  ['process.env', 'global'],
  ["process.env['X']", 'global'],
  ["env('X')", "env('X') depends on the environment variable X, unset"],
  ['env(f())', 'env(f()) depends on an environment variable'],
  ['env()', 'env() depends on an environment variable'],
  ["Deno.env.get('X')", "Deno.env.get('X') depends on the environment variable X, unset"],
  ['Bun.env.X', 'global'],
  ['import.meta.env.X', 'global'],
  ['import.meta.filename', '/project/src/index.ts'],
  ['import.meta.dirname', '/project/src'],
  ['__filename', '/project/src/index.ts'],
  ['__dirname', '/project/src'],
  ['NaN', 'plain NaN'],
  ['Infinity', 'plain Infinity'],
  ['undefined', 'plain undefined'],
  ['globalThis', 'global'],
  ['Math.PI', 'global'],
  ['nowhere', 'global'],
  ['Object.freeze(A)', 'quoted(const)'],
  ['Object.freeze()', 'call'],
  ['Object.keys(O)', 'call'],
  ["require('./t.json').a", 'json(json)'],
  ["require('./names').one", 'quoted(1)'],
  ['require(A)', 'call'],
  ["require('lua-cli')", 'external'],
  ['other', 'external'],
  ['other.text', 'external'],
  ['other()', 'call'],
  ['f', 'function'],
  ['f()', 'call'],
  ["f('x')", 'call'],
  ['K', 'class'],
  ['K.s', 'quoted(static)'],
  ['K.m', 'K.m is no static field with a value'],
  ['K.none', 'K.none is no static field with a value'],
  ['new K().i', 'new K().i is an object that is made when the code runs'],
  ['S.n', 'quoted(namespaced)'],
  ['S.hidden', 'plain undefined'],
  ['E.A', 'quoted(enum)'],
  ['E.B', 'plain 1'],
  ['E.C', 'C is a numbered member of an enum'],
  ['E.D', 'B = 1 may be a number, and so the name of a member'],
  ['O', 'object'],
  ['O.a', 'quoted(a)'],
  ["O['b c']", 'quoted(b)'],
  ['O[1]', 'quoted(one)'],
  ['O.const', 'quoted(computed)'],
  ['O.m', 'function'],
  ['O.g', 'O.g is a getter, which needs running'],
  ['O.none', 'plain undefined'],
  ['O.a.b', 'O.a.b is a part of a text'],
  ['O.a.length', 'plain 1'],
  ['O[A]', 'quoted(computed)'],
  ['O[f()]', 'f() is the result of a function call'],
  ['O?.a', 'quoted(a)'],
  ['L', 'array'],
  ['L[0]', 'quoted(x)'],
  ['L[1][0]', 'quoted(y)'],
  ['L[2]', 'quoted(z)'],
  ['L[3]', 'plain undefined'],
  ['L.length', 'plain 3'],
  ['L.map', 'L.map is no value that the code gives it'],
  ['L.map(x => x)', 'call'],
  ['A.b', 'A.b is a part of a text'],
  ['A.length', 'plain 5'],
  ['N.b', 'N.b reads a property of 3'],
  ['taken', 'quoted(a)'],
  ['rest', 'object'],
  ['rest.a', 'plain undefined'],
  ['rest.O.deep', 'quoted(deep)'],
  ['first', 'quoted(x)'],
  ['third', 'quoted(z)'],
  ['fourth', 'quoted(fourth)'],
  ['deep', 'quoted(deep)'],
  ['changed', 'changed gets another value on line 19'],
  ['unset', 'plain undefined'],
  ["unset ?? 'default'", 'quoted(default)'],
  ['self', 'self2 refers to itself'],
  ['one', 'quoted(1)'],
  ['missing', 'missing is not exported by /project/src/names.ts'],
  ['circle', 'circle is imported in a circle'],
  ['starred', 'quoted(starred)'],
  ['renamed', 'quoted(1)'],
  ['all', 'namespace'],
  ['all.one', 'quoted(1)'],
  ['all.default', 'quoted(default)'],
  ['all.none', 'all.none is not exported by /project/src/names.ts'],
  ['t', 'object'],
  ['member', 'json(json)'],
  ['file', 'text(file\n)'],
  ['file.length', 'plain 5'],
  ['(A)', 'quoted(const)'],
  ['A as string', 'quoted(const)'],
  ['A!', 'quoted(const)'],
  ['<string>A', 'quoted(const)'],
  ['A satisfies string', 'quoted(const)'],
  ['(0, A)', '0, A is computed when the code runs'],
  ['await A', 'await A is awaited'],
  ['this', 'this is known only when the code runs'],
  ['/a/g', 'regexp'],
  ['10n', 'plain 10'],
  ['null', 'plain null'],
  ['true', 'plain true'],
  ['-N', 'plain -3'],
  ['+N', 'plain 3'],
  ['-A', '-A is computed'],
  ['!A', 'plain false'],
  ['void A', 'plain undefined'],
  ['typeof A', 'typeof A is computed'],
  ["A ? 'yes' : 'no'", 'quoted(yes)'],
  ["null ? 'yes' : 'no'", 'quoted(no)'],
  ["f() ? 'yes' : 'no'", 'f() is the result of a function call'],
  ["process.env.X ? 'yes' : 'no'", 'quoted(no)'],
  ["process.env.X && 'yes'", 'global'],
  ["process.env.X || 'no'", 'quoted(no)'],
  ["'' || 'no'", 'quoted(no)'],
  ["'' ?? 'no'", 'quoted()'],
  ["null ?? 'no'", 'quoted(no)'],
  ["A && 'yes'", 'quoted(yes)'],
  ["A || 'no'", 'quoted(const)'],
  ["O && 'yes'", 'quoted(yes)'],
  ["f() ?? 'no'", 'f() is the result of a function call'],
  ["A === 'const'", 'plain true'],
  ["A !== 'const'", 'plain false'],
  ["N == '3'", 'plain true'],
  ['null == undefined', 'plain true'],
  ["N != '3'", 'plain false'],
  [
    'O === O',
    "{ a: 'a', 'b c': 'b', 1: 'one', [A]: 'computed', m() {}, get g() { return 'g' }, O: { deep: 'deep' } } is an object, not a text",
  ],
  ["process.env.X === 'x'", 'plain false'],
  ['dedent`a`', 'uncooked(a) < `dedent` of `a`'],
  ['dedent`\n  a\n  b\n`', 'uncooked(a\n@3)|uncooked(b@7) < `dedent` of `\n  a\n  b\n`'],
  [
    'dedent`\n  a ${A}\n  b\n`',
    'uncooked(a @3)|quoted(const)|uncooked(\n)|uncooked(b@3) < `dedent` of `\n  a ${A}\n  b\n`',
  ],
  [
    'dedent`\n  a ${file}\n  b\n`',
    'uncooked(a @3)|text(file\n)|uncooked(\n)|uncooked(b@3) < `dedent` of `\n  a ${file}\n  b\n`',
  ],
  ['dedent`a\\n`', 'dedent`a\\n` has an escape under `dedent`, whose meaning depends on its version'],
  ['dedent`\\``', 'uncooked(`) < `dedent` of `\\``'],
  ['dedent`${f()}`', 'f() is the result of a function call, interpolated'],
  ['dedent``', 'uncooked() < `dedent` of ``'],
  ['String.raw`a\\n${A}`', 'raw(a\\n)|quoted(const)|raw() < `String.raw` of `a\\n${A}`'],
  ['String.raw`${f()}`', 'f() is the result of a function call, interpolated'],
  ['f`a`', 'f`a` is the result of a tag function'],
  ['nowhere`a`', 'nowhere`a` is the result of a tag function'],
  ['() => 1', 'function'],
  ['class {}', 'class'],
  ["[f()].join('')", 'f() is the result of a function call, interpolated'],
  ["JSON.parse('1')", 'call'],
]

describe('source: expressions', () => {
  for (const [expression, expected] of CASES) {
    it(expression, () => expect(meaning(expression, BEFORE, FILES)).to.equal(expected))
  }
})
