/**
 * Where a run's words go: results to stdout, notes and errors to stderr.
 */

import { FORMATS, type Format } from '../lib/report/formats.js'
import { withoutCommands } from '../lib/report/github.js'
import { flagValue, hasFlag } from './flags.js'
import { inGithubActions } from './terminal.js'

export interface Output {
  format: Format
  /** Results as text, as they come; absent where one document is written at the end instead. */
  print?: (text: string) => void
  /** Errors, and what must not be missed. */
  tell: (text: string) => void
  /** What is good to know; silent with `--quiet`. */
  note: (text: string) => void
  quiet: boolean
}

/** @param format from the command line; anything but text keeps stdout for the document */
export function openOutput(format: Format, quiet = false): Output {
  const tell = (text: string) => void process.stderr.write(harmless(text))
  return {
    format,
    quiet,
    print: format === 'text' ? printResult : undefined,
    tell,
    note: quiet ? () => {} : tell,
  }
}

function printResult(text: string): void {
  process.stdout.write(harmless(text))
}

/** The whole of stdout for a program: written as it is. */
export function writeDocument(text: string): void {
  documentWritten = true
  process.stdout.write(text)
}
let documentWritten = false

/** A run that is stopped at its very end must not write a second one. */
export function isDocumentWritten(): boolean {
  return documentWritten
}

function harmless(text: string): string {
  return inGithubActions() ? withoutCommands(text) : text
}

/** What the output is to be, as far as an unparsed command line tells: also for errors in that command line. */
export function formatOf(argv: readonly string[]): Format {
  if (hasFlag(argv, 'json')) return 'json'
  const value = flagValue(argv, 'format')
  return FORMATS.find(format => format === value) ?? 'text'
}
