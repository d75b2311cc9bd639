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
export { SNAPSHOT_LIMITS, type SnapshotLimits } from './blobs.js'
export { mergeConfig } from './config.js'
export type { Place, Refused } from './places.js'
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
  type SnapshotProject,
} from './restore.js'
