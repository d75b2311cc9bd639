import type { Persona } from '../../persona.js'
import type { LocalAgent } from '../local.js'
import type { Value } from '../model.js'
import type { Component, History } from './component.js'
import { governance } from './governance.js'
import { model } from './model.js'
import { name } from './name.js'
import { persona } from './persona.js'
import type { Values } from './values.js'

export type { Component, Pushed, ServerState } from './component.js'
export { settings } from './settings.js'
export { havingDone } from './unclear-write.js'
export { sameOrNone, type Values } from './values.js'

/** Every synced thing, in the order in which it is shown and asked about. */
export const COMPONENTS: readonly Component[] = [name, persona, model, governance]
export const COMPONENT_KEYS = COMPONENTS.map(({ key }) => key)

export function componentOf(key: string): Component {
  return COMPONENTS.find(component => component.key === key)!
}

/** What the code calls the agent. @throws LuaError as reading it does */
export function nameIn(local: LocalAgent): string | undefined {
  return name.local(local).value as string | undefined
}

/** One side of a component, with what a person sees of it. */
export function withShown<S extends { value: Value | undefined }>(
  { shown }: Pick<Values, 'shown'>,
  side: S,
): S & { shown?: Persona } {
  return side.value === undefined ? side : { ...side, shown: shown(side.value) }
}

/** The one whose versions the server keeps: what can be deployed, looked back on, and pulled by its number. */
export const versioned = COMPONENTS.find(
  (component): component is Component & { history: History } => component.history !== undefined,
)!
