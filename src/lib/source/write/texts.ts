/** Name and persona of a draft, as the writer sees them: each text with the expression it is written in. */
import { type Channel, type Persona, personaTexts } from '../../persona.js'
import { type DeclaredProperty, declaredProperty } from '../agent/declared.js'
import { channelValue, leavesOf } from '../agent/read.js'
import type { Sources } from '../names/sources.js'
import type { Static, StaticObject, StaticString } from '../value/values.js'
import type { Draft } from './draft.js'

/** One text of the agent. */
export interface Ref {
  component: string
  channel?: Channel
}

/** Where a text is declared, and what it is now. */
export type Declared = Omit<Extract<DeclaredProperty, { kind: 'value' }>, 'kind'>

/** The agent, in sources that may be those of a draft. */
type Reading = Pick<Draft, 'sources' | 'agent' | 'exact'>

export function refName({ component, channel }: Ref): string {
  return channel === undefined ? component : `${component}.${channel}`
}

/** What is declared of a component; `undefined`: it is absent, or not known (which reading has reported before). */
export function declaredComponent({ sources, agent }: Reading, component: string): Declared | undefined {
  const declared = declaredProperty(sources, agent, component)
  return declared.kind === 'value' ? declared : undefined
}

export function declaredText(reading: Reading, ref: Ref): Declared | undefined {
  const declared = declaredComponent(reading, ref.component)
  if (ref.channel === undefined || declared === undefined) return declared
  if (declared.value.kind !== 'object') return undefined
  return declaredChannel(reading.sources, declared.value, ref.channel)
}

function declaredChannel(sources: Sources, object: StaticObject, channel: Channel): Declared | undefined {
  const property = object.properties.get(channel)
  const value = channelValue(sources, object, channel)
  if (property === undefined || value === undefined) return undefined
  const node = { module: property.value.module, node: property.node }
  return { node, expression: property.value, form: property.form, value }
}

/** All texts that can be read, by their name: what a write may change, and what it may not. */
export function textsOf(reading: Reading): Map<string, string> {
  const texts = new Map<string, string>()
  const refs: Ref[] = [
    { component: 'name' },
    { component: 'persona' },
    { component: 'persona', channel: 'base' },
    { component: 'persona', channel: 'voice' },
    { component: 'persona', channel: 'text' },
  ]
  for (const ref of refs) {
    const text = tryText(reading, ref)
    if (text !== undefined) texts.set(refName(ref), asCompared(reading, text, text.value))
  }
  return texts
}

/** A text that is not known now cannot be compared either: a write of the other component does not need it. */
function tryText(reading: Reading, ref: Ref): StaticString | undefined {
  try {
    const value = declaredText(reading, ref)?.value
    return value?.kind === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** The texts that a change asks for. */
export function wantedRefs(change: { name?: string; persona?: Persona }): (Ref & { text: string })[] {
  const { name, persona } = change
  return [
    ...(name === undefined ? [] : [{ component: 'name' as const, text: name }]),
    ...(persona === undefined ? [] : personaTexts(persona)).map(item => ({
      component: 'persona' as const,
      ...item,
    })),
  ]
}

/** Does any part of a text come from a text file? There, line endings and the last line break follow the file. */
function isFromFile(text: StaticString): boolean {
  return leavesOf(text).some(leaf => leaf.style === 'text')
}

/** `text` as it is compared where it stands, or is to stand, in the place of `value`. */
export function asCompared({ exact }: Reading, value: Static | undefined, text: string): string {
  return !exact && value?.kind === 'string' && isFromFile(value) ? asFileText(text) : text
}

/** A text as it is compared where a text file holds it: LF, no byte order mark, no blanks at the end. */
function asFileText(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trimEnd()
}
