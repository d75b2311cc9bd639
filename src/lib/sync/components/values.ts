/**
 * What the values of a component are: how two are compared, shown and merged. Texts (one, or one for each channel) and
 * JSON documents; a component of another kind brings its own.
 */

import { isPersona, type Persona } from '../../persona.js'
import { canonical } from '../canonical.js'
import { comparable, sameButForLayout, sameValue } from '../equality.js'
import { type Conflict, conflictsOf, mergeValues, resolved } from '../merge/merge.js'
import { mergeJson } from '../merge/merge-json.js'
import type { Value } from '../model.js'

export interface Values {
  /** Is this one of them? For what comes out of a file. */
  is(value: unknown): boolean
  /** As a person sees it, line by line: one text, or one for each channel. Equal for two that are the same. */
  shown(value: Value): Persona
  /** Are both the same? */
  same(a: Value, b: Value): boolean
  /** Are both the same, apart from what no reader would call a change? */
  alike(a: Value, b: Value): boolean
  /** A key that is equal for two that are alike, to look one up among many. */
  comparable(value: Value): string
  /** Brings both sides' changes together. Without a base every difference is a conflict: nobody knows who changed it. */
  merge(base: Value | undefined, ours: Value, theirs: Value): Promise<Merging | Unmergeable>
  /**
   * What can be taken by itself: passages of a text (which may also be edited), members of a document (one by one in a
   * merge alone), or nothing but the whole, which is then one passage.
   */
  readonly parts: 'passages' | 'members' | 'none'
}

export interface Merging {
  /** What a person must decide, in order. */
  conflicts: Conflict[]
  /** The merged value, each conflict replaced by the lines that `resolve` gives for it (called in order). */
  resolve(resolve: (conflict: Conflict, index: number) => string[]): Value
}

interface Unmergeable {
  /** Why it is one side or the other, as a sentence about the component. */
  unmergeable: (component: string) => string
}

/** One text, or one for each channel. White space at the ends and line endings are no change. */
export const texts: Values = {
  is: isPersona,
  shown: asPersona,
  same: (a, b) => sameValue(asPersona(a), asPersona(b)),
  alike: (a, b) => sameButForLayout(asPersona(a), asPersona(b)),
  comparable: value => comparable(asPersona(value)),
  merge: async (base, ours, theirs) => {
    const merged = await mergeValues(base as Persona | undefined, asPersona(ours), asPersona(theirs))
    if (merged) return { conflicts: conflictsOf(merged), resolve: answer => resolved(merged, answer) }
    const why = 'is one text on one side and has channels on the other: it cannot be merged'
    return { unmergeable: component => `The ${component} ${why}` }
  },
  parts: 'passages',
}

/** One text that is a name: it is one side's or the other's, also in a merge. */
export const word: Values = { ...texts, is: value => typeof value === 'string', parts: 'none' }

/** A JSON document. The order of keys is no change, that of lists is; merged member by member. */
export const json: Values = {
  is: value => typeof value === 'object' && value !== null,
  shown: canonical,
  same: (a, b) => canonical(a) === canonical(b),
  alike: (a, b) => canonical(a) === canonical(b),
  comparable: canonical,
  merge: async (base, ours, theirs) => {
    const { value, conflicts } = mergeJson(base, ours, theirs)
    if (conflicts.length === 0) return { conflicts: [], resolve: () => value as Value }
    const members = (component: string) => conflicts.map(path => [component, ...path].join('.')).join(' and ')
    return { unmergeable: component => `Both sides changed ${members(component)}` }
  },
  parts: 'members',
}

/** Do two sides hold the same, or neither of them anything? */
export function sameOrNone(
  { same }: Pick<Values, 'same'>,
  a: Value | undefined,
  b: Value | undefined,
): boolean {
  return a === undefined || b === undefined ? a === b : same(a, b)
}

/** Are all changes from `base` to `theirs` in `ours` already, so that merging them gives `ours` back? */
export async function holdsChanges(
  values: Values,
  base: Value,
  ours: Value,
  theirs: Value,
): Promise<boolean> {
  const merged = await values.merge(base, ours, theirs)
  if ('unmergeable' in merged || merged.conflicts.length > 0) return false
  return values.alike(
    merged.resolve(() => []),
    ours,
  )
}

/** The value of a component that is always one text. */
export function asText(value: Value): string {
  if (typeof value !== 'string') throw new TypeError('a text was expected')
  return value
}

/** The value of a component that is one text, or one for each channel. */
export function asPersona(value: Value): Persona {
  if (!isPersona(value)) throw new TypeError('a text, or texts of channels, were expected')
  return value
}
