/** Where the agent says something about itself: a field of its class, or a property of its config. */

import type { Handle } from '../names/module.js'
import { range } from '../names/nodes.js'
import { lookup } from '../names/scope.js'
import type { Sources } from '../names/sources.js'
import { changesAt, changesTo } from '../value/changes.js'
import { contextOf, evaluate, valueOfProperty } from '../value/evaluate.js'
import { declared } from '../value/members.js'
import {
  notText,
  type Path,
  type Property,
  reached,
  type Static,
  type StaticObject,
  type StaticUnknown,
  unknown,
} from '../value/values.js'
import type { AgentDeclaration } from './agent.js'
import { assignedInClass, computedMember, handedUp, instanceMember } from './classes.js'

export type DeclaredProperty =
  /** `node` is the property or field, `expression` its value as it is written there. */
  | { kind: 'value'; node: Handle; expression: Handle; value: Static; form: Property['form'] | 'field' }
  | { kind: 'absent' }
  | { kind: 'unknown'; because: StaticUnknown }

/** What the agent declares as `key`. */
export function declaredProperty(sources: Sources, agent: AgentDeclaration, key: string): DeclaredProperty {
  const assigned = assignedLater(sources, agent, key)
  if (assigned) return { kind: 'unknown', because: assigned }
  for (const handle of agent.classes) {
    const field = declaredField(sources, handle, key)
    if (field) return field
  }
  const config = configOf(sources, agent)
  if (config === undefined) return { kind: 'absent' }
  return config.kind === 'unknown' ? { kind: 'unknown', because: config } : declaredIn(sources, config, key)
}

/** `agent.persona = …` after the declaration, or `Agent.prototype.persona = …`. */
function assignedLater(
  sources: Sources,
  { at, creation, classes }: AgentDeclaration,
  key: string,
): StaticUnknown | undefined {
  const made = at.module.names.news.find(({ node }) => node === creation?.node)
  const changes = made ? changesAt(contextOf(sources), at.module, made) : []
  for (const { module, node } of classes) {
    const name = node.id && lookup(module.names, node.id.name, range(node).start)
    for (const { at, path } of name ? changesTo(contextOf(sources), module, name) : [])
      if (path[0] === 'prototype') changes.push({ at, path: path.slice(1) })
  }
  // What stands in a list that the agent has is not what the agent says of itself.
  const isOfItem = ([, index, ...rest]: Path) =>
    rest.length > 0 && (index === undefined || /^\d+$/.test(index))
  const change = changes.find(({ path }) => (path[0] === key || path[0] === undefined) && !isOfItem(path))
  return change && unknown(change.at, 'changes the agent after its declaration')
}

function declaredField(
  sources: Sources,
  handle: AgentDeclaration['classes'][number],
  key: string,
): DeclaredProperty | undefined {
  const { module } = handle
  const assigned = assignedInClass(handle, key)
  if (assigned) {
    return { kind: 'unknown', because: unknown({ module, node: assigned }, 'is set by code of the class') }
  }
  const found = instanceMember(handle, key) ?? computedMember(sources, handle, key)
  if (found === undefined) return undefined
  const node = { module, node: found }
  if (found.type === 'ClassMethod' && found.kind === 'method') {
    return { kind: 'value', node, expression: node, value: evaluate(sources, node), form: 'method' }
  }
  if (found.type !== 'ClassProperty' && found.type !== 'ClassAccessorProperty') {
    return { kind: 'unknown', because: unknown(node, 'is a getter, which needs running') }
  }
  if (found.type === 'ClassProperty' && found.declare) return undefined
  if (!found.value) {
    // `name!: string` may take away what the config says.
    const isReset = found.type !== 'ClassProperty' || sources.resolver.definesFields(module.path)
    return isReset
      ? { kind: 'unknown', because: unknown(node, 'is a field without a value, which makes it undefined') }
      : undefined
  }
  const expression = { module, node: found.value }
  const value = reached(evaluate(sources, expression), node)
  return { kind: 'value', node, expression, value, form: 'field' }
}

/** The object that the agent is made with; `undefined`: there is none. */
export function configOf(
  sources: Sources,
  agent: AgentDeclaration,
): StaticObject | StaticUnknown | undefined {
  const handle = configHandle(agent)
  if (handle === undefined) return undefined
  const value = evaluate(sources, handle)
  if (value.kind === 'object') return { ...value, trail: [handle, ...value.trail] }
  if (value.kind === 'unknown') return value
  if (value.kind === 'plain' && value.value === undefined) return undefined
  return notText(value)
}

/** The expression of the config, wherever in the chain of constructors it is given. */
function configHandle({ creation, classes }: AgentDeclaration): Handle | undefined {
  const args = creation?.node.arguments.map(node => ({ module: creation.module, node })) ?? []
  return handedUp(classes, args)
}

function declaredIn(sources: Sources, config: StaticObject, key: string): DeclaredProperty {
  const property = config.properties.get(key)
  if (property === undefined) {
    return config.unknown ? { kind: 'unknown', because: config.unknown } : { kind: 'absent' }
  }
  const value = valueOfProperty(sources, property)
  const isRead = property.changed === undefined && property.form !== 'getter'
  if (value.kind === 'unknown' && !isRead) return { kind: 'unknown', because: value }
  const trail = [...config.trail, ...value.trail]
  const node = declared(property)
  return { kind: 'value', node, expression: property.value, value: { ...value, trail }, form: property.form }
}
