/** `lua sync --only primitives`: what is deployed, against `lua.skill.yaml`. */

import { LuaError } from '../lib/errors.js'
import { primitivesDocument, renderPrimitives } from '../lib/report/primitives.js'
import { renderUnverified } from '../lib/report/text.js'
import { comparePrimitives } from '../lib/sync/primitives.js'
import type { Output } from './output.js'
import type { Session } from './session.js'

/** What cannot be done with them. */
const WRITES = ['pull', 'accept', 'push', 'merge'] as const

interface PrimitiveFlags extends Partial<Record<(typeof WRITES)[number], boolean>> {
  only?: string[]
  all?: boolean
  'require-server'?: boolean
}

/**
 * Compares and shows them. @returns the document
 * @throws LuaError USAGE for what is no check of primitives alone; else as the rooms do, but for an unreachable server
 *   that nobody requires
 */
export async function checkPrimitives(
  { project, server, look }: Session,
  flags: PrimitiveFlags,
  { format, print, tell }: Output,
) {
  refuseOthers(flags, format)
  try {
    const primitives = await comparePrimitives(project, server)
    print?.(renderPrimitives(primitives, look))
    return primitivesDocument(server, primitives)
  } catch (error) {
    const isUnreachable = error instanceof LuaError && error.code === 'SERVER_UNREACHABLE'
    if (!isUnreachable || flags['require-server']) throw error
    tell(renderUnverified({ failure: error }, look))
    return primitivesDocument(server, [], error)
  }
}

function refuseOthers(flags: PrimitiveFlags, format: Output['format']): void {
  const isDocument = format === 'text' || format === 'json'
  const other =
    [...WRITES, 'all' as const].find(name => flags[name]) ?? (isDocument ? '' : `format ${format}`)
  if (other === '' && flags.only?.every(each => each === 'primitives')) return
  const what = other === '' ? flags.only?.join(',') : `--${other}`
  throw new LuaError('USAGE', `Primitives are looked at alone, as text or JSON: not with ${what}.`, {
    hint: 'lua sync --check --only primitives compares them; lua push and lua deploy change them.',
  })
}
