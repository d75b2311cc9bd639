/**
 * How things are said: numbers, ages, places and states as words.
 */

import nodePath from 'node:path'
import type { ComponentDrift, ComponentKey } from '../sync/model.js'

/** `1 component`, `2 components`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

/** `name`, `name and persona`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** A path as a person would type it: relative to the project, with forward slashes. */
export function place(
  root: string,
  { file, line }: { file: string; line?: number },
  { relative, sep }: Pick<typeof nodePath, 'relative' | 'sep'> = nodePath,
): string {
  const path = (relative(root, file) || file).replaceAll(sep, '/')
  return line === undefined ? path : `${path}:${line}`
}

const UNITS: [name: string, milliseconds: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** How long ago, in the largest unit that fits: `2 hours ago`, `just now`. A future time (a skewed clock) is `just now`. */
export function ago(then: number, now: number): string {
  for (const [unit, milliseconds] of UNITS) {
    const amount = Math.floor((now - then) / milliseconds)
    if (amount >= 1) return `${count(amount, unit)} ago`
  }
  return 'just now'
}

const LABEL: Record<ComponentKey, string> = { name: 'Name', persona: 'Persona' }

/** One sentence that says who moved: `Persona: server is 2 versions ahead (v9, 2 hours ago); your code still has v7.` */
export function whoMoved(drift: ComponentDrift, now: number): string {
  return `${LABEL[drift.component]}: ${movement(drift, now)}.`
}

function movement(drift: ComponentDrift, now: number): string {
  const { state, base, local } = drift
  const has = base?.version === undefined ? '' : `; your code still has v${base.version}`
  if (local.value === undefined) return `your code declares none; ${onServer(drift, now)}`
  if (state === 'behind') return `${serverMoved(drift, now)}${has || '; your code did not change'}`
  if (state === 'ahead') {
    const since = base?.version === undefined ? '' : ` since v${base.version}`
    return `your code changed${since}; the server did not`
  }
  if (state === 'diverged') {
    const since = base?.version === undefined ? '' : ` since v${base.version}`
    return `both changed${since}: ${serverMoved(drift, now)}, and your code was edited too`
  }
  if (state === 'cosmetic') return 'differs only in line endings or white space at the ends'
  if (state === 'in-sync') return 'in sync'
  return `your code and the server differ, and it is not known who changed; ${onServer(drift, now)}`
}

function serverMoved(drift: ComponentDrift, now: number): string {
  const { versionsBehind } = drift
  if (!versionsBehind) return `the server changed${stamp(drift, now)}`
  return `server is ${count(versionsBehind, 'version')} ahead${stamp(drift, now)}`
}

function onServer(drift: ComponentDrift, now: number): string {
  return `the server has its own${stamp(drift, now)}`
}

function stamp({ server }: ComponentDrift, now: number): string {
  const parts = [
    ...(server.version === undefined ? [] : [`v${server.version}`]),
    ...(server.createdAt === undefined ? [] : [ago(server.createdAt, now)]),
  ]
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}
