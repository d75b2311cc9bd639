/**
 * The end of a run: its last words in the format that was asked for, and what GitHub Actions gets besides.
 */

import { appendFileSync } from 'node:fs'
import { renderError } from '../lib/report/error.js'
import type { AgentRun, Report } from '../lib/report/findings.js'
import type { DocumentFormat } from '../lib/report/formats.js'
import { wrapped } from '../lib/report/layout.js'
import type { Look } from '../lib/report/look.js'
import {
  renderInterrupted,
  renderNoDrift,
  renderSourcesDrift,
  renderUndoHint,
  renderUnverified,
  renderWaysOn,
} from '../lib/report/text.js'
import { withoutSecrets } from '../lib/secrets.js'
import type { Output } from './output.js'
import { writeDocument } from './output.js'
import { colors, inGithubActions, screenWidth } from './terminal.js'

interface DeliverOptions {
  verbose?: boolean
}

/** Writes the end of a run to stdout and stderr; what `format` promises is all that stdout gets. */
export async function deliver(report: Report, output: Output, options: DeliverOptions): Promise<void> {
  if (output.format !== 'text') writeDocument(await documentOf(report, output.format, options))
  else if (!report.many) {
    tellEnd(report.runs[0]!, report, output)
    await tellDryRun(report.runs[0]!, report, output, options)
  }
  if (inGithubActions() && report.mode === 'check') await tellGithub(report, output)
}

/** The report as the one document that a format is. */
export async function documentOf(
  report: Report,
  format: DocumentFormat,
  options: DeliverOptions = {},
): Promise<string> {
  switch (format) {
    case 'json': {
      const { jsonText, reportDocument } = await import('../lib/report/json.js')
      return jsonText(await reportDocument(report, options))
    }
    case 'github': {
      const { renderGithub } = await import('../lib/report/github.js')
      return renderGithub(report, process.env.GITHUB_WORKSPACE)
    }
    case 'markdown': {
      const { renderMarkdown } = await import('../lib/report/markdown.js')
      return renderMarkdown(report)
    }
    case 'junit': {
      const { renderJunit } = await import('../lib/report/junit.js')
      return renderJunit(report)
    }
  }
}

/** The last words about one agent: results on stdout, what is no result on stderr. */
export function tellEnd(
  { result, error, root, exitCode }: AgentRun,
  { mode, now }: Report,
  output: Output,
): void {
  const look: Look = { colors: colors(), now, root }
  const width = screenWidth()
  const tell = (text: string) => output.tell(wrapped(text, width))
  const print = (text: string) => output.print?.(wrapped(text, width))
  if (error) output.tell(renderError(error, look.colors, root, width))
  if (!result) return
  const { status, failure } = result
  if (status === 'unverified' && exitCode === 0) tell(renderUnverified(result, look))
  else if (failure?.code === 'INTERRUPTED') tell(renderInterrupted(result, look))
  else if (failure) output.tell(renderError(failure, look.colors, root, width))
  else if (status === 'in-sync') print(renderNoDrift(result, look))
  else if (status === 'drift' && mode === 'check') {
    print(renderSourcesDrift(result, look))
    print(`\n${renderWaysOn(result, look)}`)
  }
  if (result.undoable) print(renderUndoHint(look))
}

async function tellDryRun(
  { result, root }: AgentRun,
  { now }: Report,
  { print }: Output,
  { verbose }: DeliverOptions,
): Promise<void> {
  if (!result?.dryRun || result.failure) return
  const { renderDryRun } = await import('../lib/report/plan.js')
  print?.(await renderDryRun(result.planned, { colors: colors(), now, root }, verbose))
}

/** Annotations where they are in nobody's way, and a report for the summary of the step. */
async function tellGithub(report: Report, output: Output): Promise<void> {
  if (output.format === 'text') writeDocument(await documentOf(report, 'github'))
  const summary = process.env.GITHUB_STEP_SUMMARY
  if (!summary) return
  try {
    appendFileSync(summary, `${withoutSecrets(await documentOf(report, 'markdown'))}\n`)
  } catch (error) {
    output.note(`The summary of the step could not be written: ${(error as Error).message}\n`)
  }
}
