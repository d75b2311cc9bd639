/** What the agent declares beside name and persona, as data. */
import type { LuaError, SourceLocation } from '../../errors.js'
import type { Sources } from '../names/sources.js'
import { type Json, staticJson } from '../value/json.js'
import type { StaticUnknown } from '../value/values.js'
import type { AgentDeclaration } from './agent.js'
import { declaredProperty } from './declared.js'
import { type EnvironmentRead, environmentReads, notKnown, unsetVariable } from './read.js'

/** A property that is neither a text nor a persona, as data. */
type PropertyValue =
  | { kind: 'value'; value: Json; location: SourceLocation; environment: EnvironmentRead[] }
  /** A function, such as a model's resolver. */
  | { kind: 'function'; location: SourceLocation }
  /**
   * It is declared, but not known without running the code; `error` says why, with place and frame. `unset`: it is
   * made of this variable of the environment, for which there is no default.
   */
  | { kind: 'unknown'; location: SourceLocation; error: LuaError; unset?: string }

/**
 * What the agent declares as `key`, such as `model` or `governance`; `undefined`: nothing.
 * @param without properties that are not looked at, however deep
 * @throws LuaError SYNTAX if a file on the way cannot be parsed
 */
export function readProperty(
  sources: Sources,
  agent: AgentDeclaration,
  key: string,
  without: readonly string[] = [],
): PropertyValue | undefined {
  const declared = declaredProperty(sources, agent, key)
  if (declared.kind === 'absent') return undefined
  if (declared.kind === 'unknown') return notKnownProperty(key, declared.because)
  const { at } = declared.value
  const location = at.module.locationOf(at.node)
  if (declared.value.kind === 'function') return { kind: 'function', location }
  const json = staticJson(sources, declared.value, without)
  if (json.kind === 'unknown') return notKnownProperty(key, json)
  if (json.value === undefined) return undefined
  return { kind: 'value', value: json.value, location, environment: environmentReads(json.environment) }
}

function notKnownProperty(key: string, because: StaticUnknown): PropertyValue {
  const { module, node } = because.at
  const location = module.locationOf(node)
  return { kind: 'unknown', location, error: notKnown(key, because), unset: unsetVariable(because) }
}
