/** Declarations of every kind, and the files that they import, for tables of expressions. */
import type { Files } from '../memory.js'
import { OTHERS } from './meaning.js'

export const BEFORE = `
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
import { env as ours, LuaAgent as Agent2 } from 'lua-cli/skill'
import { env as theirs } from 'lua-clix'
import * as proc from 'node:process'
import { cwd } from 'process'
import { early } from './stars'
import noDefault from './starred'
import asText from './t.json' with { type: 'text' }
import alias = S.n
const I = 1
const { none: nothing, O: kept = 'instead', 1: one1 = 'instead' } = O
const { length: num = 5 } = L
const { [f()]: dynamic } = O
const { ...ofText } = A
declare const ambient: string
namespace D.E2 { export const n = 'x' }
class P { static #s = 1; static t = P.#s; static ['u'] = 'u'; static declare v: string; static w: string }
`
export const FILES: Files = {
  ...OTHERS,
  'src/names.ts':
    "export const one = '1'\nexport { circle } from './circle'\nexport * from './starred'\nexport { one as renamed }\nexport default 'default'",
  'src/circle.ts': "export { circle } from './names'",
  'src/starred.ts': "export const starred = 'starred'",
  'src/stars.ts': "export * from 'other'\nexport * from './early'",
  'src/early.ts': "export const early = 'early'",
  '/etc/secret.md': 'secret',
}
