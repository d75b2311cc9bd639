export { type CommitOptions, commitFiles, type FileWrite } from './commit.js'
export { type LockOptions, withLock } from './lock.js'
export { type Recovery, recoverFiles } from './recover.js'
export { ensureStateDir, privateWrite } from './state.js'
