/**
 * Asks on the terminal. The prompt library is loaded when the first question is asked.
 */

import { setImmediate as turn } from 'node:timers/promises'
import { LuaError } from '../../lib/errors.js'
import { stopSignal } from '../signals.js'
import { colors } from '../terminal.js'
import type { Choice } from './prompts.js'

/** @param atEscape what Escape chooses */
export function askList<T extends string>(
  message: string,
  choices: Choice<T>[],
  { preselected, atEscape }: { preselected?: T; atEscape?: T } = {},
): Promise<T> {
  return ask(async (common, context) =>
    (await import('./prompts.js')).list({ ...common, message, choices, preselected, atEscape }, context),
  ) as Promise<T>
}

/** Yes or no; no unless `y` is typed. */
export function askYesOrNo(message: string): Promise<boolean> {
  return ask(async (common, context) =>
    (await import('./prompts.js')).yesOrNo({ ...common, message }, context),
  )
}

/** @param keys by their letter @param atEscape the letter that Escape stands for */
export function askKey<T extends string>(
  message: string,
  keys: { key: T; words: string }[],
  atEscape: T,
): Promise<T> {
  return ask(async (common, context) =>
    (await import('./prompts.js')).oneKey({ ...common, message, keys, atEscape }, context),
  ) as Promise<T>
}

type Common = { colors: ReturnType<typeof colors>; onAnswer: () => void; onClose: () => void }
type Context = { signal: AbortSignal; clearPromptOnDone: boolean }

/** Ctrl-C at a question is a decision: stop here. The question then goes from the screen, with all that looks chosen. */
async function ask<T>(prompt: (common: Common, context: Context) => Promise<T>): Promise<T> {
  const closed = new AbortController()
  const context = { signal: AbortSignal.any([stopSignal(), closed.signal]), clearPromptOnDone: true }
  try {
    await forgetKeys()
    const onAnswer = () => {
      context.clearPromptOnDone = false
    }
    const common = { colors: colors(), onAnswer, onClose: () => closed.abort() }
    return await prompt(common, context)
  } catch (error) {
    const stopped = error instanceof Error && /^(Exit|Abort)PromptError$/.test(error.name)
    if (stopped) throw new LuaError('INTERRUPTED', 'Stopped.', { cause: error })
    throw error
  }
}

const CTRL_C = 0x03

/** Keys that were pressed before there was a question are no answer to it. */
async function forgetKeys(): Promise<void> {
  const { stdin } = process
  if (!stdin.isTTY) return
  let stopped = false
  const onData = (data: Buffer) => {
    stopped ||= data.includes(CTRL_C)
  }
  stdin.setRawMode(true).on('data', onData).resume()
  // What waits is delivered in the next turn, which may come after the second of these.
  for (let turns = 0; turns < 3; turns++) await turn()
  stdin.off('data', onData)
  if (!stopped) return
  stdin.setRawMode(false).pause()
  throw new LuaError('INTERRUPTED', 'Stopped.')
}
