/**
 * A run that only says what it would do: the same reads, guards and proofs, and nothing is written.
 */

import { relative } from 'node:path'
import type { FileWrite } from '../disk/index.js'
import { countChanges } from '../line-diff.js'
import { type Persona, personaTexts } from '../persona.js'
import { normalizeText } from '../text.js'
import { componentOf } from './components/index.js'
import type { Incoming } from './incoming.js'
import type { ComponentDrift, PlannedFile, Pull, Push } from './model.js'
import type { Run } from './run.js'

/** The files of a project that would change; what is only this checkout's own state is left out. */
export function plannedFiles(
  { stateDir }: { stateDir: string },
  writes: readonly FileWrite[],
): PlannedFile[] {
  const text = (bytes: Uint8Array | null | undefined) =>
    bytes ? Buffer.from(bytes).toString('utf8') : undefined
  return writes
    .filter(({ path }) => relative(stateDir, path).startsWith('..'))
    .map(({ path, before, after }) => ({
      path,
      before: text(before),
      after: text(after),
    }))
}

/** What a pull, a merge or an edit would do to one component. */
export async function plannedPull(outcome: Pull, { drift, value }: Incoming): Promise<Pull> {
  const lines = await changedLines(drift.local.shown, componentOf(drift.component).shown(value))
  return { ...outcome, planned: { version: drift.server.version, lines } }
}

/** How many lines of the new value are not in the former one, or were removed without replacement, and of how many. */
async function changedLines(
  before: Persona | undefined,
  after: Persona,
): Promise<{ changed: number; of: number }> {
  const former = before === undefined ? [] : personaTexts(before)
  const lines = { changed: 0, of: 0 }
  const channels = new Set([...personaTexts(after), ...former].map(({ channel }) => channel))
  for (const channel of channels) {
    const textIn = (texts: typeof former) =>
      normalizeText(texts.find(each => each.channel === channel)?.text ?? '')
    const now = textIn(personaTexts(after))
    const { added, removed } = await countChanges(textIn(former), now)
    lines.changed += Math.max(added, removed)
    lines.of += now === '' ? 0 : now.split('\n').length
  }
  return lines
}

/** What a push would do to one component. */
export async function plannedPush(run: Run, { component, local }: ComponentDrift): Promise<Push> {
  const push = { kind: 'push', component, created: true, status: 'published', deployed: false } as const
  const { server, serverState, request } = run
  const history = componentOf(component).history
  const planned = await history?.planned(server, serverState, local.value!, request.deploy ?? false)
  return { ...push, planned: {}, ...planned }
}
