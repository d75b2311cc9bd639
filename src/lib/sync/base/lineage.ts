/**
 * What the code was in the commits that HEAD descends from: the files on the trail of its texts as git has them,
 * evaluated without running them. Git is asked once, and again only where an older commit leads to other files.
 */

import { join, relative } from 'node:path'
import { relativePath } from '../../files.js'
import { patience, repositoryAbove } from '../../project/git.js'
import {
  commitsSince,
  commitsTouching,
  filesAt,
  renamesIn,
  type TouchingCommit,
} from '../../project/git-history.js'
import type { Project } from '../../project/project.js'
import { ENTRY_FILES } from '../../source/index.js'
import type { LocalAgent } from '../local.js'
import type { ComponentKey } from '../model.js'
import type { CommittedValue } from './base.js'
import { type Evaluated, evaluateCommit } from './committed.js'
import { type CommittedFiles, computeCommitted, computedTexts } from './committed-computed.js'

/** How many commits are looked at, the last ones that touched the trail. */
const COMMITS = 50
/** How often an older commit may lead to other files. */
const ROUNDS = 4

export interface Lineage {
  /** There is a history, but git did not tell all of it: it took too long, or the checkout is somebody else's. */
  unread?: boolean
  /** Git was not in time. */
  late?: boolean
  /** The last commits that touched the trail, oldest first. */
  states: readonly CommitState[]
  /** Those that were asked for besides. */
  also: readonly CommitState[]
}

/**
 * Without git there is nothing in it.
 * @param also commits to look at besides, whether they touched the trail or not
 */
export async function readLineage(
  { root }: Project,
  local: LocalAgent,
  also: readonly string[],
): Promise<Lineage> {
  const { sources } = local
  const top = repositoryAbove(root)
  if (top === undefined) return { states: [], also: [] }
  const { projectRoot } = sources.host
  const inRepository = (path: string) => relativePath(top, path)
  const reading: Reading = {
    top,
    deadline: performance.now() + patience.milliseconds,
    evaluateUntil: performance.now() + EVALUATION_MS,
    roots: [inRepository(projectRoot)],
    trail: new Set(sources.parsed.map(inRepository).filter(path => !isOutside(path))),
    known: new Map(),
  }
  for (const name of ENTRY_FILES) reading.trail.add(inRepository(join(projectRoot, name)))
  for (const { computed = [] } of computedTexts(local).values()) {
    const own = computed
      .map(inRepository)
      .filter(path => !isOutside(path) && !/(?:^|\/)node_modules\//.test(path))
    for (const path of own) reading.trail.add(path)
  }
  let size = reading.trail.size
  let lineage = await readOnce(reading, sources, also)
  for (let round = 2; reading.trail.size > size && round <= ROUNDS; round++) {
    size = reading.trail.size
    const next = await readOnce(reading, sources, also)
    const isLess = next.states.length < lineage.states.length
    lineage = isLess ? { ...lineage, unread: true, late: true } : next
    if (isLess) break
  }
  const newestFirst = [...lineage.also, ...lineage.states.toReversed()]
  await computeCommitted(local, newestFirst, { top, until: performance.now() + RUNNING_MS })
  return lineage
}

/** How long what the commits hold may take to be evaluated, in milliseconds. */
const EVALUATION_MS = 6_000
/** And how long their code may be run, where that is needed and allowed. */
const RUNNING_MS = 4_000

interface Reading {
  top: string
  deadline: number
  evaluateUntil: number
  /** Folders in which the project lies or lay, from the repository's. */
  roots: string[]
  /** Files on the trail in any commit so far, from the repository's folder. */
  trail: Set<string>
  /** The values that states of the trail had, by the content of their files. */
  known: Map<string, Evaluated>
}

interface CommitState extends CommittedFiles {
  commit: string
}

/** The trail grows where states of it lead to files that are not on it. */
async function readOnce(
  reading: Reading,
  sources: LocalAgent['sources'],
  also: readonly string[],
): Promise<Lineage> {
  const { top, trail, roots, known, deadline, evaluateUntil } = reading
  const paths = [...trail]
  // In a vast history git does not come to an end; what the commits hold that it has named must still be asked for.
  const half = (performance.now() + deadline) / 2
  const answer = await commitsTouching(top, paths, { limit: COMMITS, deadline: half })
  const isCut = performance.now() >= half
  const commits = answer ?? []
  await followRenames(reading, commits)
  const newest = commits.map(({ id }) => id)
  const files = await filesAt(top, [...new Set([...newest, ...also])], paths, deadline)
  const states: CommitState[] = []
  for (const commit of [...also, ...newest]) {
    const then = files.get(commit)!
    const key = paths.map(path => then.get(path)?.id).join()
    const found =
      known.get(key) ??
      evaluateCommit(sources, { top, roots, paths, files: then }, evaluateUntil - performance.now())
    known.set(key, found)
    for (const path of found.leadsTo) trail.add(path)
    states.push({ commit, values: found.values, files: then })
    // A person may want to stop, and the oldest commits say least.
    await new Promise(setImmediate)
    if (performance.now() > deadline) break
  }
  const told = [...files.values()].some(({ size }) => size > 0) || commits.length === 0
  const unread = answer === undefined || isCut || !told || states.length < also.length + commits.length
  const late = performance.now() >= deadline
  return { unread, late, also: states.slice(0, also.length), states: states.slice(also.length).reverse() }
}

/** A file that came with a commit may have had another name before; the whole project, another folder. */
async function followRenames(
  { top, roots, trail, deadline }: Reading,
  commits: TouchingCommit[],
): Promise<void> {
  for (const { id, added } of commits) {
    if (added.length === 0) continue
    const renames = await renamesIn(top, id, deadline)
    for (const path of added) {
      const former = renames.get(path)
      if (former === undefined || trail.has(former)) continue
      trail.add(former)
      const below = roots.map(root => relative(root, path)).find(rest => !isOutside(rest))
      if (below === undefined || !`/${former}`.endsWith(`/${below}`)) continue
      const root = former.slice(0, former.length - below.length).replace(/\/$/, '')
      if (roots.includes(root)) continue
      roots.push(root)
      for (const name of ENTRY_FILES) trail.add(root === '' ? name : `${root}/${name}`)
    }
  }
}

/** The values of one component in the commits; commits in which it cannot be known are left out. */
export function valuesOf(states: readonly CommitState[], key: ComponentKey): CommittedValue[] {
  return states.flatMap(({ commit, values: { [key]: value } }) =>
    value === undefined ? [] : [{ commit, value }],
  )
}

function isOutside(path: string): boolean {
  return path === '' || path.startsWith('..')
}

/**
 * After how many values of the lineage an agreement that was seen at `commit` belongs; undefined where HEAD does
 * not descend from it. Where git cannot answer, HEAD must be that very commit.
 */
export async function placeOf(
  commit: string | undefined,
  { project, head, lineage }: { project: Project; head: string | undefined; lineage: CommittedValue[] },
): Promise<number | undefined> {
  if (commit === undefined) return 0
  if (commit === head) return lineage.length
  const since = await commitsSince(project.root, commit)
  return since && lineage.findLastIndex(each => !since.has(each.commit)) + 1
}
