/**
 * Values that are to stand in the code, and where they come from.
 */

import type { FileWrite } from '../disk/index.js'
import type { Agreed } from './base/record.js'
import { COMPONENTS } from './components/index.js'
import type { ComponentDrift, ComponentKey, Pull, Value } from './model.js'
import type { Run } from './run.js'

/** A value that is to stand in the code from now on, and where it comes from. */
export interface Incoming {
  drift: ComponentDrift
  value: Value
  /** `keep`: what the code says already, which files that are restored around it must not take away. */
  kind: Pull['kind'] | 'keep'
  /** What both sides agree on afterwards; undefined if the server does not hold it (an edited text, say). */
  agreed?: Omit<Agreed, 'component'>
}

/** The files of a snapshot that are to be restored. */
export interface IncomingSources {
  /** Every file that changes and, last, the record of what this checkout has seen. */
  writes: FileWrite[]
  /** Paths that change, from the project's root. */
  changed: string[]
}

/** The server's side of a component, as a value to write. */
export function fromServer(drift: ComponentDrift): Incoming {
  const { value, version } = drift.server
  if (value === undefined) throw new TypeError(`the server has no ${drift.component}`)
  return { drift, value, kind: 'pull', agreed: { value, version } }
}

/** Every component but those that are pulled, as the code has it: files that are restored bring the texts of their time. */
export function asTheyAre({ local }: Run, pulled: readonly ComponentKey[] = []): Incoming[] {
  return COMPONENTS.filter(({ key }) => !pulled.includes(key)).flatMap(component => {
    const side = component.local(local)
    if (side.value === undefined) return []
    const drift: ComponentDrift = {
      component: component.key,
      state: 'in-sync',
      drift: false,
      local: side,
      server: { value: undefined },
    }
    return [{ drift, value: side.value, kind: 'keep' as const }]
  })
}
