import { LuaError } from '../../errors.js'
import { personaOf } from '../../server/index.js'
import { compare } from '../drift.js'
import { publishedVersion } from '../history.js'
import type { ComponentDrift } from '../model.js'
import { fromServer, writeLocal } from '../pull.js'
import { drifted, type ModeResult, type Run } from '../run.js'
import { fetchSources, planSources, reportRestored } from '../sources.js'
import { rememberAgreement } from './check.js'

/**
 * `--pull`: the code takes the server's side of every component that drifted, and its newer sources, unless local
 * work would be lost. All guards speak before anything is fetched or written.
 */
export async function pullAll(run: Run): Promise<ModeResult> {
  const pulled = drifted(run)
  if (!run.request.force) refuseLocalWork(pulled)
  const plan = run.request.from === undefined ? await planSources(run) : undefined
  if (pulled.length === 0 && !plan) {
    await rememberAgreement(run)
    return { status: 'in-sync' }
  }
  const sources = plan && (await fetchSources(run, plan))
  // Restored files bring the texts of their time; every component is written into them again.
  const incoming = sources ? run.drifts.filter(({ server }) => server.value !== undefined) : pulled
  await writeLocal(run, incoming.map(fromServer), { restored: sources })
  if (sources) await reportRestored(run, sources.changed)
  if (run.request.from === undefined && pulled.length > 0) {
    await run.ui.report({ type: 'verified', components: pulled.map(({ component }) => component) })
  }
  return { status: 'done' }
}

/**
 * `--from N`: the persona as if version N were the one to compare with.
 * @throws LuaError USAGE if there is no such version, or the persona is left out
 */
export function versionAsDrift(run: Run, wanted: number): ComponentDrift {
  const version = publishedVersion(run.serverState.published, wanted)
  const drift = run.drifts.find(({ component }) => component === 'persona')
  if (!drift) throw new LuaError('USAGE', '--from pulls a persona, but --only leaves it out.')
  const { component, local, base } = drift
  const server = { value: personaOf(version), version: version.version, createdAt: version.createdAt }
  return { component, local, server, base, ...compare(local.value, server.value, base?.value) }
}

function refuseLocalWork(drifts: ComponentDrift[]): void {
  const moved = drifts.filter(({ state }) => state === 'ahead' || state === 'diverged')
  if (moved.length === 0) return
  const problems = moved.map(
    ({ component, local }) =>
      new LuaError('CONFLICT', `${component} has local changes that are not on the server.`, {
        location: local.location,
      }),
  )
  const names = moved.map(({ component }) => component).join(' and ')
  throw new LuaError('CONFLICT', `A pull would overwrite local changes to ${names}; nothing was modified.`, {
    hint: 'Three ways on: push them (lua sync --push), merge both sides (lua sync --merge), or overwrite them (lua sync --pull --force).',
    problems,
  })
}
