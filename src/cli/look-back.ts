/**
 * The runs of `lua sync` that look back: the history of the persona, the difference of two versions, and undo.
 */

import { canSeal, foreignUndo } from '../lib/disk/index.js'
import { LuaError } from '../lib/errors.js'
import type { Project } from '../lib/project/project.js'
import { type DiffBlock, renderDiffBlock } from '../lib/report/diff.js'
import { renderHistory } from '../lib/report/history.js'
import { diffDocument, historyDocument, undoDocument } from '../lib/report/json.js'
import { wrapped } from '../lib/report/layout.js'
import type { Look } from '../lib/report/look.js'
import { renderDryRun } from '../lib/report/plan.js'
import { renderUndone } from '../lib/report/undone.js'
import { history, type ReadCode, type Side, versionTexts } from '../lib/sync/components/persona-history.js'
import { type ComputeOptions, withComputed } from '../lib/sync/compute.js'
import { readLocal } from '../lib/sync/local.js'
import { undo } from '../lib/sync/undo.js'
import { shownPair, visibleLine } from '../lib/text.js'
import { terminalAsker } from './ask/asker.js'
import type { Output } from './output.js'
import type { Session } from './session.js'
import { stopSignal } from './signals.js'
import { canAsk } from './terminal.js'

/** Where text goes; undefined for JSON. */
type Print = Output['print']

interface LookBackFlags {
  diff?: string
  undo?: boolean
  force?: boolean
  'dry-run'?: boolean
  verbose?: boolean
  compute?: boolean
  limit?: number
}

/** @returns the JSON document; as text the result is printed */
export async function lookBack(session: Session, flags: LookBackFlags, { format, print, note }: Output) {
  if (format !== 'text' && format !== 'json') {
    throw new LuaError(
      'USAGE',
      `--format ${format} is for the result of a sync; --history, --diff and --undo have text and JSON.`,
      {
        hint: 'Use --format json, or none.',
      },
    )
  }
  if (flags.undo) {
    const document = await runUndo(session, flags, print)
    for (const text of undoNotes(session.project)) note(`${wrapped(visibleLine(text), session.look.width)}\n`)
    return document
  }
  const asking = {
    ...flags,
    confirm: print && canAsk() ? terminalAsker(print, session.look).confirm : undefined,
  }
  if (flags.diff !== undefined) return showDiff(session, asking, print)
  return showHistory(session, asking, { print, note })
}

async function showHistory(
  { project, server, look }: Session,
  flags: LookBackFlags & ComputeOptions,
  { print, note }: Pick<Output, 'print' | 'note'>,
) {
  const versions = await history(server, codeOf(project, flags), flags.limit)
  await showPaged(renderHistory(versions, look), print)
  if (versions.unknown) note(`${wrapped(visibleLine(notMarked(versions.unknown)), look.width)}\n`)
  return historyDocument(project.agentId, versions)
}

function codeOf(project: Project, options: ComputeOptions): ReadCode {
  return async key => withComputed(project, await readLocal(project), [key], options)
}

function notMarked({ message, hint }: LuaError): string {
  return `None is marked as your code, which is not known: ${message.replace(/\.$/, '')}.${hint ? ` ${hint}` : ''}`
}

async function showPaged(text: string, print: Print): Promise<void> {
  if (print) await (await import('./ask/pager.js')).printPaged(text, print)
}

/** `--diff N`, against the version before it, or `N..M`; either may be `local`, the code. */
async function showDiff(session: Session, flags: LookBackFlags & ComputeOptions, print: Print) {
  const { project, server, look } = session
  const { diff: range = '' } = flags
  const [, from, to] = /^(?:v?(?=\d))?(\d+|local)(?:\.\.(?:v?(?=\d))?(\d+|local))?$/.exec(range) ?? []
  if (from === undefined) {
    throw new LuaError('USAGE', `--diff ${range}: expected a version number, or two as 3..5 or 3..local.`, {
      hint: 'lua sync --history lists the versions there are.',
    })
  }
  const side = (text: string): Side => (text === 'local' ? text : Number(text))
  const texts = await versionTexts(server, codeOf(project, flags), {
    from: side(from),
    to: to === undefined ? undefined : side(to),
  })
  const named = (end: Side | undefined) =>
    end === undefined ? '(nothing)' : end === 'local' ? 'Local (code)' : `v${end}`
  const legend = { before: named(texts.from), after: named(texts.to) }
  if (texts.before === texts.after)
    print?.(`The persona is the same in ${legend.before} and ${legend.after}.\n`)
  else await showPaged(await renderVersions(texts, legend, look), print)
  return diffDocument(project.agentId, texts)
}

function renderVersions(texts: { before: string; after: string }, legend: DiffBlock['legend'], look: Look) {
  const [server, local] = shownPair(texts.before, texts.after)
  return renderDiffBlock({ title: 'PERSONA', server, local, legend }, look)
}

/** Why an undo may have found less than a person expects. */
function undoNotes({ notes = [], stateDir }: Project): string[] {
  if (!canSeal())
    return [
      ...notes,
      'No run can be undone here: the key that seals the records of runs cannot be kept in ~/.lua-cli.',
    ]
  const foreign = foreignUndo(stateDir)
  if (foreign === undefined) return [...notes]
  return [
    ...notes,
    foreign.from === undefined
      ? 'Records that your runs did not write here (of another machine or folder) do not count.'
      : `Runs that were made while this project’s folder was ${foreign.from} can be undone only there: after a copy or a move their records do not count.`,
  ]
}

async function runUndo(
  { project, server, look }: Session,
  { force = false, 'dry-run': dryRun = false, verbose }: LookBackFlags,
  print: Print,
) {
  stopSignal() // An undo is one step: it is finished, whatever comes.
  const undone = await undo(project, server, { force, dryRun })
  print?.(wrapped(renderUndone(undone, look), look.width))
  if (dryRun) print?.(await renderDryRun(undone?.planned, look, verbose))
  return undoDocument(project.agentId, project.root, undone, { dryRun, verbose })
}
