import { dirname, join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import vm from 'node:vm'
import { build, type Loader, type Plugin } from 'esbuild'

/** What an agent turns out to be when its code really runs. */
export interface RunAgent {
  name?: unknown
  persona?: unknown
}

const ENTRY = '/project/src/index.ts'
const EXTENSIONS = ['', '.ts', '.tsx', '.js', '.json', '/index.ts']

/**
 * Bundles each variant (absolute path to content) with esbuild, all in one build, and runs it in a `vm` with a
 * `LuaAgent` that keeps its config. `aliases`: specifier to absolute path, where a tsconfig or workspace maps it.
 */
export async function runAgents(
  variants: Map<string, string>[],
  aliases: Record<string, string> = {},
  entry = ENTRY,
): Promise<RunAgent[]> {
  const url = JSON.stringify(pathToFileURL(entry).href)
  const result = await build({
    entryPoints: variants.map((_, index) => ({ in: `v:${index}:${entry}`, out: String(index) })),
    plugins: [virtualFiles(variants, aliases)],
    bundle: true,
    write: false,
    outdir: '/out',
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
    charset: 'utf8',
    target: 'es2022',
    external: ['lua-cli', 'dedent', 'outdent', 'common-tags'],
    define: {
      'import.meta.url': url,
      'import.meta.dirname': JSON.stringify(dirname(entry)),
      __dirname: JSON.stringify(dirname(entry)),
    },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  })
  const outputs = new Map(result.outputFiles.map(file => [posix.basename(file.path, '.js'), file.text]))
  return variants.map((files, index) => execute(outputs.get(String(index)) ?? '', files))
}

function virtualFiles(variants: Map<string, string>[], aliases: Record<string, string>): Plugin {
  return {
    name: 'virtual-files',
    setup(builder) {
      const resolveIn = (variant: string, path: string) =>
        EXTENSIONS.map(extension => path + extension)
          .concat(path.replace(/\.js$/, '.ts'))
          .find(candidate => variants[Number(variant)]?.has(candidate))
      builder.onResolve({ filter: /^v:/ }, ({ path }) => ({ path: path.slice(2), namespace: 'v' }))
      builder.onResolve({ filter: /./, namespace: 'v' }, ({ path, importer, with: attributes }) => {
        const [variant = '', from = ''] = importer.split(/:(.*)/s)
        const [target = '', query] = path.split('?')
        const absolute = aliases[target] ?? (target.startsWith('.') ? join(dirname(from), target) : undefined)
        const found = absolute && resolveIn(variant, absolute)
        if (found === undefined) return { path, external: true }
        const isText = query === 'raw' || attributes.type === 'text'
        return { path: `${variant}:${found}`, namespace: 'v', pluginData: { isText } }
      })
      builder.onLoad({ filter: /./, namespace: 'v' }, ({ path, pluginData }) => {
        const [variant = '', file = ''] = path.split(/:(.*)/s)
        const extension = posix.extname(file).slice(1)
        const loader = (
          pluginData?.isText || extension === 'md' || extension === 'txt' ? 'text' : extension
        ) as Loader
        return { contents: variants[Number(variant)]?.get(file) ?? '', loader }
      })
    },
  }
}

function execute(code: string, files: Map<string, string>): RunAgent {
  const made: RunAgent[] = []
  class LuaAgent {
    constructor(config: object = {}) {
      Object.assign(this, config)
      made.push(this)
    }
  }
  const modules: Record<string, unknown> = {
    'lua-cli': { LuaAgent },
    dedent: Object.assign(dedent, { __esModule: true, default: dedent }),
    outdent: { outdent },
    'common-tags': { stripIndent },
    fs: { readFileSync: (path: string | URL) => files.get(typeof path === 'string' ? path : path.pathname) },
  }
  const require = (name: string) =>
    modules[name.replace(/^node:/, '')] ?? process.getBuiltinModule(name as 'path')
  const module = { exports: {} as Record<string, unknown> }
  vm.runInNewContext(code, {
    require,
    module,
    exports: module.exports,
    URL,
    process: { env: {} },
    console,
    decorate: () => () => {},
  })
  const exported = Object.values(module.exports).find(value => typeof value === 'function')
  if (made.length === 0 && exported) new (exported as new () => unknown)()
  if (made.length !== 1) throw new Error(`${made.length} agents were made`)
  return made[0] as RunAgent
}

/** Templates that begin and end with a line of their own, without their indentation; each as the package does it. */
function dedent(strings: TemplateStringsArray, ...values: unknown[]): string {
  return withoutIndent(joined(strings.raw, values).replaceAll('\\`', '`')).trim()
}

function stripIndent(strings: TemplateStringsArray, ...values: unknown[]): string {
  return withoutIndent(joined(strings, values)).trim()
}

function outdent(strings: TemplateStringsArray, ...values: unknown[]): string {
  return withoutIndent(joined(strings, values))
    .replace(/^[ \t]*\n/, '')
    .replace(/\n[ \t]*$/, '')
}

function joined(strings: readonly string[], values: unknown[]): string {
  return strings.map((part, index) => part + String(values[index] ?? '')).join('')
}

/** The second line says how much. */
function withoutIndent(text: string): string {
  const indent = /\n([ \t]*)/.exec(text)?.[1] ?? ''
  return text.replaceAll(`\n${indent}`, '\n').replace(/\n[ \t]*$/, '\n')
}
