/** New entries in `lua.skill.yaml`, put into the text so that no other byte of it changes. */

import { editYaml, type Plain } from '../../yaml-edits.js'

/** What a list of the file shall have an entry for. */
export interface StateEntry {
  list: string
  name: string
  versioned: boolean
}

interface StateUpdate {
  /** The new text; the old one, byte for byte, when there is nothing to add. */
  text: string
  /** Entries for which the layout of the file has no safe place. */
  left: StateEntry[]
}

const FIRST_VERSION = '1.0.0'

/** Adds an entry for everything in `wanted` that the file does not name yet. */
export async function addEntries(text: string, wanted: readonly StateEntry[]): Promise<StateUpdate> {
  const update: StateUpdate = { text, left: [] }
  for (const list of new Set(wanted.map(entry => entry.list))) {
    const entries = wanted.filter(entry => entry.list === list)
    const next = await editYaml(update.text, before => withEntries(before, list, entries))
    if (next === undefined) update.left.push(...entries)
    else update.text = next
  }
  return update
}

function withEntries(before: Plain, list: string, entries: readonly StateEntry[]): Plain {
  const old = Array.isArray(before[list]) ? before[list] : []
  const known = new Set(old.map(item => (item as { name?: unknown } | null)?.name))
  const added = entries.filter(({ name }) => !known.has(name)).map(fieldsOf)
  return added.length === 0 ? before : { ...before, [list]: [...old, ...added] }
}

function fieldsOf({ name, versioned }: StateEntry): Plain {
  return versioned ? { name, version: FIRST_VERSION } : { name }
}
