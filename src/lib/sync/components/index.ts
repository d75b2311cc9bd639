import type { ComponentKey } from '../model.js'
import type { Component } from './component.js'
import { governance } from './governance.js'
import { model } from './model.js'
import { name } from './name.js'
import { persona } from './persona.js'

export type { Component, ServerState } from './component.js'
export { deployVersion, holds, notLive, serving } from './persona.js'
export { after } from './settled.js'
export { asText } from './text-value.js'

/** Every synced thing, in the order in which it is shown and asked about. */
export const COMPONENTS: readonly Component[] = [name, persona, model, governance]

export function componentOf(key: ComponentKey): Component {
  return COMPONENTS.find(component => component.key === key)!
}
