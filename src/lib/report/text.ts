/**
 * Sync for a person: every event and the end of a run as lines of text. Functions that return strings.
 */

import type { ComponentDrift, Outcome, Pull, Push, State, SyncResult } from '../sync/model.js'
import type { SyncEvent } from '../sync/sync.js'
import { visibleLine } from '../text.js'
import { asTyped } from './commands.js'
import { renderDrift } from './drift.js'
import { wrapped } from './layout.js'
import type { Look } from './look.js'
import { renderPlan } from './plan.js'
import { ago, comparedIn, count, listed, place, titled, whoMoved } from './words.js'

/** No more is claimed than was compared. */
export function renderNoDrift(result: SyncResult, look: Look): string {
  const { only, components } = result
  const left = components.filter(({ state }) => state === 'unmanaged')
  const compared = comparedIn(result)
  if (!only) {
    const what = left.length > 0 ? look.colors.dim(`   Compared: ${listed(compared)}.\n`) : ''
    return `✅ No drift detected. Local code is in sync with server.\n${what}`
  }
  // Who asks for something by its name is told that it was left out.
  const said = left.map(drift => `${whoMoved(drift, look.now)}\n`).join('')
  return `${said}${compared.length > 0 ? `✅ No drift detected in ${listed(compared)}.\n` : ''}`
}

/**
 * What happens in a run, as it happens. Ends with a line feed.
 * @param withDiffs false where each component's diff comes with its question
 * @param numbered with line numbers, and the numbers of passages
 */
export async function renderEvent(
  event: Exclude<SyncEvent, { type: 'progress' }>,
  look: Look,
  { withDiffs, numbered }: { withDiffs: boolean; numbered?: boolean },
): Promise<string> {
  switch (event.type) {
    case 'note':
      return `${look.colors.dim(wrapped(visibleLine(asTyped(event.text)), look.width))}\n`
    case 'drift': {
      const blocks = [renderDriftFound(look)]
      const numbering = numbered ? { next: 1 } : undefined
      if (withDiffs) for (const drift of event.drifts) blocks.push(await renderDrift(drift, look, numbering))
      return blocks.join('')
    }
    case 'outcome':
      return wrapped(renderOutcome(event.outcome, look), look.width)
    case 'verified':
      return wrapped(renderVerified(event.components, look), look.width)
    case 'restored':
      return wrapped(renderRestored(event.files, event.planned), look.width)
  }
}

/** The last line of a check that found drift: how much, and the ways on. */
export function renderWaysOn({ components, snapshot }: SyncResult, { colors }: Look): string {
  const drifted = components.filter(({ drift }) => drift)
  const names = [...drifted.map(({ component }) => component), ...(snapshot?.drift ? ['sources'] : [])]
  const how = `${count(names.length, 'component')} drifted (${listed(names)}).`
  const sources =
    'Run `lua sync --pull --only sources` to restore the snapshot’s files, or `lua push backup` to send yours.'
  const sendable = drifted.filter(canBeSent)
  const looked = drifted.flatMap(({ checkOnly, component }) => (checkOnly ? [component] : []))
  const only = `Sync only compares ${listed(looked)}: change your code, or send it with \`lua push agent\`.`
  const parts = [
    ...(sendable.length > 0 ? [waysFor(sendable.map(({ state }) => state))] : []),
    ...(looked.length > 0 ? [only] : []),
    ...(snapshot?.drift ? [sources] : []),
  ]
  return `${colors.bold(how)} ${asTyped(parts.join(' '))}\n`
}

/** What to run: only what would not be refused in these states. */
function waysFor(states: readonly State[]): string {
  const [pull, push] = ['`lua sync --pull` to take the server’s', '`lua sync --push` to send yours']
  const isEvery = (...wanted: State[]) => states.every(state => wanted.includes(state))
  if (isEvery('behind')) return `Run ${pull}, or \`lua sync\` to decide one by one.`
  if (isEvery('ahead')) return `Run ${push}, or \`lua sync\` to decide one by one.`
  if (isEvery('behind', 'ahead', 'diverged'))
    return 'Both sides changed: run `lua sync --merge` to bring them together, or `lua sync` to decide one by one.'
  return `Run \`lua sync\` to decide one by one, ${pull}, or ${push}.`
}

/** Is it for a pull or a push to decide? What is not managed says by itself how it is taken. */
function canBeSent({ checkOnly, state }: ComponentDrift): boolean {
  return !checkOnly && state !== 'unmanaged'
}

/** Files that differ from the server's snapshot, for a run that is about them; empty where none does. */
export function renderSourcesDrift({ components, snapshot }: SyncResult, look: Look): string {
  if (!snapshot?.drift) return ''
  const { differing = [], createdAt, createdBy } = snapshot
  const facts = [
    ...(createdAt === undefined ? [] : [ago(createdAt, look.now)]),
    ...(createdBy ? [`by ${visibleLine(createdBy)}`] : []),
  ]
  const of = facts.length > 0 ? ` (${facts.join(', ')})` : ''
  const verb = differing.length === 1 ? 'differs' : 'differ'
  const head = components.some(({ drift }) => drift) ? '' : renderDriftFound(look)
  return `${head}\nSources: ${count(differing.length, 'file')} ${verb} from the server’s snapshot${of}:\n${listOfFiles(differing)}`
}

function renderDriftFound({ colors }: Look): string {
  return `${colors.yellow('⚠️  Drift detected!')}\n`
}

function listOfFiles(paths: string[]): string {
  const shown = paths.slice(0, 10).map(path => `   ${visibleLine(path)}\n`)
  return [
    ...shown,
    ...(paths.length > shown.length ? [`   … and ${paths.length - shown.length} more\n`] : []),
  ].join('')
}

function renderOutcome(outcome: Outcome, look: Look): string {
  if (outcome.kind !== 'skip' && outcome.planned) return renderPlan(outcome, look)
  if (outcome.kind === 'push') return renderPush(outcome, look)
  if (outcome.kind === 'skip')
    return `${look.colors.dim(`⏭️  ${outcome.component}: ${visibleLine(asTyped(outcome.reason))}.`)}\n`
  return renderPull(outcome, look)
}

function renderPush(push: Push, { colors }: Look): string {
  const lines = [`✅ ${pushed(push)}`]
  if (push.superseded?.version !== undefined) {
    lines.push(colors.dim(`   It supersedes version ${push.superseded.version}, which stays in the history.`))
  }
  const serves = push.production === undefined ? '' : ` Production serves version ${push.production}.`
  const asleep =
    push.status === 'draft'
      ? `Version ${push.version} is a draft there: sync and production do not see it until it is deployed.${serves}`
      : push.production !== undefined &&
        `Version ${push.version} is published, but not live: production serves version ${push.production}.`
  if (asleep)
    lines.push(colors.yellow(`⚠️  ${asleep}`), asTyped('   Deploy it with: lua sync --push --deploy'))
  return `${lines.join('\n')}\n`
}

function pushed({ component, created, deployed, version, superseded }: Push): string {
  // What has no versions is gone where it was overwritten: what it was is said here.
  if (version === undefined) return `${titled(component)} pushed.${formerly(component, superseded?.text)}`
  const live = deployed ? ' It is deployed: production uses it now.' : ''
  if (created) return `${titled(component)} pushed: version ${version} created.${live}`
  return `${titled(component)} version ${version} has exactly this text already; none was created.${live}`
}

function renderPull(pull: Pull, look: Look): string {
  const places = pull.written.map(written => visibleLine(place(look.root, written)))
  const where = places.length > 0 ? ` into ${listed(places)}` : ''
  const notes = pull.notes.map(note => look.colors.dim(`   ${visibleLine(note)}`))
  return `${[`✅ ${titled(pull.component)} ${pull.kind === 'edit' ? 'written' : DONE[pull.kind]}${where}.`, ...notes].join('\n')}\n`
}

function formerly(component: string, text: string | undefined): string {
  if (text === undefined) return ' The server had none.'
  if (text.includes('\n')) return ' It supersedes the former one, which lua sync --undo puts back.'
  return ` The old ${component} was "${visibleLine(text)}".`
}

/** What a verbose run adds: differences that are no drift. */
export function renderCosmetic(result: SyncResult, look: Look): string {
  return result.components
    .filter(({ state }) => state === 'cosmetic' || state === 'unmanaged')
    .map(drift => `${look.colors.dim(`${whoMoved(drift, look.now)}${placeOf(drift, look)}`)}\n`)
    .join('')
}

/** Where the code says what is no value: a function, say. */
function placeOf({ local: { unmanaged, location } }: ComponentDrift, { root }: Look): string {
  return unmanaged === undefined ? '' : ` See ${visibleLine(place(root, location))}.`
}

/** After a pull: the sources, read again, agree with the server. */
function renderVerified(components: string[], { colors }: Look): string {
  return `${colors.dim(`   Sources read again: no drift left in ${listed(components)}.`)}\n`
}

/** The end of a run whose server could not be reached: drift was not checked, which is not the same as none. */
export function renderUnverified({ failure }: Pick<SyncResult, 'failure'>, { colors }: Look): string {
  const why = visibleLine(failure?.message.replace(/\.$/, '') ?? 'the server could not be reached')
  return `${colors.dim(`Drift was NOT checked: ${why}.`)}\n`
}

const DONE = { push: 'pushed', pull: 'pulled', merge: 'merged', edit: 'edited' }

/** After Ctrl-C: what was done before it stays done. */
export function renderInterrupted({ components, failure }: SyncResult, { colors }: Look): string {
  const done = components.flatMap(({ component, outcome }) =>
    outcome && outcome.kind !== 'skip' && !outcome.planned ? [`${component} ${DONE[outcome.kind]}`] : [],
  )
  const what = done.length > 0 ? `Already done: ${listed(done)}.` : 'Nothing was changed.'
  const way = failure?.hint ? `${colors.cyan('→')} ${visibleLine(asTyped(failure.hint))}\n` : ''
  return `${colors.yellow(visibleLine(failure?.message ?? 'Stopped.'))} ${what}\n${way}`
}

/** The last line of a run that wrote into the sources. */
export function renderUndoHint({ colors }: Look): string {
  return `${colors.dim(asTyped('   Take it back with: lua sync --undo'))}\n`
}

/** The source files that came from the snapshot. */
function renderRestored(restored: string[], planned = false): string {
  if (planned)
    return `Sources: would restore ${count(restored.length, 'file')} from the snapshot.\n${listOfFiles(restored)}`
  if (restored.length === 0) return '✅ Sources: all files are as in the server’s snapshot.\n'
  return `✅ ${count(restored.length, 'source file')} restored from the snapshot:\n${listOfFiles(restored)}`
}
