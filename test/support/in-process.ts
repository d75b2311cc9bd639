/**
 * The service behind `lua sync` in this process: for tests of many turns, where a spawned one each would take minutes.
 */

import { findProject } from '../../src/lib/project/project.js'
import { createServer } from '../../src/lib/server/index.js'
import type { SyncResult } from '../../src/lib/sync/model.js'
import { type SyncRequest, type SyncUi, sync } from '../../src/lib/sync/sync.js'
import { type Undone, undo } from '../../src/lib/sync/undo.js'
import { DEFAULT_AGENT, DEFAULT_KEY } from './lua-server-state.js'

export interface Place {
  root: string
  url: string
}

/** One mode of sync, without a terminal unless `ui` has somebody to ask. */
export async function inProcess(
  { root, url }: Place,
  request: SyncRequest,
  ui: Partial<SyncUi> = {},
): Promise<SyncResult> {
  const server = createServer({ url, apiKey: DEFAULT_KEY, agentId: DEFAULT_AGENT })
  return sync(await findProject(root), server, request, { report: () => {}, ...ui })
}

export async function undoInProcess({ root, url }: Place, force: boolean): Promise<Undone | undefined> {
  const server = createServer({ url, apiKey: DEFAULT_KEY, agentId: DEFAULT_AGENT })
  return undo(await findProject(root), server, { force })
}
