/** `skill.addTool(…)` and `skill.addTools([…])`, in any module that was read on the way. */

import type { Node, Statement } from '@babel/types'
import { evaluate, type Handle, literalKey, type Sources, unwrap } from '../../source/index.js'
import { bodyOf } from './site.js'

interface AddedTools {
  argument: Handle
  /** `addTools`: the argument is a list of tools. */
  isList: boolean
}

/** The tools that are added to a skill later: by its own module, which runs first, then by others; in source order. */
export function addedTools(sources: Sources, declared: Handle): AddedTools[] {
  const skill: Node = declared.node
  return [...new Set([declared.module.path, ...sources.parsed])].flatMap(path => {
    const module = sources.module(path)
    if (module.form !== 'code' || !module.text.includes('.addTool')) return []
    return bodyOf(module).flatMap(statement => {
      const call = addCall(statement)
      if (!call || evaluate(sources, { module, node: call.skill }).at.node !== skill) return []
      return call.args.map(node => ({ argument: { module, node }, isList: call.isList }))
    })
  })
}

/** Is a statement nothing but such a call? */
export function isAddCall(statement: Statement): boolean {
  return addCall(statement) !== undefined
}

/** The skill that such a call adds to. */
export function addedTo(statement: Statement): Node | undefined {
  return addCall(statement)?.skill
}

function addCall(statement: Statement): { skill: Node; args: Node[]; isList: boolean } | undefined {
  if (statement.type !== 'ExpressionStatement') return undefined
  const call = unwrap(statement.expression)
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const method = literalKey(call.callee.property, call.callee.computed)
  if (method !== 'addTool' && method !== 'addTools') return undefined
  return { skill: call.callee.object, args: call.arguments, isList: method === 'addTools' }
}
