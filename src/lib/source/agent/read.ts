/** Name and persona as the code declares them, each with where it comes from. */
import { LuaError, type SourceLocation } from '../../errors.js'
import { CHANNELS, type Channel, type ChannelPersona } from '../../persona.js'
import type { Handle } from '../names/module.js'
import type { Sources } from '../names/sources.js'
import { valueOfProperty } from '../value/evaluate.js'
import type { Leaf } from '../value/segments.js'
import {
  type EnvironmentUse,
  notText,
  type Static,
  type StaticObject,
  type StaticString,
  type StaticUnknown,
  snippet,
  unknown,
} from '../value/values.js'
import type { AgentDeclaration } from './agent.js'
import { declaredProperty } from './declared.js'

/** Where a variable of the environment is read. */
export interface EnvironmentRead {
  variable: string
  location: SourceLocation
}

export interface StaticText {
  kind: 'text'
  value: string
  /** Where a pull would write: the literal that holds the value, or the expression built of several. */
  location: SourceLocation
  /** Variables of the environment that the value depends on: it is the default for when they are not set. */
  environment: EnvironmentRead[]
}

export interface ChannelTexts {
  kind: 'channels'
  value: ChannelPersona
  channels: { [channel in Channel]?: StaticText }
  location: SourceLocation
  environment: EnvironmentRead[]
}

/** @throws LuaError NOT_STATIC, UNRESOLVED, SYNTAX */
export function readName(sources: Sources, agent: AgentDeclaration): StaticText | undefined {
  const value = declaredValue(sources, agent, 'name')
  return value && staticText('name', value)
}

/** @throws LuaError NOT_STATIC, UNRESOLVED, SYNTAX */
export function readPersona(
  sources: Sources,
  agent: AgentDeclaration,
): StaticText | ChannelTexts | undefined {
  const value = declaredValue(sources, agent, 'persona')
  if (value === undefined) return undefined
  return value.kind === 'object' ? channelTexts(sources, value) : staticText('persona', value)
}

/** The value of a component; `undefined` if it is absent, or `undefined` in the code. */
function declaredValue(sources: Sources, agent: AgentDeclaration, component: string): Static | undefined {
  const declared = declaredProperty(sources, agent, component)
  if (declared.kind === 'absent') return undefined
  if (declared.kind === 'unknown') throw notKnown(component, declared.because)
  const { value } = declared
  return value.kind === 'plain' && value.value === undefined ? undefined : value
}

/**
 * A value that must be a text.
 * @throws LuaError NOT_STATIC, UNRESOLVED; SYNTAX if it comes from a file that is not valid UTF-8.
 */
function staticText(what: string, value: Static): StaticText {
  if (value.kind !== 'string') throw notKnown(what, notText(value))
  const damaged = leavesOf(value).find(leaf => !leaf.at.module.source.valid && leaf.value.includes('\uFFFD'))
  if (damaged) throw notUtf8(what, damaged)
  return {
    kind: 'text',
    value: value.value,
    location: writeLocation(value),
    environment: environmentReads(value.environment),
  }
}

function channelTexts(sources: Sources, object: StaticObject): ChannelTexts {
  if (object.unknown) throw notKnown('persona', object.unknown)
  const texts: ChannelTexts['channels'] = {}
  for (const [key, property] of object.properties) {
    if (!isChannel(key)) {
      const at = { module: property.value.module, node: property.node }
      throw notKnown('persona', unknown(at, `is no channel: they are ${CHANNELS.join(', ')}`))
    }
    const value = channelValue(sources, object, key)
    if (value) texts[key] = staticText(`persona.${key}`, value)
  }
  const entries = CHANNELS.flatMap(channel => {
    const text = texts[channel]
    return text ? [[channel, text.value] as const] : []
  })
  return {
    kind: 'channels',
    value: Object.fromEntries(entries),
    channels: texts,
    location: object.at.module.locationOf(object.at.node),
    environment: CHANNELS.flatMap(channel => texts[channel]?.environment ?? []),
  }
}

function isChannel(key: string): key is Channel {
  return (CHANNELS as readonly string[]).includes(key)
}

/** The value of one channel; `undefined` if the code says `undefined` or `null`. */
export function channelValue(sources: Sources, object: StaticObject, channel: Channel): Static | undefined {
  const property = object.properties.get(channel)
  if (property === undefined) return undefined
  const value = valueOfProperty(sources, property)
  if (value.kind === 'plain' && value.value == null) return undefined
  return { ...value, trail: [...object.trail, ...value.trail] }
}

/** The literals that hold the characters of a text, each once, in order. */
export function leavesOf(value: StaticString): Leaf[] {
  const leaves = value.segments.flatMap(segment => segment.leaf ?? [])
  return leaves.filter((leaf, index) => leaves.findIndex(other => sameLeaf(other, leaf)) === index)
}

export function sameLeaf(a: Leaf, b: Leaf): boolean {
  return a.at.module === b.at.module && a.start === b.start && a.end === b.end
}

export function environmentReads(uses: readonly EnvironmentUse[] = []): EnvironmentRead[] {
  const reads = uses.map(({ variable, at }) => ({ variable, location: at.module.locationOf(at.node) }))
  const key = ({ variable, location }: EnvironmentRead) => JSON.stringify([variable, location])
  return [...new Map(reads.map(read => [key(read), read])).values()]
}

function writeLocation(value: StaticString): SourceLocation {
  const [first, second] = leavesOf(value)
  if (first === undefined || second !== undefined) return value.at.module.locationOf(value.at.node)
  return first.at.module.locate(first.start)
}

/** The error for a value that cannot be known; `what` names it: `persona`, `persona.voice`. */
export function notKnown(what: string, because: StaticUnknown): LuaError {
  const { module, node } = because.at
  const location = module.locationOf(node)
  const why = because.code === 'NOT_STATIC' ? 'known without running the code' : 'resolved'
  return new LuaError(because.code, `${what} cannot be ${why}: ${explain(because)}`, {
    location,
    frame: module.frame(location),
    hint: what.startsWith('persona') ? `${hintFor(because)} ${WITHOUT_IT}` : hintFor(because),
  })
}

function explain(because: StaticUnknown): string {
  const code = `\`${snippet(because.at)}\``
  if (!because.interpolated) return `${code} ${because.what}`
  const what = /^is (an?|the) /.test(because.what) ? because.what.slice(3) : `which ${because.what}`
  return `it interpolates ${code}, ${what}`
}

const WITHOUT_IT = 'With --only name, sync goes on without it.'

/** The variable of the environment that a value is not known for: there is no default for it. */
export function unsetVariable({ what }: StaticUnknown): string | undefined {
  return /^depends on the environment variable (.+)/.exec(what)?.[1]
}

function hintFor(because: StaticUnknown): string {
  const { code, what } = because
  if (code === 'UNRESOLVED') return 'Correct the name or the import, then run again.'
  const variable = unsetVariable(because)
  if (variable !== undefined) {
    return `Give it a default, which is what is deployed: process.env.${variable} ?? 'text'.`
  }
  return NEAREST.find(([reason]) => reason.test(what))?.[1] ?? AS_TEXT
}

const AS_TEXT = 'Write it as text, or build it only of constants, imports and files that hold text.'

/** For each reason, the nearest form that can be read and written. */
const NEAREST: [reason: RegExp, hint: string][] = [
  [
    /the folder the code runs in/,
    "Read the file from beside the code: readFileSync(new URL('./persona.md', import.meta.url), 'utf8').",
  ],
  [/is a getter/, "Make it a field or property with a text: persona = '…'."],
  [/is set in the constructor/, "Give the field its value where it is declared: persona = '…'."],
  [/changes the agent after|is changed |gets another value/, 'Give it its value once, where it is declared.'],
  [
    /is the result of a function call/,
    "Write what it returns as text, or a list of lines: ['…', '…'].join('\\n').",
  ],
  [
    /is the result of a tag function/,
    'Use a template without the tag, or with a tag that is known: dedent, outdent, String.raw.',
  ],
  [/is a (?:parameter|function)/, 'Declare the agent at the top of a module, of constants and imports.'],
  [/comes from the package/, 'Copy the text from the package into a file of the project, and import that.'],
  [/is not read as UTF-8|without an encoding/, "Read it as text: readFileSync(…, 'utf8')."],
]

function notUtf8(what: string, { at }: { at: Handle }): LuaError {
  return new LuaError('SYNTAX', `${what} comes from ${at.module.path}, which is not valid UTF-8`, {
    location: at.module.locationOf(at.node),
    hint: 'Save the file as UTF-8.',
  })
}
