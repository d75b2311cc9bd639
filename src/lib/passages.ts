/**
 * The passages in which two values differ, so that each can be decided on alone: a run of changed lines with no
 * unchanged line between, and inside long lines a run of changed sentences. Pure but for loading the diff library.
 */

import { diffLines } from './line-diff.js'
import { CHANNELS, type Channel, type Persona } from './persona.js'
import { normalizeText } from './text.js'

export interface Passage {
  channel?: Channel
  /** What either side has here, without the line feed at its end; empty where it has nothing. */
  server: string
  local: string
  /** The first line on either side, from 1. */
  serverLine: number
  localLine: number
}

/** What is to stand in the place of a passage: the server's text, the code's, or another. */
export type Decision = 'take' | 'keep' | { text: string }

/** Lines longer than this are taken apart into sentences. */
const LONG_LINE = 160

/** A text as a row of stretches that both sides share and passages, each with its line feeds. */
interface Text {
  channel?: Channel
  parts: (string | Piece)[]
  /** Outer white space, which counts as no change. */
  before: string
  after: string
}

interface Piece {
  server: string
  local: string
  serverLine: number
  localLine: number
}

/** Can it be decided passage by passage, because both sides have it in the same shape? */
export function isDivisible({
  whole,
  local,
  server,
}: {
  /** It is taken whole or not at all. */
  whole?: boolean
  local: { shown?: Persona }
  server: { shown?: Persona }
}): boolean {
  if (whole) return false
  const sides = [local.shown, server.shown]
  return sides.every(value => typeof value === 'string') || sides.every(value => typeof value === 'object')
}

export interface Divided {
  passages: Passage[]
  /** The value in which each passage is what was decided; undecided ones stay as the code has them. */
  compose(decisions: readonly (Decision | undefined)[]): Persona
}

/** Divides two values; undefined if one is a single text and the other has channels. */
export async function divide(server: Persona, local: Persona): Promise<Divided | undefined> {
  if (typeof server === 'string' && typeof local === 'string') {
    const text = await divideText(server, local)
    return divided([text], texts => texts[0]![1])
  }
  if (typeof server === 'string' || typeof local === 'string') return undefined
  const texts: Text[] = []
  for (const channel of CHANNELS) {
    if (server[channel] === undefined && local[channel] === undefined) continue
    texts.push({ channel, ...(await divideText(server[channel] ?? '', local[channel] ?? '')) })
  }
  const had = (channel: Channel | undefined) =>
    server[channel!] !== undefined && local[channel!] !== undefined
  return divided(texts, composed =>
    Object.fromEntries(composed.filter(([channel, text]) => text !== '' || had(channel))),
  )
}

function divided(
  texts: Text[],
  asValue: (composed: [channel: Channel | undefined, text: string][]) => Persona,
): Divided {
  const passages = texts.flatMap(({ channel, parts }) =>
    parts.flatMap(part =>
      typeof part === 'string'
        ? []
        : [{ ...part, channel, server: bare(part.server), local: bare(part.local) }],
    ),
  )
  const compose = (decisions: readonly (Decision | undefined)[]) => {
    let next = 0
    return asValue(
      texts.map(({ channel, parts, before, after }) => {
        const whole = parts
          .map(part => (typeof part === 'string' ? part : decided(part, decisions[next++])))
          .join('')
        const text = bare(whole)
        return [channel, text === '' ? '' : `${before}${text}${after}`]
      }),
    )
  }
  return { passages, compose }
}

function decided({ server, local }: Piece, decision: Decision | undefined): string {
  if (decision === 'take') return server
  if (decision === undefined || decision === 'keep') return local
  // Inside a line the sentence after must stay apart, and a line must stay one.
  const end = /\s*$/.exec(local || server)![0]
  return decision.text === '' ? '' : decision.text.trimEnd() + end
}

function bare(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

async function divideText(server: string, local: string): Promise<Text> {
  const outer = local === '' ? server : local
  const start = outer.length - outer.trimStart().length
  const parts: Text['parts'] = []
  let [serverLine, localLine] = [1, 1]
  const { changes } = await diffLines(lines(server), lines(local))
  for (const change of changes) {
    if (change.kind === 'same') parts.push(change.lines.join(''))
    else for (const part of await pieces(change.server, change.local, serverLine, localLine)) parts.push(part)
    serverLine += change.kind === 'same' ? change.lines.length : change.server.length
    localLine += change.kind === 'same' ? change.lines.length : change.local.length
  }
  return { parts, before: outer.slice(0, start), after: outer.slice(Math.max(start, outer.trimEnd().length)) }
}

/** How many passages a run of changed lines is; lines without their line feeds. */
export async function countPassages(server: string[], local: string[]): Promise<number> {
  const withEnds = (texts: string[]) => texts.map(text => `${text}\n`)
  const parts = await pieces(withEnds(server), withEnds(local), 1, 1)
  return parts.filter(part => typeof part !== 'string').length
}

/** A run of changed lines as one piece, or where lines are long, as those of its sentences that changed. */
async function pieces(
  server: string[],
  local: string[],
  serverLine: number,
  localLine: number,
): Promise<Text['parts']> {
  const whole = { server: server.join(''), local: local.join(''), serverLine, localLine }
  const isLong = [...server, ...local].some(line => line.length > LONG_LINE)
  if (!isLong || server.length === 0 || local.length === 0) return [whole]
  const { changes } = await diffLines(sentences(whole.server), sentences(whole.local))
  const found: Text['parts'] = []
  for (const change of changes) {
    if (change.kind === 'same') found.push(change.lines.join(''))
    else found.push({ server: change.server.join(''), local: change.local.join(''), serverLine, localLine })
    serverLine += lineFeeds(change.kind === 'same' ? change.lines : change.server)
    localLine += lineFeeds(change.kind === 'same' ? change.lines : change.local)
  }
  return found
}

const lineFeeds = (texts: string[]) => texts.join('').split('\n').length - 1

/** Each with its line feed. */
function lines(text: string): string[] {
  const bareText = normalizeText(text)
  return bareText === '' ? [] : bareText.split('\n').map(line => `${line}\n`)
}

function sentences(text: string): string[] {
  const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/**
 * The numbers of a list such as `1,3-5`, or undefined if it is none.
 * @param most the highest number there is
 */
export function parseNumbers(list: string, most: number): Set<number> | undefined {
  const numbers = new Set<number>()
  for (const part of list.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,6})(?:-(\d{1,6}))?\s*$/.exec(part) ?? []
    const [from, to] = [Number(first), Number(last)]
    if (first === undefined || from < 1 || to < from || to > most) return undefined
    for (let number = from; number <= to; number++) numbers.add(number)
  }
  return numbers
}
