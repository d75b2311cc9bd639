/** New properties and fields, in the style of their neighbours; and properties taken away. */
import type { ArrayExpression, Class, NewExpression, Node, ObjectExpression } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Edit } from './edits.js'
import {
  endOfLineTail,
  eolOf,
  indentBefore,
  indentUnit,
  lineIndent,
  preferredQuote,
  skipTrivia,
} from './layout.js'
import { freshLiteral, jsonString, type Quote, quoted } from './render.js'

/** A text as a new literal of a file, with the quotes of the strings in `among`, or of the file. */
export function literalFor(module: Module, text: string, among?: ObjectExpression | Class): string {
  if (module.form === 'json') return jsonString(text)
  return freshLiteral(text, quoteAmong(module, among) ?? preferredQuote(module), eolOf(module))
}

function quoteAmong(module: Module, among: ObjectExpression | Class | undefined): Quote | undefined {
  if (among === undefined) return undefined
  const members: Node[] = among.type === 'ObjectExpression' ? among.properties : among.body.body
  const values = members.flatMap(member => ('value' in member && member.value ? [member.value as Node] : []))
  const text = values.find(value => value.type === 'StringLiteral')
  return text && (module.text[range(text).start] as Quote)
}

/** `key: value` as the object's other keys are written. */
function propertyText(module: Module, object: ObjectExpression, key: string, value: string): string {
  return `${keyCode(module, key, object)}: ${value}`
}

/** A key as the object's other keys are written: with quotes where all have them, or where it needs them. */
export function keyCode(module: Module, key: string, among?: ObjectExpression | Class): string {
  if (module.form === 'json') return jsonString(key)
  const properties = among?.type === 'ObjectExpression' ? among.properties : []
  const keys = properties.flatMap(node => ('key' in node ? [node.key] : []))
  const first = keys[0]
  if (first !== undefined && keys.every(node => node.type === 'StringLiteral')) {
    return quoted(key, module.text[range(first).start] as Quote)
  }
  return /^[A-Za-z_$][\w$]*$/.test(key)
    ? key
    : quoted(key, quoteAmong(module, among) ?? preferredQuote(module))
}

/** Inserts a property after another one of the object, or as its first. */
export function insertProperty(
  { module, node: object }: Handle<ObjectExpression>,
  key: string,
  value: string,
  after?: Node,
): Edit[] {
  const text = propertyText(module, object, key, value)
  const first = object.properties[0]
  if (first === undefined) return insertIntoEmpty(module, object, text)
  return after === undefined
    ? insertFirst(module, object, first, text)
    : insertAfter(module, object, after, text)
}

function insertIntoEmpty(module: Module, object: ObjectExpression, text: string): Edit[] {
  const { start, end } = range(object)
  const inside = module.text.slice(start + 1, end - 1)
  if (inside.trim() === '') return [{ module, start: start + 1, end: end - 1, text: ` ${text} ` }]
  const at = end - 1
  const indent = indentBefore(module.text, at)
  const line =
    indent === undefined ? ` ${text} ` : `${indentUnit(module.text)}${text}${eolOf(module)}${indent}`
  return [{ module, start: at, end: at, text: line }]
}

function insertFirst(module: Module, object: ObjectExpression, first: Node, text: string): Edit[] {
  const { start } = range(first)
  const indent = indentBefore(module.text, start)
  if (indent === undefined) return [{ module, start, end: start, text: `${text}, ` }]
  const at = endOfLineTail(module.text, range(object).start + 1)
  return [{ module, start: at, end: at, text: `${eolOf(module)}${indent}${text},` }]
}

/** Another member of an object or item of a list, behind one that is there and what is said of it on its line. */
export function insertAfter(module: Module, object: Members, after: Node, text: string): Edit[] {
  const { end } = range(after)
  const indent = indentBefore(module.text, range(after).start)
  const comma = skipTrivia(module.text, end)
  const hasComma = module.text[comma] === ','
  const at = hasComma ? comma + 1 : end
  if (indent === undefined || !breaksAfter(module, object, after)) {
    return [{ module, start: at, end: at, text: hasComma ? ` ${text},` : `, ${text}` }]
  }
  const tail = endOfLineTail(module.text, at)
  const line = `${eolOf(module)}${indent}${text}${hasComma ? ',' : ''}`
  if (hasComma) return [{ module, start: tail, end: tail, text: line }]
  if (tail === at) return [{ module, start: at, end: at, text: `,${line}` }]
  return [
    { module, start: at, end: at, text: ',' },
    { module, start: tail, end: tail, text: line },
  ]
}

/** Does what follows a property, or the end of the object, stand on a line of its own? */
function breaksAfter(module: Module, object: Members, after: Node): boolean {
  const next = beside(object, after, 1)
  const offset = next == null ? range(object).end - 1 : range(next).start
  return indentBefore(module.text, offset) !== undefined
}

type Members = ObjectExpression | ArrayExpression

function beside(object: Members, member: Node, step: 1 | -1): Node | null | undefined {
  const members: (Node | null)[] = object.type === 'ObjectExpression' ? object.properties : object.elements
  return members[members.indexOf(member) + step]
}

/** Takes a property or an item away with its comma, and with its line if nothing else is on it. Comments stay. */
export function removeMember({ module, node: object }: Handle<Members>, property: Node): Edit[] {
  const { text } = module
  const { start, end } = range(property)
  const comma = skipTrivia(text, end)
  const hasComma = text[comma] === ','
  if (!hasComma) return [...removePreviousComma(module, object, property), removeSpan(module, start, end)]
  if (comma === end) return [removeSpan(module, start, comma + 1)]
  return [removeSpan(module, start, end), { module, start: comma, end: comma + 1, text: '' }]
}

function removePreviousComma(module: Module, object: Members, property: Node): Edit[] {
  const before = beside(object, property, -1)
  if (before == null) return []
  const comma = skipTrivia(module.text, range(before).end)
  return [{ module, start: comma, end: comma + 1, text: '' }]
}

function removeSpan(module: Module, start: number, end: number): Edit {
  const { text } = module
  const indent = indentBefore(text, start)
  const rest = /^[ \t]*(\r\n|\n|\r)/.exec(text.slice(end))
  if (indent !== undefined && rest)
    return { module, start: start - indent.length, end: end + rest[0].length, text: '' }
  const blanks = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0
  return { module, start, end: end + blanks, text: '' }
}

/** Inserts a field after another member, which it looks like, or as the first of the class. */
export function insertField(
  { module, node }: Handle<Class>,
  key: string,
  value: string,
  after?: Node,
): Edit[] {
  const { text } = module
  const neighbour = after ?? node.body.body[0]
  if (neighbour === undefined) {
    const { start, end } = range(node.body)
    const inner = `${lineIndent(text, start)}${indentUnit(text)}`
    const eol = eolOf(module)
    const isBlank = text.slice(start + 1, end - 1).trim() === ''
    const line = `${eol}${inner}${key} = ${value}${isBlank ? eol + lineIndent(text, start) : ''}`
    return [{ module, start: start + 1, end: isBlank ? end - 1 : start + 1, text: line }]
  }
  const span = range(neighbour)
  const line = `${modifiers(module, after)}${key} = ${value}`
  const indent = indentBefore(text, span.start)
  if (after === undefined) {
    const separator = indent === undefined ? '; ' : `${semicolon(module, node)}${eolOf(module)}${indent}`
    return [{ module, start: span.start, end: span.start, text: line + separator }]
  }
  const mark = text[span.end - 1] === ';' ? ';' : ''
  if (indent === undefined)
    return [{ module, start: span.end, end: span.end, text: `${mark ? '' : ';'} ${line};` }]
  const at = endOfLineTail(text, span.end)
  return [{ module, start: at, end: at, text: `${eolOf(module)}${indent}${line}${mark}` }]
}

/** `override readonly` and the like, as the neighbour has them. */
function modifiers(module: Module, neighbour: Node | undefined): string {
  if (neighbour?.type !== 'ClassProperty' || neighbour.decorators?.length) return ''
  const before = module.text.slice(range(neighbour).start, range(neighbour.key).start)
  return /^(?:(?:public|protected|override|readonly)\s+)*$/.test(before) ? before : ''
}

function semicolon(module: Module, node: Class): string {
  const fields = node.body.body.filter(member => member.type === 'ClassProperty')
  return fields.some(field => module.text[range(field).end - 1] === ';') || fields.length === 0 ? ';' : ''
}

/** Gives `new LuaAgent()` its config. */
export function insertConfig({ module, node }: Handle<NewExpression>, key: string, value: string): Edit[] {
  const { end } = range(node)
  const hasParens = module.text[end - 1] === ')'
  const at = hasParens ? end - 1 : end
  const config = `{ ${key}: ${value} }`
  return [{ module, start: at, end: at, text: hasParens ? config : `(${config})` }]
}
