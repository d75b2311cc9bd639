/** Data as new code. */
import type { Class, ObjectExpression } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Json } from '../value/json.js'
import { keyCode, literalFor } from './insert.js'
import { eolOf, indentUnit } from './layout.js'
import { freshLiteral, type Quote } from './literal.js'

interface DataStyle {
  /** Indentation of the line that the code begins on; undefined: everything stands in one line. */
  margin?: string
  /** Texts get the quotes of the strings in it. */
  among?: ObjectExpression | Class
  /** Texts get the quotes of this one. */
  quoteOf?: Handle
}

/** An object stands over several lines where the code around it does; a list in one, unless it holds objects. */
export function dataCode(module: Module, value: Json, style: DataStyle): string {
  const { margin, among, quoteOf } = style
  if (typeof value === 'string') {
    if (!quoteOf || module.form === 'json') return literalFor(module, value, among)
    return freshLiteral(value, quoteOf.module.text[range(quoteOf.node).start] as Quote, eolOf(module))
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = margin === undefined ? style : { ...style, margin: margin + indentUnit(module.text) }
  if (Array.isArray(value)) {
    const items = value.map(item => dataCode(module, item, inner))
    return value.some(item => typeof item === 'object')
      ? block(module, ['[', ']'], items, style)
      : `[${items.join(', ')}]`
  }
  const members = Object.entries(value).map(
    ([key, member]) => `${keyCode(module, key, among)}: ${dataCode(module, member, inner)}`,
  )
  return block(module, ['{', '}'], members, style)
}

function block(
  module: Module,
  [open, close]: [string, string],
  parts: string[],
  { margin }: DataStyle,
): string {
  if (parts.length === 0) return open + close
  const pad = open === '{' ? ' ' : ''
  if (margin === undefined) return `${open}${pad}${parts.join(', ')}${pad}${close}`
  const eol = eolOf(module)
  const line = `${eol}${margin}${indentUnit(module.text)}`
  const last = module.form === 'json' ? '' : ','
  return `${open}${line}${parts.join(`,${line}`)}${last}${eol}${margin}${close}`
}
