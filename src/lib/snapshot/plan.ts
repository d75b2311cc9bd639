/**
 * What restoring a snapshot would do to the files here, and which of them hold work that it would destroy.
 * Pure: values in, a plan out.
 */
import { LuaError } from '../errors.js'
import { CONFIG_FILE } from '../project/project.js'
import type { SnapshotManifest } from '../server/index.js'
import type { SnapshotBase } from './base.js'
import type { Place, Refused } from './places.js'

/** A file here: its hash, and the hash that it would have with LF line ends (a CRLF checkout is no change). */
export interface LocalFile {
  hash: string
  lfHash: string
}

export interface RestoreInput {
  manifest: SnapshotManifest
  places: readonly Place[]
  refused: readonly Refused[]
  base?: SnapshotBase
  /** The file at a place, by its path. */
  local: (path: string) => LocalFile | undefined
  /** Hash, with LF line ends, of what git's HEAD has at a path. */
  committed: (path: string) => string | undefined
}

export interface RestoreItem {
  place: Place
  /** Hash of what is there now; undefined: nothing. */
  existing?: string
  /** `lua.skill.yaml`: its state is merged into ours. */
  merge: boolean
}

export interface RestorePlan {
  snapshot: Pick<SnapshotManifest, 'projectHash' | 'createdAt' | 'createdBy' | 'activeVersion'>
  /** Files that differ from the snapshot, and will be what it says. */
  items: RestoreItem[]
  /** Paths of those among them that hold work of this checkout. */
  locallyChanged: string[]
  /** Paths that the base has and the snapshot has not: renamed or deleted there. They stay here. */
  gone: string[]
  refused: Refused[]
  /** Every file of the snapshot that this checkout has afterwards: its next base. */
  files: { relativePath: string; hash: string }[]
}

/** The places about which only git can tell whether they were changed here: see `RestoreInput.committed`. */
export function placesToLookUp({ places, base, local }: Omit<RestoreInput, 'committed'>): string[] {
  return places.flatMap(place => {
    const now = local(place.path)
    const known = now === undefined || isMerged(place) || base?.files.has(place.file.relativePath)
    return known || holds(now, place.file.hash) ? [] : [place.path]
  })
}

/**
 * Compares a snapshot with the files here.
 *
 * A file is *locally changed* if it differs from the base and from the incoming one; without a base for it, if
 * it differs from the incoming one and from its committed version. A file that is not here is never locally
 * changed: there is nothing to lose. `lua.skill.yaml` is never, because it is merged.
 */
export function planRestore(input: RestoreInput): RestorePlan {
  const { manifest, places, refused, local } = input
  const items: RestoreItem[] = []
  const locallyChanged: string[] = []
  for (const place of places) {
    const now = local(place.path)
    if (holds(now, place.file.hash)) continue
    items.push({ place, existing: now?.hash, merge: isMerged(place) })
    if (!isMerged(place) && isLocallyChanged(place, now, input)) locallyChanged.push(place.path)
  }
  const { projectHash, createdAt, createdBy, activeVersion } = manifest
  return {
    snapshot: { projectHash, createdAt, createdBy, activeVersion },
    items,
    locallyChanged,
    gone: gonePaths(input),
    refused: [...refused],
    files: places.map(({ file: { relativePath, hash } }) => ({ relativePath, hash })),
  }
}

function gonePaths({ manifest, base, local }: RestoreInput): string[] {
  const there = new Set(manifest.files.map(({ relativePath }) => relativePath))
  return [...(base?.files.keys() ?? [])].filter(path => !there.has(path) && local(path) !== undefined)
}

function isLocallyChanged(
  place: Place,
  now: LocalFile | undefined,
  { base, committed }: RestoreInput,
): boolean {
  if (now === undefined) return false
  const before = base?.files.get(place.file.relativePath)
  return before === undefined ? committed(place.path) !== now.lfHash : !holds(now, before)
}

function isMerged(place: Place): boolean {
  return place.path === CONFIG_FILE
}

function holds(now: LocalFile | undefined, hash: string): boolean {
  return now !== undefined && (now.hash === hash || now.lfHash === hash)
}

/**
 * The guard of a restore.
 * @throws CONFLICT when files hold work of this checkout, listing every one
 */
export function guardRestore(plan: RestorePlan): void {
  const { locallyChanged } = plan
  if (locallyChanged.length === 0) return
  const count = locallyChanged.length === 1 ? '1 file was' : `${locallyChanged.length} files were`
  const list = locallyChanged.map(path => `  ${path}`).join('\n')
  throw new LuaError(
    'CONFLICT',
    `${count} changed here and differ from the server's snapshot; restoring it would overwrite them:\n${list}`,
    {
      hint:
        'Commit and push your work first (lua push backup), leave the sources alone (--no-sources), ' +
        'or overwrite it (--force; lua sync --undo brings it back).',
    },
  )
}
