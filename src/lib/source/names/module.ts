/** One parsed file: its text, its tree, its names and exports. Everything derived is made when first asked. */
import type { ParseError, ParserOptions } from '@babel/parser'
import type { File, Node, Program } from '@babel/types'
import { CONFLICT, conflictLine } from '../../conflict.js'
import { LuaError, type SourceLocation } from '../../errors.js'
import type { ModuleForm } from '../files/form.js'
import { codeFrame, isUtf16, lineStarts, locate, placeIn, type SourceText } from '../files/text.js'
import { collectExports, type ExportTable } from './exports.js'
import { range } from './nodes.js'
import type { ModuleNames } from './scope.js'
import { LazyNames } from './walk.js'

/** What this room uses of `@babel/parser`. */
export interface Parser {
  parse(text: string, options: ParserOptions): File
  parseExpression(text: string, options: ParserOptions): Node
}

export class Module {
  readonly path: string
  readonly form: ModuleForm
  readonly source: SourceText
  /** The program of code; the one value of JSON or text. */
  readonly root: Node
  #names?: ModuleNames
  #exports?: ExportTable
  #lineStarts?: number[]

  constructor(path: string, form: ModuleForm, source: SourceText, root: Node) {
    this.path = path
    this.form = form
    this.source = source
    this.root = root
  }

  get text(): string {
    return this.source.text
  }

  get names(): ModuleNames {
    this.#names ??= new LazyNames(this.root, this.text)
    return this.#names
  }

  get exports(): ExportTable {
    this.#exports ??= collectExports(this.root as Program)
    return this.#exports
  }

  locate(offset: number): SourceLocation {
    this.#lineStarts ??= lineStarts(this.text)
    return placeIn(this.path, this.#lineStarts, offset)
  }

  locationOf(node: Node): SourceLocation {
    return this.locate(range(node).start)
  }

  frame(location: SourceLocation): string {
    return codeFrame(this.text, location)
  }
}

/** An expression or declaration, with the module it stands in. */
export interface Handle<N extends Node = Node> {
  module: Module
  node: N
}

/** Parser options of the house: no tokens (five times the parse), no comments attached to nodes. */
function optionsFor(path: string): ParserOptions {
  const jsx = /\.[jt]sx$/.test(path)
  return {
    sourceType: 'module',
    attachComment: false,
    allowReturnOutsideFunction: true,
    plugins: [
      'typescript',
      'decorators-legacy',
      'importAttributes',
      'explicitResourceManagement',
      'decoratorAutoAccessors',
      ...(jsx ? (['jsx'] as const) : []),
    ],
  }
}

/**
 * Parses a file.
 * @throws LuaError SYNTAX with place and frame.
 */
export function parseModule(parser: Parser, path: string, form: ModuleForm, source: SourceText): Module {
  refuseUtf16(path, source)
  switch (form) {
    case 'text':
      return new Module(path, form, source, wholeText(source))
    case 'json':
      return new Module(path, form, source, parseJson(parser, path, source.text))
    default: {
      const file = parsing(path, source.text, () => parser.parse(source.text, optionsFor(path)))
      const program = file.program as Program & { comments?: File['comments'] }
      program.comments = file.comments
      return new Module(path, form, source, program)
    }
  }
}

function refuseUtf16(path: string, source: SourceText): void {
  if (!isUtf16(source)) return
  throw new LuaError('SYNTAX', `${path} is UTF-16, which is not read`, {
    location: { file: path, line: 1, column: 1 },
    hint: 'Save the file as UTF-8.',
  })
}

/** A text file as the string that reading it gives, byte order mark included, as `readFileSync` has it. */
function wholeText(source: SourceText): Node {
  const value = source.bom ? `\uFEFF${source.text}` : source.text
  return { type: 'StringLiteral', value, start: 0, end: source.text.length } as Node
}

function parseJson(parser: Parser, path: string, text: string): Node {
  try {
    JSON.parse(text)
  } catch (error) {
    const offset = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length)
    throw syntaxError(
      path,
      text,
      offset,
      (error as Error).message.replace(/ in JSON at position.*/s, ''),
      error,
    )
  }
  return parsing(path, text, () => parser.parseExpression(text, { attachComment: false }))
}

function parsing<T>(path: string, text: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(path, error)
    const { pos, message } = error as ParseError & { pos?: number; message: string }
    if (pos === undefined) throw error
    throw syntaxError(path, text, pos, message.replace(/ \(\d+:\d+\)$/, ''), error)
  }
}

/** Each bracket takes its part of the parser's stack, and so does each operand. */
function tooDeep(path: string, cause: unknown): LuaError {
  return new LuaError('SYNTAX', `${path} is nested too deeply to be read`, {
    location: { file: path, line: 1, column: 1 },
    hint: 'Write it in several constants; data belongs in a file of its own.',
    cause,
  })
}

function syntaxError(path: string, text: string, offset: number, message: string, cause: unknown): LuaError {
  const line = conflictLine(text)
  if (line !== undefined) return conflicted(path, text, line)
  const location = locate(path, text, offset)
  return new LuaError('SYNTAX', message, {
    location,
    frame: codeFrame(text, location),
    hint: 'Correct the syntax, then run again.',
    cause,
  })
}

/** SYNTAX: a merge was not finished. */
export function conflicted(file: string, text: string, line: number): LuaError {
  const location = { file, line, column: 1 }
  const { message, hint } = CONFLICT
  return new LuaError('SYNTAX', message, { location, frame: codeFrame(text, location), hint })
}
