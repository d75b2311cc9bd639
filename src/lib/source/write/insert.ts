/** New properties and fields, in the style of their neighbours; and properties taken away. */
import type { ArrayExpression, Class, NewExpression, Node, ObjectExpression } from '@babel/types'
import type { Handle, Module } from '../names/module.js'
import { range } from '../names/nodes.js'
import type { Edit } from './edits.js'
import { arrange, type Entry } from './items.js'
import { endOfLineTail, eolOf, indentBefore, indentUnit, lineIndent, preferredQuote } from './layout.js'
import { freshLiteral, jsonString, type Quote, quoted } from './literal.js'

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
  // Any other way of writing it sets the prototype.
  if (key === '__proto__') return `['${key}']`
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
  object: Handle<ObjectExpression>,
  key: string,
  value: string,
  after?: Node,
): Edit[] {
  return insertMember(object, propertyText(object.module, object.node, key, value), after)
}

/** Inserts another property or item after one that is there, or as the first. */
export function insertMember(holder: Handle<Members>, code: string, after?: Node): Edit[] {
  const members = membersOf(holder)
  if (members.length === 0) return insertIntoEmpty(holder, code)
  const order: Entry[] = members.map((_, kept) => ({ kept }))
  return arrangeMembers(
    holder,
    order.toSpliced(after === undefined ? 0 : members.indexOf(after) + 1, 0, { code }),
  )
}

/** Comments between the brackets stay, before the member. */
function insertIntoEmpty({ module, node }: Handle<Members>, code: string): Edit[] {
  const { start, end } = range(node)
  const inside = module.text.slice(start + 1, end - 1)
  const pad = node.type === 'ObjectExpression' ? ' ' : ''
  if (inside.trim() === '') return [{ module, start: start + 1, end: end - 1, text: pad + code + pad }]
  const at = end - 1
  const indent = indentBefore(module.text, at)
  const text =
    indent === undefined
      ? (/\s$/.test(inside) ? '' : ' ') + code + pad
      : `${indentUnit(module.text)}${code}${eolOf(module)}${indent}`
  return [{ module, start: at, end: at, text }]
}

/** Takes a property or an item away. Comments stay. */
export function removeMember(holder: Handle<Members>, member: Node): Edit[] {
  const order = membersOf(holder).flatMap((other, kept) => (other === member ? [] : [{ kept }]))
  return arrangeMembers(holder, order)
}

type Members = ObjectExpression | ArrayExpression

function membersOf({ node }: Handle<Members>): Node[] {
  const members: (Node | null)[] = node.type === 'ObjectExpression' ? node.properties : node.elements
  return members.flatMap(member => member ?? [])
}

function arrangeMembers(holder: Handle<Members>, order: readonly Entry[]): Edit[] {
  const { module, node } = holder
  const { start, end } = range(node)
  const items = membersOf(holder).map(range)
  return arrange({ module, start: start + 1, end: end - 1, items, separator: ',' }, order) ?? []
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
  if (neighbour?.type !== 'ClassProperty') return ''
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
