/**
 * What the code says about the agent: its name and persona, read from the sources without running them.
 */

import type { SourceLocation } from '../errors.js'
import type { Persona } from '../persona.js'
import type { Project } from '../project/project.js'
import {
  type AgentDeclaration,
  diskHost,
  findAgent,
  readName,
  readPersona,
  Sources,
} from '../source/index.js'

export interface LocalText {
  /** Undefined where the agent does not declare it. */
  value: Persona | undefined
  /** The literal that holds the value, or the place where one would be inserted. */
  location: SourceLocation
}

export interface LocalAgent {
  name: LocalText
  persona: LocalText
  /** For a pull: the parsed sources and where in them the agent is. */
  sources: Sources
  declaration: AgentDeclaration
}

/**
 * Reads the agent fresh from the sources: no cache, no `dist-v2`, no `node_modules`.
 * @throws LuaError NO_ENTRY, MANY_AGENTS, SYNTAX, NOT_STATIC, UNRESOLVED
 */
export async function readLocal(project: Project): Promise<LocalAgent> {
  return localOf(await Sources.open(diskHost(project.root)))
}

/** The same of sources that are open already, or of what they would be. @throws LuaError as `readLocal` does */
export function localOf(sources: Sources): LocalAgent {
  const declaration = findAgent(sources)
  // Where nothing is declared, a pull would write into the agent's own declaration.
  const absent = { value: undefined, location: declaration.location }
  return {
    name: readName(sources, declaration) ?? absent,
    persona: readPersona(sources, declaration) ?? absent,
    sources,
    declaration,
  }
}
