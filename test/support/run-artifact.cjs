// Loads one artifact as the platform does, in a process that has nothing but zod and the sandbox's globals, runs its
// `execute`, and prints what came of it as JSON. Arguments: the artifact, the folder that has zod, the arguments.
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const vm = require('node:vm')

const [file, root, args] = process.argv.slice(2)
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
const module_ = { exports: {} }
vm.runInThisContext(`(function (module, exports, require) {${readFileSync(file, 'utf8')}\n})`)(
  module_,
  module_.exports,
  allowed,
)
const { __lua_primitive__: meta, primitive } = module_.exports.default

async function main() {
  // Taken off the primitive, as a caller may do.
  const { execute, ...rest } = primitive
  const runs = typeof primitive.execute === 'function'
  const call = meta.kind === 'tool' && execute ? execute : (...given) => primitive.execute(...given)
  const result = runs ? await call(...JSON.parse(args)) : undefined
  console.log(JSON.stringify({ meta, keys: Object.keys(rest), runs, result }))
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
