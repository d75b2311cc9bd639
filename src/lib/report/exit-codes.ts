import { EXIT_CODES } from '../errors.js'

/** The exit codes as a section of `--help`, from the one table. */
export function exitCodesHelp(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `${code.padStart(5)}  ${meaning}`)
  return ['EXIT CODES', ...rows].join('\n')
}

/** The exit codes as rows of a Markdown table, for the README. */
export function exitCodesTable(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `| ${code} | ${meaning} |`)
  return ['| code | meaning |', '| ---: | --- |', ...rows].join('\n')
}
