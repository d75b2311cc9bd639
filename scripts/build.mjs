// Bundles src/ into dist/: one file for each command and hook, what they share in chunks, all as it was written, so that
// a stack trace can be read. (Minified, it starts no faster.) Dependencies stay outside, but for a few that make up
// dist/packages, minified: got, which every check loads and which starts in half the time as one file (`npm run bench
// startup` shows it), and one that would bring all of zod along.
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'

const BUNDLED = ['got', 'canonicalize', 'zod-to-json-schema']

// A program of its own, started by its path: the process that loads artifacts.
const PROGRAMS = ['lib/compile/inspect/child.ts']

// What got carries for HTTP/2, caches and forms, which are never turned on here: 60 KB that every check would load.
const LEFT_OUT = ['http2-wrapper', 'cacheable-request', 'cacheable-lookup', 'form-data-encoder']

const require = createRequire(import.meta.url)
const root = dirname(import.meta.dirname)
const dist = join(root, 'dist')
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Every command and hook is a file that oclif finds by its path; the executable starts at `main`. */
function entryPoints() {
  const ours = ['main', 'help'].map(name => join(root, 'src', 'cli', `${name}.ts`))
  const found = ['commands', 'hooks'].flatMap(folder =>
    readdirSync(join(root, 'src', folder), { recursive: true })
      .filter(file => file.endsWith('.ts'))
      .map(file => join(root, 'src', folder, file)),
  )
  return [...ours, ...found, ...PROGRAMS.map(file => join(root, 'src', file))]
}

/** Stands in for the modules of `LEFT_OUT`; whoever turned such a feature on would be told at once. */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${LEFT_OUT.join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }))
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `export default class { constructor() { throw new Error('${path} is left out of this build') } }
export class CacheError extends Error {}
export class FormDataEncoder {}
export const isFormData = () => false`,
    }))
  },
}

/** All that zod-to-json-schema takes from zod is an enum whose members are their own names; zod itself stays out. */
const zodNames = {
  name: 'zod-names',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^zod\/v3$/ }, ({ path }) => ({ path, namespace: 'zod-names' }))
    onLoad({ filter: /.*/, namespace: 'zod-names' }, () => ({
      contents: 'export const ZodFirstPartyTypeKind = new Proxy({}, { get: (_, name) => name })',
    }))
  },
}

// CommonJS packages that stay outside. Imported from an ES module, Node would first parse each of their files for
// names to export, which costs a check a fifth of its time; required, they are just run.
const COMMON_JS = ['@oclif/core', '@babel/parser', 'hpagent', 'recast', 'picocolors', 'yaml']

const requireCommonJs = {
  name: 'require-common-js',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${COMMON_JS.join('|')})$`)
    onResolve({ filter }, ({ path, kind }) =>
      kind === 'require-call' ? { path, external: true } : { path, namespace: 'common-js' },
    )
    onLoad({ filter: /.*/, namespace: 'common-js' }, ({ path }) => {
      const names = Object.keys(require(path)).filter(name => name !== 'default' && /^[\w$]+$/.test(name))
      return {
        contents: `const it = require('${path}'); export default it; export const { ${names.join(', ')} } = it`,
        resolveDir: root,
      }
    })
  },
}

/** The licences of what was bundled travel with it. */
function writeLicenses(metafile) {
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap(
      input => input.match(/.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? [],
    ),
  )
  const texts = [...packages].sort().map(folder => {
    const file = readdirSync(join(root, folder)).find(name => /^licen[sc]e/i.test(name))
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    return `${name}@${version} (${license})\n\n${file ? readFileSync(join(root, folder, file), 'utf8').trim() : ''}\n`
  })
  if (texts.length > 0) writeFileSync(join(dist, 'LICENSES.txt'), texts.join('\n---\n\n'))
}

/** `got` is `#packages/got.js`, which package.json maps to what was bundled. */
const bundledPackages = {
  name: 'bundled-packages',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${BUNDLED.join('|')})$`) }, ({ path }) => ({
      path: `#packages/${path}.js`,
      external: true,
    }))
  },
}

const shared = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  // What is CommonJS in a bundle asks for Node's own modules with require.
  banner: {
    js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
  },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
}

if (existsSync(dist)) rmSync(dist, { recursive: true })
const [ours, packages] = await Promise.all([
  build({
    ...shared,
    entryPoints: entryPoints(),
    outbase: 'src',
    outdir: 'dist',
    external: Object.keys(dependencies),
    plugins: [bundledPackages, requireCommonJs],
  }),
  build({
    ...shared,
    entryPoints: Object.fromEntries(BUNDLED.map(name => [name, name])),
    outdir: 'dist/packages',
    minify: true,
    plugins: [leaveOut, zodNames],
  }),
])
writeLicenses(packages.metafile)
// Types only: what is published is the source, and a module of either kind to import them from.
for (const [types, module, empty] of [
  ['contract.d.ts', 'contract.js', 'export {}\n'],
  ['contract.d.cts', 'contract.cjs', ''],
]) {
  copyFileSync(join(root, 'src', 'lib', 'contract.ts'), join(dist, types))
  writeFileSync(join(dist, module), empty)
}
const outputs = [ours, packages].flatMap(({ metafile }) => Object.values(metafile.outputs))
const size = outputs.reduce((sum, { bytes }) => sum + bytes, 0)
if (process.argv[1] === import.meta.filename) {
  console.error(`${relative(root, dist)}: ${outputs.length} files, ${Math.round(size / 1024)} KB`)
}
