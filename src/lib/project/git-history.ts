/**
 * What git knows of the commits that HEAD descends from. Like everything that is asked of git it only helps: nothing fails without it.
 */

import { dirname, join, resolve } from 'node:path'
import { readIfReadable } from '../files.js'
import { type GitFile, git, objects, repositoryAbove } from './git.js'

/**
 * The commit that HEAD names; undefined outside a repository, and in one without a commit. Read from git's own
 * files: every check needs it, and asking git would take an eighth of its time. Where the files do not tell, git is
 * asked.
 */
export async function headCommit(root: string): Promise<string | undefined> {
  const top = repositoryAbove(root)
  if (top === undefined) return undefined
  const found = headFrom(join(top, '.git'))
  if (found !== undefined) return found
  const answer = await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])
  return answer?.toString('latin1').trim() || undefined
}

/**
 * May git track a path with these words in it? False only where it certainly does not. Read from the index itself:
 * most checks need it, and asking git would take an eighth of their time.
 */
export function mayTrack(root: string, words: string): boolean {
  const top = repositoryAbove(root)
  if (top === undefined) return false
  const index = readIfReadable(join(gitFolder(join(top, '.git')), 'index'))
  if (index?.toString('latin1', 0, 4) !== 'DIRC' || index.length < 8) return true
  // Later versions shorten paths; a shared or a sparse index leaves some out.
  const isWhole = index.readUInt32BE(4) < 4 && !index.includes('link') && !index.includes('sdir')
  return !isWhole || index.includes(words)
}

/** A worktree or a submodule has a file that names the folder. */
function gitFolder(dotGit: string): string {
  const named = /^gitdir: (.+)$/m.exec(textOf(dotGit))?.[1]
  return named === undefined ? dotGit : resolve(dirname(dotGit), named)
}

function headFrom(dotGit: string): string | undefined {
  const folder = gitFolder(dotGit)
  const head = textOf(join(folder, 'HEAD')).trim()
  if (COMMIT.test(head)) return head
  const ref = /^ref: (refs\/[^\s:\\]+)$/.exec(head)?.[1]
  if (ref === undefined || ref.includes('..')) return undefined
  const common = resolve(folder, textOf(join(folder, 'commondir')).trim())
  const loose = textOf(join(common, ref)).trim()
  if (COMMIT.test(loose)) return loose
  const packed = textOf(join(common, 'packed-refs'))
    .split('\n')
    .find(line => line.endsWith(` ${ref}`))
  return packed && COMMIT.test(packed.slice(0, -ref.length - 1))
    ? packed.slice(0, -ref.length - 1)
    : undefined
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

function textOf(path: string): string {
  return readIfReadable(path)?.toString('utf8') ?? ''
}

/** Is the history cut off, as in a clone with a depth? */
export async function isShallow(root: string): Promise<boolean> {
  return (await git(root, ['rev-parse', '--is-shallow-repository']))?.toString('latin1').trim() === 'true'
}

/** Were contents left on the remote, as in a clone with a filter? */
export async function isPartial(root: string): Promise<boolean> {
  return (await git(root, ['config', '--get-regexp', '^remote\\..*\\.promisor$'])) !== undefined
}

/** The commits that HEAD descends from and `commit` does not; undefined where HEAD does not descend from `commit`. */
export async function commitsSince(root: string, commit: string): Promise<Set<string> | undefined> {
  const answer = await git(root, ['rev-list', '--parents', `${commit}..HEAD`, '--'])
  const lines = linesOf(answer).map(line => line.split(' '))
  const isParent = lines.some(([, ...parents]) => parents.includes(commit))
  return isParent ? new Set(lines.map(([id]) => id!)) : undefined
}

/** A commit that touched some of the files that were asked about. */
export interface TouchingCommit {
  id: string
  /** Those of them that it added, if it has a parent: only then can they have been renamed. */
  added: string[]
}

/**
 * The last commits that HEAD descends from and that touched any of these files, newest first; also those on a
 * branch whose changes a merge dropped. Undefined where git cannot answer; where it is late, those named by then.
 * @param top the repository's folder, from which the paths go, with `/`
 */
export async function commitsTouching(
  top: string,
  paths: readonly string[],
  { limit, deadline }: { limit: number; deadline: number },
): Promise<TouchingCommit[] | undefined> {
  const answer = await git(
    top,
    ['log', '--full-history', `--max-count=${limit}`, ...READ_ONLY, '--no-renames', '--name-status', '-z']
      .concat(['--format=%x01%H %P', 'HEAD', '--'])
      .concat(paths),
    { deadline, evenIfLate: true },
  )
  const entries = answer?.toString('utf8').split('\x01').slice(1)
  // Where git was late, the last one may have been cut off within its ids.
  if (entries?.at(-1)?.includes('\0') === false) entries.pop()
  return entries?.map(entry => {
    const [ids = '', ...fields] = entry.split('\0').map(field => field.replace(/^\n/, ''))
    const [id = '', parent] = ids.split(' ')
    return { id, added: parent ? fields.filter((_, index) => fields[index - 1] === 'A') : [] }
  })
}

/** What a commit renamed: former paths by their new ones, from the repository's folder. */
export async function renamesIn(
  top: string,
  commit: string,
  deadline: number,
): Promise<ReadonlyMap<string, string>> {
  const answer = await git(
    top,
    [
      'diff-tree',
      '-r',
      '-M',
      ...READ_ONLY,
      '--diff-filter=R',
      '--name-status',
      '-z',
      '--no-commit-id',
      commit,
    ],
    { deadline },
  )
  const fields = answer?.toString('utf8').split('\0') ?? []
  const renames = new Map<string, string>()
  for (let at = 0; at + 2 < fields.length; at += 3) renames.set(fields[at + 2]!, fields[at + 1]!)
  return renames
}

/** These files as they were in each of these commits; a file that a commit does not have is missing. */
export async function filesAt(
  top: string,
  commits: readonly string[],
  paths: readonly string[],
  deadline: number,
): Promise<Map<string, Map<string, GitFile>>> {
  const names = commits.flatMap(commit => paths.map(path => `${commit}:${path}`))
  const found = await objects(top, names, deadline)
  const filesOf = (index: number) =>
    paths.flatMap((path, at) => {
      const file = found[index * paths.length + at]
      return file ? [[path, file] as const] : []
    })
  return new Map(commits.map((commit, index) => [commit, new Map(filesOf(index))]))
}

const READ_ONLY = ['--no-ext-diff', '--no-textconv']

function linesOf(answer: Buffer | undefined): string[] {
  return answer?.toString('latin1').split('\n').filter(Boolean) ?? []
}
