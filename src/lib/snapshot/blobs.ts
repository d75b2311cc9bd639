/** The contents of a snapshot's files: fetched a few at a time, bounded, and proved to be what was asked for. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { atOnce } from '../disk/index.js'
import { LuaError } from '../errors.js'
import { textHash } from '../project/hash.js'
import type { LuaServer, SnapshotFile } from '../server/index.js'

/** What a snapshot may weigh, in bytes. */
export interface SnapshotLimits {
  /** One file. */
  file: number
  /** All files that are fetched. */
  total: number
}

export const SNAPSHOT_LIMITS: SnapshotLimits = { file: 64 * 1024 * 1024, total: 512 * 1024 * 1024 }

const AT_ONCE = 10
/** Signed URLs live shortly, so they are asked for as they are needed; the server gives 500 at once. */
const URLS_AT_ONCE = 500

/**
 * Fetches the contents of files.
 * @param onBlob called with the number of contents that have arrived
 * @returns contents by hash
 * @throws FILE_REFUSED when a limit is passed; SERVER_INVALID for a content that is missing or not what its
 *   hash says; whatever the server throws
 */
export async function fetchBlobs(
  server: LuaServer,
  files: readonly SnapshotFile[],
  limits: SnapshotLimits,
  onBlob: (done: number) => void,
): Promise<Map<string, Buffer>> {
  const byHash = new Map(files.map(file => [file.hash, file]))
  checkClaims([...byHash.values()], limits)
  const blobs = new Map<string, Buffer>()
  let total = 0
  const hashes = [...byHash.keys()]
  for (let start = 0; start < hashes.length; start += URLS_AT_ONCE) {
    const some = hashes.slice(start, start + URLS_AT_ONCE)
    const urls = await server.getBlobUrls(some)
    await atOnce(AT_ONCE, some, async hash => {
      const path = byHash.get(hash)!.relativePath
      const blob = await fetchBlob(server, urls.get(hash), hash, path, limits)
      total += blob.length
      if (total > limits.total) throw tooLarge('The snapshot', limits.total)
      blobs.set(hash, blob)
      onBlob(blobs.size)
    })
  }
  return blobs
}

/** What the manifest admits to need not be fetched to be refused. */
function checkClaims(files: readonly SnapshotFile[], limits: SnapshotLimits): void {
  const large = files.find(file => file.size > limits.file)
  if (large !== undefined) throw tooLarge(JSON.stringify(large.relativePath), limits.file)
  const total = files.reduce((sum, file) => sum + file.size, 0)
  if (total > limits.total) throw tooLarge('The snapshot', limits.total)
}

async function fetchBlob(
  server: LuaServer,
  url: string | undefined,
  hash: string,
  path: string,
  limits: SnapshotLimits,
): Promise<Buffer> {
  if (url === undefined) throw damaged(path, 'the server no longer has it')
  const raw = await server.fetchBlob(url, limits.file)
  // A file may itself be a gzip archive, so what already is what was asked for is taken as it is.
  if (textHash(raw) === hash) return raw
  if (raw[0] !== 0x1f || raw[1] !== 0x8b) throw damaged(path, 'it is not what its hash says')
  const plain = await unzip(raw, path, limits)
  if (textHash(plain) !== hash) throw damaged(path, 'it is not what its hash says')
  return plain
}

async function unzip(raw: Buffer, path: string, limits: SnapshotLimits): Promise<Buffer> {
  try {
    return await promisify(gunzip)(raw, { maxOutputLength: limits.file })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(JSON.stringify(path), limits.file)
    throw damaged(path, 'it cannot be decompressed')
  }
}

function tooLarge(what: string, limit: number): LuaError {
  const megabytes = Math.round(limit / 1024 / 1024)
  return new LuaError('FILE_REFUSED', `${what} is larger than ${megabytes} MB; nothing was restored.`, {
    hint: 'Pull without the sources (--no-sources), or make the snapshot smaller and push it again.',
  })
}

function damaged(path: string, how: string): LuaError {
  return new LuaError(
    'SERVER_INVALID',
    `The snapshot's ${JSON.stringify(path)} cannot be restored: ${how}.`,
    {
      hint: 'Ask for a new snapshot (lua push backup), or pull without the sources (--no-sources).',
    },
  )
}
