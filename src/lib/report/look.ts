import type { Colors } from 'picocolors/types.js'

/** What a renderer needs to know of the world. */
export interface Look {
  colors: Colors
  /** Epoch milliseconds, for ages. */
  now: number
  /** Project folder, for paths. */
  root: string
  /** Columns of the screen; undefined where lines are not wrapped. */
  width?: number
}
