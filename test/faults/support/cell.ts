/**
 * One cell of the network table: one mode, one of its requests, one fault, through the real executable.
 */

import { readdirSync } from 'node:fs'
import { type LuaServer, type ServerState, startLuaServer } from '../../support/lua-server.js'
import { type LuaRun, runLua } from '../../support/run-lua.js'
import type { FaultCase } from './faults.js'
import type { ModeCase, RequestCase } from './modes.js'

export interface CellResult extends LuaRun {
  before: { state: ServerState; files: Record<string, string> }
  after: { state: ServerState; files: Record<string, string> }
  /** Requests to the server that a redirect pointed at. */
  stolen: number
  /** Methods and paths of what was sent to the API to change something. */
  writes: string[]
  /** What is left in `.lua` that belongs to a run under way. */
  litter: string[]
}

/** Runs the mode against a server of its own that misbehaves at that one request. */
export async function runCell(
  mode: ModeCase,
  request: RequestCase,
  { fault, times }: FaultCase,
  started: () => void,
): Promise<CellResult> {
  const other = await startLuaServer()
  let matching = 0
  const server: LuaServer = await startLuaServer({
    state: mode.state(),
    onRequest(seen) {
      started()
      if (!isObject(fault) || fault.kind !== 'die' || !isAt(request, seen)) return
      matching += 1
      if (matching > (request.matcher.skip ?? 0)) void server.close()
    },
  })
  const project = mode.project()
  const before = { state: structuredClone(server.state), files: project.bytes() }
  if (!isObject(fault)) server.fault({ ...request.matcher, times }, fault(other.url))
  else if (fault.kind === 'die') server.fault(request.matcher, { kind: 'hang' })
  else server.fault({ ...request.matcher, times }, fault)
  try {
    const run = await runLua(['sync', ...mode.args], { cwd: project.root, url: server.url })
    return {
      ...run,
      before,
      after: { state: structuredClone(server.state), files: project.bytes() },
      stolen: other.requests.length,
      writes: server.requests.flatMap(({ method, path }) =>
        method === 'PATCH' || (method === 'POST' && !path.endsWith('/blob-urls'))
          ? [`${method} ${path}`]
          : [],
      ),
      litter: litterIn(project.root),
    }
  } finally {
    project.remove()
    await Promise.all([server.close(), other.close()])
  }
}

function isObject<T>(value: T): value is Exclude<T, (...args: never[]) => unknown> {
  return typeof value !== 'function'
}

function isAt({ matcher }: RequestCase, seen: { method: string; path: string; origin: string }): boolean {
  if ((matcher.origin ?? 'api') !== seen.origin) return false
  if (matcher.method !== undefined && matcher.method !== seen.method) return false
  const { path = '*' } = matcher
  return path.endsWith('*') ? seen.path.startsWith(path.slice(0, -1)) : seen.path === path
}

/** Locks, journals and temporary files: none may outlive a run. Absent `.lua`: none. */
export function litterIn(root: string): string[] {
  const names = readdirSync(root, { recursive: true }).map(String)
  return names.filter(name =>
    /(^|\/)(lock|commit-\w+\.json|\.lua-sync-.*|\.lua-state-.*|.*\.tmp)$/.test(name.replaceAll('\\', '/')),
  )
}
