/** Why an artifact does not load, at the place in the source where that shows. */

import { SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { LuaError, type SourceLocation } from '../../errors.js'
import { codeFrame, type Handle, range, type Sources } from '../../source/index.js'
import type { Artifact } from '../artifact/bundle.js'
import { OUTPUT } from '../names.js'
import { LOAD_LIMIT_MB, LOAD_LIMIT_MS, type LoadFailure } from './protocol.js'

export interface FailedArtifact {
  artifact: Artifact
  failure: LoadFailure
  /** Where the primitive is declared. */
  declared: Handle
  /** How messages speak of it: `tool "x"`. */
  label: string
}

const MOVE = 'Move it into the function that needs it: an artifact must load without doing anything.'

const IMPORT = "There are no files beside an artifact. Import what it needs: import text from './file.md'."

const CYCLE =
  'Its module is part of a cycle of imports, and used before it is complete: move what the others import from it to a module of its own.'

/** One problem for each cause: what a module does at load, it does in every artifact that it is in. */
export function loadProblems(sources: Sources, all: readonly FailedArtifact[]): LuaError[] {
  const causes = new Map<string, { problem: LuaError; isOwn: boolean }>()
  for (const failed of all) {
    const problem = loadProblem(sources, failed)
    const { reason, message } = failed.failure
    const { file, line, column } = problem.location as SourceLocation
    // A process that ends has no place to show for it.
    const key = reason === 'died' ? `${reason}\0${message}` : `${message}\0${file}:${line}:${column}`
    const isOwn = holds(failed.declared, problem.location as SourceLocation)
    if (!causes.has(key) || (isOwn && !causes.get(key)?.isOwn)) causes.set(key, { problem, isOwn })
  }
  return [...causes.values()].map(({ problem }) => problem)
}

function holds({ module, node }: Handle, { file, line }: SourceLocation): boolean {
  const { start, end } = range(node)
  return file === module.path && module.locate(start).line <= line && line <= module.locate(end).line
}

function loadProblem(sources: Sources, failed: FailedArtifact): LuaError {
  const { failure } = failed
  const zod = /^Cannot find module '(zod(?:\/[^']*)?)'/.exec(failure.message)?.[1]
  const place = placeOf(sources, failed)
  if (zod !== undefined) {
    return new LuaError('UNRESOLVED', `\`${zod}\` is not installed.`, { hint: 'Run npm install.', ...place })
  }
  const [message, hint] = explain(failed)
  return new LuaError('COMPILE_FAILED', message, { hint, ...place })
}

function explain({ failure, label, artifact }: FailedArtifact): [message: string, hint: string] {
  switch (failure.reason) {
    case 'network':
      return [`The ${label} uses the network (${failure.message}) while it is loaded.`, MOVE]
    case 'process':
      return [`The ${label} calls ${failure.message} while it is loaded.`, MOVE]
    case 'hangs':
      return [`The ${label} does not finish loading within ${LOAD_LIMIT_MS / 1000} s.`, MOVE]
    case 'memory':
      return [`The ${label} takes more than ${LOAD_LIMIT_MB} MB of memory to load.`, MOVE]
    case 'died':
      return [
        `The process that loads artifacts ended under the ${label}.`,
        `It works in a plain process? Then report this. ${failure.message}`.trim(),
      ]
    case 'skipped':
      return [`The ${label} was not tried, after others did not finish loading.`, 'Mend those first.']
    case 'thrown':
      if (/^FileSystemRead\b/.test(failure.message) || failure.message.startsWith('__dirname'))
        return [`The ${label} cannot be loaded: ${failure.message}`, IMPORT]
      if (artifact.isCyclic) return [`The ${label} cannot be loaded: ${failure.message}`, CYCLE]
      return [
        `The ${label} cannot be loaded: ${failure.message}`,
        failure.environment.length > 0
          ? `It read ${failure.environment.join(', ')} from the environment, which is not there while it is compiled. ${MOVE}`
          : MOVE,
      ]
  }
}

/** The innermost place in a file of the project; else the innermost of all; else the declaration. */
function placeOf(sources: Sources, failed: FailedArtifact): { location: SourceLocation; frame?: string } {
  const places = originalPlaces(sources.host.projectRoot, failed)
  const location = places.find(({ file }) => !file.includes('node_modules')) ?? places[0]
  const { module, node } = failed.declared
  const found = location ?? module.locationOf(node)
  const text = sources.text(found.file)?.text
  return { location: found, frame: text === undefined ? undefined : codeFrame(text, found) }
}

function originalPlaces(root: string, { artifact, failure }: FailedArtifact): SourceLocation[] {
  if (failure.stack.length === 0) return []
  const map = new SourceMap(JSON.parse(artifact.map) as SourceMapPayload)
  const folder = dirname(join(root, OUTPUT, 'artifacts', artifact.id))
  return failure.stack.flatMap(({ line, column }) => {
    const entry = map.findEntry(line - 1, column - 1)
    if (!('originalSource' in entry) || /^(?:platform|entry):/.test(entry.originalSource)) return []
    return [
      {
        file: resolve(folder, entry.originalSource),
        line: entry.originalLine + 1,
        column: entry.originalColumn + 1,
      },
    ]
  })
}
