/** The edges of a restore: read what is here, plan, fetch, and hand out the writes. Nothing is written here. */
import { existsSync, realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { FileWrite } from '../disk/index.js'
import { LuaError } from '../errors.js'
import { readIfThere } from '../files.js'
import { committedTexts } from '../project/git.js'
import { textHash } from '../project/hash.js'
import type { LuaServer, SnapshotManifest } from '../server/index.js'
import { baseFile, readBaseFile, readSnapshotBase, renderSnapshotBase } from './base.js'
import { fetchBlobs, SNAPSHOT_LIMITS, type SnapshotLimits } from './blobs.js'
import { mergeConfig } from './config.js'
import { placesOf } from './places.js'
import { type LocalFile, placesToLookUp, planRestore, type RestoreItem, type RestorePlan } from './plan.js'

/** A project as the snapshot room needs it. */
interface SnapshotProject {
  root: string
}

export interface FetchOptions {
  /** Called after each content that has arrived. */
  onProgress?: (progress: { done: number; total: number }) => void
  limits?: SnapshotLimits
  /** Epoch ms; stands in for a snapshot without a date. */
  now?: number
}

export interface Restore {
  /** For `commitFiles`, all together: the sources, and last the base file that says that we have them. */
  writes: FileWrite[]
  /** Paths of the files that change, from the root, with `/`. */
  changed: string[]
  /** Things worth knowing. */
  notes: string[]
}

/**
 * Compares a snapshot with the files of a project. Reads them and asks git; writes nothing and fetches nothing.
 * Pass the plan to `guardRestore` before anything else, unless told to overwrite local work.
 */
export async function prepareRestore(
  project: SnapshotProject,
  manifest: SnapshotManifest,
): Promise<RestorePlan> {
  const { places, refused } = placesOf(project.root, manifest.files)
  const base = readSnapshotBase(project.root)
  const files = new Map(places.map(({ path, absolute }) => [path, localOf(readIfThere(absolute))]))
  const local = (path: string) =>
    files.get(path) ?? (base?.files.has(path) ? strayOf(project, path) : undefined)
  const input = { manifest, places, refused, base, local }
  // Behind a symbolic link git has the link's own text; what would be overwritten is the file that it leads to.
  const real = new Map(placesToLookUp(input).map(path => [path, realPath(project.root, path)]))
  const texts = await committedTexts(project.root, [...new Set(real.values())])
  const committed = (path: string) => {
    const text = texts.get(real.get(path) ?? path)
    return text === undefined ? undefined : textHash(withLf(text))
  }
  return planRestore({ ...input, committed })
}

/** A file that is not in the snapshot any more: that it is here is all that matters. */
function strayOf({ root }: SnapshotProject, path: string): LocalFile | undefined {
  return existsSync(join(root, path)) ? { hash: '', lfHash: '' } : undefined
}

function realPath(root: string, path: string): string {
  return relative(realpathSync(root), realpathSync(join(root, path))).replaceAll(sep, '/')
}

/**
 * Fetches what a plan needs, and turns it into writes.
 * @throws FILE_CHANGED when a file is no longer what the plan saw; FILE_REFUSED past a limit; SERVER_INVALID
 *   for a content that is not what its hash says; whatever the server throws
 */
export async function fetchRestore(
  server: LuaServer,
  project: SnapshotProject,
  plan: RestorePlan,
  options: FetchOptions = {},
): Promise<Restore> {
  const { onProgress = () => {}, limits = SNAPSHOT_LIMITS, now = Date.now() } = options
  const wanted = plan.items.map(item => item.place.file)
  const total = new Set(wanted.map(file => file.hash)).size
  const blobs = await fetchBlobs(server, wanted, limits, done => onProgress({ done, total }))
  const writes: FileWrite[] = []
  const notes: string[] = []
  for (const item of plan.items) {
    const write = await writeOf(item, blobs.get(item.place.file.hash)!)
    if (write !== undefined) writes.push(write)
    else notes.push('The lua.skill.yaml of the snapshot cannot be read, so yours stays as it is.')
  }
  const changed = plan.items.filter(item => writes.some(write => write.path === item.place.absolute))
  return {
    writes: [...writes, baseWrite(project, plan, now)],
    changed: changed.map(item => item.place.path),
    notes,
  }
}

async function writeOf(item: RestoreItem, incoming: Buffer): Promise<FileWrite | undefined> {
  const path = item.place.absolute
  const before = readIfThere(path)
  if ((before === undefined ? undefined : textHash(before)) !== item.existing) {
    throw new LuaError(
      'FILE_CHANGED',
      `${path} was changed while the snapshot was fetched; nothing was written.`,
      {
        hint: 'Save it in your editor, then run again.',
      },
    )
  }
  if (!item.merge || before === undefined) return { path, before, after: incoming }
  const merged = await mergeConfig(before.toString('utf8'), incoming.toString('utf8'))
  return merged === undefined ? undefined : { path, before, after: Buffer.from(merged) }
}

function baseWrite({ root }: SnapshotProject, plan: RestorePlan, now: number): FileWrite {
  const after = Buffer.from(renderSnapshotBase(plan.snapshot, plan.files, now))
  return { path: baseFile(root), before: readBaseFile(root), after, mode: 0o600 }
}

function localOf(bytes: Buffer | undefined): LocalFile | undefined {
  if (bytes === undefined) return undefined
  const hash = textHash(bytes)
  return { hash, lfHash: bytes.includes('\r\n') ? textHash(withLf(bytes.toString('utf8'))) : hash }
}

function withLf(text: string): string {
  return text.replaceAll('\r\n', '\n')
}
