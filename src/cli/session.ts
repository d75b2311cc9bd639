/**
 * What every run of sync needs: the project, its server, and how to show things.
 */

import { findAccess } from '../lib/project/credentials.js'
import { readEnvironment } from '../lib/project/environment.js'
import { findProject, type Project } from '../lib/project/project.js'
import type { Look } from '../lib/report/look.js'
import { createServer, type LuaServer } from '../lib/server/index.js'
import { readRecord } from '../lib/sync/base/record.js'
import type { Mode } from '../lib/sync/sync.js'
import { colors, screenWidth } from './terminal.js'
import { isTraced, trace, traceRequest } from './trace.js'

export interface Session {
  project: Project
  server: LuaServer
  look: Look
  /** State of the checkout that does not count. */
  ignored: readonly string[]
}

/** A check answers within this time of its start, whatever the server does; milliseconds. A program has a second to start. */
const LONGEST_CHECK = 24_000

/**
 * Finds the project at `cwd` and the server that it belongs to. Makes no request.
 * @param mode only a check has a time limit for the whole run: a person may think as long as they like before they
 *   answer, and the files of a large snapshot may take their time
 * @param start epoch milliseconds from which that time counts
 * @throws LuaError NO_PROJECT, PROJECT_INVALID, NO_KEY, INSECURE_URL
 */
export async function openSession(cwd: string, mode?: Mode, start = Date.now()): Promise<Session> {
  const project = await findProject(cwd)
  const environment = readEnvironment()
  const { apiKey, apiUrl } = findAccess(project.root, environment)
  trace('file', `project ${project.configPath}`)
  const server = createServer({
    url: apiUrl,
    apiKey,
    agentId: project.agentId,
    orgId: project.orgId,
    allowHttp: environment.allowHttp,
    proxy: environment.proxy,
    deadline: mode === 'check' ? start + LONGEST_CHECK : undefined,
    onRequest: isTraced() ? traceRequest : undefined,
  })
  const { note } = readRecord(project, server)
  return {
    project,
    server,
    ignored: [...(project.notes ?? []), ...(note ? [note] : [])],
    look: {
      colors: colors(),
      now: Date.now(),
      root: project.root,
      // A screen may become another one while a question stands on it.
      get width() {
        return screenWidth()
      },
    },
  }
}
