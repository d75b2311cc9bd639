/** What a compile cannot do without: esbuild, bundling every tool of a project, its output written. Argument: the project. */

import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = process.argv[2] ?? '.'
const tools = readdirSync(join(root, 'src/tools')).map(name => join(root, 'src/tools', name))
const outdir = join(root, '.lua/bare')
await build({
  entryPoints: [...tools, join(root, 'src/index.ts')],
  outdir,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node18',
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  external: ['zod', 'lua-cli'],
  logLevel: 'silent',
})
rmSync(outdir, { recursive: true })
