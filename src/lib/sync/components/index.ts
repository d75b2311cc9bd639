import type { ComponentKey } from '../model.js'
import type { Component } from './component.js'
import { name } from './name.js'
import { persona } from './persona.js'

export type { Component, ServerState } from './component.js'
export { deployVersion, holds, notLive, serving } from './persona.js'
export { after } from './settled.js'

/** Every synced thing, in the order in which it is shown and asked about. */
export const COMPONENTS: readonly Component[] = [name, persona]

export function componentOf(key: ComponentKey): Component {
  return COMPONENTS.find(component => component.key === key)!
}
