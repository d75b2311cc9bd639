/**
 * The modules that hold primitives, as the bundler gets them: whole, with a few additions that let it leave out what
 * an artifact does not use, and that export values which the module keeps to itself.
 *
 * Nothing is cut that could have an effect: what is known to be harmless is marked as such, and the bundler decides.
 */

import type { Node, Statement } from '@babel/types'
import type MagicString from 'magic-string'
import { eachChild, evaluate, type Module, range, type Sources } from '../../source/index.js'
import { addedTo } from '../discover/added-tools.js'
import type { Primitive } from '../discover/primitive.js'
import { bodyOf, type Site, statementOf } from '../discover/site.js'
import {
  homeOf,
  innerOf,
  isHarmless,
  isInert,
  isTouched,
  namesOf,
  reachedNames,
} from '../discover/touched.js'

/** A module as the bundler gets it, with its source map inside. */
export interface EditedModule {
  contents: string
}

/** How an artifact's entry imports the value of a site. */
export function importedAs({ module, target }: Site): string {
  if (target.form === 'default') return 'default'
  if (target.form === 'expression') return `__lua_at_${range(target.node).start}`
  for (const [exported, entry] of module.exports.named) {
    const isIt = entry.kind === 'local' && entry.node.type === 'Identifier' && entry.node.name === target.name
    if (isIt && /^[\w$]+$/.test(exported)) return exported
  }
  return `__lua_${target.name}`
}

/**
 * The modules that primitives stand in, where they need a change at all, by path.
 * @param kind the artifacts that they are for: the lists of an agent and the tools of a skill, which are artifacts of
 *   their own, are taken out for theirs
 */
export async function editModules(
  sources: Sources,
  primitives: readonly Primitive[],
  kind: 'agent' | 'skill' | undefined,
  whole: ReadonlyMap<string, EditedModule> = new Map(),
): Promise<Map<string, EditedModule>> {
  const { default: Text } = await import('magic-string')
  const byModule = new Map<Module, Primitive[]>()
  for (const primitive of primitives) {
    const { module } = primitive.site
    const held = byModule.get(module)
    if (held) held.push(primitive)
    else byModule.set(module, [primitive])
  }
  const edited = new Map(whole)
  for (const [module, held] of byModule) {
    const isFor = (primitive: Primitive) =>
      primitive.kind === kind || (kind === 'agent' && primitive.kind === 'skill')
    const omit = kind === undefined ? [] : held.filter(isFor).flatMap(primitive => primitive.omit)
    if (kind !== undefined && omit.length === 0) continue
    const text = new Text(module.text)
    new Edits(sources, module, text).apply(
      held.filter(primitive => kind === undefined || primitive.kind === kind),
      new Set(omit),
    )
    if (text.hasChanged()) edited.set(module.path, { contents: withMap(module, text) })
  }
  return edited
}

/** The bundler follows the map, so that those of artifacts lead to the real text. */
function withMap({ path }: Module, text: MagicString): string {
  const map = text.generateMap({ source: path, includeContent: true, hires: 'boundary' })
  return `${text.toString()}\n//# sourceMappingURL=${map.toUrl()}`
}

class Edits {
  readonly #sources: Sources
  readonly #module: Module
  readonly #text: MagicString

  constructor(sources: Sources, module: Module, text: MagicString) {
    this.#sources = sources
    this.#module = module
    this.#text = text
  }

  /** @param omit properties that are taken out */
  apply(primitives: readonly Primitive[], omit: ReadonlySet<Node>): void {
    const dropped = omit.size > 0 ? this.#dropUnused(primitives, omit) : new Set<Statement>()
    for (const node of omit) this.#removeListed(node)
    for (const statement of bodyOf(this.#module)) if (!dropped.has(statement)) this.#mark(statement)
    // At the end of the text, what is behind the last statement comes before what is appended.
    const isOut = ({ target }: Site) =>
      target.form === 'expression' && [...omit].some(out => isWithin(target.node, out))
    this.#expose(primitives.flatMap(({ site }) => (isOut(site) ? [] : [site])))
    if (this.#module.text.includes('readFileSync'))
      this.#inlineFiles(this.#module.root, [...omit, ...dropped])
  }

  /** Files whose text is known: where an artifact runs, they are not. What functions read is not known before. */
  #inlineFiles(node: Node, omit: readonly Node[]): void {
    eachChild(node, child => {
      if (/Function|Method$/.test(child.type) || omit.includes(child)) return
      const { start, end } = range(child)
      const isRead = child.type === 'CallExpression' && /readFileSync$/.test(this.#textOf(child.callee))
      const value = isRead && evaluate(this.#sources, { module: this.#module, node: child })
      if (value && value.kind === 'string') this.#text.update(start, end, JSON.stringify(value.value))
      else this.#inlineFiles(child, omit)
    })
  }

  #textOf(node: Node): string {
    return this.#module.text.slice(range(node).start, range(node).end)
  }

  /** Exports what the artifacts' entries import. */
  #expose(sites: readonly Site[]): void {
    const names = new Set<string>()
    const expressions = new Set<Node>()
    for (const { target } of sites) {
      if (target.form === 'binding') names.add(target.name)
      if (target.form === 'expression') expressions.add(target.node)
    }
    for (const name of names) {
      const imported = importedAs({ module: this.#module, target: { form: 'binding', name }, exportName: '' })
      if (imported === `__lua_${name}`) this.#text.append(`\n;export{${name} as ${imported}}`)
    }
    // They are made in this order: as in the source, and before what is around them.
    const inOrder = (a: Node, b: Node) => range(a).end - range(b).end || range(b).start - range(a).start
    for (const node of [...expressions].sort(inOrder)) this.#hoist(node)
  }

  /** Gives an expression a name: `tools: [new Tool(1)]` becomes `const x = new Tool(1); … tools: [x]`. */
  #hoist(node: Node): void {
    const { start, end } = range(node)
    const name = `__lua_at_${start}`
    const statement = statementOf({ module: this.#module, node })
    const [open, close] = this.#isHarmless(node) ? PURE : ['(', ')']
    this.#text.append(`\n;export{${name}}`)
    if (!statement || isDeferred(statement, node)) {
      this.#text.append(`\n;const ${name}=${open}${this.#textOf(node)}${close};`)
      return
    }
    this.#text.appendLeft(start, name)
    this.#text.prependRight(start, `const ${name}=${open}`)
    this.#text.appendLeft(end, `${close};`)
    this.#text.move(start, end, range(statement).start)
  }

  /** Tells the bundler what it may leave out when nothing uses it. */
  #mark(statement: Statement): void {
    const inner = innerOf(statement)
    if (inner?.type === 'VariableDeclaration') {
      for (const { id, init } of inner.declarations)
        if (init && id.type === 'Identifier') this.#markValue(init)
    } else if (statement.type === 'ExportDefaultDeclaration' && inner) {
      if (!/Declaration$/.test(inner.type)) this.#markValue(inner)
    } else if (statement.type === 'ExpressionStatement' && this.#isOnlyWiring(statement)) {
      const { start, end } = range(statement.expression)
      // Behind what is taken out of it, and not to be read as the end of the statement before.
      this.#text.prependRight(start, `;${PURE[0]}`)
      this.#text.appendRight(end, PURE[1])
    }
  }

  #markValue(value: Node): void {
    if (PLAIN.test(value.type) || !this.#isHarmless(value)) return
    this.#text.appendLeft(range(value).start, PURE[0])
    this.#text.appendRight(range(value).end, PURE[1])
  }

  /** Calls that add tools to a skill which nothing else works on. */
  #isOnlyWiring(statement: Statement): boolean {
    const skill = addedTo(statement)
    if (!skill || !isInert(this.#sources, this.#module, statement)) return false
    return !isTouched(this.#sources, evaluate(this.#sources, { module: this.#module, node: skill }).at)
  }

  #isHarmless(node: Node): boolean {
    return isHarmless(this.#sources, this.#module, node)
  }

  /** A member of an object or class, with the comma behind it. */
  #removeListed(node: Node): void {
    const { start, end } = range(node)
    const comma = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*,/y
    comma.lastIndex = end
    this.#text.remove(start, end + (comma.exec(this.#module.text)?.[0].length ?? 0))
  }

  /** Imports, and values that are not exported, that only what was taken out used. */
  #dropUnused(primitives: readonly Primitive[], omit: ReadonlySet<Node>): Set<Statement> {
    const body = bodyOf(this.#module)
    const homes = new Set(primitives.map(({ site }) => homeOf(site)))
    const stays = (statement: Statement) =>
      statement.type.startsWith('Export') ||
      homes.has(statement) ||
      !isInert(this.#sources, this.#module, statement)
    const used = reachedNames(body, stays, omit)
    const dropped = new Set<Statement>()
    for (const statement of body) {
      const names =
        statement.type === 'ImportDeclaration'
          ? statement.specifiers.map(({ local }) => local.name)
          : statement.type === 'VariableDeclaration' && !stays(statement)
            ? namesOf(statement)
            : []
      if (names.length === 0 || names.some(name => used.has(name))) continue
      this.#text.remove(range(statement).start, range(statement).end)
      dropped.add(statement)
    }
    return dropped
  }
}

/** What is called and without effect goes when its value is not used. */
const PURE: readonly [string, string] = ['/*@__PURE__*/(()=>(', '))()']

/** What a bundler knows to be harmless by itself. */
const PLAIN = /Literal$|^(?:Identifier|Function|Arrow|Class)/

function isWithin(node: Node, outer: Node): boolean {
  return range(outer).start <= range(node).start && range(node).end <= range(outer).end
}

/** Does an expression belong to code that does not run with its statement: a function, a field of a class? */
function isDeferred(statement: Node, node: Node): boolean {
  let found = false
  const visit = (parent: Node): void =>
    eachChild(parent, child => {
      if (found || child === node || !isWithin(node, child)) return
      if (/Function|Method$|^Class(?:Private|Accessor)?Property$/.test(child.type)) found = true
      else visit(child)
    })
  if (/Function/.test(statement.type)) return true
  visit(statement)
  return found
}
