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
  if (value.kind !== 'string') return value.kind === 'plain' ? `plain ${value.value}` : value.kind
  const segments = value.segments.map(segment => {
    const from = segment.from > 0 ? `@${segment.from}` : ''
    return segment.leaf ? `${segment.leaf.style}(${segment.text}${from})` : segment.text
  })
  const wrappers = value.wrappers.map(({ label, inner }) => ` < ${label} of ${text(inner)}`)
  if (segments.length > 0 && value.segments.map(segment => segment.text).join('') !== value.value)
    throw new Error(value.value)
  return segments.join('|') + wrappers.join('')
}

/** The meaning of an expression behind these declarations. */
export function meaning(expression: string, before: string, others: Files = OTHERS): string {
  const code = `${before}\nexport default ${expression}`
  const sources = sourcesOf({ 'src/index.ts': code, ...others })
  const module = sources.module('/project/src/index.ts')
  const node = module.exports.named.get('default')?.node
  if (node === undefined) throw new Error('no default export')
  return shown(evaluate(sources, { module, node }), at =>
    at.module.text.slice(at.node.start as number, at.node.end as number),
  )
}
