/** From an import specifier to a file: as esbuild does it, without `node_modules` being needed. */
import { dirname, extname, isAbsolute, join, resolve } from 'node:path'
import type { ModuleForm } from './form.js'
import type { SourceHost } from './host.js'
import { packageEntry, packageImport, readPackage } from './packages.js'
import { TsconfigReader } from './tsconfig.js'
import { WorkspacePackages } from './workspaces.js'

type Resolution =
  | { kind: 'file'; path: string; form: ModuleForm }
  /** A package: known by name, never read. */
  | { kind: 'external'; specifier: string }
  /** `reason` completes "`x` cannot be imported: …". */
  | { kind: 'missing'; reason: string }

/** esbuild's order. */
const EXTENSIONS = ['.tsx', '.ts', '.jsx', '.js', '.mts', '.cts', '.mjs', '.cjs', '.json']
/** What an import of compiled JavaScript may mean in TypeScript sources. */
const REWRITTEN: Record<string, string[]> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx', '.ts'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
}

export class Resolver {
  readonly #host: SourceHost
  readonly #tsconfig: TsconfigReader
  readonly #workspaces: WorkspacePackages
  readonly #resolved = new Map<string, Resolution>()

  constructor(host: SourceHost) {
    this.#host = host
    this.#tsconfig = new TsconfigReader(host)
    this.#workspaces = new WorkspacePackages(host)
  }

  /** Paths, without extension perhaps, that the tsconfig.json of a file gives a specifier. */
  mapped(from: string, specifier: string): string[] {
    return this.#tsconfig.candidates(from, specifier)
  }

  /** Does the tsconfig.json of a file ask for `emitDecoratorMetadata`? */
  emitsMetadata(file: string): boolean {
    return this.#tsconfig.emitsMetadata(file)
  }

  /** Does a field without a value make a property of an instance, in the classes of this file? */
  definesFields(file: string): boolean {
    return this.#tsconfig.definesFields(file)
  }

  /**
   * What `specifier` means in the file `from`.
   * `type` is the import's `with { type }`, if it has one.
   */
  resolve(from: string, specifier: string, type?: string): Resolution {
    const key = [dirname(from), specifier, type].join('\0')
    const known = this.#resolved.get(key) ?? this.#look(from, specifier, type)
    this.#resolved.set(key, known)
    return known
  }

  #look(from: string, specifier: string, type?: string): Resolution {
    const [, target = specifier, query = ''] = /^([^?]+)(\?.*)?$/s.exec(specifier) ?? []
    const path = this.#locate(from, target)
    if (path === undefined) {
      return isPackage(target)
        ? { kind: 'external', specifier }
        : { kind: 'missing', reason: 'there is no such file' }
    }
    const refused = this.#host.refusal?.(path)
    if (refused !== undefined) return { kind: 'missing', reason: refused }
    return withForm(path, query, type)
  }

  #locate(from: string, target: string): string | undefined {
    if (target.startsWith('.')) return this.file(resolve(dirname(from), target))
    if (isAbsolute(target)) return this.file(target)
    if (/^(?:node|bun|data|https?):/.test(target)) return undefined
    const mapped = this.#tsconfig.candidates(from, target)
    for (const candidate of mapped) {
      const path = this.file(candidate)
      if (path !== undefined) return path
    }
    if (target.startsWith('#')) return this.#packageImport(from, target)
    return this.#workspacePackage(from, target)
  }

  #packageImport(from: string, target: string): string | undefined {
    const found = packageImport(this.#host, from, target)
    return found && this.file(found)
  }

  #workspacePackage(from: string, target: string): string | undefined {
    const found = this.#workspaces.find(from, target)
    if (found === undefined) return undefined
    for (const candidate of packageEntry(readPackage(this.#host, found.folder), found.subpath)) {
      const path = this.file(join(found.folder, candidate))
      if (path !== undefined) return path
    }
    return undefined
  }

  /** The file that an extensionless, rewritten or folder path means. */
  file(path: string): string | undefined {
    return this.#exactFile(path) ?? this.#folderIndex(path)
  }

  #exactFile(path: string): string | undefined {
    if (this.#isReadable(path)) return path
    const added = EXTENSIONS.map(extension => path + extension)
    const extension = extname(path)
    const stem = path.slice(0, path.length - extension.length)
    const rewritten = (REWRITTEN[extension] ?? []).map(other => stem + other)
    return [...added, ...rewritten].find(candidate => this.#isReadable(candidate))
  }

  #folderIndex(folder: string): string | undefined {
    if (this.#host.isFile(join(folder, 'package.json'))) {
      for (const entry of packageEntry(readPackage(this.#host, folder), '.')) {
        const path = this.#exactFile(join(folder, entry))
        if (path !== undefined) return path
      }
    }
    return this.#exactFile(join(folder, 'index'))
  }

  #isReadable(path: string): boolean {
    return !/\.d\.[mc]?ts$/.test(path) && this.#host.isFile(path)
  }
}

function isPackage(target: string): boolean {
  return !target.startsWith('.') && !target.startsWith('#') && !isAbsolute(target)
}

function withForm(path: string, query: string, type?: string): Resolution {
  if (query === '?raw' || type === 'text') return { kind: 'file', path, form: 'text' }
  if (query !== '') return { kind: 'missing', reason: `imports with \`${query}\` are not read` }
  const extension = extname(path).toLowerCase()
  if (extension === '.json' || type === 'json') return { kind: 'file', path, form: 'json' }
  if (/^\.[mc]?[jt]sx?$/.test(extension)) return { kind: 'file', path, form: 'code' }
  if (extension === '.txt' || extension === '.md') return { kind: 'file', path, form: 'text' }
  return {
    kind: 'missing',
    reason: `a ${extension || 'file without extension'} needs \`with { type: 'text' }\` or \`?raw\``,
  }
}
