/** The compile room: a project in, `dist-v2` out. */

export { type CompileOptions, type CompileResult, compileProject } from './compile.js'
export { type ComputedAgent, computeAgent } from './compute.js'
export { type CompileEvent, STEPS, type Step } from './events.js'
export { KINDS, type PrimitiveKind } from './kinds.js'
export type { Manifest, ManifestPrimitive } from './output/manifest.js'
export type { Warning } from './problem.js'
export { type WatchReports, watchProject } from './watch.js'
