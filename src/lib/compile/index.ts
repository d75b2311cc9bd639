/** The compile room: a project in, `dist-v2` out. */

export { type CompileOptions, type CompileResult, compileProject } from './compile.js'
export { computeAgent } from './compute.js'
export type { CompileEvent } from './events.js'
export type { PrimitiveKind } from './kinds.js'
export type { ManifestPrimitive } from './output/manifest.js'
export type { Warning } from './problem.js'
export { watchProject } from './watch.js'
