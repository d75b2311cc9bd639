/** Values that are not the same wherever and whenever a project is compiled: they must not reach the manifest unnoticed. */

import type { LuaError } from '../../errors.js'
import type { Primitive } from '../discover/primitive.js'
import { specOf } from '../kinds.js'
import { causeOf, hasDefault, problemAt, type Warning, warningAt } from '../problem.js'
import type { Inspection } from './protocol.js'
import { PLACEHOLDER } from './sandbox.js'

interface Doubts {
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

/** The parts of an inspection that cannot be relied on, and what to say about them. */
export function doubtsAbout(primitive: Primitive, raw: Inspection): Doubts {
  const { environment } = raw
  const held = environment.length === 0 ? [] : holdingPlaceholders(primitive, raw)
  const gone = held.map(({ field }) => field)
  const inspection = {
    ...raw,
    values: without(raw.values, gone),
    schemas: without(
      raw.schemas,
      held.map(({ key }) => key),
    ),
  }
  const doubts: Doubts = { inspection, problems: [], warnings: [] }
  const label = `${primitive.kind} "${primitive.name ?? inspection.values.name ?? '?'}"`
  if (environment.length > 0) doubts.warnings.push(needed(primitive, label, environment, gone))
  const unstable = [...raw.unstable, ...gone.map(field => ({ field, environment }))]
  for (const { field, environment: from } of unstable) {
    const at = primitive.fields.get(field)?.at ?? primitive.declared
    const what = `\`${field}\` of the ${label}`
    const firm = FIRM[field]
    if (firm)
      doubts.problems.push(
        problemAt(at, `${what} depends ${causeOf(from)}: it cannot be known while it is compiled.`, firm),
      )
    else if (!gone.includes(field)) doubts.warnings.push(hasDefault(at, what, from))
  }
  return doubts
}

/** Fields, and under which key they were found. */
function holdingPlaceholders({ kind }: Primitive, { values, schemas }: Inspection) {
  const held = (found: Record<string, unknown>) =>
    Object.keys(found).filter(key => JSON.stringify(found[key]).includes(PLACEHOLDER))
  return [
    ...held(values).map(key => ({ key, field: key })),
    ...held(schemas).map(key => ({ key, field: specOf(kind).schemas[key] ?? key })),
  ]
}

const without = (found: Record<string, unknown>, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(found).filter(([key]) => !keys.includes(key)))

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
