/**
 * A dry run for a person: what would be done, one line for each component, and the files' differences.
 */

import type { PlannedFile, Pull, Push } from '../sync/model.js'
import type { Undone } from '../sync/undo.js'
import { visible, visibleLine } from '../text.js'
import type { Look } from './look.js'
import { unifiedTexts } from './unified.js'
import { ago, count, listed, place, titled } from './words.js'

/** `Persona: would take v3 into src/index.ts:6, 2 of 14 lines.` Ends with a line feed. */
export function renderPlan(outcome: Pull | Push, look: Look): string {
  const { component } = outcome
  const words = outcome.kind === 'push' ? pushWords(outcome) : pullWords(outcome, look)
  const notes = outcome.kind === 'push' ? [] : outcome.notes
  const more = notes.map(note => look.colors.dim(`   ${visibleLine(note)}\n`))
  return `${titled(component)}: would ${words}.\n${more.join('')}`
}

function pullWords({ kind, component, written, planned }: Pull, { root }: Look): string {
  const version = planned?.version === undefined ? `the server’s ${component}` : `v${planned.version}`
  const what = kind === 'merge' ? `merge ${version} and your changes` : `take ${version}`
  const places = written.map(each => visibleLine(place(root, each)))
  const where = places.length > 0 ? ` into ${listed(places)}` : ''
  const { changed, of } = planned?.lines ?? { changed: 0, of: 0 }
  return `${what}${where}, ${changed} of ${count(Math.max(changed, of), 'line')}`
}

function pushWords({ component, version, created, deployed, superseded, planned }: Push): string {
  if (version === undefined) return changeWords(component, superseded?.text)
  const over = planned?.over === undefined || planned.over === version ? '' : ` over v${planned.over}`
  const what = created ? `create v${version}${over}` : `create no version: v${version} has this text already`
  const serves = planned?.serving === undefined ? 'no version' : `v${planned.serving}`
  if (deployed) return `${what}${created ? '' : ','} and deploy it: production serves ${serves} now`
  return planned?.serving === version ? what : `${what}, not live: production serves ${serves}`
}

/** What has no versions is overwritten. */
function changeWords(component: string, text: string | undefined): string {
  if (text === undefined) return `give the server a ${component}; it has none now`
  return `change the ${component} on the server${text.includes('\n') ? '' : ` (now "${visibleLine(text)}")`}`
}

/** What an undo would put back. Ends with a line feed. */
export function renderUndoPlan(undone: Undone, { root, now }: Look): string {
  const files = undone.files.map(file => visibleLine(place(root, { file })))
  const parts = [
    ...(files.length > 0 ? [`put back ${listed(files)}`] : []),
    ...(undone.components.length > 0 ? [`put back the ${listed(undone.components)} on the server`] : []),
    ...(undone.production === undefined ? [] : [`deploy the text of version ${undone.production} again`]),
  ]
  const what = parts.length > 0 ? listed(parts) : 'change nothing: everything is as before already'
  return `Would undo the ${visibleLine(undone.reason)}, ${ago(undone.at, now)}: ${what}.\n`
}

/** The last words of a dry run: with `verbose`, after the unified diff of each file. */
export async function renderDryRun(
  files: readonly PlannedFile[] | undefined,
  look: Look,
  verbose = false,
): Promise<string> {
  const diffs = verbose ? await renderFileDiffs(files, look) : ''
  return `${diffs}${look.colors.dim('Dry run: nothing was written, here or on the server.')}\n`
}

/** The unified diff of each file, after an empty line. */
export async function renderFileDiffs(files: readonly PlannedFile[] = [], look: Look): Promise<string> {
  const diffs = await fileDiffs(files, look.root)
  return diffs
    .map(({ diff }) => `\n${colored(visible(diff.replace(/^\\ No newline.*\n/gm, '')), look)}`)
    .join('')
}

/** The files with their unified diffs; paths as a person would type them. */
export async function fileDiffs(
  files: readonly PlannedFile[],
  root: string,
): Promise<{ file: string; diff: string }[]> {
  const found: { file: string; diff: string }[] = []
  for (const { path, before, after } of files) {
    const file = place(root, { file: path })
    const name = (side: string, text: string | undefined) =>
      text === undefined ? '/dev/null' : `${side}/${file}`
    const diff = await unifiedTexts(
      { name: name('a', before), text: before ?? '' },
      { name: name('b', after), text: after ?? '' },
    )
    found.push({ file, diff })
  }
  return found
}

function colored(diff: string, { colors }: Look): string {
  const paint = (line: string) => {
    if (/^(---|\+\+\+) /.test(line)) return colors.bold(line)
    if (line.startsWith('@@')) return colors.cyan(line)
    if (line.startsWith('-')) return colors.red(line)
    return line.startsWith('+') ? colors.green(line) : line
  }
  return diff.split('\n').map(paint).join('\n')
}
