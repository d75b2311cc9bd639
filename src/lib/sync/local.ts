/**
 * What the code says about the agent: its name and persona, read from the sources without running them.
 */

import { relative } from 'node:path'
import type { SourceLocation } from '../errors.js'
import type { Persona } from '../persona.js'
import type { Project } from '../project/project.js'
import {
  type AgentDeclaration,
  diskHost,
  type EnvironmentRead,
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
  /** Variables of the environment whose default the value is. */
  environment?: EnvironmentRead[]
  /** Where the code had to be run to know the value: the files (absolute) that it came from. */
  computed?: readonly string[]
}

export interface LocalAgent {
  /** Each is read when it is asked for, so that a run that leaves one out is not stopped by it. */
  readonly name: LocalText
  readonly persona: LocalText
  /** For a pull: the parsed sources and where in them the agent is. */
  sources: Sources
  declaration: AgentDeclaration
}

/**
 * Finds the agent, fresh from the sources: no cache, no `dist-v2`, no `node_modules`.
 * @throws LuaError NO_ENTRY, MANY_AGENTS, SYNTAX; its texts throw NOT_STATIC, UNRESOLVED and SYNTAX when they are read
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
    get name() {
      return readName(sources, declaration) ?? absent
    },
    get persona() {
      return readPersona(sources, declaration) ?? absent
    },
    sources,
    declaration,
  }
}

/** What a person should know of a value that the environment decides about, as sentences. */
export function environmentNotes(
  { root }: Project,
  component: string,
  { environment = [] }: LocalText,
): string[] {
  return environment.map(({ variable, location: { file, line } }) => {
    const place = `${relative(root, file).replaceAll('\\', '/')}:${line}`
    return `The ${component} depends on the environment variable ${variable} (${place}); its default is compared, as lua compile deploys it.`
  })
}
