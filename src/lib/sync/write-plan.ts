/**
 * What is to be written for values that come into the code: only planned, not written yet.
 */

import type { FileWrite } from '../disk/index.js'
import { LuaError } from '../errors.js'
import { relativePath } from '../files.js'
import type { Project } from '../project/project.js'
import { baseFile, followEdits, readBaseFile } from '../snapshot/index.js'
import { type AgentChange, findAgent, planWrite, type Sources, type WritePlan } from '../source/index.js'
import { COMPONENTS, componentOf } from './components/index.js'
import type { Incoming, IncomingSources } from './incoming.js'
import { localOf } from './local.js'
import type { Run } from './run.js'

/**
 * The edits that write values into the code, or into the source files that are restored with them.
 * @throws LuaError as the source room does; CONFLICT if restored files would bring in what the run leaves out
 */
export async function planChange(
  run: Pick<Run, 'local' | 'request'>,
  incoming: Incoming[],
  restored?: IncomingSources,
): Promise<WritePlan> {
  const { local, request } = run
  if (!restored) return planIn(local.sources, incoming, request)
  const contents = restored.writes.flatMap(({ path, after }) => (after ? [[path, after] as const] : []))
  const files = new Map(contents)
  try {
    const sources = local.sources.overlay(files)
    if (!request.force) refuseUnasked(run, incoming, sources)
    return await planIn(sources, incoming, request, files)
  } catch (error) {
    throw ofSnapshot(error)
  }
}

/** What can be read is written by what it says; what is computed, by what the code then makes. */
async function planIn(
  sources: Sources,
  incoming: Incoming[],
  { force, strict }: Run['request'],
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<WritePlan> {
  const isComputed = ({ drift }: Incoming) => drift.local.computed !== undefined
  const read = incoming.filter(each => !isComputed(each))
  const change = together(read.map(({ drift, value }) => componentOf(drift.component).change(value)))
  const options = { force, exact: strict }
  let plan: WritePlan = { edits: [], places: [] }
  if (read.length > 0) plan = await planWrite(sources, findAgent(sources), change, options)
  for (const { drift, value } of incoming.filter(isComputed)) {
    const { planComputed } = await import('./write-computed.js')
    const written = new Map([...files, ...plan.edits.map(({ path, after }) => [path, after] as const)])
    plan = joined(
      plan,
      await planComputed(sources.overlay(written), drift, componentOf(drift.component).shown(value), written),
    )
  }
  return plan
}

/** Several changes as one: each may bring properties of its own. */
function together(changes: readonly AgentChange[]): AgentChange {
  const data = Object.assign({}, ...changes.map(change => change.data))
  const without = changes.flatMap(change => change.without ?? [])
  return Object.assign({}, ...changes, { data, without })
}

/** One plan after the other: what a file was before is what it was before both. */
function joined(first: WritePlan, then: WritePlan): WritePlan {
  const edits = new Map(first.edits.map(edit => [edit.path, edit]))
  for (const edit of then.edits) {
    edits.set(edit.path, { ...edit, before: edits.get(edit.path)?.before ?? edit.before })
  }
  return { edits: [...edits.values()], places: [...first.places, ...then.places] }
}

/** What --only leaves out and the code does not declare must not come in with the files. */
function refuseUnasked({ request }: Pick<Run, 'request'>, incoming: Incoming[], sources: Sources): void {
  const { only } = request
  if (!only) return
  const there = localOf(sources)
  for (const { key, local } of COMPONENTS) {
    const written = incoming.some(({ drift }) => drift.component === key)
    if (only.includes(key) || written || local(there).value === undefined) continue
    throw new LuaError(
      'CONFLICT',
      `The snapshot's sources declare a ${key}, your code declares none, and --only leaves it out.`,
      {
        hint: `Pull it as well (--only ${[...only, key].join(',')}), or take it from the snapshot as it is (--force).`,
      },
    )
  }
}

/** A failure that is about the snapshot's files, not about those that are here. */
function ofSnapshot(error: unknown): unknown {
  if (!(error instanceof LuaError) || error.code === 'CONFLICT') return error
  const { code, message, hint, location, frame, problems } = error
  return new LuaError(
    code,
    `With the sources of the snapshot, the agent cannot be read or written: ${message}`,
    {
      hint: `Nothing was written. Pull without the sources (--no-sources), or ask for a new snapshot (lua push backup).${hint ? ` ${hint}` : ''}`,
      location,
      frame,
      problems,
      cause: error,
    },
  )
}

/**
 * Every file that changes, once: the restored ones with the texts in them, and the snapshot's base brought up to date.
 */
export function withRestored(
  project: Project,
  { edits }: WritePlan,
  restored?: IncomingSources,
): FileWrite[] {
  const writes = new Map<string, FileWrite>(restored?.writes.map(write => [write.path, write]))
  for (const edit of edits) {
    const former = writes.get(edit.path)
    writes.set(edit.path, former ? { ...former, after: edit.after } : edit)
  }
  const base = baseWrite(project, edits, writes.get(baseFile(project.root)))
  if (base) writes.set(base.path, base)
  return [...writes.values()].filter(
    ({ before, after }) => !(before && after && Buffer.from(after).equals(before)),
  )
}

function baseWrite(project: Project, edits: WritePlan['edits'], restored?: FileWrite): FileWrite | undefined {
  const path = baseFile(project.root)
  const before = restored ? restored.before : readBaseFile(project.root)
  const now = restored ? restored.after : before
  if (!now) return undefined
  const relativeEdits = edits.map(edit => ({
    ...edit,
    relativePath: relativePath(project.root, edit.path),
  }))
  const followed = followEdits(Buffer.from(now).toString('utf8'), relativeEdits)
  return followed === undefined ? undefined : { path, before, after: Buffer.from(followed), mode: 0o600 }
}
