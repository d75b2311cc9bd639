/**
 * The exit codes of `lua sync`: which one a run ends with, and what they mean, for `--help`.
 */

import { EXIT_CODES, type ExitCode } from '../errors.js'
import type { SyncResult } from '../sync/model.js'
import type { Mode } from '../sync/sync.js'
import type { AgentRun, Report } from './findings.js'

/** The exit codes as a section of `--help`, from the one table. */
export function exitCodesHelp(): string {
  const rows = Object.entries(EXIT_CODES).map(([code, meaning]) => `${code.padStart(5)}  ${meaning}`)
  return ['EXIT CODES', ...rows].join('\n')
}

/** @param requireServer an unreachable server fails a run that could go on without it */
export function exitCodeOf({ status, failure }: SyncResult, mode: Mode, requireServer = false): ExitCode {
  if (status === 'unverified') return requireServer ? 11 : 0
  if (status === 'partial') return failure?.code === 'INTERRUPTED' ? 130 : 22
  if (failure) return failure.exitCode
  return status === 'drift' && mode === 'check' ? 1 : 0
}

/**
 * Every exit code, the worst first: what was cut short or left half done says most about the whole; then what is
 * wrong with the tool, the project or the rights, which a person must put right; then what may be gone by the next run.
 */
export const WORST_FIRST: readonly ExitCode[] = [130, 70, 22, 20, 2, 9, 10, 3, 11, 21, 1, 0]

/** The exit code of a run over many agents. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find(code => codes.includes(code)) ?? 0
}

/** The exit code of a whole report. Where one agent failed and another was changed, the whole is partly done. */
export function exitCodeOfReport({ runs }: Report): ExitCode {
  const worst = worstOf(runs.map(({ exitCode }) => exitCode))
  const isFailure = ![0, 70, 130].includes(worst)
  return isFailure && runs.some(didSomething) ? 22 : worst
}

/** Did this run change anything, here or on the server? */
export function didSomething({ result }: AgentRun): boolean {
  if (!result || result.dryRun) return false
  const done = result.components.some(({ outcome }) => outcome && outcome.kind !== 'skip')
  return done || (result.snapshot?.restored?.length ?? 0) > 0
}
