import type { Component } from './component.js'
import { pushSingle } from './single.js'
import { asText } from './text-value.js'

/** The agent's name. The server keeps no versions of it: a push overwrites for good. */
export const name: Component = {
  key: 'name',
  local: agent => agent.name,
  server: state => ({ value: state.agent.name }),
  change: value => ({ name: asText(value) }),
  push: (server, value) =>
    pushSingle(server, {
      what: 'name',
      subject: 'the agent',
      verb: 'renamed',
      write: () => server.renameAgent(asText(value)),
      isHeld: agent => agent.name === value,
      shown: agent => `calls the agent "${agent.name}"`,
    }),
}
