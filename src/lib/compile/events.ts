/** What a compile says while it goes on. */

import type { Recovery } from '../disk/index.js'

const STEPS = ['check', 'discover', 'bundle', 'load', 'write'] as const
export type Step = (typeof STEPS)[number]

export type CompileEvent =
  /** A run that was killed had left files half-written; they were put right before anything was read. */
  | { type: 'recovered'; recovery: Recovery }
  /** A step is done. Loading overlaps with bundling: its time includes that. */
  | { type: 'step'; step: Step; milliseconds: number }
  /** So many artifacts are built and proved to load. */
  | { type: 'progress'; done: number; total: number }
  /** Something that an artifact printed while it was loaded. */
  | { type: 'print'; text: string }
