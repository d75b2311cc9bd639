/** The server's copy of the sources: is there a newer one, what would restoring it do, and the writes for it. */
export {
  baseFile,
  followEdits,
  isRenamed,
  newerSnapshot,
  readBaseFile,
  readSnapshotBase,
  type SnapshotBase,
} from './base.js'
export type { Place } from './places.js'
export {
  guardRestore,
  type LocalFile,
  planRestore,
  type RestoreInput,
  type RestoreItem,
  type RestorePlan,
} from './plan.js'
export {
  type FetchOptions,
  fetchRestore,
  prepareRestore,
  type Restore,
} from './restore.js'
