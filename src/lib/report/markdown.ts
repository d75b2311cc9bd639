/**
 * Markdown, for the summary of a pipeline or a comment on a pull request. All text from outside stands in code,
 * whose fence is longer than any run of backticks in it: it can neither end it nor mention anybody.
 */

import { visible, visibleLine } from '../text.js'
import { asTyped } from './commands.js'
import { type AgentRun, type Finding, findings, type Report } from './findings.js'
import { readableDiff } from './unified.js'
import { comparedIn, count, listed, place } from './words.js'

/** GitHub refuses a summary over 1 MiB whole, so a report ends before. */
const MOST_CHARACTERS = 500_000
/** Of one diff. */
const MOST_LINES = 1000

/** The whole report. Ends with a line feed. */
export async function renderMarkdown(report: Report): Promise<string> {
  const bad = report.runs.filter(run => findings(run, report).length > 0)
  const parts = [heading(report, bad)]
  let length = parts[0]!.length
  for (const [index, run] of bad.entries()) {
    const part = await renderRun(run, report)
    length += part.length
    if (length > MOST_CHARACTERS) {
      parts.push(`… and ${count(bad.length - index, 'agent')} more: the report was cut here.`)
      break
    }
    parts.push(part)
  }
  return `${parts.join('\n\n')}\n`
}

function heading({ runs, many, mode }: Report, bad: AgentRun[]): string {
  const only = runs[0]
  const scope = many || !only?.result ? '' : ` of ${code(only.result.agentId)}`
  const title = `## ${bad.length > 0 ? '⚠️' : '✅'} lua sync${mode === 'interactive' ? '' : ` --${mode}`}${scope}`
  const good = many ? `${count(runs.length, 'agent')}, nothing to report.` : done(only)
  const summary =
    bad.length === 0 ? good : many ? `${bad.length} of ${count(runs.length, 'agent')} to look at.` : ''
  return summary ? `${title}\n\n${summary}` : title
}

function done(run: AgentRun | undefined): string {
  const outcomes = run?.result?.components.flatMap(({ outcome }) => (outcome ? [outcome] : [])) ?? []
  const compared = run?.result ? listed(comparedIn(run.result)) : ''
  if (outcomes.length === 0 && run?.result?.only) return `No drift detected in ${compared || 'anything'}.`
  if (outcomes.length === 0)
    return `No drift detected. Local code is in sync with server. Compared: ${compared}.`
  const would = run?.result?.dryRun ? 'would ' : ''
  return outcomes.map(({ component, kind }) => `- ${component}: ${would}${kind}`).join('\n')
}

async function renderRun(run: AgentRun, report: Report): Promise<string> {
  const found = findings(run, report)
  const drifted = found.flatMap(({ drift }) => (drift ? [drift.component] : []))
  const summary =
    drifted.length > 0 ? [`${count(drifted.length, 'component')} drifted (${listed(drifted)}).`] : []
  const parts = [...(report.many ? [`### ${code(run.project)}`] : []), ...summary]
  for (const finding of found) parts.push(await renderFinding(finding, report))
  const notes = run.result?.notes ?? []
  if (notes.length > 0) parts.push(notes.map(note => `- ${code(asTyped(note))}`).join('\n'))
  return parts.join('\n\n')
}

async function renderFinding(finding: Finding, { root }: Report): Promise<string> {
  const { title, message, location, drift } = finding
  const where = location ? ` in ${code(place(root, location))}` : ''
  const head = `**${title}**${where}`
  // Only the words of drift are ours from end to end; an error may quote anything.
  if (!drift) return `${head}\n\n${fenced(visible(message))}`
  return `${head}\n\n${message}\n\n${fenced(shortened(await readableDiff(drift)), 'diff')}`
}

function shortened(text: string): string {
  const lines = text.trimEnd().split('\n')
  if (lines.length <= MOST_LINES) return cut(lines.join('\n'))
  return cut(`${lines.slice(0, MOST_LINES).join('\n')}\n… ${lines.length - MOST_LINES} more lines`)
}

function cut(text: string): string {
  const most = MOST_CHARACTERS / 4
  return text.length <= most ? text : `${text.slice(0, most)} …`
}

function fenced(text: string, language = 'text'): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`
}

/** Inline code. */
function code(text: string): string {
  const line = visibleLine(text)
  const fence = '`'.repeat(longestRun(line) + 1)
  const pad = /^[` ]|[` ]$/.test(line) ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0)
}
