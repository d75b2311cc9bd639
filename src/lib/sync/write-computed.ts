/**
 * A pull into a value that is computed: the words that changed are put where a literal or a text file has the old
 * ones, the code is run again, and only if it then makes exactly the wanted value is that the plan.
 */

import { computeAgent } from '../compile/index.js'
import { LuaError } from '../errors.js'
import { relativePath } from '../files.js'
import { type Persona, personaTexts } from '../persona.js'
import { findAgent, replacements, type Sources, type WritePlan } from '../source/index.js'
import { sameButForLayout, sameValue } from './equality.js'
import type { ComponentDrift, ComponentKey } from './model.js'

/** How often the code is run in search of the place. */
const MOST_RUNS = 24

interface Words {
  from: string
  to: string
}

/**
 * The one change of a literal or text file by which the code makes `value`.
 * @param restored files that `sources` have otherwise than the disk
 * @throws LuaError CONFLICT with the files that the value is made of, if there is none, or more than one
 */
export async function planComputed(
  sources: Sources,
  { component, local }: ComponentDrift,
  value: Persona,
  restored: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<WritePlan> {
  const before = local.value as Persona
  const [own, theirs] = [channelsOf(before), channelsOf(value)]
  if (own !== theirs) throw otherChannels(component, own, theirs)
  const files = (local.computed ?? []).filter(path => !/[\\/]node_modules[\\/]/.test(path))
  const search = new Search(sources, component, value, files, restored)
  for (const words of await changedWords(before, value)) {
    await search.try(words, sources, new Map(), [])
    if (search.found.length > 0) break
  }
  const [only, second] = search.found
  if (only === undefined || second !== undefined)
    throw notOne(sources, component, files, second !== undefined)
  const edits = [...only.changed].map(([path, after]) => ({
    path,
    before: sources.text(path)?.bytes ?? new Uint8Array(),
    after,
  }))
  const notes = ['the code was run to prove that it makes exactly this']
  return {
    edits,
    places: only.places.map(({ path, line }) => ({ component, file: path, line, notes, sharedWith: [] })),
  }
}

interface Found {
  changed: Map<string, Uint8Array>
  places: { path: string; line: number; isFile: boolean }[]
}

class Search {
  readonly found: Found[] = []
  readonly #sources: Sources
  readonly #component: ComponentKey
  readonly #value: Persona
  readonly #files: readonly string[]
  readonly #restored: ReadonlyMap<string, Uint8Array>
  readonly #seen = new Set<string>()

  constructor(
    sources: Sources,
    component: ComponentKey,
    value: Persona,
    files: readonly string[],
    restored: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#restored = restored
    this.#sources = sources
    this.#component = component
    this.#value = value
    this.#files = files
  }

  /** Puts the first of the changed words where they can be, then the next. */
  async try(
    [first, ...rest]: readonly Words[],
    sources: Sources,
    changed: Map<string, Uint8Array>,
    places: Found['places'],
  ): Promise<void> {
    if (first === undefined) return this.#run(changed, places)
    for (const { path, line, after, isFile } of replacements(sources, this.#files, first.from, first.to)) {
      if (this.found.length > 1 || this.#seen.size >= MOST_RUNS) return
      const next = new Map([...changed, [path, after]])
      await this.try(rest, sources.overlay(new Map([[path, after]])), next, [
        ...places,
        { path, line, isFile },
      ])
    }
  }

  async #run(changed: Map<string, Uint8Array>, places: Found['places']): Promise<void> {
    const contents = new Map(
      [...this.#restored, ...changed].map(([path, bytes]) => [path, Buffer.from(bytes).toString('utf8')]),
    )
    const key = JSON.stringify([...contents].sort())
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const sources = this.#sources.overlay(changed)
    try {
      const { values } = await computeAgent(sources, findAgent(sources), [this.#component], contents)
      const made = values[this.#component] as Persona | undefined
      const same = places.some(({ isFile }) => isFile) ? sameButForLayout : sameValue
      if (made !== undefined && same(made, this.#value)) this.found.push({ changed, places })
    } catch (error) {
      // Words in the wrong place may make code that does not run.
      if (!(error instanceof LuaError)) throw error
    }
  }
}

/** The texts that a value has: one, or some channels. */
function channelsOf(value: Persona): string {
  const texts = personaTexts(value).map(({ channel }) => channel ?? 'one text')
  return texts.join(' and ')
}

function otherChannels(component: string, own: string, theirs: string): LuaError {
  return new LuaError(
    'CONFLICT',
    `A pull cannot change which channels a computed ${component} has: the code makes ${own}, the server has ${theirs}.`,
    { hint: 'Change what the code makes by hand, or push yours.' },
  )
}

/** What changed, in coarser and finer pieces: each way is a list of words and what stands in their place. */
async function changedWords(before: Persona, after: Persona): Promise<Words[][]> {
  const { diffLines, diffWordsWithSpace } = await import('diff')
  const lines = (text: string) => text.replaceAll('\r\n', '\n')
  const old = personaTexts(before)
  const pairs = personaTexts(after).map(({ channel, text }) => ({
    from: lines(old.find(each => each.channel === channel)?.text as string),
    to: lines(text),
  }))
  const changed = pairs.filter(({ from, to }) => from !== to)
  const ways = [
    changed,
    changed.flatMap(({ from, to }) => pieces(diffLines(from, to))),
    changed.flatMap(({ from, to }) => pieces(diffWordsWithSpace(from, to))),
  ]
  // Words that occur several times may come from one place.
  return ways.flatMap(words => {
    const once = [...new Map(words.map(each => [JSON.stringify(each), each])).values()]
    return once.length < words.length ? [once, words] : [words]
  })
}

/** Removed and added parts that stand together; what is only added goes with the part before it, or behind it. */
function pieces(parts: { value: string; added?: boolean; removed?: boolean }[]): Words[] {
  const found: Words[] = []
  for (let index = 0; index < parts.length; ) {
    const first = parts[index]
    if (first === undefined || (!first.added && !first.removed)) {
      index++
      continue
    }
    const words: Words = { from: '', to: '' }
    const start = index
    for (let part = parts[index]; part && (part.added || part.removed); part = parts[++index]) {
      if (part.removed) words.from += part.value
      else words.to += part.value
    }
    if (words.from.trim() === '') {
      const [near, behind] = [lastWord(parts[start - 1]?.value), firstWord(parts[index]?.value)]
      found.push(near === '' ? added(words, '', behind) : added(words, near, ''))
    } else found.push(words)
  }
  return found
}

const added = ({ from, to }: Words, before: string, after: string): Words => ({
  from: before + from + after,
  to: before + to + after,
})
const lastWord = (text = '') => /\S*\s*$/.exec(text)?.[0] ?? ''
const firstWord = (text = '') => /^\s*\S*/.exec(text)?.[0] ?? ''

function notOne(sources: Sources, component: string, files: readonly string[], isMany: boolean): LuaError {
  const { projectRoot } = sources.host
  const shown = files.map(path => relativePath(projectRoot, path))
  const why = isMany
    ? 'what changed could stand in more than one place'
    : 'what changed stands in no single literal or text file that it is made of'
  return new LuaError('CONFLICT', `The ${component} is computed, and ${why}.`, {
    hint: `Change it by hand in what it is made of (${shown.join(', ')}), write it as one text, or push yours.`,
  })
}
