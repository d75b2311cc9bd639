/**
 * Pushing what the server holds once, without versions: it is written, read back, and gone for good where it was another.
 */

import { LuaError } from '../../errors.js'
import type { Agent, LuaServer } from '../../server/index.js'
import type { Receipt } from './component.js'
import { after, settled } from './settled.js'

export interface SingleValue {
  /** `name`, `model`. */
  what: string
  /** How the write is spoken of: "the agent" was "renamed". */
  subject: string
  verb: string
  write: () => Promise<void>
  /** Does the agent hold it now? */
  isHeld: (agent: Agent) => boolean
  /** What it holds, for a message. */
  shown: (agent: Agent) => string
}

/** @throws LuaError as the server room does; SERVER_INVALID if the server then holds something else */
export async function pushSingle(
  server: LuaServer,
  { what, subject, verb, write, isHeld, shown }: SingleValue,
): Promise<Receipt> {
  const done = async () => {
    await write()
    return true
  }
  const look = async () => isHeld(await server.getAgent()) || undefined
  await settled(done, look, {
    subject,
    verb,
    findOut: `lua sync --check shows its ${what} once the server answers again.`,
  })
  const now = await after(`The${subject.slice(3)} was ${verb}`, () => server.getAgent())
  if (isHeld(now)) return { created: true, status: 'published', deployed: false }
  throw new LuaError('SERVER_INVALID', `The server accepted the new ${what}, but ${shown(now)} now.`, {
    hint: 'Someone may have changed it at the same moment. Run lua sync again.',
  })
}
