/** What a compile says while it goes on. */

export const STEPS = ['check', 'discover', 'bundle', 'load', 'write'] as const
export type Step = (typeof STEPS)[number]

export type CompileEvent =
  /** A step is done. Loading overlaps with bundling: its time includes that. */
  | { type: 'step'; step: Step; milliseconds: number }
  /** So many artifacts are built and proved to load. */
  | { type: 'progress'; done: number; total: number }
  /** Something that an artifact printed while it was loaded. */
  | { type: 'print'; text: string }
