export { atOnce } from './at-once.js'
export { isChosen, rememberChoice } from './choices.js'
export { commitFiles, commitsDone, type FileWrite } from './commit.js'
export { withLock } from './lock.js'
export { describeRecovery, needsRecovery, type Recovery, recoverFiles } from './recover.js'
export { canSeal, formerFolder, seal, unseal } from './seal.js'
export { ensureStateDir, hasState, privateWrite, readState } from './state.js'
export {
  discardUndo,
  foreignUndo,
  planUndo,
  recordUndo,
  removeFolders,
  type UndoId,
  type UndoPlan,
} from './undo.js'
