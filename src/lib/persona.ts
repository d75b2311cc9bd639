/**
 * The persona as a value: one text, or one text per channel. Ground floor: both the source room and the
 * server room speak of personas and must mean the same.
 */

import { createHash } from 'node:crypto'

/** Channels of a channel-aware persona, in the order in which they are shown and written. */
export const CHANNELS = ['base', 'voice', 'text'] as const
export type Channel = (typeof CHANNELS)[number]
export type ChannelPersona = { [channel in Channel]?: string }
export type Persona = string | ChannelPersona

/** Is this a persona: a string, or an object whose keys are all channels and whose values are all strings? */
export function isPersona(value: unknown): value is Persona {
  if (typeof value === 'string') return true
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const entries = Object.entries(value)
  return (
    entries.length > 0 &&
    entries.every(([key, text]) => (CHANNELS as readonly string[]).includes(key) && typeof text === 'string')
  )
}

/** The texts of a persona with their channel; a plain persona has one, with no channel. */
export function personaTexts(persona: Persona): { channel?: Channel; text: string }[] {
  if (typeof persona === 'string') return [{ text: persona }]
  return CHANNELS.flatMap(channel => {
    const text = persona[channel]
    return text === undefined ? [] : [{ channel, text }]
  })
}

/** Does it say anything? */
export function hasText(persona: Persona): boolean {
  return personaTexts(persona).some(({ text }) => text.trim() !== '')
}

/** A persona as one text: itself, or the JSON of its channels in their fixed order. */
export function asOneText(persona: Persona): string {
  if (typeof persona === 'string') return persona
  const channels = personaTexts(persona).map(({ channel, text }) => [channel, text])
  return JSON.stringify(Object.fromEntries(channels), null, 2)
}

/** The first 16 hex digits of the SHA-256 of `asOneText`, as the platform hashes files. */
export function personaHash(persona: Persona): string {
  return createHash('sha256').update(asOneText(persona)).digest('hex').slice(0, 16)
}
