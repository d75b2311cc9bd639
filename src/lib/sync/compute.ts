/**
 * What of an agent cannot be read without running its code. Sync runs none unless a person has chosen that: with
 * `--compute`, or by answering once for this checkout. The code runs as `lua compile` runs it: bundled, in a process
 * without network and keys, for a few seconds at most.
 */

import { isChosen, rememberChoice } from '../disk/index.js'
import { LuaError } from '../errors.js'
import { isPersona } from '../persona.js'
import type { Project } from '../project/project.js'
import { readProperty } from '../source/index.js'
import type { LocalAgent, LocalText } from './local.js'

export interface ComputeOptions {
  /** The choice for this run. */
  compute?: boolean
  /** Asks a person; absent where nobody can answer. */
  confirm?(question: string): Promise<boolean>
}

/** What running the code can tell. */
export type Computable = 'name' | 'persona'

/**
 * The agent with its texts, those that cannot be read computed if that was chosen.
 * @param keys the texts that the run is about; the others are left alone
 * @throws LuaError NOT_STATIC, with the way to have it computed; COMPILE_FAILED if its code does not run
 */
export async function withComputed(
  project: Project,
  local: LocalAgent,
  keys: readonly Computable[],
  options: ComputeOptions,
): Promise<LocalAgent> {
  const unread = keys.flatMap(key => {
    const error = whyUnread(local, key)
    return error ? [{ key, error }] : []
  })
  const [first] = unread
  if (first === undefined) return local
  if (!(await isWanted(project, first.key, options))) throw withFlag(first.error)
  const texts = await compute(
    local,
    unread.map(({ key }) => key),
  )
  return {
    sources: local.sources,
    declaration: local.declaration,
    bounded: local.bounded,
    get name() {
      return texts.name ?? local.name
    },
    get persona() {
      return texts.persona ?? local.persona
    },
  }
}

function whyUnread(local: LocalAgent, key: Computable): LuaError | undefined {
  try {
    void local[key]
    return undefined
  } catch (error) {
    if (error instanceof LuaError && error.code === 'NOT_STATIC') return error
    throw error
  }
}

async function isWanted({ root }: Project, key: Computable, options: ComputeOptions): Promise<boolean> {
  if (options.compute || isChosen(root, 'compute')) return true
  const question = `The ${key} is computed. Run the project's code to know it, now and in later runs here?`
  if (!(await options.confirm?.(question))) return false
  rememberChoice(root, 'compute')
  return true
}

async function compute(local: LocalAgent, keys: Computable[]): Promise<{ [key in Computable]?: LocalText }> {
  const { sources, declaration } = local
  const { computeAgent } = await import('../compile/index.js')
  const {
    values,
    environment,
    files,
    texts: read,
  } = await computeAgent(sources, declaration, keys).catch(error => {
    throw error instanceof LuaError ? withoutIt(error) : error
  })
  const texts: { [key in Computable]?: LocalText } = {}
  for (const key of keys) {
    const value = values[key]
    const { location } = readProperty(sources, declaration, key) ?? declaration
    if (value !== undefined && (key === 'name' ? typeof value !== 'string' : !isPersona(value))) {
      throw new LuaError('NOT_STATIC', `The code was run, but what it makes of ${key} is no text.`, {
        location,
      })
    }
    const text = value as LocalText['value']
    texts[key] = {
      value: text,
      location,
      computed: [...files, ...read],
      environment: environment.map(variable => ({ variable, location })),
    }
  }
  return texts
}

function withFlag({ code, message, hint, location, frame }: LuaError): LuaError {
  const way = 'Or have it computed: --compute runs the code of the project, as lua compile does.'
  return new LuaError(code, message, { hint: hint ? `${hint} ${way}` : way, location, frame })
}

function withoutIt({ code, message, hint, location, frame, problems }: LuaError): LuaError {
  const way = 'With --only name, sync goes on without the persona.'
  return new LuaError(code, message, { hint: hint ? `${hint} ${way}` : way, location, frame, problems })
}
