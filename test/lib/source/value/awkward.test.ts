/**
 * Code that is easily misread: what the reader says of it is what it makes when it runs, or it says that it does not know.
 */
import { expect } from 'chai'
import { LuaError } from '../../../../src/lib/errors.js'
import { type Files, personaOf } from '../memory.js'
import { runAgents } from '../run.js'

const LUA = "import { LuaAgent } from 'lua-cli'\n"

/** The expression of the persona, what stands before the agent, other files, and what stands behind it. */
const EXPRESSIONS: [title: string, persona: string, before?: string, others?: Files, after?: string][] = [
  ['mutating function', 'T.p', "const T = { p: 'x' }\nfunction mutate(o: any) { o.p = 'y' }\nmutate(T)"],
  ['alias', 'T.p', "const T = { p: 'x' }\nconst U = T\nU.p = 'y'"],
  ['alias of inner', 'T.q.p', "const T = { q: { p: 'x' } }\nconst { q } = T\nq.p = 'y'"],
  ['alias in holder', 'T.p', "const T = { p: 'x' }\nconst H = { t: T }\nH.t.p = 'y'"],
  ['forEach', 'T[0].p', "const T = [{ p: 'x' }]\nT.forEach(t => { t.p = 'y' })"],
  ['for of', 'T[0].p', "const T = [{ p: 'x' }]\nfor (const t of T) t.p = 'y'"],
  ['optional push', "T.join(' ')", "const T = ['x']\nT?.push('y')"],
  ['push.apply', "T.join(' ')", "const T = ['x']\nT.push.apply(T, ['y'])"],
  ['prototype push.call', "T.join(' ')", "const T = ['x']\nArray.prototype.push.call(T, 'y')"],
  ['Reflect.set', 'T.p', "const T = { p: 'x' }\nReflect.set(T, 'p', 'y')"],
  ['destructured assign', 'T.p', "const T = { p: 'x' }\nconst { assign } = Object\nassign(T, { p: 'y' })"],
  ['Object.assign result', 'T.p', "const S = { p: 'x' }\nconst T = Object.assign(S, { p: 'y' })"],
  ['Object.assign cast', 'T.p', "const T = { p: 'x' }\nObject.assign(T as any, { p: 'y' })"],
  ['method mutates this', 'T.p', "const T = { p: 'x', init() { this.p = 'y' } }\nT.init()"],
  ['getter', 'T.p', "const T = { get p() { return 'y' } }"],
  ['getter after value', 'T.p', "const T = { p: 'x', get p() { return 'y' } }"],
  ['setter after value', "T.p ?? 'd'", "const T: any = { p: 'x', set p(v: string) {} }"],
  ['proto key', "T.p ?? 'd'", "const T: any = { __proto__: { p: 'y' } }"],
  ['proto computed', "T.p ?? 'd'", "const T: any = { ['__proto__']: { p: 'y' } }"],
  ['proto read', "T.__proto__.p ?? 'd'", "const T: any = { ['__proto__']: { p: 'y' } }"],
  ['object prototype member', "typeof T.toString === 'function' ? 'fn' : 'no'", 'const T: any = {}'],
  ['object prototype member ?', "T.toString ? 'fn' : 'no'", 'const T: any = {}'],
  ['array method ?', "T.map ? 'fn' : 'no'", 'const T: any = []'],
  ['array negative', "T[-1] ?? 'no'", "const T: any = ['x']"],
  ['array 1.0 key', "T['01'] ?? 'no'", "const T: any = ['x', 'y']"],
  ['array 1e0 key', "T['1e0'] ?? 'no'", "const T: any = ['x', 'y']"],
  ['array empty key', "T[''] ?? 'no'", "const T: any = ['x', 'y']"],
  ['array blank key', "T[' 1 '] ?? 'no'", "const T: any = ['x', 'y']"],
  ['var before init', '`${v}`', '', {}, "var v = 'x'"],
  ['var read in between', '`${q}`', "var q = v; var v = 'x'"],
  ['var branches', '`${v}`', "if (false) { var v = 'x' }"],
  ['var in loop zero', '`${v}`', "for (const i of []) { var v = 'x' }"],
  ['var in function', '`${v}`', "const v = 'x'; function f() { var v = 'y'; return v } f()"],
  ['var in try', '`${v}`', "try { throw 1; var v = 'x' } catch {}"],
  ['switch var', '`${v}`', "switch (2 as number) { case 1: var v = 'x' }"],
  ['let unassigned then assigned', '`${v}`', "let v: any; v = 'x'"],
  ['enum merge', 'E.B', "enum E { A = 'a' }\nenum E { B = 'b' }"],
  ['enum merge undef', "(E as any).B ?? 'd'", "enum E { A = 'a' }\nenum E { B = 'b' }"],
  [
    'namespace merge',
    "(S as any).B ?? 'd'",
    "namespace S { export const A = 'a' }\nnamespace S { export const B = 'b' }",
  ],
  [
    'class namespace merge',
    "(S as any).B ?? 'd'",
    "class S { static A = 'a' }\nnamespace S { export const B = 'b' }",
  ],
  [
    'function namespace merge',
    "(S as any).B ?? 'd'",
    "function S() {}\nnamespace S { export const B = 'b' }",
  ],
  ['enum namespace merge', "(S as any).B ?? 'd'", "enum S { A = 'a' }\nnamespace S { export const B = 'b' }"],
  [
    'nested namespace',
    "(S as any).T?.B ?? 'd'",
    "namespace S { export namespace T { export const B = 'b' } }",
  ],
  ['dotted namespace', "(S as any).T?.B ?? 'd'", "namespace S.T { export const B = 'b' }"],
  ['namespace changed', 'S.B', "namespace S { export let B = 'b'; B = 'c' }"],
  ['namespace changed outside', 'S.B', "namespace S { export let B = 'b' }\nS.B = 'c'"],
  ['enum numeric reverse', "(E as any)[0] ?? 'd'", 'enum E { A, B }'],
  ['enum numeric reverse 2', "(E as any)[1] ?? 'd'", "enum E { A = 1, B = 'x' }"],
  ['enum changed', '(E as any).A', "enum E { A = 'x' }\n;(E as any).A = 'y'"],
  ['enum passed', '(E as any).A', "enum E { A = 'x' }\nObject.assign(E, { A: 'y' })"],
  ['enum computed member', '(E as any).B', "enum E { A = 'x', B = A + 'y' }"],
  ['static twice', 'K.s', "class K { static s = 'x'; static s = 'y' }"],
  ['static block', 'K.s', "class K { static s = 'x'; static { this.s = 'y' } }"],
  ['static block by name', 'K.s', "class K { static s = 'x'; static { K.s = 'y' } }"],
  ['static inherit', 'L.s', "class K { static s = 'x' } class L extends K {}"],
  ['static field then getter', 'K.s', "class K { static s = 'x'; static get t() { return 'z' } }"],
  ['static method named', '`${K.name}`', "class K { static s = 'x' }"],
  ['static accessor', 'K.s', "class K { static accessor s = 'x' }"],
  ['class mutated by function', 'K.s', "class K { static s = 'x' }\nfunction f(k: any) { k.s = 'y' }\nf(K)"],
  [
    'rest with computed',
    "(rest as any).b ?? 'gone'",
    "const k = 'b'; const { [k]: q, ...rest } = { a: '1', b: '2' }",
  ],
  ['rest', "(rest as any).b ?? 'gone'", "const { a, ...rest } = { a: '1', b: '2' }"],
  ['default null', '`${a}`', "const { a = 'd' } = { a: null } as any"],
  ['nested default', 'b', "const { a: { b } = { b: 'd' } } = {} as any"],
  ['nested default 2', 'b', "const { a: { b = 'e' } = {} } = {} as any"],
  ['array default', 'b', "const [b = 'e'] = [undefined] as any"],
  ['computed destructuring', 'b', "const k = 'a'; const { [k]: b } = { a: 'x' }"],
  ['swap', 'a', "let a = 'x', b = 'y';[a, b] = [b, a]"],
  ['logical assign', 'a', "let a: any = ''; a ||= 'x'"],
  ['nullish assign', 'a', "let a: any; a ??= 'x'"],
  ['plus assign', 'a', "let a = 'x'; a += 'y'"],
  ['comma', "(0, 'x')"],
  ['iife', "(() => 'x')()"],
  ['nested template', "`a ${`b ${'c'} `} d`"],
  ['template number', '`${1_000} ${0x1f} ${0o17} ${0b11} ${1e21} ${.5} ${1e-7} ${-0} ${10n} ${0.1 + 0.2}`'],
  ['sum numbers', "1 + 2 + '' + 1 + 2"],
  ['sum bool', "true + 'x' + null + undefined"],
  ['sum null number', '`${(null as any) + 1}`'],
  ['sum paren', "'a' + (1 + 2)"],
  ['sum bigint', "1n + 2n + 'x'"],
  ['unary plus text', "`${+'12'}`"],
  ['unary minus big', '`${-10n}`'],
  ['not not', "`${!!'x'}`"],
  ['typeof', "typeof 'x'"],
  ['void', '`${void 0}`'],
  ['in', "'a' in { a: 1 } ? 'x' : 'y'"],
  ['less', "1 < 2 ? 'x' : 'y'"],
  ['eq null', "null == undefined ? 'x' : 'y'"],
  ['eq coerced', "('1' as any) == 1 ? 'x' : 'y'"],
  ['neg zero', "Object.is(-0, 0) ? 'x' : 'y'"],
  ['unicode escape', "'\\u{1F600}\\u00e9\\x41\\0'"],
  ['unicode ident', 'caf\\u00e9', "const café = 'x'"],
  ['escaped key', 'T.ab', "const T = { '\\u0061b': 'x' }"],
  ['escaped ident key', 'T.ab', "const T = { \\u0061b: 'x' }"],
  ['line continuation', "'a\\\nb'"],
  ['template crlf', '`a\r\nb\rc`'],
  ['raw crlf', 'String.raw`a\r\nb\\r\\n`'],
  ['raw shadowed', 'String.raw`a`', "const String = { raw: () => 'z' }"],
  ['raw called', "String.raw({ raw: ['x', 'y'] } as any, 1)"],
  ['raw alias', 'raw`a\\n`', 'const { raw } = String'],
  ['tag', 't`a`', "const t = (s: any) => s[0] + '!'"],
  ['replace $', "'a-b'.replace('-', '$&$&')"],
  ['replace fn', "'a-b'.replace('-', () => '+')"],
  ['replace once', "'aaa'.replace('a', 'b')"],
  ['replaceAll empty', "'ab'.replaceAll('', '-')"],
  ['replace y', "'aab'.replace(/a/y, 'b')"],
  ['replace named', "'2020-01'.replace(/(?<y>\\d+)-(?<m>\\d+)/, '$<m>/$<y>')"],
  [
    'replace sticky const',
    "T.p.replace(RE, 'z')",
    "const RE = /a/y; const T = { p: 'ba' }; RE.lastIndex = 1",
  ],
  ['concat', "'a'.concat('b', 1 as any, null as any)"],
  ['filter Boolean', "['a', false && 'b', '', null, undefined, , 'c'].filter(Boolean).join('-')"],
  ['filter Boolean, changed', "T.filter(Boolean).join('-')", "const T: any[] = ['a', 0]\nT[0] = ''"],
  ['filter by another', "['a', 'b'].filter(each => each > 'a').join('-')"],
  ['join null', "['a', null, undefined, , 'b'].join('-')"],
  ['join default', "['a', 'b'].join()"],
  ['join undefined', "['a', 'b'].join(undefined)"],
  ['join nested', "['a', ['b', 'c']].join('-')"],
  ['join null sep', "['a', 'b'].join(null as any)"],
  ['join holes spread', "[...[, 'a'], , 'b'].join('-')"],
  ['array spread string', "[...'ab'].join('-')"],
  ['array spread set', "[...new Set(['a', 'a'])].join('-')"],
  ['trim bom', "'\\uFEFF a \\u00a0'.trim()"],
  ['length of astral', "`${'😀'.length}`"],
  ['array length', '`${[1, , 3, ,].length}`'],
  ['optional', "(T as any)?.a?.b ?? 'd'", 'const T = {}'],
  ['optional short circuit', "(T as any)?.a.b.c ?? 'd'", 'const T = null'],
  ['optional call', "(T as any).f?.() ?? 'd'", 'const T = {}'],
  ['nonnull', 'P!', "const P: string | undefined = 'x'"],
  ['generics', "id<string>('x')", 'const id = <T,>(x: T) => x'],
  ['instantiation', 'P', "const P = 'x' satisfies string as const"],
  ['spread order', '{ ...A, ...B }.p', "const A = { p: 'a' }, B = { p: 'b', q: 1 }"],
  ['spread undefined wins', "({ ...A, ...B } as any).p ?? 'd'", "const A = { p: 'a' }, B = { p: undefined }"],
  ['spread getter', '({ ...A } as any).p', "const A = { get p() { return 'g' } }"],
  ['spread proto', "({ ...A } as any).p ?? 'd'", "const A: any = { __proto__: { p: 'x' } }"],
  ['spread string', "({ ...('ab' as any) } as any)[0] ?? 'd'"],
  ['spread array', "({ ...(['ab'] as any) } as any)[0] ?? 'd'"],
  ['duplicate keys', '{ p: "a", p: "b" }.p'],
  ['numeric keys', 'T[1]', "const T = { 1.0: 'x', 0x2: 'y' }"],
  ['numeric keys hex', 'T[2]', "const T = { 1.0: 'x', 0x2: 'y' }"],
  ['numeric key 1e3', "(T as any)['1000']", "const T = { 1e3: 'x' }"],
  ['bigint key', "(T as any)['1']", "const T = { 1n: 'x' } as any"],
  ['computed key null', "(T as any)['null']", "const T = { [null as any]: 'x' }"],
  ['computed key template', 'T.ab', "const b = 'b'; const T = { [`a${b}`]: 'x' } as any"],
  ['computed key array', 'T.a', "const T = { [['a'] as any]: 'x' } as any"],
  ['shadow param', 'f()', "const P = 'x'; const f = (P = 'y') => P"],
  ['shadow block', 'P', "const P = 'x'; { const P = 'y'; void P }"],
  ['shadow catch', 'P', "const P = 'x'; try { throw 'z' } catch (P) { void P }"],
  ['change in label', 'P', "let P = 'x'; a: { P = 'y'; break a }"],
  ['change in switch', 'P', "let P = 'x'; switch (1) { case 1: P = 'y' }"],
  ['change in class static block', 'P', "let P = 'x'; class K { static { P = 'y' } }"],
  ['change in param default', 'P', "let P = 'x'; const f = (a = (P = 'y')) => a; f()"],
  ['change in template', 'P', "let P = 'x'; void `${P = 'y'}`"],
  ['change in computed key', 'P', "let P = 'x'; void { [P = 'y']: 1 }"],
  ['change in for head', 'P', "let P = 'x'; for (P = 'y'; false; ) {}"],
  ['change in arrow', 'P', "let P = 'x'; (() => { P = 'y' })()"],
  [
    'change in decorator',
    'P',
    "let P = 'x'; const d = (() => { P = 'y'; return () => {} }) as any; @d() class K {}",
  ],
  ['change in enum initializer', 'P', "let P = 'x'; enum E { A = (P = 'y') as any }"],
  ['change in namespace', 'P', "let P = 'x'; namespace N { P = 'y'; export const z = 1 }"],
  [
    'changed by exported setter',
    'P',
    "import { P, set } from './t'\nset('y')",
    { 'src/t.ts': "export let P = 'x'\nexport const set = (v: string) => { P = v }" },
  ],
  [
    'default export snapshot',
    'P',
    "import P from './t'",
    { 'src/t.ts': "let p = 'x'\nexport default p\np = 'y'" },
  ],
  [
    'default export live',
    'P',
    "import P from './t'",
    { 'src/t.ts': "let p = 'x'\nexport { p as default }\np = 'y'" },
  ],
  [
    'export star own wins',
    'P',
    "import { P } from './b'",
    { 'src/b.ts': "export * from './p'\nexport const P = 'own'", 'src/p.ts': "export const P = 'x'" },
  ],
  [
    'export star default',
    "(all as any).default ?? 'none'",
    "import * as all from './b'",
    { 'src/b.ts': "export * from './p'", 'src/p.ts': "export default 'x'" },
  ],
  [
    'namespace spread star',
    "({ ...all } as any).P ?? 'none'",
    "import * as all from './b'",
    { 'src/b.ts': "export * from './p'", 'src/p.ts': "export const P = 'x'" },
  ],
  [
    'namespace missing',
    "(all as any).Q ?? 'none'",
    "import * as all from './b'",
    { 'src/b.ts': "export const P = 'x'" },
  ],
  [
    're-export cycle',
    'P',
    "import { P } from './a'",
    {
      'src/a.ts': "export * from './b'\nexport const Q = 'q'",
      'src/b.ts': "export * from './a'\nexport const P = 'x'",
    },
  ],
  ['json', 'j.p', "import j from './j.json'", { 'src/j.json': '{"p":"a","p":"b"}' }],
  [
    'json proto',
    "(j as any).__proto__ ?? 'd'",
    "import j from './j.json'",
    { 'src/j.json': '{"__proto__":"b"}' },
  ],
  ['json named', 'p', "import { p } from './j.json'", { 'src/j.json': '{"p":"b"}' }],
  ['json ns', '(j as any).default.p', "import * as j from './j.json'", { 'src/j.json': '{"p":"b"}' }],
  ['json changed', 'j.p', "import j from './j.json'\nj.p = 'z'", { 'src/j.json': '{"p":"b"}' }],
  [
    'json default key',
    '(j as any).p',
    "import j from './j.json'",
    { 'src/j.json': '{"default": {"p":"x"}, "p":"b"}' },
  ],
  ['agent changed', "'x'", '', {}, "agent.persona = 'y'"],
  ['agent assigned', "'x'", '', {}, "Object.assign(agent, { persona: 'y' })"],
  ['agent passed', "'x'", 'const f = (a: any) => { a.persona = "y" }', {}, 'f(agent)'],
  ['agent alias', "'x'", '', {}, "const b = agent; b.persona = 'y'"],
  ['array changed later index', "T.join(' ')", "const T = ['x']\nT[1] = 'y'"],
  ['array length 0', "T.join(' ')", "const T = ['x']\nT.length = 0"],
  ['array sort copy', "T.toSorted().join(' ')", "const T = ['y', 'x']"],
  ['array sorted alias', "T.join(' ')", "const T = ['y', 'x']\nconst U = T.sort()"],
  ['array sort in expr', "[...T].join('') + T.join('')", "const T = ['y', 'x']\nvoid [...T].sort()"],
  ['array in object push', "O.l.join('')", "const O = { l: ['x'] }\nO.l.push('y')"],
  ['array in object alias', "O.l.join('')", "const L = ['x']; const O = { l: L }\nL.push('y')"],
  ['array in object alias2', "L.join('')", "const L = ['x']; const O = { l: L }\nO.l.push('y')"],
  ['spread copies before push', "M.join('')", "const L = ['x']; const M = [...L]\nL.push('y')"],
  ['object copy before change', 'M.p', "const L = { p: 'x' }; const M = { ...L }\nL.p = 'y'"],
  ['value copy before change', 'P', "let L = 'x'; const P = L\nL = 'y'"],
  ['template copy', 'P', "let L = 'x'; const P = `${L}`\nL = 'y'"],
  ['delete', "(T as any).p ?? 'd'", "const T: any = { p: 'x' }\ndelete T['p']"],
  ['defineProperty', 'T.p', "const T: any = { p: 'x' }\nObject.defineProperty(T, 'p', { value: 'y' })"],
  [
    'defineProperty getter',
    "(T as any).q ?? 'd'",
    "const T: any = { p: 'x' }\nObject.defineProperty(T, 'q', { get: () => 'y' })",
  ],
  [
    'setPrototypeOf',
    "(T as any).q ?? 'd'",
    "const T: any = { p: 'x' }\nObject.setPrototypeOf(T, { q: 'y' })",
  ],
  ['frozen then assigned', 'T.p', "const T: any = Object.freeze({ p: 'x' })\ntry { T.p = 'y' } catch {}"],
  [
    'freeze shadowed',
    'T.p',
    "const Object = { freeze: (x: any) => ({ p: 'y' }) }\nconst T = Object.freeze({ p: 'x' })",
  ],
  ['undefined shadowed', 'P', 'const f = (undefined: any) => undefined; const P = `${undefined}`'],
  ['nested functions', 'outer()', "function outer() { return inner(); function inner() { return 'x' } }"],
  [
    'conditional export',
    'P',
    "import { P } from './c'",
    {
      'src/c.ts': "const isProd = process.env.NODE_ENV === 'production'\nexport const P = isProd ? 'p' : 'd'",
    },
  ],
  ['env truthy', "process.env.X ? 'a' : 'b'"],
  ['env not', "!process.env.X ? 'a' : 'b'"],
  ['env in', "'X' in process.env ? 'a' : 'b'"],
  ['env template', '`a ${process.env.X}`'],
  ['env join', "['a', process.env.X].join('-')"],
  ['env ternary eq', "process.env.X === undefined ? 'a' : 'b'"],
  ['env typeof', "typeof process.env.X === 'string' ? 'a' : 'b'"],
  ['env and', "(process.env.X && 'a') || 'b'"],
  ['object env', 'cfg.x', "const cfg = { x: process.env.X || 'b' }"],
  ['this at top', '`${typeof this}`'],
  ['object with then', "T['a' + 'b']", "const T: any = { ab: 'x' }"],
  ['chained ternary', "A === 'x' ? '1' : A === 'y' ? '2' : '3'", "const A: string = 'y'"],
  ['let in loop', 'P', "let P = ''; for (const c of 'ab') P += c"],
  ['while', '`${n}`', 'let n = 0; while (n < 3) n++'],
  ['with valueOf', '`${O}`', "const O = { toString: () => 'x' }"],
  ['array toString', "`${['a', 'b']}`"],
  ['url in template', "`${new URL('https://a.b/c')}`"],
  ['map get', "M.get('a')", "const M = new Map([['a', 'x']])"],
  ['class private', 'new K().p', "class K { #p = 'x'; get p() { return this.#p } }"],
  ['object method', 'T.m()', "const T = { m() { return 'x' } }"],
  ['nested destructure assign', 'T.a.b', "const T = { a: { b: 'x' } };({ b: T.a.b } = { b: 'y' })"],
  ['param property', "new K('y').p", "class K { constructor(public p = 'x') {} }"],
]

/** Whole agents. */
const AGENTS: [title: string, code: string][] = [
  [
    'conditional in constructor',
    "class A extends LuaAgent { name = 'a'; persona = 'x'; constructor() { super(); if (true) this.persona = 'y' } }\nexport default new A()",
  ],
  [
    'assign this',
    "class A extends LuaAgent { name = 'a'; persona = 'x'; constructor() { super(); Object.assign(this, { persona: 'y' }) } }\nexport default new A()",
  ],
  [
    'method in constructor',
    "class A extends LuaAgent { name = 'a'; persona = 'x'; constructor() { super(); this.set() } set() { this.persona = 'y' } }\nexport default new A()",
  ],
  [
    'field twice',
    "class A extends LuaAgent { name = 'a'; persona = 'x'; persona = 'y' }\nexport default new A()",
  ],
  [
    'later instance',
    "class A extends LuaAgent { name = 'a'; persona = 'x' }\nconst a = new A()\na.persona = 'y'\nexport default a",
  ],
  [
    'prototype',
    "class A extends LuaAgent { name = 'a'; declare persona: string }\nA.prototype.persona = 'y'\nexport default new A()",
  ],
  [
    'base config',
    "class A extends LuaAgent { constructor(c: any = {}) { super({ name: 'a', persona: 'x', ...c }) } }\nexport default new A({ persona: 'y' })",
  ],
  [
    'param default',
    "class A extends LuaAgent { constructor(c: any = { name: 'a', persona: 'x' }) { super(c) } }\nexport default new A()",
  ],
  [
    'computed field',
    "const k = 'persona'\nclass A extends LuaAgent { name = 'a'; [k] = 'y' }\nexport default new A()",
  ],
  [
    'field of other field',
    "class A extends LuaAgent { name = 'a'; intro = 'x'; persona = this.intro + 'y' }\nexport default new A()",
  ],
  [
    'static block sets proto',
    "class A extends LuaAgent { name = 'a'; persona = 'x'; static { void 0 } }\nexport default new A()",
  ],
  [
    'grand child',
    "class B extends LuaAgent { name = 'b'; persona = 'x' }\nclass A extends B { name = 'a' }\nexport default new A()",
  ],
  [
    'grand child ctor',
    "class B extends LuaAgent { name = 'b'; persona = 'x' }\nclass A extends B { constructor() { super(); this.persona = 'z' } }\nexport default new A()",
  ],
  [
    'base ctor sets, child field',
    "class B extends LuaAgent { name = 'b'; constructor() { super(); this.persona = 'z' } }\nclass A extends B { persona = 'x' }\nexport default new A()",
  ],
  [
    'class field beats config',
    "class A extends LuaAgent { persona = 'x' }\nexport default new A({ name: 'a', persona: 'y' })",
  ],
  [
    'field undefined beats config',
    "class A extends LuaAgent { persona }\nexport default new A({ name: 'a', persona: 'y' })",
  ],
  [
    'config mutated in factory',
    "const c = { name: 'a', persona: 'x' }\nconst up = (o: any) => { o.persona = 'y'; return o }\nexport default new LuaAgent(up(c))",
  ],
  [
    'config via spread of mutated',
    "const c = { name: 'a', persona: 'x' }\nc.persona += 'y'\nexport default new LuaAgent({ ...c })",
  ],
  [
    'config mutated after creation',
    "const c = { name: 'a', persona: 'x' }\nexport const a = new LuaAgent(c)\nc.persona = 'y'",
  ],
  [
    'mapped config',
    "const c = { name: 'a', persona: 'x' }\nfor (const k of Object.keys(c)) (c as any)[k] += '!'\nexport default new LuaAgent(c)",
  ],
  [
    'export default Object.assign',
    "export default Object.assign(new LuaAgent({ name: 'a', persona: 'x' }), { persona: 'y' })",
  ],
  [
    'decorated field',
    "declare const decorate: any\nclass A extends LuaAgent { name = 'a'; @decorate() persona = 'x' }\nexport default new A()",
  ],
  [
    'getter later',
    "class A extends LuaAgent { name = 'a'; get persona() { return 'y' } }\nexport default new A()",
  ],
  ['accessor', "class A extends LuaAgent { name = 'a'; accessor persona = 'y' }\nexport default new A()"],
  ['loop agent', "for (const persona of ['x']) new LuaAgent({ name: 'a', persona })"],
  [
    'conditional agent',
    "const c = false\nexport const a = c ? null : new LuaAgent({ name: 'a', persona: 'x' })",
  ],
  [
    'factory',
    "function make(persona: string) { return new LuaAgent({ name: 'a', persona }) }\nexport default make('x')",
  ],
  [
    'factory with default',
    "const make = (persona = 'x') => new LuaAgent({ name: 'a', persona })\nexport default make()",
  ],
  [
    'in function local',
    "function make() { let persona = 'x'; persona += 'y'; return new LuaAgent({ name: 'a', persona }) }\nexport default make()",
  ],
  [
    'in function local const',
    "function make() { const persona = 'x'; return new LuaAgent({ name: 'a', persona }) }\nexport default make()",
  ],
]

const CASES: { title: string; files: Files }[] = [
  ...EXPRESSIONS.map(([title, persona, before = '', others = {}, after = '']) => {
    const code = `${LUA}${before}\nexport const agent = new LuaAgent({ name: 'a', persona: ${persona} })\n${after}\n`
    return { title, files: { 'src/index.ts': code, ...others } }
  }),
  ...AGENTS.map(([title, code]) => ({ title, files: { 'src/index.ts': `${LUA}${code}\n` } })),
]

/** The persona as it is read; `refused`: it is not known. */
function read(files: Files): { value: unknown } | 'refused' {
  try {
    return { value: personaOf(files['src/index.ts'] as string, files) }
  } catch (error) {
    if (error instanceof LuaError && /NOT_STATIC|UNRESOLVED/.test(error.code)) return 'refused'
    throw error
  }
}

describe('source: awkward code', () => {
  let personas: unknown[]

  before(async () => {
    const variants = CASES.map(
      ({ files }) => new Map(Object.entries(files).map(([path, code]) => [`/project/${path}`, String(code)])),
    )
    personas = (await runAgents(variants)).map(({ persona }) => persona)
  })

  for (const [index, { title, files }] of CASES.entries()) {
    it(title, () => {
      const found = read(files)
      if (found !== 'refused') expect(found.value).to.deep.equal(personas[index])
    })
  }
})
