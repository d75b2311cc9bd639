/** What a project's module does when a bundler takes it as it is: what its artifact has to do, too. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

/** Stands in for `lua-cli`: classes that carry their config. */
const STUB = `class Carrier {
  constructor(config) { Object.assign(this, config) }
  addTool(tool) { this.addTools([tool]) }
  addTools(tools) { this.tools = [...(this.tools ?? []), ...tools] }
}
const own = name => ({ [name]: class extends Carrier {} })[name]
module.exports = { LuaAgent: own('LuaAgent'), LuaSkill: own('LuaSkill'), LuaTool: own('LuaTool'), LuaJob: own('LuaJob'), defineSkill: config => config, defineTool: config => config }`

/** What `execute` gives when the value of `expression`, in terms of the exports of `file`, is taken from a plain bundle. */
export async function runPlainly(root: string, file: string, expression: string): Promise<unknown> {
  const built = await build({
    stdin: {
      contents: `import * as all from ${JSON.stringify(`./${file}`)}\nexport default (({ ${names(expression)} }) => ({ primitive: ${expression} }))(all)`,
      resolveDir: root,
      loader: 'js',
    },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node18',
    external: ['zod'],
    logLevel: 'silent',
    define: { __dirname: JSON.stringify(dirname(join(root, file))) },
    plugins: [
      {
        name: 'stub',
        setup(plugin) {
          plugin.onResolve({ filter: /^lua-cli$/ }, () => ({ path: 'lua-cli', namespace: 'stub' }))
          plugin.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: STUB, loader: 'js' }))
        },
      },
    ],
  })
  return run(built.outputFiles[0]?.text ?? '', root)
}

/** What `execute` of an artifact gives. */
export function runArtifact(root: string, path: string): Promise<unknown> {
  return run(readFileSync(join(root, 'dist-v2', path), 'utf8'), root)
}

const names = (expression: string) => /\b(?!new\b)[A-Za-z_]\w*/.exec(expression)?.[0] ?? ''

async function run(code: string, root: string): Promise<unknown> {
  const module = { exports: {} as { default: { primitive: { execute(input: object): unknown } } } }
  new Function('module', 'exports', 'require', code)(
    module,
    module.exports,
    createRequire(join(root, 'package.json')),
  )
  await new Promise(resolve => setImmediate(resolve))
  try {
    return await module.exports.default.primitive.execute({})
  } catch (error) {
    return `throws ${(error as Error).message}`
  }
}
