import { LuaError } from '../../errors.js'
import { versioned, withShown } from '../components/index.js'
import { compare, movement } from '../drift.js'
import { asTheyAre, fromServer } from '../incoming.js'
import type { ComponentDrift } from '../model.js'
import { writeLocal } from '../pull.js'
import { type ModeResult, note, pullable, type Run, settleOutcome } from '../run.js'
import { fetchSources, planSources, reportRestored } from '../sources.js'
import { chooseByNumber } from './one-by-one.js'
import { refuseLocalWork, refuseUnknown } from './refusals.js'

/**
 * `--pull`: the code takes the server's side of every component that drifted, and its newer sources, unless local
 * work would be lost. All guards speak before anything is fetched or written.
 */
export async function pullAll(run: Run): Promise<ModeResult> {
  const pulled = pullable(run)
  // Whoever names the passages has seen what they replace.
  const { passages } = run.request
  if (!run.request.force && !passages) {
    refuseUnknown(run, pulled)
    refuseLocalWork(pulled)
  }
  const skipped = await skipMissing(run)
  const plan = run.request.from === undefined && !passages ? await planSources(run) : undefined
  if (pulled.length === 0 && !plan) {
    if (run.request.from === undefined) return { status: skipped ? 'done' : 'in-sync' }
    await skipPull(run, run.request.from)
    return { status: 'done' }
  }
  const sources = plan && (await fetchSources(run, plan))
  const values = passages ? await chooseByNumber(run, pulled, passages) : pulled.map(fromServer)
  if (passages && values.length === 0) return { status: 'drift' }
  // An older version is no agreement with what the server has today.
  if (run.request.from !== undefined) for (const value of values) value.agreed = undefined
  const names = pulled.map(({ component }) => component)
  const kept = sources ? asTheyAre(run, names) : []
  const written = await writeLocal(run, [...values, ...kept], { restored: sources })
  if (sources) await reportRestored(run, sources, written)
  if (run.request.from === undefined && pulled.length > 0 && !run.request.dryRun && !passages) {
    await run.ui.report({ type: 'verified', components: names })
  }
  const latest = latestOf(run)
  if (run.request.from !== undefined && latest !== run.request.from) {
    await note(run, `Version ${latest} is still the latest on the server, so a check shows the difference.`)
  }
  return { status: 'done' }
}

/** What only the code has. */
async function skipMissing(run: Run): Promise<boolean> {
  const missing = run.drifts.filter(
    ({ drift, state, server }) => drift && state === 'ahead' && server.value === undefined,
  )
  for (const drift of missing) {
    const reason = 'the server has none, so there is nothing to pull'
    await settleOutcome(run, drift, { kind: 'skip', component: drift.component, reason })
  }
  return missing.length > 0
}

/** The code has the version that was asked for; that does not make it the server's latest. */
async function skipPull(run: Run, version: number): Promise<void> {
  const latest = latestOf(run)
  const other = latest === version ? '' : `; the latest on the server is version ${latest}`
  const reason = `your code has version ${version} already${other}`
  await settleOutcome(run, run.drifts[0]!, { kind: 'skip', component: versioned.key, reason })
}

function latestOf({ serverState }: Run): number | undefined {
  return versioned.history.standing(serverState).latest
}

/**
 * `--from N`: the component that has versions as if version N were the one to compare with.
 * @throws LuaError USAGE if there is no such version, if it says nothing, or the component is left out
 */
export async function versionAsDrift(run: Run, wanted: number): Promise<ComponentDrift> {
  const { key, history } = versioned
  const server = withShown(versioned, history.at(run.serverState, wanted))
  const drift = run.drifts.find(({ component }) => component === key)
  if (!drift) throw new LuaError('USAGE', `--from pulls a ${key}, but --only leaves it out.`)
  const { component, local } = drift
  // Where the code is a version, whichever it is, nothing is lost: that one is the base.
  const isVersion = history
    .versions(run.serverState)
    .some(({ value }) => local.value !== undefined && versioned.alike(value, local.value))
  const base = isVersion ? local.value : drift.base?.value
  const compared = compare(versioned, local.value, server.value)
  const state =
    compared.state === 'differs'
      ? await movement(versioned, local.value, server.value!, base)
      : compared.state
  return { component, local, server, base: drift.base, ...compared, state, chosen: true }
}
