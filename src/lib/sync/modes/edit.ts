/**
 * The choice "Edit": the server's text in the person's own editor, and what they save becomes the code's.
 */

import { LuaError } from '../../errors.js'
import { CHANNELS, type Channel, type ChannelPersona, type Persona, personaTexts } from '../../persona.js'
import { componentOf, nameIn } from '../components/index.js'
import type { Incoming } from '../incoming.js'
import type { ComponentDrift } from '../model.js'
import { keepInMind, note, type Run } from '../run.js'

/** @returns undefined if the editor was left without a change */
export async function editServerText(run: Run, drift: ComponentDrift): Promise<Incoming | undefined> {
  const { value, shown, version } = drift.server
  const file = asFile(shown!)
  await note(run, 'What you save is written into your code; leave without saving to change nothing.')
  const saved = await run.ui.ask!.edit(file.text, nameOf(run, drift))
  const edited = file.parse(saved)
  if (saved === file.text) return undefined
  keepInMind(run, drift.component, saved)
  if (edited === undefined) {
    throw new LuaError('CONFLICT', 'The headings of the channels were changed; nothing was written.', {
      hint: 'Each channel stands under its own heading, which must stay as it is.',
    })
  }
  if (componentOf(drift.component).same(edited, value!)) return undefined
  return { drift, value: edited, kind: 'edit', agreed: { value: value!, version, code: edited } }
}

/** A file name that says whose text it is; only what is harmless in a path. */
function nameOf({ project, local }: Run, { component }: ComponentDrift): string {
  const name = nameIn(local) ?? project.agentId
  const plain = name
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return `${plain || 'agent'}-${component}.md`
}

interface EditedFile {
  text: string
  /** Undefined where it cannot be told which text belongs to which channel. */
  parse(saved: string): Persona | undefined
}

/** A value as a file to edit: a text as it is, channels one after the other, each under its heading. */
function asFile(value: Persona): EditedFile {
  if (typeof value === 'string') return { text: value, parse: saved => asWas(value, saved) }
  const texts = personaTexts(value)
  // Longer than any that stands in a text.
  const rule = '='.repeat(Math.max(5, ...texts.map(({ text }) => longestRule(text) + 1)))
  const heading = (channel: Channel | undefined) => `${rule} ${channel} ${rule}`
  const text = texts.map(({ channel, text }) => `${heading(channel)}\n\n${text}\n`).join('\n')
  return { text, parse: saved => parseChannels(saved, value, heading) }
}

function longestRule(text: string): number {
  return Math.max(0, ...(text.match(/^=+/gm) ?? []).map(({ length }) => length))
}

function parseChannels(
  saved: string,
  value: ChannelPersona,
  heading: (channel: Channel) => string,
): ChannelPersona | undefined {
  const found: ChannelPersona = {}
  let open: Channel | undefined
  let lines: string[] = []
  const close = () => {
    if (open) found[open] = asWas(value[open] ?? '', withoutEnds(lines).join('\n'))
    else if (lines.some(line => line.trim() !== '')) return false
    return true
  }
  for (const line of `${saved.replace(/\r\n/g, '\n').replace(/\n+$/, '\n')}\n`.split('\n').slice(0, -1)) {
    const channel = CHANNELS.find(each => line.trim() === heading(each))
    if (!channel) {
      lines.push(line)
      continue
    }
    if (!close()) return undefined
    open = channel
    lines = []
  }
  if (!close() || Object.keys(found).length === 0) return undefined
  return found
}

/** The empty lines that stand between a heading and its text. */
function withoutEnds(lines: string[]): string[] {
  return lines.slice(lines[0] === '' ? 1 : 0, lines.at(-1) === '' ? -1 : undefined)
}

/** Editors end a file with a line feed; where the text had none, what comes back has none either. */
function asWas(before: string, saved: string): string {
  return before.endsWith('\n') ? saved : saved.replace(/\r?\n$/, '')
}
