/**
 * Many agents as text: one line each, and a summary.
 */

import { visibleLine } from '../text.js'
import { type AgentRun, findings, type Report } from './findings.js'
import type { Look } from './look.js'
import { renderPlan } from './plan.js'
import { count, listed } from './words.js'

/** One line, however an agent's run ended, and of a dry run one more for each component. Ends with a line feed. */
export function renderAgentLine(run: AgentRun, report: Report, look: Look): string {
  const { colors } = look
  const [sign, words] = told(run, report)
  const shown = visibleLine(words)
  const plans = (run.result?.components ?? []).flatMap(({ outcome }) =>
    outcome && outcome.kind !== 'skip' && outcome.planned ? [renderPlan(outcome, look)] : [],
  )
  const indented = plans.join('').replace(/^(?=.)/gm, '   ')
  return `${sign} ${colors.bold(visibleLine(run.project))}: ${sign === BAD ? colors.red(shown) : shown}\n${indented}`
}

const [GOOD, DRIFTED, BAD, UNKNOWN] = ['✅', '⚠️ ', '❌', '❔']

function told(run: AgentRun, report: Report): [sign: string, words: string] {
  const { result, error } = run
  const found = findings(run, report).map(({ message }) => message.split('\n')[0])
  if (error) return [BAD, error.message]
  if (result?.status === 'unverified') {
    return [run.exitCode === 0 ? UNKNOWN : BAD, `drift was NOT checked. ${found[0]}`]
  }
  if (result?.failure) return [BAD, result.failure.message]
  if (found.length > 0) return [DRIFTED, found.join(' ')]
  const done = (result?.components ?? []).flatMap(({ component, outcome }) =>
    outcome
      ? [`${component} ${result?.dryRun && outcome.kind !== 'skip' ? 'would be ' : ''}${DONE[outcome.kind]}`]
      : [],
  )
  return [GOOD, done.length > 0 ? listed(done) : 'in sync']
}

const DONE = { push: 'pushed', pull: 'pulled', merge: 'merged', edit: 'edited', skip: 'skipped' }

/** How many agents ended how. Ends with a line feed. */
export function renderAllSummary({ runs }: Report, { colors }: Look): string {
  const tally = new Map<string, number>()
  for (const run of runs) tally.set(ending(run), (tally.get(ending(run)) ?? 0) + 1)
  const parts = ENDINGS.flatMap(word => (tally.has(word) ? [`${tally.get(word)} ${word}`] : []))
  return `${colors.bold(`${count(runs.length, 'agent')}${parts.length > 0 ? ':' : '.'}`)}${parts.length > 0 ? ` ${parts.join(', ')}.` : ''}\n`
}

const ENDINGS = ['in sync', 'done', 'planned', 'drifted', 'not checked', 'failed'] as const

function ending({ result }: AgentRun): (typeof ENDINGS)[number] {
  switch (result?.status) {
    case 'in-sync':
      return 'in sync'
    case 'done':
      return result.dryRun ? 'planned' : 'done'
    case 'drift':
      return 'drifted'
    case 'unverified':
      return 'not checked'
    default:
      return 'failed'
  }
}
