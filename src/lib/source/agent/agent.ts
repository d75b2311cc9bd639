/** Which expression declares the agent: `new LuaAgent(…)`, or a class that extends it. */

import { join } from 'node:path'
import type { Class, NewExpression } from '@babel/types'
import { LuaError, type SourceLocation } from '../../errors.js'
import { relativePath } from '../../files.js'
import { formOf } from '../files/form.js'
import { isUtf16 } from '../files/text.js'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Sources } from '../names/sources.js'
import { evaluate } from '../value/evaluate.js'
import { type StaticUnknown, snippet } from '../value/values.js'
import { classChain, isLuaAgent, isNear } from './classes.js'

export interface AgentDeclaration {
  /** The file that declares it, absolute. */
  file: string
  location: SourceLocation
  /** The `new` expression, or the class where nothing makes an instance of it. */
  at: Handle
  /** `new X(…)`, if there is one. */
  creation?: Handle<NewExpression>
  /** The classes between the agent and `LuaAgent`, the most derived first; none for `new LuaAgent(…)`. */
  classes: Handle<Class>[]
}

/** Where an agent is looked for first, relative to the project, in this order. */
export const ENTRY_FILES = [
  'index.ts',
  'src/index.ts',
  'agent.ts',
  'src/agent.ts',
  'main.ts',
  'src/main.ts',
] as const

/**
 * The one agent of a project.
 * @throws LuaError NO_ENTRY, MANY_AGENTS, SYNTAX; UNRESOLVED if only an import stands between.
 */
export function findAgent(sources: Sources): AgentDeclaration {
  const { projectRoot } = sources.host
  const entries = ENTRY_FILES.map(name => join(projectRoot, name))
  const unresolved: StaticUnknown[] = []
  for (const path of entries) {
    const agents = mentionsAgent(sources, path) ? agentsIn(sources, sources.module(path), unresolved) : []
    if (agents.length > 0) return onlyOne(sources, agents)
  }
  const others = sources.host.listSources?.().filter(path => !entries.includes(path)) ?? []
  const agents = searchOthers(sources, others, unresolved)
  if (agents.length > 0) return onlyOne(sources, agents)
  throw noEntry(sources, unresolved[0])
}

/** The agent of one file, for reading it again after a change. */
export function findAgentIn(sources: Sources, path: string): AgentDeclaration {
  const agents = agentsIn(sources, sources.module(path), [])
  if (agents.length > 0) return onlyOne(sources, agents)
  throw noEntry(sources, undefined)
}

/** Files that do not name it are not parsed; one in UTF-16 is, so that the parser's refusal is seen. */
function mentionsAgent(sources: Sources, path: string): boolean {
  const source = sources.text(path)
  return source !== undefined && (source.text.includes('LuaAgent') || isUtf16(source))
}

/** A broken file among the others is no error as long as one of them declares the agent. */
function searchOthers(sources: Sources, paths: string[], unresolved: StaticUnknown[]): AgentDeclaration[] {
  const agents: AgentDeclaration[] = []
  let broken: unknown
  for (const path of paths) {
    if (formOf(path) !== 'code' || !mentionsAgent(sources, path)) continue
    try {
      agents.push(...agentsIn(sources, sources.module(path), unresolved))
    } catch (error) {
      broken ??= error
    }
  }
  if (agents.length === 0 && broken !== undefined) throw broken
  return agents
}

function agentsIn(sources: Sources, module: Module, unresolved: StaticUnknown[]): AgentDeclaration[] {
  const near = collect(sources, module, handle => isNear(sources, handle), unresolved)
  return near.length > 0 ? near : collect(sources, module, () => true, unresolved)
}

/** Other files are looked into only when this one alone does not show an agent. */
function collect(
  sources: Sources,
  module: Module,
  isWanted: (callee: Handle) => boolean,
  unresolved: StaticUnknown[],
): AgentDeclaration[] {
  const agents: AgentDeclaration[] = []
  for (const hanging of module.names.news) {
    const node = hanging.node as NewExpression
    const callee = { module, node: node.callee }
    if (!isWanted(callee)) continue
    const target = evaluate(sources, callee)
    const creation = { module, node }
    if (isLuaAgent(target)) agents.push(declaration(creation, { creation }))
    else if (target.kind === 'class') {
      const classes = classChain(sources, target.at as Handle<Class>)
      if (classes) agents.push(declaration(creation, { creation, classes }))
    } else if (target.kind === 'unknown' && snippet(callee).includes('LuaAgent')) unresolved.push(target)
  }
  return [...agents, ...bareClasses(sources, module, isWanted, agents)]
}

/** Agent classes without an instance here that no other class here extends. */
function bareClasses(
  sources: Sources,
  module: Module,
  isWanted: (callee: Handle) => boolean,
  agents: AgentDeclaration[],
): AgentDeclaration[] {
  const chains: Handle<Class>[][] = []
  for (const node of module.names.classes as Class[]) {
    if (!node.superClass || !isWanted({ module, node: node.superClass })) continue
    if (node.type === 'ClassDeclaration' && node.abstract) continue
    const chain = classChain(sources, { module, node })
    if (chain) chains.push(chain)
  }
  const used = new Set(agents.flatMap(agent => agent.classes.map(handle => handle.node)))
  for (const chain of chains) for (const base of chain.slice(1)) used.add(base.node)
  return chains.flatMap(chain => {
    const own = chain[0] as Handle<Class>
    return used.has(own.node) ? [] : [declaration(own, { classes: chain })]
  })
}

function declaration(
  at: Handle,
  found: { creation?: Handle<NewExpression>; classes?: Handle<Class>[] },
): AgentDeclaration {
  const { module, node } = at
  return {
    file: module.path,
    location: module.locationOf(node),
    at,
    creation: found.creation,
    classes: found.classes ?? [],
  }
}

function onlyOne(sources: Sources, agents: AgentDeclaration[]): AgentDeclaration {
  const [first, second] = agents
  if (first !== undefined && second === undefined) return first
  const sorted = [...agents].sort((a, b) => range(a.at.node).start - range(b.at.node).start)
  const places = sorted.map(({ location }) => `${shownPath(sources, location.file)}:${location.line}`)
  const last = sorted.at(-1) as AgentDeclaration
  throw new LuaError('MANY_AGENTS', `${agents.length} LuaAgents are declared: ${places.join(' and ')}`, {
    location: last.location,
    frame: last.at.module.frame(last.location),
    hint: 'A project has one agent: remove the others, or move them to a project of their own.',
  })
}

function noEntry(sources: Sources, unresolved: StaticUnknown | undefined): LuaError {
  if (unresolved !== undefined) {
    const { module, node } = unresolved.at
    const location = module.locationOf(node)
    return new LuaError(
      'UNRESOLVED',
      `LuaAgent cannot be resolved: \`${snippet(unresolved.at)}\` ${unresolved.what}`,
      {
        location,
        frame: module.frame(location),
        hint: "Import it: import { LuaAgent } from 'lua-cli'",
      },
    )
  }
  return new LuaError('NO_ENTRY', `no source file in ${sources.host.projectRoot} declares a LuaAgent`, {
    hint: `Declare one, for example in src/index.ts: export const agent = new LuaAgent({ name, persona }). Looked first in ${ENTRY_FILES.join(', ')}, then in all other sources.`,
  })
}

/** A path as people write it: relative to the project, with `/`. */
export function shownPath(sources: Sources, path: string): string {
  return relativePath(sources.host.projectRoot, path)
}
