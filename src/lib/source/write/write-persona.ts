/** Writing a persona whose shape changes: inserted, plain to channels and back, channels added or removed. */
import type { Class, NewExpression, Node, ObjectExpression } from '@babel/types'
import { LuaError } from '../../errors.js'
import { CHANNELS, type Channel, type ChannelPersona, type Persona } from '../../persona.js'
import { shownPath } from '../agent/agent.js'
import { instanceMember } from '../agent/classes.js'
import { configOf } from '../agent/declared.js'
import type { Handle, Module } from '../names/module.js'
import { literalKey, range } from '../names/nodes.js'
import { usesOf } from '../names/scope.js'
import type { StaticObject } from '../value/values.js'
import type { Draft } from './draft.js'
import type { Edit } from './edits.js'
import { insertConfig, insertField, insertProperty, literalFor, removeMember } from './insert.js'
import { commentsIn, eolOf, indentBefore, indentUnit, lineIndent, withComments } from './layout.js'
import { type Printer, printObject } from './print.js'
import { type Declared, declaredComponent, type Ref, refName } from './texts.js'
import { replaceExpression } from './write-text.js'

/** Gives the agent a component that it lacks. */
export function insertComponent(draft: Draft, component: string, value: Persona): Draft {
  return insertCode(draft, component, (module, offset, among) =>
    valueCode(draft, module, offset, value, among),
  )
}

/** New code for a value that stands where `offset` is, beside the strings of `among`. */
type Coding = (module: Module, offset: number, among?: ObjectExpression | Class) => string

/** Gives the agent a property that it lacks. */
export function insertCode(draft: Draft, component: string, code: Coding): Draft {
  const declared = declaredComponent(draft, component)
  if (declared)
    return draft.apply([
      replaceExpression(declared, code(declared.expression.module, startOf(declared.node.node))),
    ])
  return draft.apply(insertion(draft, component, code))
}

function insertion(draft: Draft, component: string, code: Coding): Edit[] {
  const { agent, sources } = draft
  const config = configOf(sources, agent)
  const place =
    config?.kind === 'object' && config.at.node.type === 'ObjectExpression' ? config.at : undefined
  if (place) {
    const handle = place as Handle<ObjectExpression>
    const after = neighbours(component)
      .map(key => ownProperty(handle.node, key))
      .find(Boolean)
    return insertProperty(
      handle,
      component,
      code(handle.module, startOf(after ?? handle.node), handle.node),
      after,
    )
  }
  const own = agent.classes[0]
  if (own) return fieldInsertion(draft, own, component, code)
  if (agent.creation && agent.creation.node.arguments.length === 0) {
    const handle = agent.creation as Handle<NewExpression>
    return insertConfig(handle, component, code(handle.module, range(handle.node).end))
  }
  throw new LuaError('CONFLICT', `there is no place where ${component} could be inserted`, {
    location: agent.location,
    frame: agent.at.module.frame(agent.location),
    hint: `Add ${component} to the agent by hand.`,
  })
}

function fieldInsertion(draft: Draft, own: Handle<Class>, component: string, code: Coding): Edit[] {
  const declared = instanceMember(own, component)
  if (declared) {
    const location = own.module.locationOf(declared)
    throw new LuaError(
      'CONFLICT',
      `${component} is declared in ${shownPath(draft.sources, own.module.path)} without a value`,
      {
        location,
        frame: own.module.frame(location),
        hint: `Give it a value by hand.`,
      },
    )
  }
  const after = neighbours(component)
    .map(key => instanceMember(own, key))
    .find(Boolean)
  return insertField(own, component, code(own.module, startOf(after ?? own.node), own.node), after)
}

/** After which of its neighbours a new property stands: the first of these that is there. */
function neighbours(component: string): string[] {
  if (component === 'name') return []
  return component === 'persona' ? ['name'] : ['model', 'persona', 'name'].filter(key => key !== component)
}

function ownProperty(object: ObjectExpression, key: string): Node | undefined {
  return object.properties.find(node => 'key' in node && literalKey(node.key, node.computed) === key)
}

/** A persona as new code that stands where `offset` is, beside the strings of `among`. */
function valueCode(
  draft: Draft,
  module: Module,
  offset: number,
  value: Persona,
  among?: ObjectExpression | Class,
): string {
  if (typeof value === 'string') return literalFor(module, value, among)
  const entries = channelsOf(value).map(
    channel => [channel, literalFor(module, value[channel] as string, among)] as const,
  )
  return objectCode(draft.printer, module, offset, entries)
}

/** An object of channels: one line each where the code around it has lines, else in one line. */
function objectCode(
  printer: Printer,
  module: Module,
  offset: number,
  entries: (readonly [Channel, string])[],
): string {
  const json = module.form === 'json'
  if (indentBefore(module.text, offset) === undefined) {
    const quote = json ? '"' : ''
    return `{ ${entries.map(([channel, code]) => `${quote}${channel}${quote}: ${code}`).join(', ')} }`
  }
  return printObject(printer, entries, {
    unit: indentUnit(module.text),
    margin: lineIndent(module.text, offset),
    eol: eolOf(module),
    json,
  })
}

function startOf(node: Node): number {
  return range(node).start
}

function channelsOf(persona: ChannelPersona): Channel[] {
  return CHANNELS.filter(channel => persona[channel] !== undefined)
}

/**
 * A plain persona becomes an object. Its code becomes that of `base`, which has its text already, or is
 * replaced where there is no `base`.
 */
export function wrapInChannels(draft: Draft, persona: ChannelPersona): Draft {
  const declared = declaredComponent(draft, 'persona') as Declared
  const { module, node } = declared.expression
  const near = range(declared.node.node).start
  const entries = channelsOf(persona).map(channel => {
    const isKept = channel === 'base'
    return [channel, isKept ? sliceOf(module, node) : literalFor(module, persona[channel] as string)] as const
  })
  const code = objectCode(draft.printer, module, near, entries)
  const comments = persona.base === undefined ? commentsIn(module, node) : []
  return draft.apply([replaceExpression(declared, withComments(module, near, comments, code))])
}

function sliceOf(module: Module, node: Node): string {
  const { start, end } = range(node)
  const code = module.text.slice(start, end)
  return node.extra?.parenthesized ? `(${code})` : code
}

/** An object becomes a plain persona: what `base` has (its text already), or else a new literal. */
export function unwrapChannels(draft: Draft, text: string): Draft {
  const declared = declaredComponent(draft, 'persona') as Declared
  const object = declared.value as StaticObject
  const { module } = declared.expression
  const base = object.properties.get('base')
  const isDirect = base !== undefined && base.via.length === 0 && base.value.module === object.at.module
  if (!isDirect || object.at.node.type !== 'ObjectExpression') {
    return draft.apply([replaceExpression(declared, literalFor(module, text))])
  }
  if (isUsedElsewhere(declared, object)) {
    return draft.apply([replaceExpression(declared, `${sliceOf(module, declared.expression.node)}.base`)])
  }
  const at = object.at
  const comments = commentsIn(at.module, at.node, [base.value.node])
  const start = range(at.node).start
  const code = withComments(at.module, start, comments, sliceOf(at.module, base.value.node))
  return draft.apply([{ module: at.module, ...range(at.node), text: code }])
}

/** Is the object a constant that more than the agent uses? */
function isUsedElsewhere(declared: Declared, object: StaticObject): boolean {
  const way = object.trail.slice(object.trail.findIndex(({ node }) => node === declared.node.node) + 1)
  return way.some(at => {
    if (at.module !== declared.node.module || at.node.type === 'SpreadElement') return true
    if (at.node.type !== 'VariableDeclarator' || at.node.id.type !== 'Identifier') return false
    const { name } = at.node.id
    const binding = at.module.names.root.bindings.get(name)
    const uses = binding ? usesOf(at.module.names, binding) : []
    return isExported(at.module, name) || uses.some(use => !isIn(declared.node, at.module, use.node))
  })
}

function isExported(module: Module, name: string): boolean {
  const entries = [...module.exports.named.values()]
  return entries.some(
    ({ kind, node }) => kind === 'local' && node.type === 'Identifier' && node.name === name,
  )
}

function isIn(handle: Handle, module: Module, node: Node): boolean {
  const [outer, inner] = [range(handle.node), range(node)]
  return handle.module === module && outer.start <= inner.start && inner.end <= outer.end
}

/** Adds a channel to the object that has the others, after those that come before it. */
export function addChannel(draft: Draft, channel: Channel, text: string): Draft {
  const object = channelObject(draft, { component: 'persona', channel })
  const declared = ownProperty(object.node, channel)
  // It is there already, as `null` or `undefined`.
  if (declared?.type === 'ObjectProperty' && !declared.shorthand) {
    const code = literalFor(object.module, text, object.node)
    return draft.apply([{ module: object.module, ...range(declared.value), text: code }])
  }
  const before = CHANNELS.slice(0, CHANNELS.indexOf(channel))
  const after = before.map(key => ownProperty(object.node, key)).findLast(node => node !== undefined)
  return draft.apply(insertProperty(object, channel, literalFor(object.module, text, object.node), after))
}

/** Takes a channel away. */
export function removeChannel(draft: Draft, channel: Channel): Draft {
  const ref: Ref = { component: 'persona', channel }
  const object = channelObject(draft, ref)
  const property = ownProperty(object.node, channel)
  if (property === undefined) throw noPlace(draft, ref, 'it comes from a spread')
  return draft.apply(removeMember(object, property))
}

function channelObject(draft: Draft, ref: Ref): Handle<ObjectExpression> {
  const value = declaredComponent(draft, 'persona')?.value
  const at = value?.at
  if (value?.kind !== 'object' || at?.node.type !== 'ObjectExpression')
    throw noPlace(draft, ref, 'it is no object literal')
  return at as Handle<ObjectExpression>
}

function noPlace(draft: Draft, ref: Ref, why: string): LuaError {
  const { module, node } = (declaredComponent(draft, 'persona') as Declared).expression
  const location = module.locationOf(node)
  return new LuaError(
    'CONFLICT',
    `${refName(ref)} cannot be added or removed where persona is declared: ${why}`,
    {
      location,
      frame: module.frame(location),
      hint: 'Change it by hand, or use --force to write the whole persona anew at its place.',
    },
  )
}

/** By force: the whole persona anew, at its own place. */
export function rewritePersona(draft: Draft, persona: Persona): Draft {
  const declared = declaredComponent(draft, 'persona') as Declared
  return draft.apply([
    replaceExpression(
      declared,
      valueCode(draft, declared.expression.module, startOf(declared.node.node), persona),
    ),
  ])
}
