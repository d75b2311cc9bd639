/**
 * Errors at the edge: oclif's, about the command line, in our words and with suggestions; and any that ends a run, shown.
 */

import { closest } from '../lib/closest.js'
import { asLuaError, LuaError } from '../lib/errors.js'
import { renderError } from '../lib/report/error.js'
import type { Format } from '../lib/report/formats.js'
import { openOutput, writeDocument } from './output.js'
import { colors, screenWidth } from './terminal.js'

/** What oclif throws: its own errors say with which code they would exit; those for unknown flags name them. */
export type OclifError = Error & { oclif?: { exit?: number }; flags?: string[] }

/**
 * Anything a command throws. oclif's errors about the command line become USAGE; unknown exceptions INTERNAL.
 * @param flags names of the command's flags, for suggestions
 * @throws what it was given, if that is oclif's way to end successfully
 */
export function fromOclif(thrown: OclifError, command: string, flags: string[]): LuaError {
  if (thrown instanceof LuaError || thrown.oclif?.exit === undefined) return asLuaError(thrown)
  if (thrown.oclif.exit === 0) throw thrown
  return new LuaError('USAGE', usageMessage(thrown), { hint: usageHint(thrown, command, flags) })
}

/** What oclif says of a command line, and how we say it. */
const OUR_WORDS: [RegExp, (...found: string[]) => string][] = [
  [/^(?:One|All) of the following must be provided when using (\S+): (.+)$/, needed],
  [
    /^(--[\w-]+)\S* cannot also be provided when using (\S+)$/,
    (_, one, other) => `${one} and ${other} cannot be combined.`,
  ],
  [/^Nonexistent flags?: (.+)$/, (_, flags) => `There is no flag ${flags}.`],
  [/^Unexpected arguments?: (.+)$/, (_, words) => `Nothing is expected here: ${words}`],
  [/^Flag (\S+) expects a value$/, (_, flag) => `${flag} needs a value.`],
  [
    /^Expected (--[\w-]+)=(.*) to be one of: (.+)$/,
    (_, flag, value, all) => `${flag} ${value}: expected one of ${all}.`,
  ],
  [/^Parsing (--[\w-]+)$/, (_, flag) => `${flag}:`],
]

function needed(_: string, flag: string, others: string): string {
  const named = others.split(', ').filter(other => other !== '--accept')
  return `${flag} goes with ${named.join(', ').replace(/, (?=\S+$)/, ' or ')}.`
}

/** The sentences between oclif's fixed first and last lines. */
function usageMessage({ message }: OclifError): string {
  const told = message
    .split('\n')
    .map(line => line.trim().replaceAll('=true', ''))
    .filter(line => line && !/^(The following errors? occurred:|See more help with)/.test(line))
  // Two flags that exclude each other are told twice, once from either side.
  const once = told.filter((line, index) => index === 0 || !line.includes('cannot also be provided'))
  const ours = once.map(line =>
    OUR_WORDS.reduce((said, [theirs, words]) => said.replace(theirs, words), line),
  )
  return ours.join(' ') || 'The command line is wrong.'
}

function usageHint({ flags: unknown, message }: OclifError, command: string, flags: string[]): string {
  const help = `See ${command} --help.`
  const word = /^Unexpected arguments?: (\S+)/.exec(message)?.[1]
  const typed = /^Nonexistent flag/.test(message) ? unknown?.[0]?.replace(/^-+/, '') : word
  const meant = typed === undefined ? [] : meantFlags(typed, flags)
  const options = meant.map(flag => `--${flag}`)
  return options.length > 0 ? `Did you mean ${options.join(' or ')}? ${help}` : help
}

/** Words of other tools for what our flags do. */
const OTHER_WORDS: Record<string, readonly string[]> = {
  check: ['status', 'verify', 'test', 'validate', 'ci-check', 'exit-code'],
  pull: ['fetch', 'get', 'download', 'accept-server', 'theirs', 'update', 'take-server'],
  push: ['upload', 'send', 'publish', 'ours', 'submit', 'keep-local'],
  merge: ['combine', 'reconcile', 'resolve', 'rebase'],
  undo: ['revert', 'rollback', 'restore', 'reset', 'back'],
  history: ['log', 'versions', 'list', 'ls'],
  diff: ['compare', 'show', 'changes'],
  force: ['yes', 'overwrite', 'y', 'f', 'hard'],
  deploy: ['production', 'prod', 'live', 'release', 'activate'],
  'dry-run': ['preview', 'plan', 'simulate', 'what-if', 'noop', 'no-act', 'just-print', 'd'],
  verbose: ['debug', 'details', 'full', 'loud'],
  quiet: ['silent', 'q', 's'],
  cwd: ['dir', 'directory', 'path', 'folder', 'project', 'C'],
  ci: ['non-interactive', 'batch', 'no-input', 'no-interactive', 'no-prompt'],
  all: ['recursive', 'r', 'every', 'workspaces'],
  only: ['component', 'components', 'filter', 'include', 'exclude', 'o'],
  format: ['output', 'reporter', 'report'],
  sync: ['drift', 'check', 'c'],
  'no-cache': ['clean', 'rebuild', 'fresh'],
  watch: ['w'],
}

/** One letter may begin several; a word is one of ours with a slip in it, or another tool's. */
function meantFlags(typed: string, flags: string[]): string[] {
  const meant = flags.find(flag => OTHER_WORDS[flag]?.includes(typed)) ?? closest(typed, flags)
  if (meant) return [meant]
  return typed.length === 1 ? flags.filter(flag => flag.startsWith(typed.toLowerCase())).slice(0, 3) : []
}

/** What other tools have as commands, and sync as flags. */
const MODES = ['check', 'pull', 'push', 'merge', 'undo', 'history', 'diff']
const WORDS_FOR_COMPILE = ['build', 'bundle', 'make']

/** @param id as a person typed it, or as oclif writes it, with colons */
export function unknownCommand(id: string, commands: readonly string[]): LuaError {
  const typed = id.replaceAll(':', ' ')
  const word = typed.split(' ')[0]!
  const mode = MODES.find(flag => flag === word || OTHER_WORDS[flag]!.includes(word))
  const meant = WORDS_FOR_COMPILE.includes(word)
    ? 'compile'
    : mode
      ? `sync --${mode}`
      : closest(word, commands)
  const hint = meant ? `Did you mean lua ${meant}?` : 'lua help lists the commands.'
  return new LuaError('USAGE', `There is no command "${typed}".`, { hint })
}

/**
 * An error that ended a run before there was a report: for a person on stderr, for a program as its document.
 * @param root absolute folder to which paths relate
 */
export async function showError(
  error: LuaError,
  format: Format,
  root = process.cwd(),
  command?: string,
): Promise<void> {
  if (format !== 'json') openOutput(format).tell(renderError(error, colors(), root, screenWidth()))
  if (format === 'text') return
  const { documentOf } = await import('./deliver.js')
  const run = { project: '.', root, error, exitCode: error.exitCode }
  const report = { command, mode: 'check' as const, root, many: false, runs: [run], now: Date.now() }
  writeDocument(await documentOf(report, format))
}
