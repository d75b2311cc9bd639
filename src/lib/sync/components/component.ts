/**
 * What a synced thing must be able to do. A new one is a file in this folder and a line in `index.ts`.
 */

import type { Persona } from '../../persona.js'
import type { Agent, LuaServer, PersonaVersion } from '../../server/index.js'
import type { Change } from '../../source/index.js'
import type { PublishedVersion } from '../base.js'
import type { LocalAgent, LocalText } from '../local.js'
import type { ComponentKey, Push, ServerSide } from '../model.js'

/** What sync reads from the server: two requests, no others. */
export interface ServerState {
  agent: Agent
  /** In no promised order. */
  published: PersonaVersion[]
}

/** What a push did; the component and the superseded version are added by the caller. */
export type Receipt = Pick<Push, 'version' | 'created' | 'status' | 'deployed' | 'production'>

export interface Component {
  readonly key: ComponentKey
  /** Where the code does not declare it, or not as a value, it is not managed: a note, neither pushed nor pulled. */
  readonly optional?: boolean
  /** Its value is the text of a JSON document, which is merged member by member. */
  readonly json?: boolean
  local(agent: LocalAgent): LocalText
  server(state: ServerState): ServerSide
  /** What it was on the server, oldest first; absent where the server keeps no versions. */
  versions?(state: ServerState): PublishedVersion[]
  /** The same value as a change to the source. */
  change(value: Persona): Change
  /**
   * Looks whether the server would take `value`, before anything is pushed.
   * @throws LuaError SERVER_REFUSED that says what it would take instead
   */
  refuse?(server: LuaServer, value: Persona): Promise<void>
  /**
   * Makes the server hold `value` and reads it back.
   * @throws LuaError as the server room does; SERVER_INVALID if it then holds something else
   */
  push(server: LuaServer, value: Persona, options: { deploy: boolean }): Promise<Receipt>
}
