/**
 * What a synced thing must be able to do. A new one is a file in this folder and a line in `index.ts`.
 */

import type { Agent, LuaServer, PersonaVersion } from '../../server/index.js'
import type { AgentChange } from '../../source/index.js'
import type { LocalAgent, LocalText } from '../local.js'
import type { PublishedVersion, Push, ServerSide, Value } from '../model.js'
import type { Values } from './values.js'

/** What sync reads from the server: two requests, no others. */
export interface ServerState {
  agent: Agent
  /** In any order. */
  published: PersonaVersion[]
}

/** What a push did; the component and the superseded version are added by the caller. */
export type Receipt = Pick<Push, 'version' | 'created' | 'status' | 'deployed' | 'production'>

/** How its values are compared, shown and merged comes with the kind of them: `...texts`, `...json`. */
export interface Component extends Values {
  readonly key: string
  /** Where the code does not declare it, or not as a value, it is not managed: a note, neither pushed nor pulled. */
  readonly optional?: boolean
  local(agent: LocalAgent): LocalText
  /** Where it cannot be read, may the code be run to learn its value? */
  readonly computable?: boolean
  server(state: ServerState): ServerSide
  /** Where the server keeps its versions; else a push overwrites for good. */
  readonly history?: History
  /** The same value as a change to the source. */
  change(value: Value): AgentChange
  /**
   * Looks whether the server would take `value`, before anything is pushed.
   * @throws LuaError SERVER_REFUSED that says what it would take instead
   */
  refuse?(server: LuaServer, value: Value): Promise<void>
  /**
   * Makes the server hold `value` and reads it back.
   * @throws LuaError as the server room does; SERVER_INVALID if it then holds something else
   */
  push(server: LuaServer, value: Value, options: { deploy: boolean }): Promise<Receipt>
  /** Why a push can never be taken back, as the words after "it stays"; undefined: it can. */
  lasting?(pushed: Pushed): string | undefined
  /** What a push overwrote is put back. @throws LuaError as `push` does */
  restore(server: LuaServer, pushed: Pushed): Promise<Restored>
}

/** A component of which the server keeps versions. */
export interface History {
  /** Published ones that can be read, oldest first. */
  versions(state: ServerState): PublishedVersion[]
  /** The latest published one, and the one that production serves. */
  standing(state: ServerState): { latest?: number; live?: number }
  /** Does production serve this value? */
  serves(state: ServerState, value: Value): boolean
  /**
   * One published version as the server's side.
   * @throws LuaError USAGE if there is none, or it says nothing
   */
  at(state: ServerState, version: number): ServerSide
  /** What a push would do. Only the server knows what the new version will be (a draft?). */
  planned(server: LuaServer, state: ServerState, value: Value, deploy: boolean): Promise<Partial<Push>>
  /** Published versions after `since` that say `value`: what a push left there. */
  holding(state: ServerState, value: Value, since: number): number[]
}

/** A push that is to be taken back. */
export interface Pushed {
  /** The server just before it is taken back. */
  state: ServerState
  /** What it held before the push; undefined: it had none. */
  before: Value | undefined
  /** What the push left there. */
  left: Value | undefined
  /** The push deployed as well; what production served before, if anything. */
  deployed?: { before?: number }
}

export interface Restored {
  /** False where it was as before already. */
  done: boolean
  /** The version that production serves again. */
  production?: number
  /** Things worth knowing, as sentences. */
  notes?: string[]
}
