/**
 * A run as a list of findings: what annotations, Markdown and JUnit reports say, each in its own form.
 */

import type { CompileResult, Warning } from '../compile/index.js'
import type { ExitCode, LuaError, SourceLocation } from '../errors.js'
import { asOneText } from '../persona.js'
import type { ComponentDrift, SyncResult } from '../sync/model.js'
import type { Mode } from '../sync/sync.js'
import { invisibleNote } from '../text.js'
import { asTyped } from './commands.js'
import { count, whoMoved } from './words.js'

/** One agent's part of a report: what its run ended with, or why there is no result. */
export interface AgentRun {
  /** Folder of the project, from the report's root, with `/`; `.` for the root itself. */
  project: string
  /** Absolute folder of the project, or where it was looked for. */
  root: string
  result?: SyncResult
  /** The result of a compile, in place of one of sync. */
  compiled?: CompileResult
  error?: LuaError
  /** State of the checkout that was ignored: always reported. */
  ignored?: readonly string[]
  exitCode: ExitCode
}

/** How a whole run of a command ended, for one agent or for many. */
export interface Report {
  /** What it is called; `sync` unless given. */
  command?: string
  mode: Mode
  /** Absolute folder to which reports relate paths. */
  root: string
  /** True for `--all`, also if it found one agent only. */
  many: boolean
  runs: AgentRun[]
  /** Epoch milliseconds, for ages. */
  now: number
}

export interface Finding {
  level: 'error' | 'warning'
  /** A few words. */
  title: string
  /** A sentence or more. Holds text from outside. */
  message: string
  location?: SourceLocation
  /** Where the finding is drift of a component. */
  drift?: ComponentDrift
}

/** Everything in a run that somebody should look at, the worst first. */
export function findings(run: AgentRun, { mode, now }: Pick<Report, 'mode' | 'now'>): Finding[] {
  const { result, error } = run
  if (error) return ofError(error)
  if (run.compiled) return run.compiled.warnings.map(ofWarning)
  if (!result) return []
  if (result.status === 'unverified') return [unverified(result, run.exitCode === 0 ? 'warning' : 'error')]
  const failed = result.failure ? ofError(result.failure) : []
  return mode === 'check' ? [...failed, ...ofDrift(result, now)] : failed
}

function ofError(error: LuaError): Finding[] {
  const parts = error.problems?.length ? error.problems : [error]
  return parts.map(({ code, message, hint, location }) => ({
    level: 'error',
    title: code,
    message: [...(parts[0] === error ? [] : [error.message]), message, ...(hint ? [asTyped(hint)] : [])].join(
      '\n',
    ),
    location,
  }))
}

function ofWarning({ message, hint, location }: Warning): Finding {
  return {
    level: 'warning',
    title: 'warning',
    message: hint ? `${message}\n${asTyped(hint)}` : message,
    location,
  }
}

function hiddenIn({ server, local }: ComponentDrift): string[] {
  const texts = [server.shown, local.shown].flatMap(shown => (shown === undefined ? [] : [asOneText(shown)]))
  return [invisibleNote(...texts) ?? []].flat()
}

function unverified({ failure }: SyncResult, level: Finding['level']): Finding {
  return {
    level,
    title: 'drift was not checked',
    message: `The server could not be reached${failure ? `: ${failure.message}` : '.'}`,
  }
}

function ofDrift({ components, snapshot }: SyncResult, now: number): Finding[] {
  const drifted: Finding[] = components
    .filter(({ drift }) => drift)
    .map(drift => ({
      level: 'error',
      title: `${drift.component} drifted`,
      message: [whoMoved(drift, now), ...hiddenIn(drift)].join('\n'),
      location: drift.local.location,
      drift,
    }))
  if (!snapshot?.drift) return drifted
  const { differing = [] } = snapshot
  const some = [...differing.slice(0, 10), ...(differing.length > 10 ? ['…'] : [])].join(', ')
  const message = `${count(differing.length, 'file')} ${differing.length === 1 ? 'differs' : 'differ'} from the server’s snapshot of the sources: ${some}`
  return [...drifted, { level: 'error', title: 'sources drifted', message }]
}
