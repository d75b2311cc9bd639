/** Which kind of primitive an expression makes, and what its declaration says. */

import type { Class } from '@babel/types'
import type { LuaError } from '../../errors.js'
import {
  classChain,
  evaluate,
  type Handle,
  handedUp,
  isLuaPackage,
  notText,
  type Sources,
  type Static,
  type StaticInstance,
  type StaticObject,
  snippet,
  superclassOf,
} from '../../source/index.js'
import { kindMadeBy, type PrimitiveKind, specOf } from '../kinds.js'
import { nameOfClass } from '../names.js'
import { problemAt } from '../problem.js'
import { Fields } from './fields.js'
import type { Primitive } from './primitive.js'
import { type Site, siteOf } from './site.js'
import { isTouched } from './touched.js'

/** A member of a list that is of a kind this compiler does not know. */
interface NewerPrimitive {
  className: string
  name: string | undefined
}

type Classified = { primitive: Primitive } | { newer: NewerPrimitive } | { problem: LuaError }

/** What a declaration is made of, whichever way it is written. */
interface Declaration {
  kind: PrimitiveKind
  /** Expression or class that the artifact gives. */
  at: Handle
  isClass: boolean
  declared: Handle
  fields: Fields
}

/**
 * What a member of a list is.
 * @param expected the kind that the list is of
 * @param item the member as it is written, for messages
 */
export function classify(sources: Sources, value: Static, expected: PrimitiveKind, item: Handle): Classified {
  const found = declarationOf(sources, value, expected, item)
  if (!('kind' in found)) return found
  if (found.kind !== expected) {
    const { label } = specOf(found.kind)
    return {
      problem: problemAt(
        item,
        `\`${snippet(item)}\` is ${label}, in a list of which each member is ${specOf(expected).label}.`,
        `Move it to the list it belongs to${specOf(found.kind).list ? `: \`${specOf(found.kind).list}\`` : ''}.`,
      ),
    }
  }
  const site = siteOf(found.at)
  return site
    ? { primitive: primitiveOf(sources, found, site, value.at) }
    : { problem: insideFunction(item, expected) }
}

function primitiveOf(sources: Sources, found: Declaration, site: Site, made: Handle): Primitive {
  const { kind, declared, isClass, fields } = found
  return {
    kind,
    declared,
    site,
    isClass,
    fields,
    omit: kind === 'skill' && !isTouched(sources, made) ? fields.written(['tools'], site.module) : [],
    assign: {},
    name: fields.text('name'),
    fallbackName: classNameOf(declared, site),
    description: fields.text('description'),
    tools: [],
    workers: [],
  }
}

function classNameOf({ node }: Handle, { target }: Site): string | undefined {
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return undefined
  // `const Greet = class { … }` names it, too.
  const name = node.id?.name ?? (target.form === 'binding' ? target.name : undefined)
  return name && nameOfClass(name)
}

function declarationOf(
  sources: Sources,
  value: Static,
  expected: PrimitiveKind,
  item: Handle,
): Declaration | Exclude<Classified, { primitive: Primitive }> {
  switch (value.kind) {
    case 'instance':
      return instance(sources, value, expected, item)
    case 'object':
      return plainly(expected, value.at, new Fields(sources, value))
    case 'call': {
      const made = madeByLua(evaluate(sources, value.callee))
      // What any other function returns is found out by running it.
      if (made === undefined) return plainly(expected, value.at, new Fields(sources, undefined))
      return byLua(sources, made, value.at, value.args[0], expected)
    }
    case 'class':
      return { problem: classItself(item) }
    default:
      return { problem: notResolved(item, value, expected) }
  }
}

function plainly(kind: PrimitiveKind, at: Handle, fields: Fields): Declaration {
  return { kind, at, isClass: false, declared: at, fields }
}

function instance(
  sources: Sources,
  value: StaticInstance,
  expected: PrimitiveKind,
  item: Handle,
): ReturnType<typeof declarationOf> {
  const callee = evaluate(sources, value.callee)
  const made = madeByLua(callee)
  if (made !== undefined) return byLua(sources, made, value.at, value.args[0], expected)
  if (callee.kind === 'class') return ofClass(sources, value, callee.at as Handle<Class>, expected)
  if (callee.kind === 'unknown' && callee.code === 'UNRESOLVED')
    return { problem: notResolved(item, callee, expected) }
  // What an instance of any other class is like, of a package or made by a function, is found out by running it.
  return plainly(expected, value.at, new Fields(sources, undefined))
}

/** The name under which `lua-cli` exports a value. */
function madeByLua(value: Static): string | undefined {
  if (value.kind === 'external' && isLuaPackage(value.specifier)) return value.name.replace(/^default\./, '')
  const isGlobal = value.kind === 'global' && kindMadeBy(value.name) !== undefined
  return isGlobal ? value.name : undefined
}

function byLua(
  sources: Sources,
  className: string,
  at: Handle,
  argument: Handle | undefined,
  expected: PrimitiveKind,
): ReturnType<typeof declarationOf> {
  const value = argument && evaluate(sources, argument)
  const fields = new Fields(sources, value?.kind === 'object' ? value : undefined)
  const kind = kindMadeBy(className) ?? (expected === 'tool' ? 'tool' : undefined)
  if (kind === undefined) return { newer: { className, name: fields.text('name') } }
  return plainly(kind, at, fields)
}

/** `new WeatherTool()`: cut from the class where no argument is needed to make it, else from the expression. */
function ofClass(
  sources: Sources,
  value: StaticInstance,
  handle: Handle<Class>,
  expected: PrimitiveKind,
): ReturnType<typeof declarationOf> {
  const { classes, root } = lineage(sources, handle)
  const kind = (root === undefined ? undefined : kindMadeBy(root)) ?? expected
  const config = handedUp([...classes], value.args)
  const handed = root !== undefined && config ? evaluate(sources, config) : undefined
  const fields = new Fields(
    sources,
    handed?.kind === 'object' ? (handed as StaticObject) : undefined,
    classes,
  )
  // An instance that code works on must be that very instance in its artifact, not another one of its class.
  const isItself = isTouched(sources, value.at) && siteOf(value.at) !== undefined
  const fromClass = value.args.length === 0 && !isItself && siteOf(handle) !== undefined
  return { kind, at: fromClass ? handle : value.at, isClass: fromClass, declared: handle, fields }
}

/** A class with those it extends, and the class of `lua-cli` at the end, if there is one. */
function lineage(sources: Sources, handle: Handle<Class>): { classes: Handle<Class>[]; root?: string } {
  const toLua = classChain(sources, handle, value => madeByLua(value) !== undefined)
  if (toLua) {
    const root = superclassOf(sources, toLua.at(-1) as Handle<Class>)
    return { classes: toLua, root: root && madeByLua(root) }
  }
  const classes = [handle]
  for (;;) {
    const parent = superclassOf(sources, classes.at(-1) as Handle<Class>)
    if (parent?.kind !== 'class' || classes.some(known => known.node === parent.at.node)) return { classes }
    classes.push(parent.at as Handle<Class>)
  }
}

function classItself(item: Handle): LuaError {
  return problemAt(
    item,
    `\`${snippet(item)}\` is a class; the list needs an instance of it.`,
    `Write new ${snippet(item)}().`,
  )
}

function insideFunction(item: Handle, expected: PrimitiveKind): LuaError {
  return problemAt(
    item,
    `\`${snippet(item)}\` is made inside a function and depends on that function's variables.`,
    `Declare ${specOf(expected).label} at the top level of a module.`,
    'NOT_STATIC',
  )
}

function notResolved(item: Handle, value: Static, expected: PrimitiveKind): LuaError {
  const because = notText(value)
  const what = `\`${snippet(item)}\` cannot be resolved to ${specOf(expected).label}`
  const why =
    because.at.node === item.node ? `it ${because.what}` : `\`${snippet(because.at)}\` ${because.what}`
  return problemAt(
    because.at,
    `${what}: ${why}.`,
    because.code === 'UNRESOLVED'
      ? 'Correct the name or the import.'
      : 'Declare it as a constant, a class or an object that the list names directly.',
    because.code,
  )
}
