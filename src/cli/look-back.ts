/**
 * The runs of `lua sync` that look back: the history of the persona, the difference of two versions, and undo.
 */

import { LuaError } from '../lib/errors.js'
import { renderDiffBlock } from '../lib/report/diff.js'
import { renderHistory } from '../lib/report/history.js'
import { SCHEMA_VERSION } from '../lib/report/json.js'
import { renderUndone } from '../lib/report/undone.js'
import { place } from '../lib/report/words.js'
import { history, versionTexts } from '../lib/sync/history.js'
import { undo } from '../lib/sync/undo.js'
import type { Session } from './session.js'

/** Where text goes; undefined for JSON. */
type Print = ((text: string) => void) | undefined

export async function showHistory({ project, server, look }: Session, print: Print) {
  const versions = await history(project, server)
  print?.(renderHistory(versions, look))
  return { schemaVersion: SCHEMA_VERSION, status: 'done', agentId: project.agentId, versions }
}

/** @param range `N`, against the version before it, or `N..M` */
export async function showDiff({ project, server, look }: Session, range: string, print: Print) {
  const [, from, to] = /^v?(\d+)(?:\.\.v?(\d+))?$/.exec(range) ?? []
  if (from === undefined) {
    throw new LuaError('USAGE', `--diff ${range}: expected a version number, or two as 3..5.`, {
      hint: 'lua sync --history lists the versions there are.',
    })
  }
  const texts = await versionTexts(server, {
    from: Number(from),
    to: to === undefined ? undefined : Number(to),
  })
  const legend = { before: texts.from === undefined ? '(nothing)' : `v${texts.from}`, after: `v${texts.to}` }
  print?.(
    await renderDiffBlock(
      { title: 'PERSONA', server: texts.before, local: texts.after, legend },
      look.colors,
    ),
  )
  return { schemaVersion: SCHEMA_VERSION, status: 'done', agentId: project.agentId, ...texts }
}

export async function runUndo({ project, server, look }: Session, force: boolean, print: Print) {
  const undone = await undo(project, server, { force })
  print?.(renderUndone(undone, look))
  return {
    schemaVersion: SCHEMA_VERSION,
    status: 'done',
    agentId: project.agentId,
    undone: undone ? { ...undone, files: undone.files.map(file => place(project.root, { file })) } : null,
  }
}
