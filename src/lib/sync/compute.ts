/**
 * Values of an agent that cannot be read without running its code. Sync runs none unless a person has chosen that: with
 * `--compute`, or by answering once for this checkout. The code runs as `lua compile` runs it: bundled, in a process
 * without network and keys, for a few seconds at most.
 */

import { isChosen, rememberChoice } from '../disk/index.js'
import { LuaError, type SourceLocation } from '../errors.js'
import type { Project } from '../project/project.js'
import { environmentPlace, readProperty } from '../source/index.js'
import { COMPONENTS, componentOf } from './components/index.js'
import type { LocalAgent, LocalText } from './local.js'
import type { ComponentKey, Value } from './model.js'

export interface ComputeOptions {
  /** The choice for this run. */
  compute?: boolean
  /** Asks a person; absent where nobody can answer. */
  confirm?(question: string): Promise<boolean>
}

/**
 * The agent with its texts, those that cannot be read computed if that was chosen.
 * @param keys the texts that the run is about; the others are left alone
 * @throws LuaError NOT_STATIC, with the way to have it computed; COMPILE_FAILED if its code does not run
 */
export async function withComputed(
  project: Project,
  local: LocalAgent,
  keys: readonly ComponentKey[],
  options: ComputeOptions,
): Promise<LocalAgent> {
  const unread = keys.flatMap(key => {
    const error = whyUnread(local, key)
    return error ? [{ key, error }] : []
  })
  const [first] = unread
  if (first === undefined) return local
  const unset = unread.find(({ key }) => isUnset(local, key))
  // Running the code cannot know it either.
  if (unset) throw unset.error
  if (!(await isWanted(project, first.key, options))) throw withFlag(first.error)
  const computed = await compute(
    local,
    unread.map(({ key }) => key),
  )
  return { ...local, computed }
}

function whyUnread(local: LocalAgent, key: ComponentKey): LuaError | undefined {
  try {
    componentOf(key).local(local)
    return undefined
  } catch (error) {
    if (error instanceof LuaError && error.code === 'NOT_STATIC') return error
    throw error
  }
}

/** Does the code take the value from a variable of the environment, without a default? */
function isUnset({ sources, declaration }: LocalAgent, key: ComponentKey): boolean {
  const found = readProperty(sources, declaration, key)
  return found?.kind === 'unknown' && found.unset !== undefined
}

async function isWanted({ root }: Project, key: ComponentKey, options: ComputeOptions): Promise<boolean> {
  if (options.compute || isChosen(root, 'compute')) return true
  const question = `The ${key} is computed. Run the project's code to know it, now and in later runs here?`
  if (!(await options.confirm?.(question))) return false
  rememberChoice(root, 'compute')
  return true
}

async function compute(local: LocalAgent, keys: ComponentKey[]): Promise<Map<ComponentKey, LocalText>> {
  const { sources, declaration } = local
  const { computeAgent } = await import('../compile/index.js')
  const ran = await computeAgent(sources, declaration, keys).catch(error => {
    throw error instanceof LuaError ? withoutIt(error, keys) : error
  })
  const files = [...new Set([...ran.files, ...ran.texts])]
  const texts = new Map<ComponentKey, LocalText>()
  for (const key of keys) {
    const value = ran.values[key]
    const { location } = readProperty(sources, declaration, key) ?? declaration
    if (!componentOf(key).is(value)) throw withoutIt(noText(key, location, value, ran.needed), [key])
    const unstable = ran.unstable.find(({ field }) => field === key)
    texts.set(key, {
      value: value as Value,
      location,
      computed: files,
      changing: unstable?.environment.length === 0,
      environment: unstable?.environment.map(variable => ({
        variable,
        location: environmentPlace(sources, ran.files, variable) ?? location,
      })),
    })
  }
  return texts
}

/** What it is instead of a text, and why, as far as that can be said. */
function noText(
  key: ComponentKey,
  location: SourceLocation,
  value: unknown,
  needed: readonly string[],
): LuaError {
  const what = value === undefined ? 'no value' : `${JSON.stringify(value).slice(0, 60)}, which is no text`
  const why =
    needed.length > 0 ? `: it needs ${needed.join(', ')} from the environment, which is not there` : ''
  return new LuaError('NOT_STATIC', `The code was run, and gives ${key} ${what}${why}.`, { location })
}

function withFlag({ code, message, hint, location, frame }: LuaError): LuaError {
  const way = 'Or have it computed: --compute runs the code of the project, as lua compile does.'
  return new LuaError(code, message, { hint: hint ? `${hint} ${way}` : way, location, frame })
}

/** What can be done about a run that one of the texts stops. */
function withoutIt(
  { code, message, location, frame, problems }: LuaError,
  keys: readonly ComponentKey[],
): LuaError {
  const [key] = keys
  const other = COMPONENTS.find(each => each.computable && each.key !== key)?.key
  const hint =
    keys.length === 1 && other !== undefined
      ? `With --only ${other}, sync goes on without the ${key}.`
      : undefined
  return new LuaError(code, message, { hint, location, frame, problems })
}
