/**
 * One component's drift, or what a result changes in the code: diff blocks, who moved, and how much it is.
 */

import { diffLines, splitLines } from '../line-diff.js'
import { isDivisible } from '../passages.js'
import { CHANNELS, type Persona } from '../persona.js'
import type { ComponentDrift } from '../sync/model.js'
import { normalizeText, shownWhitespace } from '../text.js'
import { type DiffBlock, type DiffLook, renderDiffBlock } from './diff.js'
import { wrapped } from './layout.js'
import type { Look } from './look.js'
import { count, whoMoved } from './words.js'

/** The diff of one component and a sentence on who moved. */
export async function renderDrift(
  drift: ComponentDrift,
  look: Look,
  numbering?: DiffLook['numbering'],
): Promise<string> {
  return `${await renderDiff(drift, look, numbering)}${renderWhoMoved(drift, look)}`
}

/** The diff block of one component, or one for each channel that differs, between empty lines. */
export async function renderDiff(
  drift: ComponentDrift,
  look: Look,
  numbering?: DiffLook['numbering'],
): Promise<string> {
  if (numbering) numbering.isDivisible = isDivisible(drift)
  return `\n${await renderSections(sections(drift), { ...look, numbering })}\n`
}

/** A sentence on who moved, for below the diff. */
export function renderWhoMoved(drift: ComponentDrift, { colors, now, width }: Look): string {
  const shape = shapeNote(drift)
  const words = [...(shape ? [shape] : []), whoMoved(drift, now)]
  const rows = wrapped(words.join('\n'), width).split('\n')
  return rows.map(row => `${colors.dim(row)}\n`).join('')
}

/** `12 changes, +42 −42 lines`: of a drift, or of what a result changes in the code. */
export async function summarize(drift: ComponentDrift, result?: Persona): Promise<string> {
  let [changes, added, removed] = [0, 0, 0]
  const compared = result === undefined ? drift : asResult(drift, result)
  for (const { server, local } of sections(compared)) {
    const diff = await diffLines(splitLines(server), splitLines(local))
    for (const change of diff.changes) {
      if (change.kind === 'same') continue
      changes += 1
      added += change.local.length
      removed += change.server.length
    }
  }
  return `${count(changes, 'change')}, +${added} −${removed} lines`
}

/** What a component would be in the code, against what it is there. */
export function renderResult(drift: ComponentDrift, result: Persona, look: Look): Promise<string> {
  const legend = { before: 'Code (now)', after: 'Code (result)' }
  return renderSections(
    sections(asResult(drift, result)).map(section => ({ ...section, legend })),
    look,
  )
}

function asResult(drift: ComponentDrift, result: Persona): ComponentDrift {
  return { ...drift, server: drift.local, local: { ...drift.local, shown: result } }
}

async function renderSections(blocks: DiffBlock[], look: DiffLook): Promise<string> {
  const rendered: string[] = []
  for (const block of blocks) rendered.push(await renderDiffBlock(block, look))
  return rendered.join('\n')
}

function sections({ component, state, server, local }: ComponentDrift) {
  const text = state === 'cosmetic' ? rawText : normalText
  const title = component.toUpperCase()
  if (typeof (server.shown ?? '') === 'string' && typeof (local.shown ?? '') === 'string') {
    return [{ title, server: text(server.shown), local: text(local.shown) }]
  }
  return CHANNELS.map(channel => ({
    title: `${title} (${channel})`,
    server: text(channelText(server.shown, channel)),
    local: text(channelText(local.shown, channel)),
  })).filter(section => section.server !== section.local)
}

/** A plain persona is shown against the base channel of the other side; `shapeNote` says what it really is. */
function channelText(value: Persona | undefined, channel: (typeof CHANNELS)[number]): string | undefined {
  if (typeof value === 'string') return channel === 'base' ? value : undefined
  return value?.[channel]
}

function normalText(value: Persona | undefined): string {
  return typeof value === 'string' ? normalizeText(value) : ''
}

/** Where white space is all that differs, it is what must be seen. */
function rawText(value: Persona | undefined): string {
  return typeof value === 'string' ? shownWhitespace(value) : ''
}

function shapeNote({ server, local }: ComponentDrift): string | undefined {
  if (server.shown === undefined || local.shown === undefined) return undefined
  const shape = (value: Persona) => (typeof value === 'string' ? 'one text' : 'one text per channel')
  const [there, here] = [shape(server.shown), shape(local.shown)]
  return there === here ? undefined : `The server has ${there}, your code has ${here}.`
}
