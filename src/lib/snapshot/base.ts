/**
 * `.lua/backup-manifest.json`: the snapshot that this checkout last pushed or pulled. It is the vendor's file
 * and the vendor's format; both tools read and write it.
 */
import { join } from 'node:path'
import { readState } from '../disk/index.js'
import { textHash } from '../project/hash.js'
import type { SnapshotMeta } from '../server/index.js'

/** The vendor's CLI has it there, wherever this machine keeps its own state. */
export function baseFile(root: string): string {
  return join(root, '.lua', 'backup-manifest.json')
}

/** Bytes: some tens of thousands of files. The file may have come with the checkout. */
const MAX_BASE = 8 * 1024 * 1024

/** The bytes of the base file; undefined where there is none that can be read. No link is followed. */
export function readBaseFile(root: string): Buffer | undefined {
  return readState(join(root, '.lua'), 'backup-manifest.json', MAX_BASE)
}

export interface SnapshotBase {
  /** Project hash of that snapshot. */
  lastHash: string
  /** When that snapshot was pushed or pulled; epoch ms. */
  lastPushedAt?: number
  /** Hash of each file of that snapshot, by its path from the project's root. */
  files: ReadonlyMap<string, string>
}

/** The base, or undefined when there is none or it is damaged: then git must say what was changed here. */
export function readSnapshotBase(root: string): SnapshotBase | undefined {
  try {
    const value: unknown = JSON.parse(readBaseFile(root)!.toString('utf8'))
    const { lastHash, lastPushedAt, files } = value as Record<string, unknown>
    if (typeof lastHash !== 'string' || !Array.isArray(files)) return undefined
    const at = typeof lastPushedAt === 'string' ? Date.parse(lastPushedAt) : Number.NaN
    return {
      lastHash,
      files: new Map(files.flatMap(entryOf)),
      ...(Number.isNaN(at) ? {} : { lastPushedAt: at }),
    }
  } catch {
    return undefined
  }
}

function entryOf(file: unknown): [string, string][] {
  const { relativePath, hash } = (file ?? {}) as { relativePath?: unknown; hash?: unknown }
  return typeof relativePath === 'string' && typeof hash === 'string' ? [[relativePath, hash]] : []
}

/** The text of the base file after a snapshot was pulled. `at` (epoch ms) stands in for an unknown date. */
export function renderSnapshotBase(
  snapshot: Pick<SnapshotMeta, 'projectHash' | 'createdAt'>,
  files: readonly { relativePath: string; hash: string }[],
  at: number,
): string {
  const base = {
    lastHash: snapshot.projectHash,
    lastPushedAt: isoOf(snapshot.createdAt) ?? isoOf(at),
    files: files.map(({ relativePath, hash }) => ({ relativePath, hash })),
  }
  return JSON.stringify(base, null, 2)
}

/** Undefined also for a number that is no date. */
function isoOf(time: number | undefined): string | undefined {
  const date = new Date(time ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/**
 * Does the server hold a snapshot that this checkout has not seen? `unknown`: the project hash is the same, but it tells
 * nothing of names, and the snapshot was made since; its list of files must be looked at.
 */
export function newerSnapshot(
  { projectHash, createdAt }: Pick<SnapshotMeta, 'projectHash' | 'createdAt'>,
  base: SnapshotBase | undefined,
): boolean | 'unknown' {
  if (!base || projectHash !== base.lastHash) return true
  const { lastPushedAt } = base
  return createdAt !== undefined && lastPushedAt !== undefined && createdAt > lastPushedAt ? 'unknown' : false
}

/** Has a file of the snapshot a name that the base does not know? With the same project hash it was renamed. */
export function isRenamed(files: readonly { relativePath: string }[], base: SnapshotBase): boolean {
  return files.some(({ relativePath }) => !base.files.has(relativePath))
}

/**
 * The text of a base file after files were edited by a pull of texts: a file that was as the base has it still
 * counts as unchanged here afterwards. Undefined if nothing in the base changes, or it cannot be read.
 * @param edits paths from the project's root, with `/`
 */
export function followEdits(
  base: string,
  edits: readonly { relativePath: string; before: Uint8Array; after: Uint8Array }[],
): string | undefined {
  const hashes = new Map(
    edits.map(({ relativePath, before, after }) => [
      relativePath,
      { before: textHash(before), after: textHash(after) },
    ]),
  )
  let followed = false
  try {
    const value = JSON.parse(base) as { files: { relativePath: string; hash: string }[] }
    for (const file of value.files) {
      const edit = hashes.get(file.relativePath)
      if (edit?.before !== file.hash || edit.after === file.hash) continue
      file.hash = edit.after
      followed = true
    }
    return followed ? JSON.stringify(value, null, 2) : undefined
  } catch {
    return undefined
  }
}
