/** Environment variables that an artifact cannot load without: it gets placeholders, which must not reach the manifest. */

import type { Primitive } from '../discover/primitive.js'
import { type Warning, warningAt } from '../problem.js'
import type { Inspection } from './protocol.js'
import { PLACEHOLDER } from './sandbox.js'

/** An inspection without the values that hold a placeholder, and what to say about them. */
export function withoutPlaceholders(
  { declared, kind, name }: Primitive,
  inspection: Inspection,
): { inspection: Inspection; warnings: Warning[] } {
  const { environment, values } = inspection
  if (environment.length === 0) return { inspection, warnings: [] }
  const gone = Object.keys(values).filter(key => JSON.stringify(values[key]).includes(PLACEHOLDER))
  const kept = Object.fromEntries(Object.entries(values).filter(([key]) => !gone.includes(key)))
  const label = `${kind} "${name ?? kept.name ?? '?'}"`
  const left = gone.length === 0 ? '' : ` ${gone.join(', ')} cannot be known and is left out of the manifest.`
  const warning = warningAt(
    declared,
    `The ${label} needs ${environment.join(', ')} from the environment to load; it was loaded with placeholders.${left}`,
    'Read the environment inside the function that needs it.',
  )
  return { inspection: { ...inspection, values: kept }, warnings: [warning] }
}
