/** `lua sync --only primitives`: what is deployed, against `lua.skill.yaml`. */

import { LuaError } from '../lib/errors.js'
import { primitivesDocument, renderPrimitives } from '../lib/report/primitives.js'
import { comparePrimitives } from '../lib/sync/primitives.js'
import type { Output } from './output.js'
import type { Session } from './session.js'

/** What cannot be done with them. */
const WRITES = ['pull', 'accept', 'push', 'merge'] as const

interface PrimitiveFlags extends Partial<Record<(typeof WRITES)[number], boolean>> {
  only?: string[]
  all?: boolean
}

/** @throws LuaError USAGE for what is no check of primitives alone; else as the rooms do */
export async function checkPrimitives(
  { project, server, look }: Session,
  flags: PrimitiveFlags,
  { format, print }: Output,
) {
  const write = WRITES.find(name => flags[name])
  const reason = write ?? (flags.all ? 'all' : undefined)
  if (reason || flags.only?.some(each => each !== 'primitives') || (format !== 'text' && format !== 'json')) {
    throw new LuaError(
      'USAGE',
      `Primitives can only be looked at, and alone${reason ? `, so --${reason} does not go with --only primitives` : ''}.`,
      { hint: 'lua sync --check --only primitives compares them; lua push and lua deploy change them.' },
    )
  }
  const primitives = await comparePrimitives(project, server)
  print?.(renderPrimitives(primitives, look))
  const document = primitivesDocument({ agentId: server.agentId, serverUrl: server.url }, primitives)
  return { drift: document.status === 'drift', document }
}
