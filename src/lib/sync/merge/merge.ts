/**
 * Three-way merge of values: each text by lines, and where lines conflict once more by the sentences in them.
 * Pure but for loading the merge library.
 */

import { diffLines } from '../../line-diff.js'
import { CHANNELS, type Channel, type Persona } from '../../persona.js'
import { type Conflict, isConflict, type MergePart, mergeLines } from './three-way.js'

export type { Conflict, MergePart }

/** One merged text in parts; a clean merge has no conflict among them. */
interface MergedText {
  channel?: Channel
  parts: MergePart[]
  /** One side has no such channel; if nothing is left in it, neither has the result. */
  optional?: boolean
  /** Outer white space of our text, which stays ours. */
  before: string
  after: string
}

/** A whole value merged: one text, or one for each channel. */
export interface Merged {
  isText: boolean
  texts: MergedText[]
}

/**
 * Merges two values. Without a base, every difference is a conflict: nobody knows who changed it.
 * Returns undefined if one side is one text and the other has channels: there is nothing to merge line by line.
 */
export async function mergeValues(
  base: Persona | undefined,
  ours: Persona,
  theirs: Persona,
): Promise<Merged | undefined> {
  if (typeof ours === 'string' && typeof theirs === 'string') {
    const baseText = typeof base === 'string' ? base : undefined
    return { isText: true, texts: [await mergeTexts(baseText, ours, theirs)] }
  }
  if (typeof ours === 'string' || typeof theirs === 'string') return undefined
  const texts: MergedText[] = []
  const baseChannels = typeof base === 'string' ? undefined : base
  for (const channel of CHANNELS) {
    const [old, mine, other] = [baseChannels?.[channel], ours[channel], theirs[channel]]
    texts.push({
      ...(await mergeTexts(old ?? (baseChannels ? '' : undefined), mine ?? '', other ?? '')),
      channel,
      optional: mine === undefined || other === undefined,
    })
  }
  return { isText: false, texts }
}

/** The conflicts that are left, in order. */
export function conflictsOf(merged: Merged): Conflict[] {
  return merged.texts.flatMap(({ parts, channel }) =>
    parts.flatMap(part => (isConflict(part) ? [{ ...part, channel }] : [])),
  )
}

/** The merged value, each conflict replaced by the lines that `resolve` gives for it (called in order). */
export function resolved(merged: Merged, resolve: (conflict: Conflict, index: number) => string[]): Persona {
  let index = 0
  const texts = merged.texts.flatMap(({ parts, channel, optional, before, after }) => {
    const lines = parts.flatMap(part => (isConflict(part) ? resolve({ ...part, channel }, index++) : part))
    const text = `${before}${lines.join('\n')}${after}`
    return optional && text.trim() === '' ? [] : [[channel, text] as const]
  })
  return merged.isText ? texts[0]![1] : Object.fromEntries(texts)
}

/** A conflict as git writes it, with the base between both sides. */
export function withMarkers({ ours, theirs, base }: Conflict): string[] {
  return ['<<<<<<< local', ...ours, '||||||| base', ...base, '=======', ...theirs, '>>>>>>> server']
}

async function mergeTexts(base: string | undefined, ours: string, theirs: string): Promise<MergedText> {
  const before = ours.slice(0, ours.length - ours.trimStart().length)
  const after = ours.slice(Math.max(ours.trimEnd().length, before.length))
  const [mine, other] = [lines(ours), lines(theirs)]
  const parts = base === undefined ? await mergeTwo(mine, other) : await mergeLines(lines(base), mine, other)
  return { parts, before, after }
}

function lines(text: string): string[] {
  return text.replace(/\r\n?/g, '\n').trim().split('\n')
}

/** Without a base every difference is a conflict. */
async function mergeTwo(ours: string[], theirs: string[]): Promise<MergePart[]> {
  const { changes } = await diffLines(theirs, ours)
  return changes.map(change =>
    change.kind === 'same' ? change.lines : { ours: change.local, theirs: change.server, base: [] },
  )
}
