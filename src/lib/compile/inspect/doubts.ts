/** Values that are not the same wherever and whenever a project is compiled: they must not reach the manifest unnoticed. */

import type { LuaError } from '../../errors.js'
import type { Primitive } from '../discover/primitive.js'
import { problemAt, type Warning, warningAt } from '../problem.js'
import type { Inspection } from './protocol.js'
import { PLACEHOLDER } from './sandbox.js'

export interface Doubts {
  /** Without values that hold a placeholder. */
  inspection: Inspection
  problems: LuaError[]
  warnings: Warning[]
}

/** A primitive goes by its name, and a webhook is guarded by its secret: these have to be known. */
const FIRM: Record<string, string> = {
  name: 'Write it as a text: the platform knows it by that name.',
  secret:
    'Without it anybody could call the webhook. Leave `secret` out, and check the signature in `execute` with a key that is read there.',
}

/** What of an inspection cannot be relied on, and what to say about it. */
export function doubtsAbout(primitive: Primitive, raw: Inspection): Doubts {
  const { environment, values } = raw
  const gone =
    environment.length === 0
      ? []
      : Object.keys(values).filter(key => JSON.stringify(values[key]).includes(PLACEHOLDER))
  const kept = Object.fromEntries(Object.entries(values).filter(([key]) => !gone.includes(key)))
  const doubts: Doubts = { inspection: { ...raw, values: kept }, problems: [], warnings: [] }
  const label = `${primitive.kind} "${primitive.name ?? kept.name ?? '?'}"`
  if (environment.length > 0) doubts.warnings.push(needed(primitive, label, environment, gone))
  const unstable = [...raw.unstable, ...gone.map(field => ({ field, environment }))]
  for (const { field, environment: from } of unstable) {
    const at = primitive.fields.get(field)?.at ?? primitive.declared
    const cause = from.length === 0 ? 'on the clock or on chance' : `on the environment (${from.join(', ')})`
    const what = `\`${field}\` of the ${label} depends ${cause}`
    const firm = FIRM[field]
    if (firm) doubts.problems.push(problemAt(at, `${what}: it cannot be known while it is compiled.`, firm))
    else if (!gone.includes(field))
      doubts.warnings.push(warningAt(at, `${what}; the manifest has its default.`, DEFAULT))
  }
  return doubts
}

const DEFAULT =
  'What the platform reads from the manifest is the same everywhere: make it a constant, or a function.'

function needed(
  primitive: Primitive,
  label: string,
  environment: readonly string[],
  gone: readonly string[],
): Warning {
  const left = gone.length === 0 ? '' : ` ${gone.join(', ')} cannot be known and is left out of the manifest.`
  return warningAt(
    primitive.declared,
    `The ${label} needs ${environment.join(', ')} from the environment to load; it was loaded with placeholders.${left}`,
    'Read the environment inside the function that needs it.',
  )
}
