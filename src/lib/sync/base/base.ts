/**
 * The base of a component: the newest server text that this code descends from. Found by aligning two histories, the
 * versions on the server and the values that the code has had. Pure but for loading the merge library.
 */

import { holdsChanges, type Values } from '../components/values.js'
import type { Base, PublishedVersion, Value } from '../model.js'

/** The value that the code had in a commit. */
export interface CommittedValue {
  value: Value
  commit: string
}

/** What code and server were seen to agree on. */
export interface Agreement {
  value: Value
  version?: number
  /** What the code was then, where that is another value: a merge of this one. */
  code?: Value
  /** How many values of the lineage are from its commit or an earlier one; undefined where HEAD does not descend from that commit. */
  after: number | undefined
  /** What its commit has, if that is known. */
  committed?: Value
}

export interface Histories {
  /** How the component's values are compared and merged. */
  values: Values
  /** Oldest first; undefined for a component of which the server keeps no versions. */
  versions: readonly PublishedVersion[] | undefined
  /** What the server holds now. */
  server: Value
  /** Versions that an undo of this checkout has taken back: they are no base any more. */
  takenBack?: readonly number[]
  /** What the code was in the commits that HEAD descends from, oldest first. */
  lineage: readonly CommittedValue[]
  record: Agreement | undefined
  /** The working tree; undefined where it declares no such component. */
  code: Value | undefined
}

/** One step of the lineage. */
type Step = Pick<Base, 'value' | 'version' | 'from' | 'commit'>

/**
 * Follows the lineage with a cursor on the versions: a value that is the text of a version at or after the cursor moves
 * it to the first such version, any other value is local work. Where the cursor ends is the base.
 */
export async function findBase(histories: Histories): Promise<Base | undefined> {
  const base = align(histories, await counting(histories))
  const { record } = histories
  // Where the record's commit does not have the component (git came later, say), nothing tells whether the code still
  // holds what was agreed on. Where nothing else is known either, the record is believed.
  const isUnchecked = record?.after !== undefined && record.committed === undefined
  return base ?? (isUnchecked ? align(histories, record) : undefined)
}

function align(histories: Histories, record: Agreement | undefined): Base | undefined {
  const { lineage, code, values } = histories
  const { comparable } = values
  const versions = candidates(histories, record)
  const keys = versions.map(({ value }) => comparable(value))
  let at = -1
  let base: Base | undefined
  for (const { value, version, from, commit } of steps(lineage, record, code)) {
    const key = comparable(value)
    const fitting = [...keys.keys()].filter(index => index >= at && keys[index] === key)
    // A record knows which of several versions with one text it means.
    const found = fitting.find(index => versions[index]!.version === version) ?? fitting[0]
    // A commit that has it says more than the memory of this checkout.
    const better = from === 'git' && base?.from !== 'git'
    if (found === undefined || (found === at && !better)) continue
    at = found
    base = { value: versions[at]!.value, version: versions[at]!.version, from, commit }
  }
  return base
}

function steps(
  lineage: readonly CommittedValue[],
  record: Agreement | undefined,
  code: Value | undefined,
): Step[] {
  const all: Step[] = lineage.map(({ value, commit }) => ({ value, from: 'git', commit }))
  if (record) {
    all.splice(record.after ?? 0, 0, { value: record.value, version: record.version, from: 'record' })
  }
  if (code !== undefined) all.push({ value: code, from: 'history' })
  return all
}

function candidates(
  { versions, server, takenBack = [] }: Histories,
  record: Agreement | undefined,
): { value: Value; version?: number }[] {
  if (versions) return versions.filter(({ version }) => !takenBack.includes(version))
  return [...(record ? [{ value: record.value }] : []), { value: server }]
}

/**
 * The record, where it has a place in this lineage. A pull that was never committed is taken back by whatever takes its
 * changes out of the working tree (a checkout of the file, a stash, another branch).
 */
async function counting({
  values,
  versions,
  lineage,
  record,
  code,
}: Histories): Promise<Agreement | undefined> {
  if (record?.after === undefined) return undefined
  const { comparable } = values
  const brought = record.code ?? record.value
  const key = comparable(brought)
  const { committed } = record
  const isAlone = lineage.length === 0 && committed === undefined
  if (isAlone || lineage.some(({ value }) => comparable(value) === key)) return record
  if (code === undefined) return undefined
  if (comparable(code) === key) return record
  if (committed === undefined || comparable(code) === comparable(committed)) return undefined
  if (await holdsChanges(values, committed, code, brought)) return record
  if (versions) return undefined
  // Without versions nothing older is known, and yet no edit may go unseen. A single line always changes as a whole.
  return isOneLine(brought) ? record : { ...record, value: committed, code: undefined }
}

function isOneLine(value: Value): boolean {
  return typeof value === 'string' && !value.includes('\n')
}
