/** `paths` and `baseUrl` of the tsconfig.json that governs a file, through `extends`. */
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { SourceHost } from './host.js'
import { parseJsonc } from './jsonc.js'

interface Mapping {
  /** Pattern to targets; targets are absolute. */
  paths: Map<string, string[]>
  baseUrl?: string
  emitDecoratorMetadata?: boolean
  useDefineForClassFields?: boolean
  target?: string
}

export class TsconfigReader {
  readonly #host: SourceHost
  readonly #byFolder = new Map<string, Mapping | undefined>()

  constructor(host: SourceHost) {
    this.#host = host
  }

  /** Absolute paths, without extension perhaps, that a bare specifier may mean in `from`, best first. */
  candidates(from: string, specifier: string): string[] {
    const mapping = this.#governing(dirname(from))
    if (mapping === undefined) return []
    const mapped = match(mapping.paths, specifier)
    return mapping.baseUrl === undefined ? mapped : [...mapped, resolve(mapping.baseUrl, specifier)]
  }

  /** Is metadata about types wanted for the decorators of a file? */
  emitsMetadata(file: string): boolean {
    return this.#governing(dirname(file))?.emitDecoratorMetadata === true
  }

  /** Does a field without a value make a property, which is undefined? In TypeScript that depends on the settings. */
  definesFields(file: string): boolean {
    const { useDefineForClassFields, target = 'esnext' } = this.#governing(dirname(file)) ?? {}
    return (
      useDefineForClassFields ??
      (!/\.[mc]?tsx?$/.test(file) || /^es(?:next|20(?:2[2-9]|[3-9]\d))$/i.test(target))
    )
  }

  /** The mapping of the nearest tsconfig.json at or above a folder, not above the workspace. */
  #governing(folder: string): Mapping | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder)
    const mapping = this.#nearest(folder)
    this.#byFolder.set(folder, mapping)
    return mapping
  }

  #nearest(folder: string): Mapping | undefined {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const path = join(folder, name)
      if (this.#host.isFile(path)) return this.#read(path, new Set(), folder)
    }
    const above = dirname(folder)
    if (folder === this.#host.workspaceRoot || above === folder) return undefined
    return this.#governing(above)
  }

  /** One config with what it extends under it. `configDir` is the folder of the config one started from. */
  #read(path: string, seen: Set<string>, configDir: string): Mapping {
    const mapping: Mapping = { paths: new Map() }
    const bytes = seen.has(path) ? undefined : this.#host.readBytes(path)
    if (bytes === undefined) return mapping
    seen.add(path)
    const config = asRecord(parseJsonc(new TextDecoder().decode(bytes)))
    for (const parent of asList(config.extends)) {
      const parentPath = this.#extended(path, parent)
      if (parentPath) Object.assign(mapping, defined(this.#read(parentPath, seen, configDir)))
    }
    return applyOptions(mapping, asRecord(config.compilerOptions), dirname(path), configDir)
  }

  /** The file that `extends: "…"` means: relative, absolute, or in a package. */
  #extended(from: string, specifier: string): string | undefined {
    const names = (base: string, inside = 'tsconfig.json') => [base, `${base}.json`, join(base, inside)]
    const isFile = (path: string) => this.#host.isFile(path) && this.#host.refusal?.(path) === undefined
    if (specifier.startsWith('.') || isAbsolute(specifier)) {
      return names(resolve(dirname(from), specifier)).find(isFile)
    }
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
    for (let folder = dirname(from); ; folder = dirname(folder)) {
      const settings = join(folder, 'node_modules', name, 'package.json')
      const bytes = this.#host.isFile(settings) ? this.#host.readBytes(settings) : undefined
      const { tsconfig } = asRecord(bytes && parseJsonc(new TextDecoder().decode(bytes)))
      const inside = typeof tsconfig === 'string' ? tsconfig : undefined
      const found = names(join(folder, 'node_modules', specifier), inside).find(isFile)
      if (found !== undefined || dirname(folder) === folder) return found
    }
  }
}

function applyOptions(
  mapping: Mapping,
  options: Record<string, unknown>,
  folder: string,
  configDir: string,
): Mapping {
  const absolute = (path: string) => resolve(folder, path.replace('${configDir}', configDir))
  if (typeof options.emitDecoratorMetadata === 'boolean')
    mapping.emitDecoratorMetadata = options.emitDecoratorMetadata
  if (typeof options.useDefineForClassFields === 'boolean')
    mapping.useDefineForClassFields = options.useDefineForClassFields
  if (typeof options.target === 'string') mapping.target = options.target
  if (typeof options.baseUrl === 'string') mapping.baseUrl = absolute(options.baseUrl)
  if (options.paths !== undefined) {
    const base = mapping.baseUrl ?? folder
    mapping.paths = new Map(
      Object.entries(asRecord(options.paths)).map(([pattern, targets]) => [
        pattern,
        asList(targets).map(target => resolve(base, target.replace('${configDir}', configDir))),
      ]),
    )
  }
  return mapping
}

/** What a parent sets; an empty mapping does not undo what an earlier parent set. */
function defined({ paths, ...rest }: Mapping): Partial<Mapping> {
  return { ...rest, ...(paths.size > 0 && { paths }) }
}

/** TypeScript's rule: an exact pattern first, then the one with the longest text before its `*`. */
function match(paths: Map<string, string[]>, specifier: string): string[] {
  const exact = paths.get(specifier)
  if (exact !== undefined && !specifier.includes('*')) return exact
  let best: { prefix: string; star: string; targets: string[] } | undefined
  for (const [pattern, targets] of paths) {
    const [prefix, suffix] = pattern.split('*')
    if (prefix === undefined || suffix === undefined) continue
    if (specifier.length < prefix.length + suffix.length) continue
    if (!specifier.startsWith(prefix) || !specifier.endsWith(suffix)) continue
    if (best !== undefined && best.prefix.length >= prefix.length) continue
    best = { prefix, star: specifier.slice(prefix.length, specifier.length - suffix.length), targets }
  }
  return best?.targets.map(target => target.replace('*', best.star)) ?? []
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function asList(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(item => typeof item === 'string')
}
