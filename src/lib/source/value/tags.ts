/** Tagged templates whose value is known: `String.raw`, and the tags that remove indentation. */
import type { TaggedTemplateExpression } from '@babel/types'
import type { Handle } from '../names/module.js'
import { type Dedenter, dedenterOf } from './dedent.js'
import { type Span, slice } from './segments.js'
import { interpolate, throughCall } from './strings.js'
import { type Context, type Static, snippet, unknown } from './values.js'

export function taggedTemplate(context: Context, at: Handle<TaggedTemplateExpression>): Static {
  const { module, node } = at
  const tag = context.evaluate({ module, node: node.tag })
  if (tag.kind === 'global' && tag.name === 'String.raw') return rawTemplate(context, at)
  if (tag.kind === 'unknown') return tag
  const dedenter = tag.kind === 'external' ? dedenterOf(tag.specifier, tag.name) : undefined
  if (dedenter === undefined) return unknown(at, 'is the result of a tag function')
  return dedented(context, at, dedenter)
}

/** `String.raw` sees the text as it stands; line endings are LF to it, too. */
function rawTemplate(context: Context, at: Handle<TaggedTemplateExpression>): Static {
  const inner = { module: at.module, node: at.node.quasi }
  const text = interpolate(context, inner, rawTexts(at.node), 'raw', inner)
  if (text.kind === 'unknown') return text
  return throughCall(at, text, { segments: text.segments, label: '`String.raw`', inner })
}

function rawTexts(node: TaggedTemplateExpression): string[] {
  return node.quasi.quasis.map(quasi => quasi.value.raw.replace(/\r\n?/g, '\n'))
}

/**
 * A tag that sees the template uncooked decides by its version what escapes mean. Only the escaped backtick,
 * the same to all of them, is followed there.
 */
function dedented(context: Context, at: Handle<TaggedTemplateExpression>, dedenter: Dedenter): Static {
  const { module, node } = at
  const label = `\`${snippet({ module, node: node.tag })}\``
  const inner = { module, node: node.quasi }
  const quasis = dedenter.raw
    ? rawTexts(node).map(text => text.replaceAll('\\`', '`'))
    : node.quasi.quasis.map(quasi => quasi.value.cooked as string)
  if (dedenter.raw && quasis.some(text => text.includes('\\'))) {
    return unknown(at, `has an escape under ${label}, whose meaning depends on its version`)
  }
  const text = interpolate(context, inner, quasis, dedenter.raw ? 'uncooked' : 'quasi', inner)
  if (text.kind === 'unknown') return text
  const kept = dedenter.kept(quasis, valueTexts(context, at))
  if (kept === undefined) return unknown(at, `has a value of several lines under ${label}`)
  const segments = kept.flatMap(([start, end]) => slice(text.segments, start, end))
  return throughCall(at, text, {
    segments: segments.length === 0 ? slice(text.segments, 0, 0) : segments,
    label,
    inner,
    indent: indentOf(text.value, kept),
  })
}

/** The blanks before the first range that stays. */
function indentOf(text: string, kept: Span[]): string | undefined {
  for (const [start] of kept) {
    const blanks = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
    if (/^[ \t]+$/.test(blanks)) return blanks
  }
  return undefined
}

/** The texts of the interpolated values, which are known when the template is. */
function valueTexts(context: Context, { module, node }: Handle<TaggedTemplateExpression>): string[] {
  return node.quasi.expressions.map(expression => {
    const value = context.evaluate({ module, node: expression })
    return value.kind === 'string' || value.kind === 'plain' ? String(value.value) : ''
  })
}
