/** Planning a pull: which bytes of which files change so that the agent reads as it should. */
import { isDeepStrictEqual } from 'node:util'
import { LuaError, type SourceLocation } from '../../errors.js'
import { CHANNELS, type Channel, isPersona, type Persona, personaTexts } from '../../persona.js'
import { type AgentDeclaration, shownPath } from '../agent/agent.js'
import { readProperty } from '../agent/property.js'
import { type ChannelTexts, leavesOf, readName, readPersona, type StaticText } from '../agent/read.js'
import type { Sources } from '../names/sources.js'
import type { Json } from '../value/json.js'
import { changedParts } from './changed-parts.js'
import { Draft, proofFailed } from './draft.js'
import { otherUses, rangesOf } from './other-uses.js'
import { loadPrinter } from './print.js'
import {
  asCompared,
  declaredComponent,
  declaredText,
  type Ref,
  refName,
  textsOf,
  wantedRefs,
} from './texts.js'
import { writeData } from './write-data.js'
import {
  addChannel,
  insertComponent,
  removeChannel,
  rewritePersona,
  unwrapChannels,
  wrapInChannels,
} from './write-persona.js'
import { type Goal, type Written, writeText } from './write-text.js'

/** What the agent should say; what is not given stays as it is. */
export interface AgentChange {
  name?: string
  persona?: Persona
  /** Other properties of the agent, as data. */
  data?: { [key: string]: Json }
  /** Properties of data that are left as they are, however deep. */
  without?: readonly string[]
}

interface PlannedPlace {
  component: string
  channel?: Channel
  /** Where the new text stands, absolute and from 1; for a removed channel, where the persona stands. */
  file: string
  line: number
  /** What a person should know: a call taken away, an expression folded, a line ending kept. */
  notes: string[]
  /** Other code that uses the changed literal, and changes with it. */
  sharedWith: SourceLocation[]
}

export interface WritePlan {
  /** Only files that change. Several are to be written together or not at all. */
  edits: { path: string; before: Uint8Array; after: Uint8Array }[]
  places: PlannedPlace[]
}

/**
 * Plans a write and proves it: the result is parsed and evaluated again, every wanted text reads back exactly,
 * every other text is as before, and outside the edits the tree of each file is the same. Nothing is written.
 *
 * Where a text file holds the text, its line endings, its byte order mark and the line break at its end stay
 * as they are; there, reading back exactly means: apart from these.
 *
 * With `exact` a text file is written to the character.
 *
 * `force` folds an expression of several literals into one, or writes the text at the property itself, where
 * the change does not fall within single literals.
 * @throws LuaError CONFLICT, PROOF_FAILED, FILE_REFUSED, and what reading throws.
 */
export async function planWrite(
  sources: Sources,
  agent: AgentDeclaration,
  change: AgentChange,
  options: { force?: boolean; exact?: boolean } = {},
): Promise<WritePlan> {
  if (change.persona !== undefined && !isPersona(change.persona)) {
    throw new LuaError('INTERNAL', 'a persona to be written must be a text or an object of channels')
  }
  // Only a persona with channels can bring a new object.
  const printer = typeof change.persona === 'object' ? await loadPrinter() : undefined
  const draft = new Draft(sources, agent, new Map(), { printer, exact: options.exact })
  return new Planner(draft, change, options.force ?? false).plan()
}

/** A place; where it is not said, it is where the text is when everything is written. */
type Noted = Ref & { notes: string[]; sharedWith: SourceLocation[]; at?: SourceLocation }

class Planner {
  #draft: Draft
  readonly #before: Draft
  readonly #change: AgentChange
  readonly #force: boolean
  readonly #expected: Map<string, string>
  readonly #pending: Set<string>
  readonly #places: Noted[] = []

  constructor(before: Draft, change: AgentChange, force: boolean) {
    this.#before = before
    this.#draft = before
    this.#change = change
    this.#force = force
    this.#expected = textsOf(this.#before)
    const names = ['name', 'persona', ...CHANNELS.map(channel => `persona.${channel}`)]
    this.#pending = new Set(names.filter(name => this.#isChanged(name)))
  }

  async plan(): Promise<WritePlan> {
    const { name, persona } = this.#change
    if (name !== undefined) await this.#writeName(name)
    if (persona !== undefined) await this.#writePersona(persona).catch(error => this.#asOnDisk(error))
    for (const [key, value] of Object.entries(this.#change.data ?? {})) await this.#writeProperty(key, value)
    this.#prove()
    return { edits: this.#edits(), places: this.#places.map(place => this.#located(place)) }
  }

  /** What refuses the persona is shown as the files are, without the new name in them. */
  async #asOnDisk(error: unknown): Promise<never> {
    const { persona } = this.#change
    const isLater = this.#draft !== this.#before && this.#change.name !== undefined
    if (isLater && error instanceof LuaError) {
      await new Planner(this.#before, { persona }, this.#force).plan()
    }
    throw error
  }

  async #writeName(name: string): Promise<void> {
    if (readName(this.#draft.sources, this.#draft.agent) === undefined) {
      this.#step({ component: 'name' }, insertComponent(this.#draft, 'name', name))
    } else await this.#write({ component: 'name' }, name)
    this.#pending.delete('name')
    this.#expected.set('name', name)
  }

  async #writeProperty(component: string, wanted: Json): Promise<void> {
    const ref: Ref = { component }
    const declared = declaredComponent(this.#draft, component)
    if (typeof wanted === 'string' && declared?.value.kind === 'string') return this.#write(ref, wanted)
    const { without = [] } = this.#change
    const parts = declared ? changedParts(this.#draft.sources, declared.value, wanted, without) : []
    const shared = declared ? otherUses(this.#draft.sources, parts, declared.value.trail) : []
    this.#draft = writeData(this.#draft, component, wanted, { without, force: this.#force })
    this.#note(ref, { shared })
  }

  async #writePersona(persona: Persona): Promise<void> {
    const current = readPersona(this.#draft.sources, this.#draft.agent)
    if (current === undefined) {
      for (const { channel } of personaTexts(persona)) this.#note({ component: 'persona', channel })
      this.#draft = insertComponent(this.#draft, 'persona', persona)
    } else if (typeof persona === 'string') await this.#writePlain(current, persona)
    else if (current.kind === 'text') await this.#writeWrapped(persona)
    else await this.#writeChannels(current, persona)
  }

  async #writePlain(current: StaticText | ChannelTexts, text: string): Promise<void> {
    const ref: Ref = { component: 'persona' }
    if (current.kind === 'text') return this.#write(ref, text)
    const base: Ref = { ...ref, channel: 'base' }
    const written = current.channels.base && (await writeText(this.#draft, base, text, this.#goal()))
    this.#draft = unwrapChannels(written?.draft ?? this.#draft, text)
    this.#note(ref, written)
  }

  async #writeWrapped(persona: Exclude<Persona, string>): Promise<void> {
    const ref: Ref = { component: 'persona' }
    const { base } = persona
    const written = base === undefined ? undefined : await writeText(this.#draft, ref, base, this.#goal())
    if (written) this.#note({ ...ref, channel: 'base' }, written)
    for (const { channel } of personaTexts(persona)) {
      if (channel !== 'base') this.#note({ ...ref, channel })
    }
    this.#draft = wrapInChannels(written?.draft ?? this.#draft, persona)
  }

  async #writeChannels(current: ChannelTexts, persona: Exclude<Persona, string>): Promise<void> {
    try {
      for (const channel of CHANNELS) await this.#writeChannel(current, channel, persona[channel])
    } catch (error) {
      const isConflict = error instanceof LuaError && error.code === 'CONFLICT'
      if (!isConflict || !this.#force) throw error
      this.#step({ component: 'persona' }, rewritePersona(this.#draft, persona))
    }
  }

  async #writeChannel(current: ChannelTexts, channel: Channel, text: string | undefined): Promise<void> {
    const ref: Ref = { component: 'persona', channel }
    const isThere = current.channels[channel] !== undefined
    if (text === undefined) {
      if (isThere) this.#remove(ref, channel)
    } else if (isThere) await this.#write(ref, text)
    else this.#step(ref, addChannel(this.#draft, channel, text))
    this.#pending.delete(refName(ref))
    if (text === undefined) this.#expected.delete(refName(ref))
    else this.#expected.set(refName(ref), this.#comparable(ref, text))
  }

  #remove(ref: Ref, channel: Channel): void {
    const value = declaredText(this.#draft, ref)?.value
    const isText = value?.kind === 'string'
    const shared = isText ? otherUses(this.#draft.sources, rangesOf(leavesOf(value)), value.trail) : []
    this.#draft = removeChannel(this.#draft, channel)
    this.#note(ref, { shared })
  }

  async #write(ref: Ref, text: string): Promise<void> {
    const written = await writeText(this.#draft, ref, text, this.#goal())
    if (written === undefined) return
    this.#draft = written.draft
    this.#note(ref, written)
  }

  #goal(): Goal {
    return { force: this.#force, expected: this.#expected, pending: this.#pending }
  }

  #step(ref: Ref, draft: Draft): void {
    this.#draft = draft
    this.#note(ref)
  }

  #note(
    ref: Ref,
    { notes = [], shared = [], at }: Partial<Pick<Written, 'notes' | 'shared' | 'at'>> = {},
  ): void {
    this.#places.push({ ...ref, notes, sharedWith: shared, at })
  }

  #comparable(ref: Ref, text: string): string {
    return asCompared(this.#draft, declaredText(this.#draft, ref)?.value, text)
  }

  /** Everything that was wanted is there, and nothing else is different. */
  #prove(): void {
    const texts = textsOf(this.#draft)
    for (const ref of wantedRefs(this.#change)) {
      const wanted = this.#comparable(ref, ref.text)
      if (texts.get(refName(ref)) !== wanted)
        throw this.#failed(`${refName(ref)} would read back differently`)
      texts.delete(refName(ref))
    }
    for (const [name, text] of textsOf(this.#before)) {
      if (this.#isChanged(name)) continue
      if (texts.get(name) !== text) throw this.#failed(`${name} would change, too`)
      texts.delete(name)
    }
    for (const [key, wanted] of Object.entries(this.#change.data ?? {})) {
      const now = readProperty(this.#draft.sources, this.#draft.agent, key, this.#change.without)
      if (now?.kind !== 'value' || !isDeepStrictEqual(now.value, wanted))
        throw this.#failed(`${key} would read back differently`)
    }
    const [extra] = texts.keys()
    if (extra !== undefined) throw this.#failed(`${extra} would be there, too`)
  }

  #isChanged(name: string): boolean {
    if (this.#change.data?.[name] !== undefined) return true
    return this.#change[name === 'name' ? 'name' : 'persona'] !== undefined
  }

  #failed(why: string): LuaError {
    return proofFailed(shownPath(this.#before.sources, this.#before.agent.file), why)
  }

  #edits(): WritePlan['edits'] {
    return [...this.#draft.files].flatMap(([path, after]) => {
      const before = this.#before.sources.text(path)?.bytes ?? new Uint8Array()
      return Buffer.compare(before, after) === 0 ? [] : [{ path, before, after }]
    })
  }

  #located({ at, ...place }: Noted): PlannedPlace {
    const { sources, agent } = this.#draft
    const { file, line } = at ?? locationOf(sources, agent, place) ?? agent.location
    return { ...place, file, line }
  }
}

function locationOf(sources: Sources, agent: AgentDeclaration, ref: Ref): SourceLocation | undefined {
  if (ref.component === 'name') return readName(sources, agent)?.location
  if (ref.component !== 'persona') return readProperty(sources, agent, ref.component)?.location
  const persona = readPersona(sources, agent)
  const channel = ref.channel && persona?.kind === 'channels' ? persona.channels[ref.channel] : undefined
  return (channel ?? persona)?.location
}
