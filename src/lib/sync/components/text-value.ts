import type { Persona } from '../../persona.js'

/** The value of a component that is always one text. */
export function asText(value: Persona): string {
  if (typeof value !== 'string') throw new TypeError('a text was expected')
  return value
}
