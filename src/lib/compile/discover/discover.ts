/** From the agent to everything that it registers, in the order of the manifest. */

import { asLuaError, LuaError } from '../../errors.js'
import { isPersona, type Persona, personaTexts } from '../../persona.js'
import {
  type AgentDeclaration,
  asDeclared,
  configOf,
  type DeclaredProperty,
  declaredProperty,
  evaluate,
  findAgent,
  type Handle,
  type Module,
  notKnown,
  readPersona,
  type Sources,
  type Static,
  snippet,
} from '../../source/index.js'
import { LISTS, NEWER_LISTS, type PrimitiveKind } from '../kinds.js'
import { hasDefault, problemAt, type Warning, warningAt } from '../problem.js'
import { addedTools } from './added-tools.js'
import { classify } from './classify.js'
import { Fields } from './fields.js'
import type { Primitive } from './primitive.js'
import { bodyOf, siteOf, statementOf } from './site.js'
import { homeOf, isTouched, lookFromAfar, workingOn } from './touched.js'

interface Discovery {
  /** In the order of the manifest, each once. */
  primitives: Primitive[]
  problems: LuaError[]
  warnings: Warning[]
}

/**
 * Finds the agent and what it registers. What is wrong with single members is collected.
 * @throws LuaError NO_ENTRY, MANY_AGENTS, SYNTAX
 */
export function discover(sources: Sources): Discovery {
  const found = walkFrom(sources)
  if (!lookFromAfar(sources, modulesAround(sources, found.primitives))) return found
  const again = walkFrom(sources)
  for (const primitive of again.primitives) primitive.workers = workersOf(sources, primitive)
  return again
}

/** The modules that were read, and what those of the agent and its skills import. */
function modulesAround(sources: Sources, primitives: readonly Primitive[]): Set<Module> {
  const homes = (kinds: RegExp) =>
    primitives.filter(({ kind }) => kinds.test(kind)).map(({ site }) => site.module)
  const leaves = new Set(homes(/^(?!agent|skill)/))
  const around = new Set(sources.parsed.map(path => sources.module(path)))
  const queue = homes(/^(?:agent|skill)$/)
  const seen = new Set<Module>()
  for (let module = queue.pop(); module; module = queue.pop()) {
    if (seen.has(module)) continue
    seen.add(module)
    around.add(module)
    for (const imported of importedBy(sources, module)) if (!leaves.has(imported)) queue.push(imported)
  }
  return new Set([...around].filter(({ form, path }) => form === 'code' && !path.includes('/node_modules/')))
}

function importedBy(sources: Sources, module: Module): Module[] {
  return bodyOf(module).flatMap(statement => {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') return []
    const target = sources.resolver.resolve(module.path, statement.source.value)
    if (target.kind !== 'file' || target.form !== 'code' || target.path.includes('/node_modules/')) return []
    return sources.tryModule(target.path) ?? []
  })
}

function workersOf(sources: Sources, { declared, site, fields }: Primitive): string[] {
  const homes = [homeOf(site), ...[declared, ...fields.classes].map(statementOf)]
  const workers = new Set(homes.flatMap(statement => [...workingOn(sources, statement)]))
  return [...workers].filter(path => path !== site.module.path).sort()
}

function walkFrom(sources: Sources): Discovery {
  const walk = new Walk(sources)
  const agent = findAgent(sources)
  if (!walk.addAgent(agent)) return walk.found
  for (const { list, kind } of LISTS) walk.addList(agent, list ?? '', kind)
  for (const [list, label] of Object.entries(NEWER_LISTS)) walk.warnOfList(agent, list, label)
  return walk.found
}

/**
 * The agent alone, to be run: without its lists, and with the persona as its code makes it.
 * @throws LuaError NOT_STATIC if it is made inside a function
 */
export function discoverAgent(sources: Sources, agent: AgentDeclaration): Primitive {
  const walk = new Walk(sources)
  walk.addAgent(agent, true)
  const [problem] = walk.found.problems
  if (problem) throw problem
  return walk.found.primitives[0] as Primitive
}

class Walk {
  readonly found: Discovery = { primitives: [], problems: [], warnings: [] }
  readonly #sources: Sources
  /** By the node that declares it; a tool class without arguments makes the same tool every time. */
  readonly #unknown = new Set<unknown>()
  readonly #known = new Map<unknown, Primitive>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /**
   * @param isComputed its persona is what its code makes, not what can be read
   * @returns false if it is not known what it is made of, which has been said
   */
  addAgent(agent: AgentDeclaration, isComputed = false): boolean {
    const config = configOf(this.#sources, agent)
    const fields = new Fields(this.#sources, config?.kind === 'object' ? config : undefined, agent.classes)
    const own = agent.classes[0]
    const isPlain = (agent.creation?.node.arguments.length ?? 0) === 0
    const classSite = own && isPlain ? siteOf(own) : undefined
    const site = classSite ?? siteOf(agent.at)
    if (!site) {
      this.found.problems.push(insideFunction(agent))
      return false
    }
    if (config?.kind === 'unknown' && !isComputed) {
      this.found.problems.push(notKnown('The config of the agent', config))
      return false
    }
    const persona = isComputed ? undefined : this.#persona(agent, fields)
    const lists = [...LISTS.map(({ list }) => list ?? ''), ...Object.keys(NEWER_LISTS)]
    const isWhole = [agent.at, ...(agent.creation ? [agent.creation] : [])].some(at =>
      isTouched(this.#sources, at),
    )
    const omitted = [...(isWhole ? [] : lists), ...(persona === undefined ? [] : ['persona'])]
    const omit = fields.written(omitted, site.module)
    this.found.primitives.push({
      kind: 'agent',
      declared: agent.at,
      site,
      isClass: classSite !== undefined,
      fields,
      omit,
      assign: persona === undefined ? {} : { persona },
      name: fields.text('name'),
      description: persona === undefined ? undefined : personaText(persona) || fields.text('description'),
      tools: [],
      workers: [],
    })
    return true
  }

  /** The persona as text, wherever it is kept: an artifact cannot read files. Computed ones are left to it. */
  #persona(agent: AgentDeclaration, fields: Fields): Persona | undefined {
    try {
      const persona = readPersona(this.#sources, agent)
      this.#warnOfEnvironment('persona', fields.get('persona')?.at ?? agent.at, persona?.environment)
      return persona?.value
    } catch (error) {
      if (error instanceof LuaError && error.code === 'NOT_STATIC') return undefined
      this.found.problems.push(asLuaError(error))
      return ''
    }
  }

  #warnOfEnvironment(field: string, at: Handle, uses: readonly { variable: string }[] = []): void {
    if (uses.length === 0) return
    const variables = new Set(uses.map(({ variable }) => variable))
    this.found.warnings.push(hasDefault(at, `\`${field}\``, [...variables]))
  }

  addList(agent: AgentDeclaration, list: string, kind: PrimitiveKind): void {
    const declared = declaredProperty(this.#sources, agent, list)
    if (declared.kind === 'absent') return
    if (declared.kind === 'unknown') this.#addUnknown(list, declared.because)
    else for (const item of this.#items(list, declared.value, declared.expression)) this.#add(item, kind)
  }

  /** A config that cannot be known is one problem, however many lists it may hold. */
  #addUnknown(list: string, because: Extract<DeclaredProperty, { kind: 'unknown' }>['because']): void {
    const { node } = because.at
    if (this.#unknown.has(node)) return
    this.#unknown.add(node)
    this.found.problems.push(notKnown(list, because))
  }

  #items(list: string, value: Static, at: Handle): Handle[] {
    this.#warnOfEnvironment(list, at, value.environment)
    if (value.kind === 'plain' && value.value === undefined) return []
    if (value.kind !== 'array') {
      this.found.problems.push(notList(list, value, at))
      return []
    }
    if (value.unknown) this.found.problems.push(notKnown(list, value.unknown))
    return value.items.filter(item => item !== undefined)
  }

  #add(item: Handle, kind: PrimitiveKind): Primitive | undefined {
    const value = asDeclared(evaluate(this.#sources, item))
    this.#warnOfEnvironment(snippet(item), item, value.environment)
    if (value.kind === 'plain' && (value.value === undefined || value.value === false)) return undefined
    const found = classify(this.#sources, value, kind, item)
    if ('problem' in found) this.found.problems.push(found.problem)
    if ('newer' in found) this.found.warnings.push(newerKind(item, found.newer.className, found.newer.name))
    if (!('primitive' in found)) return undefined
    return this.#once(found.primitive, value)
  }

  #once(primitive: Primitive, value: Static): Primitive {
    const key = primitive.isClass ? primitive.declared.node : this.#identity(value)
    const known = this.#known.get(key)
    if (known) return known
    this.#known.set(key, primitive)
    this.found.primitives.push(primitive)
    if (primitive.kind === 'skill') this.#addTools(primitive, value)
    return primitive
  }

  /** What is made of the same class with the same literals is the same, wherever it is made. */
  #identity(value: Static): unknown {
    if (value.kind !== 'instance') return value.at.node
    const callee = evaluate(this.#sources, value.callee)
    const isSame =
      callee.kind === 'class' &&
      value.args.every(({ node }) => /^(?:String|Numeric|Boolean|Null)Literal$/.test(node.type))
    if (!isSame) return value.at.node
    const { module, node } = callee.at
    return [module.path, node.start, ...value.args.map(snippet)].join('\0')
  }

  #addTools(skill: Primitive, value: Static): void {
    const field = skill.fields.get('tools')
    const listed = field?.value ? this.#items('tools', field.value, field.at) : []
    for (const item of [...listed, ...this.#addedTools(value)]) {
      const tool = this.#add(item, 'tool')
      if (tool && !skill.tools.includes(tool)) skill.tools.push(tool)
    }
  }

  #addedTools(skill: Static): Handle[] {
    return addedTools(this.#sources, skill.at).flatMap(({ argument, isList }) =>
      isList ? this.#items('addTools', evaluate(this.#sources, argument), argument) : [argument],
    )
  }

  warnOfList(agent: AgentDeclaration, list: string, label: string): void {
    const declared = declaredProperty(this.#sources, agent, list)
    if (declared.kind !== 'value' || declared.value.kind !== 'array') return
    for (const item of declared.value.items) {
      if (!item) continue
      const name = this.#nameOf(item)
      this.found.warnings.push(newerKind(item, label, name))
      const [owner] = this.found.primitives
      if (list !== 'voices' || !owner) continue
      if (name === undefined) this.found.warnings.push(namelessVoice(item))
      else owner.voices = [...(owner.voices ?? []), name]
    }
  }

  #nameOf(item: Handle): string | undefined {
    const value = evaluate(this.#sources, item)
    const argument = value.kind === 'instance' || value.kind === 'call' ? value.args[0] : undefined
    const config = argument ? evaluate(this.#sources, argument) : value
    return config.kind === 'object' ? new Fields(this.#sources, config).text('name') : undefined
  }
}

/** All texts of a persona as one. */
export function personaText(persona: unknown): string {
  return isPersona(persona)
    ? personaTexts(persona)
        .map(({ text }) => text)
        .join('\n\n')
    : ''
}

function insideFunction(agent: AgentDeclaration): LuaError {
  return problemAt(
    agent.at,
    "The agent is made inside a function and depends on that function's variables.",
    'Declare it at the top level of a module.',
    'NOT_STATIC',
  )
}

function notList(list: string, value: Static, at: Handle): LuaError {
  if (value.kind === 'unknown') return notKnown(list, value)
  return problemAt(
    at,
    `\`${list}\` must be a list, and \`${snippet(at)}\` is none that can be known without running the code.`,
    `Write ${list}: [ … ].`,
    value.kind === 'call' ? 'NOT_STATIC' : 'COMPILE_FAILED',
  )
}

function namelessVoice(item: Handle): Warning {
  return warningAt(
    item,
    `The voice \`${snippet(item)}\` has no \`name\` that can be read; it is left out of the manifest.`,
    "Give it one: name: '…'.",
  )
}

function newerKind(item: Handle, kind: string, name: string | undefined): Warning {
  const which = name === undefined ? `\`${snippet(item)}\`` : `"${name}"`
  return warningAt(
    item,
    `The ${kind} ${which} is not compiled: this version does not know its kind.`,
    'It stays as it is on the platform. Use the vendor CLI to push it.',
  )
}
