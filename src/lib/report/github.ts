/**
 * GitHub Actions: annotations as workflow commands, and text that cannot be taken for one.
 */

import { visible } from '../text.js'
import { type AgentRun, type Finding, findings, type Report } from './findings.js'
import { place } from './words.js'

/**
 * One workflow command a line for everything that somebody should look at; empty if there is nothing.
 * @param base absolute folder of the checkout: GitHub relates the paths of annotations to it
 */
export function renderGithub(report: Report, base = report.root): string {
  return report.runs
    .flatMap(run => findings(run, report).map(finding => annotation(finding, run, report, base)))
    .map(line => `${line}\n`)
    .join('')
}

function annotation(
  finding: Finding,
  run: AgentRun,
  { many, command = 'sync' }: Report,
  base: string,
): string {
  const { level, title, message, location } = finding
  const properties: [string, string][] = [
    ...(location
      ? ([
          ['file', place(base, { file: location.file })],
          ['line', String(location.line)],
        ] as [string, string][])
      : []),
    ['title', `lua ${command}: ${title}${many ? ` (${run.project})` : ''}`],
  ]
  const told = properties.map(([key, value]) => `${key}=${property(value)}`).join(',')
  return `::${level} ${told}::${data(message)}`
}

/** The runner undoes exactly these escapes; without them a text could end the command and begin another. */
function data(text: string): string {
  return visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/**
 * Text for a log of GitHub Actions, in which the runner obeys lines that begin with `::` (after white space) and
 * `##[` anywhere: both are broken up, so that nothing that a server sent is obeyed.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)/gm, '$1\\x3a').replaceAll('##[', '#\\x23[')
}
