/** Hashes of files, without reading those that have not been touched since they were last hashed. */

import { readIfReadable, statOf } from '../../files.js'
import { textHash } from '../../project/hash.js'

/** A hash, and what the file system said about the file when it was made. */
export interface FileState {
  hash: string
  size: number
  stamp: string
}

/** A file that was written so shortly before it was hashed may have been written again with the same time. */
const RACY_MS = 100

export class FileStates {
  readonly #known: ReadonlyMap<string, FileState>
  readonly #knownAt: number
  readonly #seen = new Map<string, FileState | undefined>()

  /** @param knownAt when the known states were taken, epoch ms */
  constructor(known: ReadonlyMap<string, FileState> = new Map(), knownAt = 0) {
    this.#known = known
    this.#knownAt = knownAt
  }

  /** The state of a file now, looked up once; undefined: there is no such file, or it cannot be read. */
  get(path: string): FileState | undefined {
    if (!this.#seen.has(path)) this.#seen.set(path, this.#look(path))
    return this.#seen.get(path)
  }

  #look(path: string): FileState | undefined {
    const stat = statOf(path)
    if (!stat?.isFile()) return undefined
    const stamp = `${stat.mtimeMs}:${stat.ctimeMs}:${stat.ino}:${stat.size}`
    const known = this.#known.get(path)
    const isSettled = Math.max(stat.mtimeMs, stat.ctimeMs) < this.#knownAt - RACY_MS
    if (known?.stamp === stamp && isSettled) return known
    const bytes = readIfReadable(path)
    return bytes && { hash: textHash(bytes), size: bytes.length, stamp }
  }
}
