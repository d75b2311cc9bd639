/** What an expression means to the reader, as one line: for tables. */
import { evaluate, type Handle, type Static } from '../../../../src/lib/source/index.js'
import { type Files, sourcesOf } from '../memory.js'

export const OTHERS: Files = { 'src/t.json': '{"a":"json"}', 'src/t.md': 'file\n' }

/** `quoted(abc)`: characters of such a literal, `@2`: from that character on; what no literal holds stands bare. */
function shown(value: Static, text: (at: Handle) => string): string {
  if (value.kind === 'unknown') {
    const marks = [value.interpolated && 'interpolated', value.isUnset && 'unset'].filter(Boolean)
    return [`${text(value.at)} ${value.what}`, ...marks].join(', ')
  }
  const unset = (value.environment ?? []).map(({ variable }) => `, without ${variable}`).join('')
  if (value.kind === 'plain') return `plain ${value.value}${unset}`
  if (value.kind !== 'string') return value.kind + unset
  const segments = value.segments.map(segment => {
    const from = segment.from > 0 ? `@${segment.from}` : ''
    return segment.leaf ? `${segment.leaf.style}(${segment.text}${from})` : segment.text
  })
  const wrappers = value.wrappers.map(({ label, inner, indent }) => {
    const taken = indent === undefined ? '' : `(${indent.replaceAll('\t', '→').replaceAll(' ', '·')})`
    return ` < ${label}${taken} of ${text(inner)}`
  })
  if (segments.length > 0 && value.segments.map(segment => segment.text).join('') !== value.value)
    throw new Error(value.value)
  return segments.join('|') + wrappers.join('') + unset
}

/** Every place that a value names. */
function placesIn(value: Static): (Handle | undefined)[] {
  const own = [value.at, ...value.trail, ...(value.environment ?? []).map(({ at }) => at)]
  if (value.kind === 'object')
    return own.concat([...value.properties.values()].flatMap(property => [property.value, ...property.via]))
  if (value.kind === 'array') return own.concat(value.items as Handle[])
  return value.kind === 'call' || value.kind === 'instance' ? [...own, value.callee, ...value.args] : own
}

/** The code at a place. @throws where it is none */
function codeAt({ module, node }: Handle): string {
  const { start, end } = node
  if (typeof start !== 'number' || typeof end !== 'number') throw new Error('a place without code')
  return module.text.slice(start, end)
}

function evaluated(expression: string, before: string, others: Files): Static {
  const code = `${before}\nexport default ${expression}`
  const sources = sourcesOf({ 'src/index.ts': code, ...others })
  const module = sources.module('/project/src/index.ts')
  const node = module.exports.named.get('default')?.node
  if (node === undefined) throw new Error('no default export')
  const value = evaluate(sources, { module, node })
  for (const place of placesIn(value)) if (place) codeAt(place)
  if (evaluate(sources, { module, node }) !== value) throw new Error('not the same again')
  return value
}

/** The meaning of an expression behind these declarations. */
export function meaning(expression: string, before: string, others: Files = OTHERS): string {
  return shown(evaluated(expression, before, others), codeAt)
}

/** The way to the value of an expression, from what is asked about. */
export function wayTo(expression: string, before: string, others: Files = OTHERS): string[] {
  return evaluated(expression, before, others).trail.map(codeAt)
}

/** The properties of an object, or the items of a list, and the spreads that brought them. */
export function partsOf(expression: string, before: string, others: Files = OTHERS): string[] {
  const value = evaluated(expression, before, others)
  if (value.kind === 'array') return value.items.map(item => (item ? codeAt(item) : 'hole'))
  if (value.kind !== 'object') throw new Error(value.kind)
  return [...value.properties.values()].map(({ key, form, value, via }) =>
    [`${key}: ${form} ${codeAt(value)}`, ...via.map(codeAt)].join(' < '),
  )
}
