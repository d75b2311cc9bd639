/** What the code of an agent makes of its fields, found out by running it: for what cannot be read without. */

import type { AgentDeclaration, Sources } from '../source/index.js'
import { type Artifact, bundle } from './artifact/bundle.js'
import { bundleProblem } from './artifact/bundle-problems.js'
import { entryOf } from './artifact/entry.js'
import { editModules } from './artifact/modules.js'
import { discoverAgent } from './discover/discover.js'
import { Inspector } from './inspect/inspector.js'
import { loadProblems } from './inspect/load-problems.js'
import { compileFailed } from './problem.js'

export interface ComputedAgent {
  /** `name`, `persona`, `model` and so on, as JSON; functions and what is undefined are left out. */
  values: Record<string, unknown>
  /** Environment variables that it asked for, of which it got none. */
  environment: string[]
  /** Absolute paths of the files that its code came from. */
  files: string[]
}

/**
 * Bundles the module of an agent, without what it lists, and evaluates it in the process that loads artifacts: no
 * network, no keys, no files, five seconds.
 * @throws LuaError COMPILE_FAILED with what is wrong with its code; NOT_STATIC if it is made inside a function
 */
export async function computeAgent(
  sources: Sources,
  declaration: AgentDeclaration,
  fields: readonly string[] = ['name', 'persona', 'model', 'governance'],
): Promise<ComputedAgent> {
  const root = sources.host.projectRoot
  const agent = discoverAgent(sources, declaration)
  const inspector = new Inspector({ root })
  inspector.start()
  try {
    const modules = await editModules(
      sources,
      [agent],
      'agent',
      await editModules(sources, [agent], undefined),
    )
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
    const { values, environment } = outcome.inspection
    return { values, environment, files: inputs }
  } finally {
    inspector.close()
  }
}
