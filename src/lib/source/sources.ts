/** The files of one run: each read once and parsed at most once, and only when the trail leads there. */
import type { Node } from '@babel/types'
import { LuaError } from '../errors.js'
import { overlayHost, type SourceHost } from './host.js'
import { type Module, type ModuleForm, type Parser, parseModule } from './module.js'
import { loadPrinter, type Printer } from './print.js'
import { Resolver } from './resolve.js'
import type { Static } from './statics.js'
import { decode, type SourceText } from './text.js'

export class Sources {
  readonly host: SourceHost
  readonly parser: Parser
  readonly resolver: Resolver
  /** What expressions were evaluated to; an entry of `null` is being worked on. */
  readonly evaluated = new Map<Node, Static | null>()
  #printer?: Printer
  readonly #modules = new Map<string, Module>()
  readonly #texts = new Map<string, SourceText | undefined>()

  constructor(host: SourceHost, parser: Parser) {
    this.host = host
    this.parser = parser
    this.resolver = new Resolver(host)
  }

  /** Loads the parser (the only heavy thing here) and starts with nothing read. */
  static async open(host: SourceHost): Promise<Sources> {
    const parser = await import('@babel/parser')
    return new Sources(host, parser as unknown as Parser)
  }

  /** Loads what prints new code; a plan that may need it does so first. */
  async preparePrinter(): Promise<void> {
    this.#printer ??= await loadPrinter()
  }

  get printer(): Printer {
    if (!this.#printer) throw new LuaError('INTERNAL', 'new code was to be printed without a printer')
    return this.#printer
  }

  /** The text of a file without parsing it; `undefined`: no such file. */
  text(path: string): SourceText | undefined {
    if (!this.#texts.has(path)) {
      const bytes = this.host.readBytes(path)
      this.#texts.set(path, bytes && decode(bytes))
    }
    return this.#texts.get(path)
  }

  /**
   * A file as a module.
   * @throws LuaError SYNTAX if it cannot be parsed, UNRESOLVED if there is no such file.
   */
  module(path: string, form: ModuleForm = formOf(path)): Module {
    const key = `${form}:${path}`
    const known = this.#modules.get(key)
    if (known !== undefined) return known
    const text = this.text(path)
    if (text === undefined) throw new LuaError('UNRESOLVED', `${path} does not exist`)
    const module = parseModule(this.parser, path, form, text)
    this.#modules.set(key, module)
    return module
  }

  /** Paths of all files parsed so far, in the order of parsing. */
  get parsed(): string[] {
    return [...this.#modules.values()].map(module => module.path)
  }

  /** The same files with some of them changed; what did not change is not parsed again. */
  overlay(files: ReadonlyMap<string, Uint8Array>): Sources {
    const sources = new Sources(overlayHost(this.host, files), this.parser)
    sources.#printer = this.#printer
    for (const [path, text] of this.#texts) if (!files.has(path)) sources.#texts.set(path, text)
    for (const [key, module] of this.#modules) {
      if (!files.has(module.path)) sources.#modules.set(key, module)
    }
    return sources
  }
}

/** How a file is read when the import does not say: by its extension. */
export function formOf(path: string): ModuleForm {
  if (/\.json$/i.test(path)) return 'json'
  return /\.[mc]?[jt]sx?$/i.test(path) ? 'code' : 'text'
}
