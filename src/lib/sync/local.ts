/**
 * What the code says about the agent, read from the sources without running them.
 */

import { asLuaError, LuaError, type SourceLocation } from '../errors.js'
import { relativePath } from '../files.js'
import type { Project } from '../project/project.js'
import {
  type AgentDeclaration,
  diskHost,
  type EnvironmentRead,
  findAgent,
  readProperty,
  Sources,
} from '../source/index.js'
import type { ComponentKey, Value } from './model.js'
import { withinTime } from './within-time.js'

export interface LocalText {
  /** Undefined where the agent does not declare it. */
  value: Value | undefined
  /** The literal that holds the value, or the place where one would be inserted. */
  location: SourceLocation
  /** Why what is declared is no value: because it is a function, say. */
  unmanaged?: string
  /** Variables of the environment whose default the value is. */
  environment?: EnvironmentRead[]
  /** Where the code had to be run to know the value: the files (absolute) that it came from. */
  computed?: readonly string[]
  /** It is computed from the clock or from chance, and different each time. */
  changing?: boolean
}

/** Each component reads its own from it, so that a run that leaves one out is not stopped by it. */
export interface LocalAgent {
  /** The parsed sources and where in them the agent is. */
  sources: Sources
  declaration: AgentDeclaration
  /** Does a step of reading, in what is left of the time. */
  bounded: <T>(read: () => T) => T
  /** What the code had to be run for. */
  computed?: ReadonlyMap<ComponentKey, LocalText>
}

/**
 * Finds the agent, fresh from the sources: no cache, no `dist-v2`, no `node_modules`.
 * @throws LuaError NO_ENTRY, MANY_AGENTS, SYNTAX
 */
export async function readLocal(project: Project): Promise<LocalAgent> {
  return localOf(await Sources.open(diskHost(project.root)))
}

/** The same for sources that are open already, or for what they would become. @throws LuaError as `readLocal` does */
export function localOf(sources: Sources, milliseconds = LONGEST_READING): LocalAgent {
  const bounded = inTime(milliseconds)
  const declaration = bounded(() => findAgent(sources))
  return { sources, declaration, bounded }
}

/**
 * What the agent declares as `key`, a text that `read` finds, or what running the code made of it.
 * @throws LuaError NOT_STATIC, UNRESOLVED and SYNTAX
 */
export function localText(
  { sources, declaration, bounded, computed }: LocalAgent,
  key: ComponentKey,
  read: (sources: Sources, declaration: AgentDeclaration) => LocalText | undefined,
): LocalText {
  const found = computed?.get(key) ?? bounded(() => read(sources, declaration))
  // Where nothing is declared, a pull would write into the agent's own declaration.
  return found ?? { value: undefined, location: declaration.location }
}

/**
 * What the agent declares as `key`, read by `reading`: its value, `undefined` for none, or why it is no value.
 * @param without properties that are not looked at, however deep
 */
export function localProperty(
  { sources, declaration, bounded }: LocalAgent,
  key: string,
  reading: (json: unknown) => { value: Value | undefined } | { unmanaged: string } | undefined,
  { without = [] }: { without?: readonly string[] } = {},
): LocalText {
  const found = bounded(() => readProperty(sources, declaration, key, without))
  if (found === undefined) return { value: undefined, location: declaration.location }
  const { location } = found
  if (found.kind === 'function') return { value: undefined, location, unmanaged: 'it is a function' }
  if (found.kind === 'unknown') return { value: undefined, location, unmanaged: found.error.message }
  const { environment } = found
  return { value: undefined, ...reading(found.value), location, environment }
}

/** What a person should know about a value that depends on something outside the code, as sentences. */
export function valueNotes(
  { root }: Project,
  component: string,
  { environment = [], changing }: LocalText,
): string[] {
  const notes = environment.map(({ variable, location: { file, line } }) => {
    const place = `${relativePath(root, file)}:${line}`
    return `The ${component} depends on the environment variable ${variable} (${place}); its default is compared, as lua compile deploys it.`
  })
  if (changing) notes.push(`The ${component} depends on the clock or on chance: it is another one each time.`)
  return [...new Set(notes)]
}

/** How long the sources of one agent may take to be read, in milliseconds: a check has to end, whatever they are. */
const LONGEST_READING = 10_000

/** Runs steps of reading, within one time limit for all of them; too deep a nesting is an error. */
function inTime(milliseconds: number): <T>(read: () => T) => T {
  let left = milliseconds
  return read => {
    const started = performance.now()
    try {
      const done = withinTime(Math.max(1, Math.floor(left)), read)
      if (done) return done.value
    } catch (error) {
      throw asLuaError(error)
    } finally {
      left -= performance.now() - started
    }
    throw new LuaError('NOT_STATIC', 'The sources take too long to be read.', {
      hint: 'Declare the texts of the agent in a plain module: something there doubles itself, or never ends.',
    })
  }
}
