/**
 * Where a run's words go: results to stdout, notes and errors to stderr.
 */

import { FORMATS, type Format } from '../lib/report/formats.js'
import { withoutCommands } from '../lib/report/github.js'
import { withoutSecrets } from '../lib/secrets.js'
import { visible } from '../lib/text.js'
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

/** The whole of stdout for a program: written as it is, but for secrets. */
export function writeDocument(text: string): void {
  documentWritten = true
  process.stdout.write(withoutSecrets(text))
}
let documentWritten = false

/** A run that is stopped at its very end must not write a second one. */
export function isDocumentWritten(): boolean {
  return documentWritten
}

/** The colours that are ours. */
const COLOR = /(\x1b\[(?:0|[1-479]|2[2-79]|[39]\d|4\d|10[0-7])m)/

/**
 * The last look at what is shown, whatever it is and wherever it comes from: no secret, nothing that steers a terminal
 * or hides text, no command to the runner of GitHub Actions.
 */
export function harmless(text: string): string {
  const shown = withoutSecrets(text)
    .split(COLOR)
    .map((part, index) => (index % 2 === 0 ? visible(part) : part))
    .join('')
  return inGithubActions() ? withoutCommands(shown) : shown
}

/** What the output is to be, as far as an unparsed command line tells: also for errors in that command line. */
export function formatOf(argv: readonly string[]): Format {
  if (hasFlag(argv, 'json')) return 'json'
  const value = flagValue(argv, 'format')
  return FORMATS.find(format => format === value) ?? 'text'
}
