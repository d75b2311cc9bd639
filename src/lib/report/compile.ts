/** The result of a compile, as text and as JSON. */

import type { Colors } from 'picocolors/types.js'
import type { CompileResult, PrimitiveKind, Warning } from '../compile/index.js'
import type { CompileDocument } from '../contract.js'
import { visible, visibleLine } from '../text.js'
import { SCHEMA_VERSION } from './json.js'
import { count, place } from './words.js'

const PLURALS: Record<PrimitiveKind, string> = {
  agent: 'agents',
  skill: 'skills',
  tool: 'tools',
  webhook: 'webhooks',
  job: 'jobs',
  preprocessor: 'preprocessors',
  postprocessor: 'postprocessors',
  'mcp-server': 'MCP servers',
}

/** `✅ Compiled 3 primitives in 210 ms: 1 agent, 2 tools.` Ends with a line feed. */
export function renderCompiled(result: CompileResult, milliseconds: number, colors: Colors): string {
  const { primitives } = result.manifest
  const what = count(primitives.length, 'primitive')
  const time = colors.dim(`(${Math.round(milliseconds)} ms)`)
  if (result.cached) return `${colors.green('✅')} Nothing has changed: ${what} ${time}\n`
  const kinds = byKind(result).map(
    ({ kind, number }) => `${number} ${number === 1 ? PLURALS[kind].slice(0, -1) : PLURALS[kind]}`,
  )
  const rebuilt = result.rebuilt < primitives.length ? `, ${result.rebuilt} of them rebuilt` : ''
  return `${colors.green('✅')} Compiled ${what}${rebuilt}: ${kinds.join(', ')} ${time}\n`
}

/** One line for a rebuild of `--watch`. */
export function renderRebuild(
  result: CompileResult,
  milliseconds: number,
  time: Date,
  colors: Colors,
): string {
  return `${colors.dim(time.toTimeString().slice(0, 8))} ${renderCompiled(result, milliseconds, colors)}`
}

/** Each primitive, what was written, and how long each step took. */
export function renderDetails(result: CompileResult, colors: Colors): string {
  const primitives = result.manifest.primitives.map(
    ({ kind, name, sourcePath }) => `  ${kind} ${visibleLine(name)} ${colors.dim(visibleLine(sourcePath))}`,
  )
  const steps = Object.entries(result.timings).map(([step, time]) => `${step} ${Math.round(time)} ms`)
  const written =
    result.written.length > 0 ? [`  written: ${result.written.map(visibleLine).join(', ')}`] : []
  return `${[...primitives, ...written, `  ${steps.join(', ')}`].join('\n')}\n`
}

export function renderWarnings(warnings: readonly Warning[], colors: Colors, root = ''): string {
  return warnings.map(warning => `${renderWarning(warning, colors, root)}\n`).join('')
}

function renderWarning({ message, hint, location }: Warning, colors: Colors, root: string): string {
  return [
    `${colors.yellow('⚠️')}  ${visible(message)}`,
    ...(location ? [colors.dim(`  at ${visibleLine(place(root, location))}:${location.column}`)] : []),
    ...(hint ? [`  ${colors.cyan('→')} ${visible(hint)}`] : []),
  ].join('\n')
}

/** The result of `lua compile --json`. Times are in milliseconds. */
export function compileDocument(result: CompileResult, milliseconds: number, root: string): CompileDocument {
  const { manifest, written, warnings, timings, cached, rebuilt } = result
  return {
    schemaVersion: SCHEMA_VERSION,
    status: 'done',
    cached,
    rebuilt,
    compiledAt: manifest.compiledAt,
    primitives: manifest.primitives.map(({ kind, name, path, sourcePath, hash }) => ({
      kind,
      name,
      path,
      sourcePath,
      hash,
    })),
    counts: Object.fromEntries(byKind(result).map(({ kind, number }) => [kind, number])),
    projectFiles: manifest.projectFiles.length,
    written,
    warnings: warnings.map(({ message, hint, location }) => ({
      message,
      hint,
      location: location && { ...location, file: place(root, { file: location.file }) },
    })),
    timings: { ...rounded(timings), total: Math.round(milliseconds) },
  }
}

function byKind({ manifest }: CompileResult): { kind: PrimitiveKind; number: number }[] {
  const numbers = new Map<PrimitiveKind, number>()
  for (const { kind } of manifest.primitives) numbers.set(kind, (numbers.get(kind) ?? 0) + 1)
  return [...numbers].map(([kind, number]) => ({ kind, number }))
}

function rounded(times: CompileResult['timings']): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([step, time]) => [step, Math.round(time)]))
}
