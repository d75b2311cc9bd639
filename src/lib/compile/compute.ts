/** The values that an agent's code gives its fields, found by running it: for what cannot be known otherwise. */

import { join } from 'node:path'
import { readIfReadable } from '../files.js'
import { projectPaths } from '../project/files.js'
import type { AgentDeclaration, Sources } from '../source/index.js'
import { type Artifact, bundle } from './artifact/bundle.js'
import { bundleProblem } from './artifact/bundle-problems.js'
import { entryOf } from './artifact/entry.js'
import { editModules } from './artifact/modules.js'
import { discoverAgent } from './discover/discover.js'
import { doubtsAbout } from './inspect/doubts.js'
import { Inspector } from './inspect/inspector.js'
import { loadProblems } from './inspect/load-problems.js'
import { compileFailed } from './problem.js'

interface ComputedAgent {
  /** `name`, `persona`, `model` and so on, as JSON; functions and what is undefined are left out. */
  values: Record<string, unknown>
  /** Fields that differ in another environment, with the variables they depend on; without any: they differ at another time, or by chance. */
  unstable: { field: string; environment: string[] }[]
  /** Environment variables without which it does not load; what is made of them is left out of `values`. */
  needed: string[]
  /** Absolute paths of the files that its code came from. */
  files: string[]
  /** Absolute paths of the texts that it has read. */
  texts: string[]
}

/**
 * Bundles the module of an agent, without what it lists, and evaluates it in the process that loads artifacts: no
 * network, no keys, no files but the project's texts, five seconds.
 * @param changed what files (absolute) would be, instead of what they are
 * @throws LuaError COMPILE_FAILED with what is wrong with its code; NOT_STATIC if it is made inside a function
 */
export async function computeAgent(
  sources: Sources,
  declaration: AgentDeclaration,
  fields: readonly string[] = ['name', 'persona', 'model', 'governance'],
  changed: ReadonlyMap<string, string> = new Map(),
): Promise<ComputedAgent> {
  const root = sources.host.projectRoot
  const agent = discoverAgent(sources, declaration)
  const texts = textFiles(root, changed)
  const inspector = new Inspector({ root, files: texts })
  inspector.start()
  try {
    const modules = await editModules(
      sources,
      [agent],
      'agent',
      await editModules(sources, [agent], undefined),
    )
    for (const [path, contents] of changed) if (!modules.has(path)) modules.set(path, { contents })
    const artifacts: Artifact[] = []
    const { errors } = await bundle(root, [entryOf('agent/computed', agent)], modules, batch =>
      artifacts.push(...batch),
    )
    const [artifact] = artifacts
    if (!artifact || errors.length > 0)
      throw compileFailed(errors.map(error => bundleProblem(sources, error)))
    const { id, code, inputs } = artifact
    const outcome = await inspector.inspect({
      type: 'load',
      id,
      code,
      values: fields,
      callables: [],
      schemas: {},
    })
    if ('failure' in outcome) {
      const failed = { artifact, failure: outcome.failure, declared: agent.declared, label: 'agent' }
      throw compileFailed(loadProblems(sources, [failed]))
    }
    const { inspection } = doubtsAbout(agent, outcome.inspection)
    const { values, unstable, environment: needed, filesRead } = inspection
    // Files with a known path are put into the code before it runs.
    const inlined = sources.parsed.filter(path => Object.hasOwn(texts, path))
    return { values, unstable, needed, files: inputs, texts: [...new Set([...filesRead, ...inlined])] }
  } finally {
    inspector.close()
  }
}

/** Files that code reads as text. Environment and other dot files are no project files, so no key is among them. */
const TEXT = /\.(?:md|mdx|txt|json|ya?ml|toml|html?|xml|csv|tsv|prompt)$/i
/** Beyond this, in characters, a project's texts are left out. */
const MOST_TEXT = 4_000_000

function textFiles(root: string, changed: ReadonlyMap<string, string>): Record<string, string> {
  const files: Record<string, string> = {}
  let size = 0
  for (const relativePath of projectPaths(root)) {
    const path = join(root, relativePath)
    const text = TEXT.test(path)
      ? (changed.get(path) ?? readIfReadable(path, { limit: MOST_TEXT })?.toString('utf8'))
      : undefined
    if (text === undefined || size + text.length > MOST_TEXT) continue
    size += text.length
    files[path] = text
  }
  return files
}
