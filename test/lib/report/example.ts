/** Results as sync hands them over, for tests of what is made of them. */

import type { Report } from '../../../src/lib/report/findings.js'
import type { ComponentResult, SyncResult } from '../../../src/lib/sync/model.js'

export const ROOT = '/work shop/agent'
export const NOW = Date.UTC(2026, 0, 2)

/** A persona that the server changed: version 2 here, version 1 in the code. */
export function drifted(server: string, local = 'You help.'): ComponentResult {
  return {
    component: 'persona',
    state: 'behind',
    drift: true,
    local: { value: local, shown: local, location: { file: `${ROOT}/src/index.ts`, line: 5, column: 12 } },
    server: { value: server, shown: server, version: 2, createdAt: NOW - 7_200_000 },
    base: { value: local, shown: local, version: 1, from: 'record' },
    newer: [{ version: 2, createdAt: NOW - 7_200_000 }],
  }
}

export function inSync(): ComponentResult {
  return {
    component: 'name',
    state: 'in-sync',
    drift: false,
    local: { value: 'Agent', shown: 'Agent', location: { file: `${ROOT}/src/index.ts`, line: 4, column: 9 } },
    server: { value: 'Agent', shown: 'Agent' },
  }
}

export function result(given: Partial<SyncResult> = {}): SyncResult {
  return {
    agentId: 'agent_1',
    serverUrl: 'https://api.example',
    root: ROOT,
    status: 'in-sync',
    components: [inSync()],
    notes: [],
    ...given,
  }
}

/** The report of a check that found this persona on the server. */
export function driftReport(server: string): Report {
  const found = result({ status: 'drift', components: [inSync(), drifted(server)] })
  return report({ runs: [{ project: '.', root: ROOT, result: found, exitCode: 1 }] })
}

export function report(given: Partial<Report> = {}): Report {
  const good = { project: '.', root: ROOT, result: result(), exitCode: 0 as const }
  return { mode: 'check', root: ROOT, many: false, runs: [good], now: NOW, ...given }
}
