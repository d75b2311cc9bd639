/** What discovery finds: the primitives that an agent registers, before anything of them has run. */

import type { Node } from '@babel/types'
import type { Handle } from '../../source/index.js'
import type { PrimitiveKind } from '../kinds.js'
import type { Fields } from './fields.js'
import type { Site } from './site.js'

export interface Primitive {
  kind: PrimitiveKind
  /** The `new`, call, object or class that declares it: for messages, and for the file it is said to be in. */
  declared: Handle
  site: Site
  /** The site is a class, of which the artifact makes the instance. */
  isClass: boolean
  fields: Fields
  /** Properties that the artifact does not carry. */
  omit: Node[]
  /** Values that the artifact gets instead of code. */
  assign: Record<string, unknown>
  /** Where they can be known without running the code. */
  name?: string
  description?: string
  /** Its name, if it does not give one itself. */
  fallbackName?: string
  /** Of an agent: the names of its voices. */
  voices?: string[]
  /** Of a skill: its tools, in order. */
  tools: Primitive[]
  /** Paths of other modules that work on it while they are loaded. */
  workers: string[]
}
