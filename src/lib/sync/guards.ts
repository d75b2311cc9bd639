/**
 * Guards against accidents: texts that nobody means to store. `--force` passes them.
 */

import { conflictLine } from '../conflict.js'
import { LuaError } from '../errors.js'
import { type Persona, personaTexts } from '../persona.js'
import type { ComponentKey } from './model.js'

/** Above this length, a text that loses more than four fifths is taken for an accident. */
const LONG_TEXT = 400
const KEPT_AT_LEAST = 0.2

/** Shapes of well-known secret keys: private key blocks, and prefixes that vendors reserve for theirs. */
const SECRET =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:sk-(?:ant-|proj-|live-)?[A-Za-z0-9_-]{20,}|[sr]k_live_[A-Za-z0-9]{16,}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|xox[abprs]-[\w-]{10,}|glpat-[\w-]{20}|npm_[A-Za-z0-9]{36})/

/** Git's conflict markers at the start of a line; all three, so that a Markdown underline is none. */
export function hasConflictMarkers(text: string): boolean {
  return conflictLine(text) !== undefined
}

/**
 * Refuses a value that would replace `before` with something nobody means.
 * @throws LuaError CONFLICT that names the reason
 */
export function refusePoison(
  component: ComponentKey,
  value: Persona,
  before: Persona | undefined,
  way: Way,
): void {
  const reason = personaTexts(value)
    .map(({ text }) => poison(text, way))
    .find(found => found !== undefined)
  const why = reason ?? shrinkage(value, before)
  if (why === undefined) return
  const [whose, done] = WORDS[way]
  throw new LuaError('CONFLICT', `The ${whose} ${component} ${why}, so it was not ${done}.`, {
    hint:
      way === 'edit'
        ? 'If that is what you want, write it into the source yourself.'
        : `If that is what you want, run lua sync --${way} --force.`,
  })
}

/** How a value gets to where it is to be. */
export type Way = 'push' | 'pull' | 'merge' | 'edit'

const WORDS: Record<Way, [whose: string, done: string]> = {
  push: ['local', 'pushed'],
  pull: ['server', 'pulled'],
  merge: ['merged', 'written'],
  edit: ['edited', 'written'],
}

function poison(text: string, way: Way): string | undefined {
  const bare = text.trim()
  if (bare === '') return 'is empty'
  if (bare === 'undefined' || bare === '[object Object]') return `is the word "${bare}" and nothing else`
  if (hasConflictMarkers(text)) return 'still has conflict markers in it'
  if (way === 'push' && SECRET.test(text)) return 'holds what looks like a secret key'
  return undefined
}

function shrinkage(value: Persona, before: Persona | undefined): string | undefined {
  if (before === undefined) return undefined
  const [now, then] = [length(value), length(before)]
  if (then <= LONG_TEXT || now >= then * KEPT_AT_LEAST) return undefined
  return `would lose ${Math.round((1 - now / then) * 100)}% of its text (${then} → ${now} characters)`
}

function length(value: Persona): number {
  return personaTexts(value).reduce((sum, { text }) => sum + text.trim().length, 0)
}
