/**
 * Numbers, ages, places and states as words.
 */

import nodePath from 'node:path'
import { ago, count, versionsAndAge } from '../ages.js'
import { asOneText } from '../persona.js'
import type { Action, ComponentDrift, ComponentKey, SyncResult } from '../sync/model.js'

export { ago, count }

/** `name`, `name and persona`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** What a run compared: not what the code leaves to the server. */
export function comparedIn({ only, components }: Pick<SyncResult, 'only' | 'components'>): string[] {
  const isLeft = (key: string) =>
    components.some(each => each.component === key && each.state === 'unmanaged')
  return (only ?? components.map(({ component }) => component)).filter(key => !isLeft(key))
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

/** What a choice at the prompt undoes, if it goes against the side that moved: `reverts v2, 2 hours ago`. */
export function takesBack(action: Action, { state, newer }: ComponentDrift, now: number): string | undefined {
  const bothMoved = state === 'diverged'
  if (action === 'pull' && (bothMoved || state === 'ahead')) return 'takes back what your code changed'
  if ((action !== 'push' && action !== 'deploy') || !(bothMoved || state === 'behind')) return undefined
  return newer?.length ? `reverts ${versionsAndAge(newer, now)}` : 'reverts what the server changed'
}

/** A component at the start of a sentence. */
export function titled(component: ComponentKey): string {
  return component[0]!.toUpperCase() + component.slice(1)
}

/** One sentence that says who moved: `Persona: server is 2 versions ahead (v9, 2 hours ago); your code still has v7.` */
export function whoMoved(drift: ComponentDrift, now: number): string {
  return `${titled(drift.component)}: ${movement(drift, now)}.`
}

function movement(drift: ComponentDrift, now: number): string {
  const { state, base, local } = drift
  const has = base?.version === undefined ? '' : `; your code still has v${base.version}`
  if (drift.chosen) return `your code against the version that was asked for${stamp(drift, now)}`
  if (state === 'unmanaged') return notManaged(drift)
  if (drift.server.value === undefined) return 'your code declares one; the server has none'
  if (local.value === undefined) return `your code declares none; ${onServer(drift, now)}`
  if (state === 'behind') return `${serverMoved(drift, now)}${has || '; your code did not change'}`
  if (state === 'ahead') {
    const since = base?.version === undefined ? '' : ` since v${base.version}`
    if (hasAll(drift)) return `your code has all that the server changed${since}, and changes of its own`
    return `your code changed${since}; the server did not`
  }
  if (state === 'diverged') {
    const since = base?.version === undefined ? '' : ` since v${base.version}`
    return `both changed${since}: ${serverMoved(drift, now)}, and your code was edited too`
  }
  if (state === 'cosmetic') return 'differs only in line endings or white space at the ends'
  if (state === 'in-sync') return 'in sync'
  if (drift.checkOnly) return 'your code and the server differ'
  return `your code and the server differ, and it is not known who changed; ${onServer(drift, now)}`
}

function notManaged({ component, checkOnly, local, server }: ComponentDrift): string {
  const why = local.unmanaged ?? 'your code declares none'
  const { shown } = server
  const there = typeof shown === 'string' && !shown.includes('\n') ? `"${shown}"` : 'its own'
  const pull =
    local.unmanaged === undefined && !checkOnly ? `; lua sync --pull --only ${component} takes it` : ''
  return `not managed (${why}); the server has ${shown === undefined ? 'none' : there}${pull}`
}

/** Is it ahead of a version newer than its base, whose changes reached the code in another way? */
function hasAll({ base, server }: ComponentDrift): boolean {
  if (base?.shown === undefined || server.shown === undefined) return false
  return asOneText(base.shown) !== asOneText(server.shown)
}

function serverMoved(drift: ComponentDrift, now: number): string {
  const { newer } = drift
  if (!newer?.length) return `the server changed${stamp(drift, now)}`
  return `server is ${count(newer.length, 'version')} ahead${stamp(drift, now)}`
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
