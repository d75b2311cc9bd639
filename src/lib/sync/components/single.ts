/**
 * What the server holds once, without versions: a push writes it and reads it back, and what was there is gone.
 */

import { LuaError } from '../../errors.js'
import type { Agent, LuaServer } from '../../server/index.js'
import type { Value } from '../model.js'
import type { Component, Receipt } from './component.js'
import { confirmed, havingDone } from './unclear-write.js'
import { asPersona, sameOrNone, type Values } from './values.js'

interface Single extends Values {
  /** How the write is spoken of: "the agent" was "renamed". */
  deed: { subject: string; verb: string }
  /** What an agent on the server has. */
  of(agent: Agent): Value | undefined
  /** `null`: none, as before there was one. */
  write(server: LuaServer, value: Value | null): Promise<void>
}

/** The server's side of such a component. */
export function single(
  key: string,
  it: Single,
): Pick<Component, 'key' | 'server' | 'push' | 'restore'> & Values {
  const { deed: _, of, write: __, ...values } = it
  return {
    ...values,
    key,
    server: ({ agent }) => ({ value: of(agent) }),
    push: (server, value) => write(server, key, it, value),
    restore: async (server, { state, before }) => {
      if (sameOrNone(it, of(state.agent), before)) return { done: false }
      await write(server, key, it, before)
      return { done: true, notes: before === undefined ? [`The server has no ${key} again, as before.`] : [] }
    },
  }
}

/** @throws LuaError as the server room does; SERVER_INVALID if the server then holds something else */
async function write(server: LuaServer, key: string, it: Single, value: Value | undefined): Promise<Receipt> {
  const { subject, verb } = it.deed
  const isHeld = (agent: Agent) => sameOrNone(it, it.of(agent), value)
  const done = async () => {
    await it.write(server, value ?? null)
    return true
  }
  const look = async () => isHeld(await server.getAgent()) || undefined
  await confirmed(done, look, {
    subject,
    verb,
    findOut: `lua sync --check shows its ${key} once the server answers again.`,
  })
  const now = await havingDone(`The${subject.slice(3)} was ${verb}`, () => server.getAgent())
  if (isHeld(now)) return { created: true, status: 'published', deployed: false }
  throw new LuaError(
    'SERVER_INVALID',
    `The server accepted the new ${key}, but has ${asWords(it.of(now), it)} now.`,
    {
      hint: 'Someone may have changed it at the same moment. Run lua sync again.',
    },
  )
}

function asWords(value: Value | undefined, { shown }: Values): string {
  if (value === undefined) return 'none'
  const text = asPersona(shown(value))
  return typeof text === 'string' && !text.includes('\n') ? `"${text}"` : 'another'
}
