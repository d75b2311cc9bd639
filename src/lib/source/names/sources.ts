/** The files of one run: each read once and parsed at most once, and only when the trail leads there. */
import { LuaError } from '../../errors.js'
import { formOf, type ModuleForm } from '../files/form.js'
import { overlayHost, type SourceHost } from '../files/host.js'
import { Resolver } from '../files/resolve.js'
import { decode, type SourceText } from '../files/text.js'
import { Budget } from './budget.js'
import { type Module, type Parser, parseModule } from './module.js'

export class Sources {
  readonly host: SourceHost
  readonly parser: Parser
  readonly resolver: Resolver
  readonly #budget = new Budget()
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

  /** The text of a file without parsing it; `undefined`: no such file. */
  text(path: string): SourceText | undefined {
    if (!this.#texts.has(path)) {
      this.#budget.spendText(path, 0)
      const bytes = this.host.readBytes(path)
      const text = bytes && decode(bytes)
      if (text) this.#budget.spendText(path, text.text.length)
      this.#texts.set(path, text)
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
    if (form !== 'text') this.#budget.spendTree(path, text.text)
    const module = parseModule(this.parser, path, form, text)
    this.#modules.set(key, module)
    return module
  }

  /** The same; `undefined` where it does not exist or cannot be parsed. */
  tryModule(path: string): Module | undefined {
    try {
      return this.module(path)
    } catch {
      return undefined
    }
  }

  /** Paths of all files parsed so far, in the order of parsing. */
  get parsed(): string[] {
    return [...this.#modules.values()].map(module => module.path)
  }

  /** The same files with some of them changed; what did not change is not parsed again. */
  overlay(files: ReadonlyMap<string, Uint8Array>): Sources {
    const sources = new Sources(overlayHost(this.host, files), this.parser)
    for (const [path, text] of this.#texts) if (!files.has(path)) sources.#texts.set(path, text)
    for (const [key, module] of this.#modules) {
      if (!files.has(module.path)) sources.#modules.set(key, module)
    }
    return sources
  }
}
