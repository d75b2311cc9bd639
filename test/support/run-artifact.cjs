// Loads artifacts as the platform does, in a process that has nothing but zod and the sandbox's globals, runs the
// `execute` of each, and prints what came of it, one line of JSON each. Arguments: the folder that has zod, then for each
// artifact its file and the arguments of its `execute` as JSON.
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const vm = require('node:vm')

const [root, ...runs] = process.argv.slice(2)
const fromRoot = createRequire(join(root, 'package.json'))
const builtins = require('node:module').isBuiltin

const allowed = specifier => {
  if (specifier === 'zod' || specifier.startsWith('zod/') || builtins(specifier)) return fromRoot(specifier)
  throw new Error(`the sandbox has no ${specifier}`)
}

Object.assign(globalThis, {
  User: { get: async () => ({ name: 'Ada' }) },
  Data: { get: async key => `data ${key}` },
  AI: { generate: async text => `generated ${text}` },
  BasketStatus: { ACTIVE: 'active' },
  env: key => `value of ${key}`,
})

async function runOne(file, args) {
  const module_ = { exports: {} }
  vm.runInThisContext(`(function (module, exports, require) {${readFileSync(file, 'utf8')}\n})`)(
    module_,
    module_.exports,
    allowed,
  )
  const { __lua_primitive__: meta, primitive } = module_.exports.default
  // Taken off the primitive, as a caller may do.
  const { execute, ...rest } = primitive
  const runs = typeof primitive.execute === 'function'
  const call = meta.kind === 'tool' && execute ? execute : (...given) => primitive.execute(...given)
  const result = runs ? await call(...JSON.parse(args)) : undefined
  console.log(JSON.stringify({ meta, keys: Object.keys(rest), runs, result }))
}

async function main() {
  for (let at = 0; at < runs.length; at += 2) await runOne(runs[at], runs[at + 1])
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
