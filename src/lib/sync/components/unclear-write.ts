/**
 * A write whose outcome is unknown, because its answer was lost: the server is read to find out, so that a person
 * is told "it was done" or "it was not", and "maybe" only where reading fails as well.
 */

import { LuaError } from '../../errors.js'

/** How messages speak of the write: "the version" was "created". */
interface Wording {
  subject: string
  verb: string
  /** How a person finds out later. */
  findOut: string
}

/**
 * What a write answers. If it is unclear whether the server did it, `look` finds out: what the write would have
 * answered, or undefined if the server shows no trace of it.
 * @throws LuaError of the write, with the outcome in its message; `unclear` only if the server could not be read
 */
export async function confirmed<T>(
  write: () => Promise<T>,
  look: () => Promise<T | undefined>,
  wording: Wording,
): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof LuaError) || !error.unclear) throw error
    return learn(error, look, wording)
  }
}

async function learn<T>(error: LuaError, look: () => Promise<T | undefined>, wording: Wording): Promise<T> {
  const { subject, verb, findOut } = wording
  let found: T | undefined
  try {
    found = await look()
  } catch {
    throw new LuaError(error.code, `${sentence(error)} It is not known whether ${subject} was ${verb}.`, {
      hint: findOut,
      unclear: true,
      cause: error,
    })
  }
  if (found !== undefined) return found
  const undone = `${subject[0]!.toUpperCase()}${subject.slice(1)} was not ${verb}.`
  throw new LuaError(error.code, `${sentence(error)} ${undone}`, { hint: error.hint, cause: error })
}

/**
 * A step that comes after something was done: its failure must not hide that.
 * @throws LuaError PARTIAL with what was done and why it went no further
 */
export async function havingDone<T>(done: string | undefined, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (done === undefined || !(error instanceof LuaError)) throw error
    throw new LuaError('PARTIAL', `${done}, but then: ${error.message}`, { hint: error.hint, cause: error })
  }
}

function sentence({ message }: LuaError): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`
}
