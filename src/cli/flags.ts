/**
 * Flags that several commands share, and flags in a command line that is not parsed yet.
 */

import { Flags } from '@oclif/core'
import { LuaError } from '../lib/errors.js'

/** For every command. */
export const commonFlags = {
  cwd: Flags.string({
    description: 'Work in this folder instead of the current one',
    helpValue: 'DIR',
    helpGroup: 'GLOBAL',
  }),
  quiet: Flags.boolean({
    description: 'No notes and no progress: results and errors only',
    helpGroup: 'GLOBAL',
  }),
  ci: Flags.boolean({
    description: 'Never ask, no colour unless forced, as with CI=true',
    helpGroup: 'GLOBAL',
  }),
}

/** For commands that can work on every agent of a repository. */
export const manyFlags = {
  all: Flags.boolean({
    description: 'Every agent in this folder and below, eight at a time',
    helpGroup: 'MULTI-AGENT',
  }),
  shard: Flags.string({
    description: 'With --all: only the i-th of n equal shares, the same every time',
    helpValue: 'i/n',
    dependsOn: ['all'],
    helpGroup: 'MULTI-AGENT',
  }),
}

/** One share of a list that several machines divide among them; `index` counts from 1. */
export interface Shard {
  index: number
  of: number
}

/** @throws LuaError USAGE */
export function parseShard(input: string): Shard {
  const [, index, of] = (/^(\d{1,6})\/(\d{1,6})$/.exec(input) ?? []).map(Number)
  if (!index || !of || index > of) {
    throw new LuaError('USAGE', `--shard ${input}: expected i/n with i from 1 to n.`, {
      hint: 'Such as 2/4: the second of four shares.',
    })
  }
  return { index, of }
}

/** Is `--name` given, before any `--`? */
export function hasFlag(argv: readonly string[], name: string): boolean {
  return beforeDashes(argv).includes(`--${name}`)
}

/** The value of `--name value` or `--name=value`. */
export function flagValue(argv: readonly string[], name: string): string | undefined {
  const flags = beforeDashes(argv)
  const at = flags.findIndex(argument => argument === `--${name}` || argument.startsWith(`--${name}=`))
  if (at === -1) return undefined
  return flags[at] === `--${name}` ? flags[at + 1] : flags[at]!.slice(name.length + 3)
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}
